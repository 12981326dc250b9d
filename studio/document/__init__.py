"""What is painted and put together on the canvas, without Qt: the mask in tiles, projects, other programs' files."""
