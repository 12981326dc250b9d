"""Plugins: found, loaded, checked one by one, and what they registered."""
