"""Folders that end with their process; where that was killed, the next one's start removes them."""

import os
import shutil
import tempfile
from pathlib import Path

import psutil


def make_folder(prefix: str) -> Path:
    """A new one, for this user alone; those of the same prefix whose process is gone are removed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        pid = folder.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
