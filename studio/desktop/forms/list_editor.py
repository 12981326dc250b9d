"""Sequence: a list of values, each in an editor of its own; entries can be added, removed and moved."""

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.image_field import ImageField
from studio.desktop.forms.seed import tool
from studio.desktop.style import theme
from studio.form import FormField

MOST = 100
"""Entries of a list whose field names no limit."""


class ListEntry(QWidget):
    """One value of the list, with what can be done to it."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self.editor = editor
        self.up = tool("up", self.tr("Move up"), self)
        self.down = tool("down", self.tr("Move down"), self)
        self.remove = tool("remove", self.tr("Remove this entry"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        if not editor.slim:
            row.addWidget(editor, 1)
        if editor.corner is not None:
            row.addWidget(editor.corner)
        if editor.slim:
            editor.hide()
            row.addStretch(1)
        tall = editor.tall or isinstance(editor, ImageField)
        buttons = QVBoxLayout() if tall else QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        row.addLayout(buttons)
        if isinstance(editor, ImageField):
            editor.lies_in_list()


class ListEditor(Editor):
    """A `list`; `make` makes the editor of one entry."""

    def __init__(self, field: FormField, make: Callable[[FormField], Editor], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        assert field.item is not None
        self._item = msgspec.structs.replace(field.item, required=True, title=field.item.title or field.title)
        self._make = make
        self._model: ModelInfo | None = None
        self._look_under: Callable[[], Any] = lambda: None
        self._empty: Any = None if field.nullable else []
        self.entries: list[ListEntry] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        words = self.tr("Add, or drop pictures here") if self._item.widget == "image" else self.tr("Add")
        self.add = QPushButton(theme.icon("add"), words, self)
        self.add.setAccessibleName(self.tr("{title}: add an entry").format(title=field.title))
        self.add.clicked.connect(self._add_and_focus)
        self.setFocusProxy(self.add)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._column)
        if self._item.widget == "image":  # pictures are dropped on it too
            column.addWidget(self.add)
        else:
            self.corner = self.add

    def value(self) -> Any:
        if not self.entries:
            return self._empty
        return [value for value in (entry.editor.value() for entry in self.entries) if value is not MISSING]

    def set_value(self, value: Any) -> None:
        self._empty = None if value is None and self.field.nullable else []
        parts = value if isinstance(value, list | tuple) else []
        if len(parts) == len(self.entries):  # who writes in one of them goes on there
            for entry, part in zip(self.entries, parts, strict=True):
                if entry.editor.value() != part:
                    entry.editor.set_value(part)
            self._refresh()
            return
        for entry in [*self.entries]:
            self._drop(entry)
        for part in parts:
            self._append(part)
        self._refresh()

    def problem(self) -> str:
        for entry in self.entries:
            if problem := entry.editor.problem():
                return problem
        count, least, most = len(self.entries), self.field.min_length or 0, self.field.max_length or MOST
        if count < least and not (count == 0 and self._empty is None):
            words = self.tr("“{title}” has {count} entries, and at least {least} are needed.")
            return words.format(title=self.field.title, count=count, least=least)
        if count > most:
            words = self.tr("“{title}” has {count} entries, and at most {most} are allowed.")
            return words.format(title=self.field.title, count=count, most=most)
        return ""

    def add_values(self, values: list[Any]) -> None:
        """More entries at the end; those that have no room are told."""
        room = max(0, (self.field.max_length or MOST) - len(self.entries))
        for value in values[:room]:
            self._append(value)
        self._refresh()
        if len(values) > room:
            words = self.tr("There is room for {room} more in “{title}”; {left} were left out.")
            self.refused.emit(words.format(room=room, title=self.field.title, left=len(values) - room))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._item.widget == "image" and event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.add_values([file for url in event.mimeData().urls() if (file := url.toLocalFile())])

    def _take_several(self, entry: ListEntry, files: list[str]) -> None:
        """Several files that were dropped on one entry: the first goes there, the others behind."""
        entry.editor.set_value(files[0])
        self.add_values(files[1:])

    def use_model(self, model: ModelInfo | None) -> None:
        self._model = model
        for entry in self.entries:
            entry.editor.use_model(model)

    def lie_over(self, look: Callable[[], Any]) -> None:
        self._look_under = look
        for entry in self.entries:
            entry.editor.lie_over(look)

    def models_changed(self) -> None:
        for entry in self.entries:
            entry.editor.models_changed()

    def library_opened(self) -> None:
        for entry in self.entries:
            entry.editor.library_opened()

    def focus_widget(self) -> QWidget:
        for entry in self.entries:
            if entry.editor.problem():
                return entry.editor.focus_widget()
        return self.add

    def _add_and_focus(self) -> None:
        self._append(initial(self._item))
        self._refresh()
        self.entries[-1].editor.focus_widget().setFocus()

    def _append(self, value: Any) -> None:
        editor = self._make(self._item)
        entry = ListEntry(editor, self)
        editor.use_model(self._model)
        editor.lie_over(self._look_under)
        editor.set_value(value)
        editor.changed.connect(self.changed)
        editor.submitted.connect(self.submitted)
        editor.refused.connect(self.refused)
        editor.words_offered.connect(self.words_offered)
        if isinstance(editor, ImageField):
            editor.several.connect(lambda files: self._take_several(entry, files))
        entry.up.clicked.connect(lambda: self._move(entry, -1))
        entry.down.clicked.connect(lambda: self._move(entry, 1))
        entry.remove.clicked.connect(lambda: self._remove(entry))
        self.entries.append(entry)
        self._column.addWidget(entry)

    def _remove(self, entry: ListEntry) -> None:
        at = self.entries.index(entry)
        self._drop(entry)
        self._refresh()
        left = self.entries[min(at, len(self.entries) - 1)].remove if self.entries else self.add
        left.setFocus()

    def _drop(self, entry: ListEntry) -> None:
        self.entries.remove(entry)
        self._column.removeWidget(entry)
        entry.hide()
        entry.deleteLater()

    def _move(self, entry: ListEntry, by: int) -> None:
        at = self.entries.index(entry)
        self.entries.insert(at + by, self.entries.pop(at))
        self._column.removeWidget(entry)
        self._column.insertWidget(at + by, entry)
        self._refresh()

    def _refresh(self) -> None:
        for number, entry in enumerate(self.entries):
            entry.up.setEnabled(number > 0)
            entry.down.setEnabled(number < len(self.entries) - 1)
            for button, words in (
                (entry.up, self.tr("Move entry {n} up")),
                (entry.down, self.tr("Move entry {n} down")),
                (entry.remove, self.tr("Remove entry {n}")),
            ):
                button.setAccessibleName(words.format(n=number + 1))
        self.add.setEnabled(len(self.entries) < (self.field.max_length or MOST))
        self.changed.emit()
