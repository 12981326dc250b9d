"""The value bar at the picture: the few values of the chosen task that matter, and the button that starts it."""
