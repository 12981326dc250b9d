"""The document without Qt: masks in tiles, projects, and the files of other programs."""
