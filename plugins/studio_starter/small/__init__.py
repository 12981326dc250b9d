"""The small world: one of twelve objects in ten colours on a plain ground; cats may wear hats."""
