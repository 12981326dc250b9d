"""Text: one line of it, refused with a sentence when it is too long to be meant."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.form import FormField

LONGEST = 32_000
"""Characters that a text may have whose field names no limit: what a prompt may have."""


class TextLine(QLineEdit):
    """A line edit that says so when a pasted text is too long, where Qt would cut it silently."""

    refused = Signal(str)

    def __init__(self, longest: int = LONGEST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._longest = longest
        self.setMaxLength(2**30)  # Qt's own limit cuts
        self.setDragEnabled(True)

    def insert_text(self, text: str) -> None:
        """Insert as pasting does, or refuse as a whole."""
        text = " ".join(text.splitlines())
        room = self._longest - len(self.text()) + len(self.selectedText())
        if len(text) > room:
            self.refused.emit(too_long(len(text), self._longest))
        else:
            self.insert(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_text(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    def paste_text(self, data: QMimeData | None) -> None:
        if data is not None and data.hasText() and not self.isReadOnly():
            self.insert_text(data.text())

    def dropEvent(self, event: Any) -> None:
        self.insert_text(event.mimeData().text())
        event.acceptProposedAction()


class TextEditor(Editor):
    """A `str`; an empty line stands for None where that is allowed."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._empty: Any = None if field.nullable else ""
        self.line = TextLine(max(field.max_length or LONGEST, 1), self)
        self.line.setAccessibleName(field.title)
        self.line.textChanged.connect(lambda: self.changed.emit())
        self.line.returnPressed.connect(lambda: self.submitted.emit() if _control() else None)
        self.line.refused.connect(self.refused)
        self.setFocusProxy(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)

    def value(self) -> Any:
        if text := self.line.text():
            return text
        return MISSING if self.field.required and self._empty == "" and self.field.min_length else self._empty

    def set_value(self, value: Any) -> None:
        if value is MISSING or value is None or value == "":
            self._empty = None if self.field.nullable and value is not MISSING and value is None else ""
        text = "" if value is MISSING or value is None else str(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)

    def problem(self) -> str:
        return super().problem() or length_problem(self.field, self.line.text())


def length_problem(field: FormField, text: str) -> str:
    """One sentence when the text has another length than the field allows; '' otherwise."""
    if field.max_length is not None and len(text) > field.max_length:
        words = QCoreApplication.translate(
            "Text", "“{title}” has {count} characters, and at most {most} are allowed; shorten it."
        )
        return words.format(title=field.title, count=f"{len(text):,}", most=f"{field.max_length:,}")
    if field.min_length and len(text) < field.min_length and (text or not field.nullable):
        words = QCoreApplication.translate("Text", "“{title}” has {count} characters, and at least {least} are needed.")
        return words.format(title=field.title, count=len(text), least=field.min_length)
    return ""


def too_long(count: int, most: int) -> str:
    """What to tell about a text that was not pasted."""
    words = QCoreApplication.translate(
        "Text", "The pasted text has {count} characters, and at most {most} fit; nothing was pasted."
    )
    return words.format(count=f"{count:,}", most=f"{most:,}")


def _control() -> bool:
    return bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
