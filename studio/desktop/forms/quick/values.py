"""QuickValues: the few values of one form that stand at the picture: what is to be written, and numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QWidget

from studio.desktop.forms.quick.row import SLIDER_WIDTH, QuickRow
from studio.desktop.shell.tab_order import PART
from studio.desktop.style import theme

WORDS_WIDTH, NARROWEST = 200, 110
"""Pixels that a text should have beside numbers, and that it has at least."""
NUMBERS_WIDTH = 520
"""Of numbers that stand alone, at most."""
ROWS, GAP = 2, 12


class QuickValues(QWidget):
    """Texts at the left, numbers in two rows at their right; below them where there is no room."""

    told = Signal(str)
    negative_shown = Signal(bool)

    def __init__(
        self, texts: Sequence[QuickRow], negative: QuickRow | None, numbers: Sequence[QuickRow], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.texts, self.numbers, self.negative = [*texts], [*numbers], negative
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        written = QWidget(self)
        words = QHBoxLayout(written)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        for row in self.texts:
            words.addWidget(row, 3)
        if negative is not None:
            words.addWidget(negative, 2)
            negative.editor.changed.connect(self._filled)
            negative.hide()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        for at, row in enumerate(self.numbers):
            grid.addWidget(row, at % ROWS, at // ROWS)
        self._figures = QWidget(self)
        self._figures.setLayout(grid)
        self._figures.setVisible(bool(self.numbers))
        written.setVisible(bool(self.texts))
        for part in (written, self._figures):
            part.setProperty(PART, True)
        if self.texts:
            self._row.addWidget(written, 1)
            self._row.addWidget(self._figures)
        else:
            self._figures.setMaximumWidth(theme.scaled(NUMBERS_WIDTH))
            self._row.addStretch(1)
            self._row.addWidget(self._figures, 100)
            self._row.addStretch(1)
        for row in self.rows:
            row.told.connect(self._tell)
        self.fit()

    @property
    def rows(self) -> list[QuickRow]:
        return [*self.texts, *([self.negative] if self.negative else []), *self.numbers]

    @property
    def first(self) -> QuickRow | None:
        """What is to be filled in first."""
        return next(iter(self.rows), None)

    def _tell(self, text: str) -> None:
        """The first thing that is still to be said."""
        self.told.emit(next((row.message for row in self.rows if row.message), text))

    # ---- what shall not be seen

    def want_negative(self, wanted: bool) -> None:
        """Whether there is a place for what the picture shall not show."""
        if self.negative is not None and self.negative.isHidden() == wanted:
            self.negative.setVisible(wanted)
            self.fit()
            self.negative_shown.emit(wanted)

    def _filled(self) -> None:
        """What holds is seen."""
        if self.negative is not None and self.negative.editor.value():
            self.want_negative(True)

    # ---- room

    def minimumSizeHint(self) -> QSize:
        """It gives up sliders, and then the one line, before it would make the window larger."""
        wide = self._narrowest if self.numbers else theme.scaled(NARROWEST, 0.5)
        return QSize(wide, super().minimumSizeHint().height())

    @property
    def _narrowest(self) -> int:
        """Of the numbers, without their sliders."""
        columns = -(-len(self.numbers) // ROWS)
        return columns * max((row.narrowest for row in self.numbers), default=0) + (columns - 1) * GAP

    @property
    def comfortable(self) -> int:
        """Pixels for all of it on one line."""
        least = theme.scaled(NARROWEST)
        words = sum(max(least, row.minimumSizeHint().width()) + GAP for row in self._shown_texts)
        return words + (self._narrowest if self.numbers else 0)

    @property
    def _shown_texts(self) -> list[QuickRow]:
        return [*self.texts, *([self.negative] if self.negative is not None and not self.negative.isHidden() else [])]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Sliders where there is room; numbers beside the texts, or below them."""
        if not self.numbers:
            return
        widest = max(row.title.sizeHint().width() for row in self.numbers)
        for row in self.numbers:
            row.title.setMinimumWidth(widest)
        columns = -(-len(self.numbers) // ROWS)
        slid = self._narrowest + columns * theme.scaled(SLIDER_WIDTH, 0.3)
        words = len(self._shown_texts) * theme.scaled(WORDS_WIDTH, 0.5) + GAP
        room, below = self.width(), bool(self.texts) and self.comfortable > self.width()
        shown = slid <= room if below or not self.texts else words + slid <= room
        for row in self.numbers:
            row.show_slider(shown, stretched=below or not self.texts)
        direction = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != direction:
            self._row.setDirection(direction)
            self._row.setSpacing(4 if below else GAP)
            self.updateGeometry()
