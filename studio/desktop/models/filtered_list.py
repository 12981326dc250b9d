"""FilteredList: rows of two lines, a field that narrows them, and what is to be known of the chosen one below."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from studio.desktop.forms.model import ABOUT, HEADING, TwoLines
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip

VALUE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class ListRow:
    """`words`: what a search finds it by, besides what is shown.

    Rows of one `group` follow each other, under its name.
    """

    value: Any
    title: str
    about: str
    words: str = ""
    group: str = ""

    def matches(self, wanted: Sequence[str]) -> bool:
        said = f"{self.title} {self.about} {self.words} {self.group}".casefold()
        return all(word in said for word in wanted)


class FilteredList(QWidget):
    """`tools` is the row of buttons under it."""

    chosen = Signal()
    """Another row, or none."""
    searched = Signal(str)

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ListRow] = []
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(placeholder)
        self.search.setAccessibleName(placeholder)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QListView(self)
        self.list.setAccessibleName(name)
        self.list.setItemDelegate(TwoLines(self.list))
        self.items = QStandardItemModel(self.list)
        self.list.setModel(self.items)
        self.list.selectionModel().currentChanged.connect(lambda: self.chosen.emit())
        self.about = plain_label("", self)
        self.about.setProperty("role", "hint")
        self.tools = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setSpacing(theme.space("gap"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.about)
        column.addLayout(self.tools)

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """The chosen one stays, if it is there."""
        self._rows = list(rows)
        self._filter()

    @property
    def value(self) -> Any:
        """Of the chosen row; None for none."""
        return self.list.currentIndex().data(VALUE)

    def choose(self, value: Any) -> None:
        for at in range(self.items.rowCount()):
            if self.items.item(at).data(VALUE) == value:
                self.list.selectionModel().setCurrentIndex(
                    self.items.index(at, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
                )

    def _filter(self) -> None:
        before, wanted = self.value, self.search.text().casefold().split()
        self.items.clear()
        found = [row for row in self._rows if row.matches(wanted)]
        for group, rows in itertools.groupby(found, key=lambda row: row.group):
            if group:
                self.items.appendRow(_heading(group))
            for row in rows:
                self.items.appendRow(_item(row))
        self.choose(before)
        self.chosen.emit()
        self.searched.emit(self.search.text())


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setData(True, HEADING)
    return item


def _item(row: ListRow) -> QStandardItem:
    item = QStandardItem(one_line(row.title, 80))
    item.setEditable(False)
    item.setData(row.value, VALUE)
    item.setData(one_line(row.about, 300), ABOUT)
    item.setData(tooltip(f"{row.title}\n{row.about}"), Qt.ItemDataRole.ToolTipRole)
    item.setData(f"{row.title}. {row.about}", Qt.ItemDataRole.AccessibleTextRole)
    return item
