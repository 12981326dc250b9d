"""The small world: one of 42 things in twelve colours, small or large, here or there, on a plain ground, in a landscape
or at night; animals, robots and snowmen wear hats and scarves and hold balloons."""
