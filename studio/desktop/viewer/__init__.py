"""What stands in the middle of the window: the viewer, its controller, candidates, comparison."""
