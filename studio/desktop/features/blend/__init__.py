"""The blend board: pictures at the corners, and a puck between them that says how much of each."""
