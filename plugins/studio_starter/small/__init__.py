"""The small world: one of 42 things in twelve colours and six styles, small or large, here or there, before six
backgrounds; animals, robots and snowmen wear hats and scarves and hold balloons."""
