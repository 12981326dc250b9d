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
class Habit:
    keys: tuple[str, ...] = ()
    """As QKeySequence reads them; the first is the one that is shown."""
    scope: Scope = Scope.WINDOW
    built_in: bool = False
    """Whether the widget hears them by itself, in its keyPressEvent."""


NONE = Habit()
HABITS = {
    "generate": Habit(("Ctrl+Return",)),
    "cancel": Habit(("Esc",)),
    "undo": Habit(("Ctrl+Z",)),
    "redo": Habit(("Ctrl+Shift+Z", "Ctrl+Y")),
    "search": Habit(("Ctrl+F",)),
    "strip": Habit(("Ctrl+L",)),
    "next-area": Habit(("F6",)),
    "paste": Habit(("Ctrl+V",)),
    "open": Habit(("Ctrl+O",)),
    "palette": Habit(("Ctrl+K",)),
    "keys": Habit(("Ctrl+Alt+K",)),
    "quit": Habit(("Ctrl+Q",)),
    "only-picture": Habit(("Ctrl+Alt+0",)),
    **{
        f"panel.{name}": Habit((f"Ctrl+Alt+{number}",))
        for number, name in enumerate(("form", "strip", "detail", "queue", "layers", "hood"), 1)
    },
    "stage.copy": Habit(("Ctrl+Shift+C",)),
    "stage.save": Habit(("Ctrl+S",)),
    **{
        f"mask.{name}": Habit((key,), Scope.CANVAS)
        for name, key in (
            ("brush", "B"), ("eraser", "E"), ("lasso", "L"), ("rectangle", "R"), ("smart", "S"), ("frame", "F"),
            ("invert", "I"), ("clear", "Ctrl+Backspace"),
        )
    },
    **{
        id: Habit(keys, Scope.CANVAS, built_in=True)
        for id, keys in (
            ("stage.zoom-in", ("+", "=")), ("stage.zoom-out", ("-",)), ("stage.zoom-fit", ("0",)),
            ("stage.actual", ("1",)), ("brush.smaller", ("[",)), ("brush.larger", ("]",)), ("brush.softer", ("{",)),
            ("brush.harder", ("}",)), ("candidate.ok", ("Return",)), ("candidate.cancel", ("Del", "Backspace")),
        )
    },
    "layer.up": Habit(("Ctrl+Up",), Scope.LAYERS, built_in=True),
    "layer.down": Habit(("Ctrl+Down",), Scope.LAYERS, built_in=True),
    "layer.clear": Habit(("Del", "Backspace"), Scope.LAYERS, built_in=True),
}  # fmt: skip
"""Commands that are not named here have no keys until somebody gives them some, which the whole window then hears."""


def of_task(number: int) -> Habit:
    """The first nine tasks have numbers; `number` counts from 0."""
    return Habit((f"Ctrl+{number + 1}",)) if number < 9 else NONE
