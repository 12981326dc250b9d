"""How large pictures may be."""

PIXEL_CAP = 150_000_000
"""Pixels of one picture, for what comes in and for what we make."""
