"""Habit: the keys that commands have until somebody chooses others, and where in the window they are heard."""

import enum
from dataclasses import dataclass


class Scope(enum.Enum):
    WINDOW = "window"
    CANVAS = "canvas"
    """Only while the canvas has the keyboard."""
    LAYERS = "layers"

    def meets(self, other: "Scope") -> bool:
        """Whether the same keys would mean two things."""
        return self is other or Scope.WINDOW in (self, other)


@dataclass(frozen=True)
class DefaultShortcut:
    keys: tuple[str, ...] = ()
    """As QKeySequence reads them; the first is the one that is shown."""
    scope: Scope = Scope.WINDOW
    built_in: bool = False
    """Whether the widget hears them by itself, in its keyPressEvent."""


NONE = DefaultShortcut()
DEFAULT_SHORTCUTS = {
    "generate": DefaultShortcut(("Ctrl+Return",)),
    "cancel": DefaultShortcut(("Esc",)),
    "undo": DefaultShortcut(("Ctrl+Z",)),
    "redo": DefaultShortcut(("Ctrl+Shift+Z", "Ctrl+Y")),
    "search": DefaultShortcut(("Ctrl+F",)),
    "strip": DefaultShortcut(("Ctrl+L",)),
    "next-area": DefaultShortcut(("F6",)),
    "paste": DefaultShortcut(("Ctrl+V",)),
    "open": DefaultShortcut(("Ctrl+O",)),
    "palette": DefaultShortcut(("Ctrl+K",)),
    "keys": DefaultShortcut(("Ctrl+Alt+K",)),
    "quit": DefaultShortcut(("Ctrl+Q",)),
    "only-picture": DefaultShortcut(("Ctrl+Alt+0",)),
    **{
        f"panel.{name}": DefaultShortcut((f"Ctrl+Alt+{number}",))
        for number, name in enumerate(("form", "strip", "detail", "queue", "layers", "hood"), 1)
    },
    "stage.copy": DefaultShortcut(("Ctrl+Shift+C",)),
    "stage.save": DefaultShortcut(("Ctrl+S",)),
    **{
        f"mask.{name}": DefaultShortcut((key,), Scope.CANVAS)
        for name, key in (
            ("brush", "B"), ("eraser", "E"), ("lasso", "L"), ("rectangle", "R"), ("smart", "S"), ("frame", "F"),
            ("invert", "I"), ("clear", "Ctrl+Backspace"),
        )
    },
    **{
        id: DefaultShortcut(keys, Scope.CANVAS, built_in=True)
        for id, keys in (
            ("stage.zoom-in", ("+", "=")), ("stage.zoom-out", ("-",)), ("stage.zoom-fit", ("0",)),
            ("stage.actual", ("1",)), ("brush.smaller", ("[",)), ("brush.larger", ("]",)), ("brush.softer", ("{",)),
            ("brush.harder", ("}",)), ("candidate.ok", ("Return",)), ("candidate.cancel", ("Del", "Backspace")),
        )
    },
    "layer.up": DefaultShortcut(("Ctrl+Up",), Scope.LAYERS, built_in=True),
    "layer.down": DefaultShortcut(("Ctrl+Down",), Scope.LAYERS, built_in=True),
    "layer.clear": DefaultShortcut(("Del", "Backspace"), Scope.LAYERS, built_in=True),
}  # fmt: skip
"""Commands that are not named here have no keys until somebody gives them some, which the whole window then hears."""


def of_task(number: int) -> DefaultShortcut:
    """The first nine tasks have numbers; `number` counts from 0."""
    return DefaultShortcut((f"Ctrl+{number + 1}",)) if number < 9 else NONE
