"""What is said of files of weights that are damaged, or are something else."""

import time
from pathlib import Path

from studio.errors import UserError, os_reason
from studio.text import Text

AGAIN = Text("download the file again")
RECENT_S = 60.0
"""A file that was written to so lately may still be written to."""
NAME_SHOWN = 200

# What people really have under a .safetensors name, by its first bytes.
_MASKS = (
    (b"version https://git-lfs", "a Git-LFS pointer; run `git lfs pull` in the folder that it came from"),
    (b"<!doctype html", "a web page, saved instead of the weights; download the file again"),
    (b"<html", "a web page, saved instead of the weights; download the file again"),
    (b"pk\x03\x04", "a zip archive or a pickle, which could run code; get the .safetensors version"),
    (b"\x80\x02", "a pickle, which could run code; get the .safetensors version"),
    (b"\x80\x04", "a pickle, which could run code; get the .safetensors version"),
    (b"gguf", "a GGUF file; give it the ending .gguf"),
)


def refuse_masked(path: Path, first: bytes) -> None:
    """Raises UserError for a file that begins as something else does."""
    start = first.lstrip().lower()
    for magic, what in _MASKS:
        if first.lower().startswith(magic) or start.startswith(magic):
            raise UserError("{} holds no weights: it is {}.", path.name, Text(what), code="invalid_weights")


def cut(path: Path, why: str, *args: object) -> UserError:
    """A file that ends too early may be on its way."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        age_s = RECENT_S
    if age_s < RECENT_S:
        advice = Text("wait if another program is still writing it, otherwise download it again")
        return damaged(path, why, *args, advice=advice)
    return damaged(path, why, *args)


def damaged(path: Path, why: str, *args: object, advice: Text = AGAIN) -> UserError:
    """For what holds something else than it should."""
    return UserError(
        "The weights {} are damaged: {}. Nothing was loaded; {}.",
        path.name,
        Text(why, *args),
        advice,
        code="invalid_weights",
    )


def unreadable(path: Path, error: OSError) -> UserError:
    """For what the system does not hand out."""
    return UserError(
        "The weights {} could not be read ({}); check the file.",
        path,
        os_reason(error),
        code="invalid_weights",
    )
