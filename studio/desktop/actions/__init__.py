"""What can be done in the window: one table of actions, from which menus, buttons, shortcuts and palette are made."""
