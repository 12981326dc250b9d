"""Inpaint: repaint a part of a picture, or what lies beyond its edges."""
