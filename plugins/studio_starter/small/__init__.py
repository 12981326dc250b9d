"""The small world: one of 24 objects in ten colours on a plain ground; cats, dogs and rabbits may wear hats."""
