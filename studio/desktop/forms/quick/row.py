"""A value at the picture: its editor on one line with its title, and no room below it for what is told of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from studio.desktop.forms.number import NumberEditor
from studio.desktop.forms.prompt import PromptEditor
from studio.desktop.forms.row import FormRow
from studio.desktop.forms.text import TextEditor
from studio.desktop.style import sentence, theme
from studio.desktop.style.label_text import one_line

SLIDER_WIDTH, ENTRY_WIDTH, OWN_WIDTH = 84, 52, 84
"""Pixels of a slider beside a text, of an entry, and of one that may say what the model's own number is."""
WIDEST = 2**24 - 1
"""As many as Qt lets a widget have."""


class QuickRow(FormRow):
    """`told`: the sentence that is to be said about it, '' when its cause is gone; it moves nothing here."""

    told = Signal(str)

    _told = ""

    @property
    def writes(self) -> bool:
        """Whether it is a text."""
        return isinstance(self.editor, PromptEditor | TextEditor)

    def _lay_out(self) -> None:
        editor, corner = self.editor, self.editor.corner
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.title.setVisible(not self.writes)
        if isinstance(editor, PromptEditor):
            editor.be_compact()
        elif isinstance(editor, TextEditor):
            editor.line.setPlaceholderText(one_line(editor.field.description or editor.field.title, 120))
        else:
            self.title.setProperty("role", "hint")
            row.addWidget(self.title)
        if isinstance(editor, NumberEditor):
            editor.entry.setFixedWidth(theme.scaled(OWN_WIDTH if editor.field.nullable else ENTRY_WIDTH))
        row.addWidget(editor, 1, Qt.AlignmentFlag.AlignVCenter)
        editor.setVisible(not editor.slim)
        if corner is not None:
            row.addWidget(corner, 0, Qt.AlignmentFlag.AlignVCenter)

    @property
    def narrowest(self) -> int:
        """Pixels that it needs without its slider."""
        if (corner := self.editor.corner) is None:
            return self.title.sizeHint().width()
        beside = corner.sizeHint().expandedTo(corner.minimumSize()).boundedTo(corner.maximumSize())
        return self.title.sizeHint().width() + 6 + beside.width()

    def show_slider(self, shown: bool, *, stretched: bool) -> None:
        """Without it there is still the entry. `stretched`: it takes all the room that there is."""
        if isinstance(self.editor, NumberEditor) and self.editor.slider is not None:
            width = theme.scaled(SLIDER_WIDTH, 0.3)
            self.editor.slider.setMinimumWidth(width)
            self.editor.slider.setMaximumWidth(WIDEST if stretched else width)
            self.editor.setVisible(shown)

    # ---- what is told

    @property
    def message(self) -> str:
        return self._told

    def show_message(self, text: str) -> None:
        self._told = sentence.say(text)
        target = self.editor.focus_widget()
        if target.property("wrong") != bool(text):
            target.setProperty("wrong", bool(text))
            target.style().polish(target)
        self.told.emit(self._told)
