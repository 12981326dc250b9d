"""Sweeps: one or two parameters through some values each, and the pictures of it in a grid."""
