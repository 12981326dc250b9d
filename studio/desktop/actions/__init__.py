"""What can be done in the window: one table of actions, their shortcuts, the command palette."""
