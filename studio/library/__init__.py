"""Finished pictures and what made them: files, an SQLite index, thumbnails, lineage, search."""

from studio.library.loose_file import copy_loose, save_loose
from studio.library.recipe import Recipe
from studio.library.storage_error import StorageError
from studio.library.store import Library, Record

__all__ = ["Library", "Recipe", "Record", "StorageError", "copy_loose", "save_loose"]
