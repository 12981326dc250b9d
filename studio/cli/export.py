"""Copies of finished pictures in the folder that the user named, under names that people can read."""

import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.atomic import writing
from studio.errors import UserError
from studio.form import TaskForm
from studio.role import Role

LONGEST, LONGEST_BYTES = 80, 200
"""Of a name without its number and suffix: file systems end at 255 bytes, and a Chinese character takes three."""
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
"""Names that mean devices on Windows, whatever their suffix."""


def folder(path: str) -> Path:
    """The folder, made if need be. Raises UserError before any work is done."""
    target = Path(path).expanduser().absolute()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {target} cannot be made ({error.strerror}); nothing was started. Choose another with -o.",
            code="storage",
        ) from None
    return target


def stem(form: TaskForm, params: Mapping[str, Any]) -> str:
    """A readable name for a picture: its prompt, else its task."""
    prompts = (params.get(name) for name in form.names(Role.PROMPT))
    return slug(next((text for text in prompts if isinstance(text, str) and slug(text)), form.id)) or "picture"


def slug(text: str) -> str:
    """Letters and digits of any script joined by hyphens: nothing that a path or a shell could misread."""
    # Combining marks are no letters, but without them Hindi or Thai could not be read.
    signs = (
        sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " "
        for sign in unicodedata.normalize("NFC", text[: 4 * LONGEST])
    )
    name = "-".join("".join(signs).lower().split())[:LONGEST]
    name = name.encode()[:LONGEST_BYTES].decode(errors="ignore").strip("-")
    return f"{name}-" if name in RESERVED else name


def place(picture: Path, target: Path, name: str) -> Path:
    """Copy `picture` into the folder under a name that is free there; nothing is ever overwritten."""
    copy = _claim(target, name, picture.suffix)
    try:
        with picture.open("rb") as source, writing(copy) as file:
            shutil.copyfileobj(source, file)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy


def _claim(target: Path, name: str, suffix: str) -> Path:
    """An empty file of that name: another studio that copies at the same moment takes the next number."""
    number = 1
    while True:
        path = target / (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
