"""Open Image Studio: a plugin-based image-generation toolkit for creative work."""

__version__ = "0.1.0"
