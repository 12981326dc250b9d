"""A home for an engine whose pictures are handed on: all that its user has chosen, with a library of its own."""

import contextlib
from pathlib import Path

from msgspec.structs import replace

from studio import files, settings
from studio.settings import Settings

OWN = {settings.FILE, "cache", "library", "logs", "plugins", "rescued", "server"}
"""What is not taken over as it is: the settings name what they need of these."""


def make_home(chosen: Settings, folder: Path) -> Settings:
    """Make it in an empty folder, and return the settings that hold there. Raises UserError, OSError.

    Styles, wildcards, models and kept embeddings are those of `chosen.home`; nothing is copied.
    """
    files.make_private(folder)
    if chosen.home.is_dir():
        for entry in chosen.home.iterdir():
            if entry.name not in OWN and not entry.name.startswith("."):
                with contextlib.suppress(FileExistsError):
                    (folder / entry.name).symlink_to(entry)
    own = replace(chosen, home=folder, library_dir=folder / "library")
    settings.save(own)
    return own
