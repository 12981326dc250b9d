"""ExampleStrip: a row of small pictures, one for each value; a click chooses the value."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action, tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import number_text, one_line

SIDE, NARROWEST = 84, 30


class ExampleCell(QAbstractButton):
    """One value: its picture, once it is there, and its number; framed while it is the one in the form."""

    def __init__(self, value: float, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.value, self._name = value, name
        self.picture: QImage | None = None
        self.waits = self.is_set = self.failed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(SIDE)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE + self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, NARROWEST)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = min(self.width(), self.height() - self.fontMetrics().height() - 4)
        box = QRectF((self.width() - side) / 2, 0, side, side).adjusted(2, 2, -2, -2)
        self._paint_picture(painter, box)
        painter.setPen(QColor(theme.token("text" if self.is_set else "muted")))
        line = QRectF(0, side + 2, self.width(), self.fontMetrics().height() + 2)
        named = self._name if self.fontMetrics().horizontalAdvance(self._name) <= self.width() else ""
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, named or number_text(self.value))

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        if self.picture is not None:
            painter.setClipPath(shape)
            short = min(self.picture.width(), self.picture.height())
            source = QRectF((self.picture.width() - short) / 2, (self.picture.height() - short) / 2, short, short)
            painter.drawImage(box, self.picture, source)
            painter.setClipping(False)
        else:
            painter.fillPath(shape, QColor(theme.token("hover" if self.underMouse() else "raised")))
            icon = "warning" if self.failed else "running" if self.waits else ""
            if icon:
                square = QRectF(0, 0, 18, 18)
                square.moveCenter(box.center())
                theme.icon(icon).paint(painter, square.toRect())
        frame = "focus" if self.hasFocus() else "accent" if self.is_set else "line"
        painter.setPen(QPen(QColor(theme.token(frame)), 2.5 if frame != "line" else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)


class ExampleStrip(QFrame):
    """Arrow keys go from one to the next."""

    chosen = Signal(float)
    wanted = Signal()
    """The examples shall be made."""
    stopped = Signal()
    closed = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Examples"))
        self.cells: list[ExampleCell] = []
        self._busy = False
        self.hide()
        self._about = plain_label("")
        self._about.setProperty("role", "hint")
        self._about.setWordWrap(False)
        self.make = QPushButton(self)
        self._add_actions()
        show_action(self.make, actions.qaction("examples.make"))
        close = tool_button(actions, "examples.close", self, "tool")
        head = QHBoxLayout()
        head.addWidget(self._about, 1)
        head.addWidget(self.make)
        head.addWidget(close)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._row)
        self.refresh()

    def _add_actions(self) -> None:
        words = self.tr("Stop"), self.tr("Make examples")
        about = (
            self.tr("Do not make the remaining examples"),
            self.tr("Make a picture for each value, from the same seed"),
        )
        self._actions.add(
            Action(
                "examples.make", words[1], self._make_or_stop, now=lambda: words[not self._busy],
                about=lambda: about[not self._busy], enabled=self._can_make, section=Section.EXAMPLES,
            )
        )  # fmt: skip
        self._actions.add(
            Action(
                "examples.close", self.tr("Close the examples"), self.closed.emit, "cancel",
                enabled=self._is_offered, section=Section.EXAMPLES,
            )
        )  # fmt: skip

    def _is_offered(self) -> bool:
        return not self.isHidden()

    def _can_make(self) -> bool:
        missing = any(cell.picture is None for cell in self.cells)
        return self._is_offered() and (self._busy or missing)

    def _make_or_stop(self) -> None:
        if self._busy:
            self.stopped.emit()
        else:
            self.wanted.emit()

    def _refresh_actions(self) -> None:
        self._actions.refresh("examples.make", "examples.close", *map(_id_of, range(1, len(self.cells) + 1)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_actions()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._refresh_actions()

    def show_values(self, title: str, values: Sequence[float]) -> None:
        """Other values, without pictures."""
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._about.setText(self.tr("What “{title}” does to this picture").format(title=one_line(title, 30)))
        words = (self.tr("near"), self.tr("middle"), self.tr("far")) if len(values) == 3 else ("",) * len(values)
        self.cells = [
            ExampleCell(value, " · ".join(part for part in (word, number_text(value)) if part), self)
            for value, word in zip(values, words, strict=True)
        ]
        self._row.addStretch(1)
        self._actions.replace("examples.take-", map(self._choice, range(1, len(self.cells) + 1), self.cells))
        for number, cell in enumerate(self.cells, 1):
            show_action(cell, self._actions.qaction(_id_of(number)), named=False)
            self._row.addWidget(cell, 10)
            cell.show()
        self._row.addStretch(1)
        self._fit()
        self.refresh()

    def _choice(self, number: int, cell: ExampleCell) -> Action:
        return Action(
            _id_of(number), cell.accessibleName(), lambda: self.chosen.emit(cell.value),
            enabled=self._is_offered, section=Section.EXAMPLES,
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Squares as large as they all fit beside each other."""
        margins = self._column.contentsMargins()
        room = self.contentsRect().width() - margins.left() - margins.right() - 6 * len(self.cells)
        side = min(SIDE, max(NARROWEST, room // max(1, len(self.cells))))
        for cell in self.cells:
            cell.setFixedHeight(side + cell.fontMetrics().height() + 4)

    def mark(self, value: object) -> None:
        """Which of them stands in the form."""
        for cell in self.cells:
            cell.is_set = isinstance(value, int | float) and abs(value - cell.value) < 1e-6
        self.refresh()

    def refresh(self) -> None:
        """Pictures have come, or jobs have ended."""
        self._busy = any(cell.waits for cell in self.cells)
        self._refresh_actions()
        for cell in self.cells:
            cell.update()


def _id_of(number: int) -> str:
    return f"examples.take-{number}"
