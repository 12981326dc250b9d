"""What the window offers beyond its frame, each feature in a file or folder of its own."""
