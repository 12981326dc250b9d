"""An editor with its title, its description, and the sentence that is to be said about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import sentence, theme
from studio.desktop.style.label_text import action_text, one_line, tooltip

TITLE_WIDTH = 88
"""Pixels of a title that has its editor beside it."""


class FormRow(QWidget):
    """One field of a form. An error stays until the value changes; so does a notice about what was refused."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        field = editor.field
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setText(action_text(one_line(field.title, 60)))
        self.title.setBuddy(editor.focus_widget())
        self.title.setProperty("role", "field")
        for widget in (self.title, editor.corner if editor.slim else None, editor.focus_widget()):
            if widget is not None:
                widget.setToolTip(tooltip(field.description))
        editor.focus_widget().setAccessibleDescription(field.description)
        self._message: QLabel | None = None  # few are ever told anything
        self._lay_out()
        editor.refused.connect(self.show_message)
        editor.changed.connect(self.clear)
        editor.left.connect(self._check)

    def _lay_out(self) -> None:
        """Title, editor and exact entry on one line, or what needs more room below its title."""
        editor, corner = self.editor, self.editor.corner
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self.title)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        if editor.slim:
            editor.hide()
            head.addStretch(1)
        elif editor.in_line:
            self.title.setFixedWidth(theme.scaled(TITLE_WIDTH, 0.5))
            self.title.setWordWrap(True)
            head.addWidget(editor, 1)
        else:
            head.addStretch(1)
            column.addWidget(editor)
        if corner is not None:
            head.addWidget(corner)

    @property
    def message(self) -> str:
        """The sentence that stands at the field; '' when there is none."""
        return self._message.text() if self._message is not None and not self._message.isHidden() else ""

    def show_message(self, text: str) -> None:
        text = sentence.say(text)
        if self._message is None:
            self._message = plain_label("", self)
            self._message.setProperty("role", "error")
            self._column.addWidget(self._message)
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._message.setAccessibleName(text)
        self.setProperty("wrong", bool(text))

    def _check(self) -> None:
        """Tell at once what is wrong with what was typed; that something is still empty can wait."""
        if not self.message and self.editor.value() is not MISSING and (problem := self.editor.problem()):
            self.show_message(problem)

    def clear(self) -> None:
        if self.message:
            self.show_message("")
