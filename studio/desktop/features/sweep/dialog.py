"""SweepDialog: which parameters go through which values."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.desktop.features.sweep import axis
from studio.desktop.features.sweep.axis import Axis
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.widgets.control import Combo
from studio.errors import UserError
from studio.form import FormField

WIDTH = 560
LONGEST_TITLE = 16
"""Characters of a parameter's name that are always seen."""


LISTED = 5
"""Values that are told one by one."""


class SweepDialog(QDialog):
    """`started` carries one Axis or two; the rest of the form stays as it is."""

    started = Signal(list)

    def __init__(self, title: str, fields: Sequence[FormField], parent: QWidget) -> None:
        super().__init__(parent)
        self._fields = [field for field in fields if axis.can_sweep(field)]
        self.setWindowTitle(self.tr("Parameter grid: {0}").format(title))
        self.setMinimumWidth(theme.scaled(WIDTH))
        about = self.tr(
            "One picture for each value, or for each pair of values. Separate numbers with a comma and a space "
            "(1, 2.5), texts with |. 1..9 is a range; 0..1/5 is five values from 0 to 1."
        )
        self._about = plain_label(about)
        self._about.setProperty("role", "hint")
        self.rows = [self._row(self.tr("Columns")), self._row(self.tr("Rows"))]
        self.rows[1][0].insertItem(0, self.tr("None"), None)
        self.rows[1][0].setCurrentIndex(0)
        self._count = plain_label("")
        self.start = QPushButton(self.tr("Start"))
        self.start.setDefault(True)
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self._start)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self._lay_out()
        for combo, line in self.rows:
            combo.activated.connect(lambda _, combo=combo, line=line: self._suggest(combo, line))
            line.textChanged.connect(self._refresh)
            self._suggest(combo, line)
        self._refresh()

    def _row(self, name: str) -> tuple[Combo, QLineEdit]:
        combo, line = Combo(self), QLineEdit(self)
        for field in self._fields:
            combo.addItem(field.title, field.name)
        combo.setMinimumContentsLength(LONGEST_TITLE)
        combo.setAccessibleName(name)
        line.setAccessibleName(self.tr("Values: {0}").format(name))
        line.setPlaceholderText(self.tr("Values"))
        return combo, line

    def _lay_out(self) -> None:
        grid = QGridLayout()
        for number, (combo, line) in enumerate(self.rows):
            label = QLabel(combo.accessibleName())
            label.setBuddy(combo)
            grid.addWidget(label, number, 0)
            grid.addWidget(combo, number, 1)
            grid.addWidget(line, number, 2)
        grid.setColumnStretch(2, 1)
        end = QHBoxLayout()
        end.addWidget(self._count, 1)
        end.addWidget(self.cancel)
        end.addWidget(self.start)
        column = QVBoxLayout(self)
        column.addWidget(self._about)
        column.addLayout(grid)
        column.addLayout(end)

    def _field(self, combo: Combo) -> FormField | None:
        return next((field for field in self._fields if field.name == combo.currentData()), None)

    def _suggest(self, combo: Combo, line: QLineEdit) -> None:
        field = self._field(combo)
        line.setEnabled(field is not None)
        line.setText(axis.suggestion(field) if field else "")
        self._refresh()

    def axes(self) -> list[Axis]:
        """Raises UserError for what cannot be read."""
        found = [axis.read(field, line.text()) for combo, line in self.rows if (field := self._field(combo))]
        if len(found) == 2 and found[0].field.name == found[1].field.name:
            raise UserError(self.tr("Columns and rows have the same parameter; choose another for one of them."))
        return found

    def _refresh(self) -> None:
        try:
            axes = self.axes()
        except UserError as error:
            self._show_count(say(error.message), "error", False)
            return
        count = len(axes[0].values) * (len(axes[1].values) if len(axes) > 1 else 1) if axes else 0
        if count > axis.MOST:
            words = self.tr("{0} pictures are too many; the limit is {1}.")
            self._show_count(words.format(count, axis.MOST), "error", False)
        else:
            words = self.tr("One picture") if count == 1 else self.tr("{0} pictures")
            told = [words.format(count), *(_listed(each) for each in axes)]
            self._show_count(" · ".join(told), "hint", count > 0)

    def _show_count(self, text: str, role: str, can_start: bool) -> None:
        self._count.setText(text)
        self._count.setProperty("role", role)
        self._count.style().polish(self._count)
        self.start.setEnabled(can_start)

    def _start(self) -> None:
        self.started.emit(self.axes())
        self.accept()


def _listed(axis: Axis) -> str:
    """The values as they were understood."""
    values = "; ".join(one_line(str(value), LONGEST_TITLE) for value in axis.values[:LISTED])
    return f"{axis.field.title}: {values}{'; …' if len(axis.values) > LISTED else ''}"
