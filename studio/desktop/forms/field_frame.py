"""How a field for a file looks: a frame with a small picture, two lines about it and its tools; dashed while empty."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio.desktop.forms.editor import Editor
from studio.desktop.forms.seed import tool
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip
from studio.form import FormField

SIDE = 72
"""Pixels of a thumbnail, on a screen of the usual density."""


class FieldFrame(Editor):
    """What a subclass tells: whether something `is_filled` in, its lines and picture, and what to do with a drop."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.is_listed = False
        """Whether a list around it removes it."""
        self._hovered = False
        self.stands_out = False
        """Whether it holds what is an exception."""
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(field.title)
        self._picture = QLabel(self)
        self._picture.setFixedSize(SIDE, SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name, self._about = _line(self), _line(self, "hint")
        self._about.setWordWrap(True)
        self.clear_button = tool("remove", self.tr("{title}: remove").format(title=field.title), self)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(2)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._name)
        texts.addWidget(self._about)
        texts.addStretch(1)
        texts.addLayout(self.tools)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(220, SIDE + 16)

    @property
    def is_filled(self) -> bool:
        raise NotImplementedError

    def describe(self) -> tuple[str, str]:
        """The two lines beside the picture."""
        raise NotImplementedError

    def pixmap(self) -> QPixmap:
        raise NotImplementedError

    def take_data(self, data: QMimeData) -> None:
        """Use what was dropped or pasted."""
        raise NotImplementedError

    def add_tool(self, icon: str, name: str, run: Callable[[], object]) -> QToolButton:
        button = tool(icon, name, self)
        button.setAccessibleName(f"{self.field.title}: {name}")
        button.clicked.connect(lambda: run())
        self.tools.addWidget(button)
        return button

    def _show_name(self, name: str) -> None:
        self._name.setWordWrap(not self.is_filled)  # words of ours are read whole; of a file's name, both ends are
        if not self.is_filled:
            self._name.setText(name)
            return
        room, metrics = self._name.width(), self._name.fontMetrics()
        self._name.setText(metrics.elidedText(one_line(name, 200), Qt.TextElideMode.ElideMiddle, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_name(self.describe()[0])

    def refresh(self) -> None:
        """Show what it holds now."""
        name, about = self.describe()
        self._show_name(name)
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.clear_button.setVisible(self.is_filled and not self.is_listed)
        self.setToolTip(tooltip(str(self.value()) if self.is_filled else self.field.description))
        self._picture.setPixmap(self.pixmap())
        self.setAccessibleDescription(f"{name}. {about}")
        self.update()

    def scaled(self, image: QImage) -> QPixmap:
        """Small enough for the frame, and sharp on any screen."""
        ratio = self.devicePixelRatioF()
        box = QSize(round(SIDE * ratio), round(SIDE * ratio))
        shown = image.scaled(box, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        pixmap = QPixmap.fromImage(shown)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._hovered or self.hasFocus()
        plain = QColor(theme.token("accent")) if self.stands_out else self.palette().mid().color()
        color = QColor(theme.token("focus")) if lit else plain
        pen = QPen(color, 2 if lit or self.stands_out else 1.2)
        if not self.is_filled:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(self.palette().alternateBase() if self._hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:  # another theme: the drawn pictures have its colours
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take_data(event.mimeData())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _hover(self, on: bool) -> None:
        self._hovered = on
        self.update()


def _line(parent: QWidget, role: str = "strong") -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
