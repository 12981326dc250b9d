"""A small copy of a form's editor, at the picture; the form's own holds the value."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.number import NumberEditor
from studio.desktop.forms.prompt_text import PromptText
from studio.desktop.forms.text import LONGEST
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.form import FormField

MOST_LINES = 3
ENTRY_WIDTH, SLIDER_WIDTH = 58, 84
NARROWEST_TEXT = 110


class QuickEditor(QWidget):
    """`changed`: somebody changed it here. `show_value` only shows what the form holds."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field

    def value(self) -> Any:
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def use_model(self, model: ModelInfo | None) -> None:
        """Whose own numbers stand where nothing is given."""

    def read_from(self, editor: Editor) -> None:
        """Show what the editor holds, unless that is what stands here."""
        if editor.value() != self.value():
            self.show_value(editor.value())

    def write_to(self, editor: Editor) -> None:
        """The editor takes what stands here."""
        if editor.value() != self.value():
            editor.set_value(self.value())


class QuickPromptText(PromptText):
    """Enter starts the job; Shift+Enter begins a line. The hint is cut where the line ends, and never wrapped."""

    def __init__(self, hint: str, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(1, longest, parent, most=MOST_LINES)
        self._hint = hint
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the keys scroll it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - 2 * int(self.document().documentMargin())
        self._grow()  # it may need fewer lines now, which Qt does not tell
        self.setPlaceholderText(self.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, room))


class QuickTextEditor(QuickEditor):
    """Of a prompt, or another text that must be written."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        hint = one_line(field.description or field.title, 120)
        self.words = QuickPromptText(hint, field.max_length or LONGEST, self)
        self.words.setAccessibleName(field.title)
        self.words.setAccessibleDescription(field.description)
        self.words.setToolTip(tooltip("\n".join(text for text in (field.title, field.description) if text)))
        self.words.setMinimumWidth(NARROWEST_TEXT)
        self.words.textChanged.connect(self.changed)
        self.words.submitted.connect(self.submitted)
        self.setFocusProxy(self.words)
        _row(self).addWidget(self.words)

    def value(self) -> Any:
        return self.words.text() or initial(self.field)

    def show_value(self, value: Any) -> None:
        text = "" if value is MISSING or value is None else str(value)
        if text != self.words.text():
            self.words.setPlainText(text)

    def read_from(self, editor: Editor) -> None:
        self.show_value(editor.value())  # '' and nothing look alike


class QuickNumberEditor(QuickEditor):
    """Name, slider and exact entry on one line."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.editor = NumberEditor(field, self)
        self.editor.changed.connect(self.changed)
        self.title = QLabel(action_text(one_line(field.title, 24)), self)
        self.title.setProperty("role", "hint")
        self.title.setBuddy(self.editor.entry)
        self.setToolTip(tooltip(field.description))
        self.editor.entry.setAccessibleDescription(field.description)
        self.editor.entry.setFixedWidth(ENTRY_WIDTH)
        self.editor.entry.returnPressed.connect(self.submitted)
        self.setFocusProxy(self.editor.entry)
        self._row = row = _row(self)
        row.addWidget(self.title)
        if self.editor.slider is not None:
            self.editor.slider.setFixedWidth(SLIDER_WIDTH)
            row.addWidget(self.editor)
        else:
            self.editor.hide()
        row.addWidget(self.editor.entry)

    def show_slider(self, shown: bool) -> None:
        """Without it there is still the entry."""
        if self.editor.slider is not None:
            self.editor.setVisible(shown)
            self._row.invalidate()
            self.updateGeometry()

    def value(self) -> Any:
        return self.editor.value()

    def show_value(self, value: Any) -> None:
        self.editor.set_value(value)

    def use_model(self, model: ModelInfo | None) -> None:
        self.editor.use_model(model)


def _row(quick_editor: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(quick_editor)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    return row
