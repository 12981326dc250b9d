"""Finished pictures in the window: filmstrip, recipe panel, trash, import and export."""
