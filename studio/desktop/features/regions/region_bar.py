"""RegionBar: which region is painted, its words, and an end to painting them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from studio.desktop.features.regions.painted_region import PaintedRegion
from studio.desktop.forms.seed import tool
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line

LETTERS, SIDE = 14, 12


class RegionBar(QFrame):
    """Stands above the mask tools while regions are painted."""

    chosen = Signal(int)
    worded = Signal(str)
    added = Signal()
    removed = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "maskbar")
        self.setAccessibleName(self.tr("Regions"))
        self.chips: list[QToolButton] = []
        self.add = tool("add", self.tr("Another region"), self)
        self.add.clicked.connect(self.added)
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(self.tr("What is there"))
        self.words.setAccessibleName(self.tr("Words of the region"))
        self.words.setMinimumWidth(theme.scaled(120))
        self.words.textEdited.connect(self.worded)
        self.remove = tool("remove", self.tr("Remove this region"), self)
        self.remove.clicked.connect(self.removed)
        self.done = QPushButton(self.tr("Done"), self)
        self.done.setToolTip(self.tr("Hide the regions; the task keeps them"))
        self.done.clicked.connect(self.ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 2)
        row.setSpacing(4)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        row.addLayout(self._chips)
        for widget in (self.add, self.words, self.remove, self.done):
            row.addWidget(widget, 1 if widget is self.words else 0)
        self.hide()

    def show_regions(self, regions: Sequence[PaintedRegion], at: int, most: int) -> None:
        while len(self.chips) > len(regions):
            chip = self.chips.pop()
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        while len(self.chips) < len(regions):
            self._append()
        for number, (chip, region) in enumerate(zip(self.chips, regions, strict=True)):
            name = region.words or self.tr("Region {0}").format(number + 1)
            chip.setText(f" {one_line(name, LETTERS)}")
            chip.setToolTip(name)
            chip.setAccessibleName(self.tr("Paint the region “{0}”").format(one_line(name, 60)))
            chip.setIcon(_square(region))
            chip.setChecked(number == at)
        self.add.setEnabled(len(regions) < most)
        self.remove.setEnabled(bool(regions))
        words = regions[at].words if 0 <= at < len(regions) else ""
        if self.words.text() != words:
            self.words.setText(words)

    def _append(self) -> None:
        chip, number = QToolButton(self), len(self.chips)
        chip.setCheckable(True)
        chip.setIconSize(QSize(SIDE, SIDE))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.clicked.connect(lambda: self.chosen.emit(number))
        self.chips.append(chip)
        self._chips.addWidget(chip)


def _square(region: PaintedRegion) -> QIcon:
    made = QPixmap(SIDE * 2, SIDE * 2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(region.colour)
    painter.drawRoundedRect(0, 0, SIDE * 2, SIDE * 2, 6, 6)
    painter.end()
    return QIcon(made)
