"""Editor: what every editor of one value offers to the row that it stands in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.style.label_text import one_line
from studio.form import FormField


class Missing:
    """The class of MISSING."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""What an editor holds while nothing was given and nothing may stand for it."""


class Editor(QWidget):
    """Edits the value of one FormField.

    `changed` is emitted when the user changed it, and when a program did; `left` when what was typed is complete.
    `refused` carries a sentence about something that the user gave and that was not taken; the old value stays.
    `corner` is a widget of the editor's that stands on the line of its title; an editor that shows nothing else has
    `slim` set. One that goes beside its title has `in_line` set; others stand below it.
    """

    in_line = False

    changed = Signal()
    submitted = Signal()
    refused = Signal(str)
    left = Signal()
    words_offered = Signal(str)
    """Words that belong into the prompt of the form."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.corner: QWidget | None = None
        self.slim = False
        self.tall = False
        """Whether the buttons of a list around it stand one above the other."""

    def value(self) -> Any:
        """What is to be sent; MISSING for nothing. What the user wrote wrongly comes as they wrote it."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value, also one that is not legal (any more); MISSING empties the editor."""
        raise NotImplementedError

    def problem(self) -> str:
        """One sentence on why the value cannot be sent now; '' if it can."""
        if self.value() is MISSING and self.field.required:
            return self.tr("“{title}” is still empty; fill it in.").format(title=self.field.title)
        return ""

    def heading(self, inside: QWidget) -> QHBoxLayout:
        """Its title and its corner on one line, for an editor that has others as its parts."""
        row = QHBoxLayout()
        title = QLabel(one_line(self.field.title, 60), inside)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "hint")
        row.addWidget(title)
        row.addStretch(1)
        if self.corner is not None:
            row.addWidget(self.corner)
        if self.slim:
            self.hide()
        return row

    def focus_widget(self) -> QWidget:
        """What gets the keyboard when the title is clicked, or when an error is shown."""
        return self.focusProxy() or self.corner or self

    def use_model(self, model: ModelInfo | None) -> None:
        """The model that the form has chosen, whose own numbers stand where nothing is given."""

    def lie_over(self, look: Callable[[], Any]) -> None:
        """What tells how the picture looks that the form begins from, a Look or None: what is painted lies over it."""

    def models_changed(self) -> None:
        """The models that there are have become known, or others."""

    def library_opened(self) -> None:
        """Pictures can be found by their ids now."""

    def state(self) -> dict[str, Any]:
        """What to remember besides the value, as JSON."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a `state`; anything strange in it is ignored."""


def initial(field: FormField) -> Any:
    """What a field holds before anybody touched it."""
    if field.default is not None or (field.nullable and not field.required):
        return field.default
    return MISSING
