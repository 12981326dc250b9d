"""Detail: what made the selected picture, and the ways to go on from it."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.desktop import theme
from studio.desktop.notice import plain_label

if TYPE_CHECKING:
    from studio.library import Record

LONGEST = 2000  # characters of one value that are shown


class Detail(QWidget):
    """The recipe of a Record, as plain text, and "same settings again"."""

    again_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record: Record | None = None
        self.setAccessibleName(self.tr("How the picture was made"))
        self._titles: dict[str, str] = {}
        self._fields: dict[str, dict[str, str]] = {}
        self._again = QPushButton(theme.icon("retry"), self.tr("Same settings again"))
        self._again.setToolTip(self.tr("Fill the form with what made this picture"))
        self._again.clicked.connect(lambda: self.record and self.again_wanted.emit(self.record))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.addWidget(self._again, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self._area, 1)
        column.addLayout(row)
        self.show_record(None)

    def set_titles(self, titles: dict[str, str], fields: dict[str, dict[str, str]]) -> None:
        """What tasks are called, by id, and their parameters, by task and name."""
        self._titles, self._fields = titles, fields
        self.show_record(self.record)

    def show_record(self, record: "Record | None") -> None:
        self.record = record
        self._again.setEnabled(record is not None and record.recipe.task in self._titles)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if record is None:
            hint = plain_label(self.tr("Choose a picture below to see how it was made."))
            hint.setProperty("role", "hint")
            column.addWidget(hint)
        else:
            self._fill(column, record)
        column.addStretch(1)
        self._area.setWidget(page)

    def _fill(self, column: QVBoxLayout, record: "Record") -> None:
        recipe = record.recipe
        title = plain_label(self._titles.get(recipe.task, recipe.task))
        title.setProperty("role", "section")
        column.addWidget(title)
        if isinstance(prompt := recipe.params.get("prompt"), str) and prompt.strip():
            column.addWidget(plain_label(prompt[:LONGEST]))
        rows = QFormLayout()
        rows.setHorizontalSpacing(14)
        rows.setVerticalSpacing(5)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for name, value in self._rows(record):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setText(name)
            label.setProperty("role", "hint")
            rows.addRow(label, plain_label(value))
        column.addLayout(rows)
        if record.missing:
            column.addWidget(plain_label(self.tr("The file of this picture is gone; what made it is still known.")))

    def _rows(self, record: "Record") -> list[tuple[str, str]]:
        recipe, names = record.recipe, self._fields.get(record.recipe.task, {})
        rows = [(self.tr("Picture"), f"{record.width} × {record.height}")]
        if recipe.seed is not None:
            rows.append((self.tr("Seed"), str(recipe.seed)))
        if recipe.model:
            rows.append((self.tr("Model"), recipe.model))
        shown = {"prompt", "seed", "model"}
        for name, value in recipe.params.items():
            if name not in shown and value not in (None, ""):
                rows.append((names.get(name, name), text_of(value)))
        rows += [(name, text_of(value)) for name, value in recipe.values.items()]
        if recipe.seconds:
            rows.append((self.tr("Took"), f"{recipe.seconds:.1f} s"))
        if recipe.parents:
            rows.append((self.tr("Made from"), "\n".join(text_of(parent) for parent in recipe.parents[:8])))
        rows.append((self.tr("When"), record.created[:19].replace("T", "  ")))
        return rows


def text_of(value: Any) -> str:
    """A value of a recipe as a line of text."""
    if isinstance(value, bool):
        return "✓" if value else "–"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
