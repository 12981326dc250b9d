"""What a form may ask of the window that it stands in."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from studio.descriptions import ModelInfo
from studio.desktop.actions.keymap import Keymap
from studio.desktop.forms.canvas_access import CanvasAccess
from studio.desktop.shell.worker import Worker


class FormHost(Protocol):
    """The window, as forms see it."""

    @property
    def worker(self) -> Worker: ...

    @property
    def drafts_dir(self) -> Path:
        """Where pasted pictures and painted masks are kept; it need not exist yet."""
        ...

    def models(self) -> list[ModelInfo]:
        """All of them, those with a problem too; [] while the engine has not told."""
        ...

    def show_models(self) -> None:
        """Let the user look for models that are not here."""
        ...

    def has_said_family(self, model: ModelInfo) -> bool:
        """Whether the user has said what it is."""
        ...

    def say_family(self, model: ModelInfo, family: str) -> None:
        """Keep what the user says that it is, one of its choices; '' forgets it. The models come anew."""
        ...

    def show_styles(self, field: str) -> None:
        """Let the user choose styles for this field of the form."""
        ...

    def style_names(self, styles: list[str]) -> list[str]:
        """What these are called in the language of the window; those that are not known by what they are given as."""
        ...

    def current_picture(self) -> str | None:
        """The library id or path of the picture in the middle."""
        ...

    def pick_from_library(self, done: Callable[[str], None]) -> None:
        """Let the user choose a picture; `done` gets its id, and is not called if they change their mind."""
        ...

    @property
    def keymap(self) -> Keymap:
        """The keys that the user has chosen."""
        ...

    def open_ref(self, ref: str) -> Path:
        """The file behind a library id or path. For a worker's thread. Raises UserError."""
        ...

    def operate(self, ref: str, operation: str, done: Callable[[bytes, str], None]) -> None:
        """What a picture operation makes of a picture, small: `done` gets a PNG, or b"" and what is wrong."""
        ...

    @property
    def canvas(self) -> CanvasAccess | None:
        """Where the picture is that tasks begin from; None where there is none."""
        ...
