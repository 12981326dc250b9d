"""Models in the window: bringing them in, and what there is."""
