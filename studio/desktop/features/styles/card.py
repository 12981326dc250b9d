"""How a style looks in the gallery: a small picture in its manner, else a plain card with its category."""

import zlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPixmap, QStandardItem
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip
from studio.prompts.style import Style

WIDTH, PICTURE = 148, 84
SUFFIX = ".webp"
ID = Qt.ItemDataRole.UserRole
CATEGORY = ID + 1
PLACE = ID + 2
"""Which one of those that are chosen it is, from 1 on; 0 for one that is not."""


def item(style: Style, language: str, category: str) -> QStandardItem:
    """A row for the list."""
    made = QStandardItem(one_line(style.called(language), 60))
    made.setEditable(False)
    made.setData(style.id, ID)
    made.setData(category, CATEGORY)
    made.setData(0, PLACE)
    made.setData(tooltip(f"{style.called(language)}\n{style.prompt}"), Qt.ItemDataRole.ToolTipRole)
    return made


class StyleCard(QStyledItemDelegate):
    """Picture, name, and the number of those that are chosen."""

    def __init__(self, folders: Sequence[Path], parent: QObject) -> None:
        """`folders`: where pictures may be, by the ids of their styles; the first one that has it counts."""
        super().__init__(parent)
        self._folders = folders
        self._pictures: dict[str, QPixmap | None] = {}

    def read_again(self) -> None:
        """Pictures may be others."""
        self._pictures.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDTH, PICTURE + 2 * option.fontMetrics.height() + 20)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place = int(index.data(PLACE) or 0)
        area: QRect = option.rect.adjusted(4, 4, -4, -4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPainterPath()
        frame.addRoundedRect(area, 6, 6)
        painter.fillPath(frame, QColor(theme.token("accent-soft" if place else "raised")))
        picture = QRect(area.topLeft(), QSize(area.width(), PICTURE))
        self._paint_picture(painter, picture, str(index.data(ID)), str(index.data(CATEGORY)))
        text = area.adjusted(8, PICTURE + 4, -8, -4)
        painter.setPen(QColor(theme.token("text")))
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(text, flags, str(index.data()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.token("focus")))
            painter.drawPath(frame)
        if place:
            _paint_number(painter, area, place)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRect, id: str, category: str) -> None:
        shown, top = self._thumbnail(id), QPainterPath()
        top.addRoundedRect(QRectF(area).adjusted(0, 0, 0, 12), 6, 6)  # round above, where the card is
        painter.save()
        painter.setClipRect(area)
        if shown is None:
            _paint_swatch(painter, area, top, id, category)
        else:
            painter.setClipPath(top, Qt.ClipOperation.IntersectClip)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            side = shown.width() * area.height() // max(1, area.width())
            painter.drawPixmap(area, shown, QRect(0, (shown.height() - side) // 2, shown.width(), side))
        painter.restore()

    def _thumbnail(self, id: str) -> QPixmap | None:
        """Of one's own, or what the starter drew, or scripts/style_cards.py."""
        if id not in self._pictures:
            safe = id.replace("-", "").replace("_", "").isalnum()
            files = (folder / f"{id}{SUFFIX}" for folder in self._folders) if safe else ()
            self._pictures[id] = next((QPixmap(str(file)) for file in files if file.exists()), None)
        found = self._pictures[id]
        return None if found is None or found.isNull() else found


def small(picture: QImage) -> QImage:
    """A card's part of a picture: its middle. For a worker's thread."""
    size = QSize(2 * (WIDTH - 8), 2 * PICTURE)
    fill, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    whole = picture.scaled(size, fill, smooth)
    return whole.copy(QRect(QPoint((whole.width() - size.width()) // 2, (whole.height() - size.height()) // 2), size))


def _paint_swatch(painter: QPainter, area: QRect, shape: QPainterPath, id: str, category: str) -> None:
    """For a style without a picture: its category on two colours that are its own, always the same."""
    hue = zlib.crc32(id.encode()) % 360
    ground, text = QColor(theme.token("raised")), QColor(theme.token("text"))
    colors = QLinearGradient(area.topLeft(), area.bottomRight())
    for at, turn in ((0.0, 0), (1.0, 50)):
        own = QColor.fromHsl((hue + turn) % 360, 110, ground.lightness())
        colors.setColorAt(at, own)
    painter.fillPath(shape, colors)
    painter.setPen(text)
    inner = area.adjusted(8, 6, -8, -6)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, category)


def _paint_number(painter: QPainter, area: QRect, place: int) -> None:
    circle = QRect(area.topRight() - QPoint(28, -6), QSize(22, 22))
    painter.setBrush(QColor(theme.token("accent")))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(circle)
    painter.setPen(QColor(theme.token("on-accent")))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(place))
