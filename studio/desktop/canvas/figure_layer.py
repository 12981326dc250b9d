"""Figures as layers: a text or a shape is drawn into pixels, and drawn anew when it is changed."""

import math
from dataclasses import replace

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from studio.desktop.canvas.layer import Layer
from studio.desktop.shell.qt_image import prepared
from studio.document.figure import Figure, ShapeFigure, TextFigure

MARGIN = 2
"""Pixels around a figure, for its smooth edge."""
LONGEST_SIDE = 16_384


def drawn(layer: Layer, figure: Figure) -> Layer:
    """A layer with other words or another shape, as large and as turned as it was."""
    area = outline_area(figure)
    image = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-area.topLeft())
    paint(painter, figure)
    painter.end()
    made = replace(
        layer, shown=prepared(image), at=area.topLeft(), scaled=None, ref="", file=None, mask=None, soft=False,
        painted=False, figure=figure,
    )  # fmt: skip
    if layer.scaled is None:
        return made
    middle = to_picture(layer).map(QRectF(area).center())
    return made.place(layer.scaled._replace(x=middle.x(), y=middle.y()))


def to_picture(layer: Layer) -> QTransform:
    """From where the figure of a layer says that it lies to where it is seen, if it is scaled or turned."""
    if layer.figure is None or layer.scaled is None:
        return QTransform()
    corner = outline_area(layer.figure).topLeft()
    return QTransform.fromTranslate(-corner.x(), -corner.y()) * layer.matrix


def placed(layer: Layer) -> Figure | None:
    """The figure of a layer, where the layer lies now: it may have been moved. Scaling and turning are not in it."""
    figure = layer.figure
    if figure is None or layer.scaled is not None:
        return figure
    by = QRectF(layer.rect).center() - QRectF(outline_area(figure)).center()
    if isinstance(figure, TextFigure):
        return msgspec.structs.replace(figure, x=figure.x + by.x(), y=figure.y + by.y())
    return msgspec.structs.replace(
        figure, x=figure.x + by.x(), y=figure.y + by.y(), to_x=figure.to_x + by.x(), to_y=figure.to_y + by.y()
    )


def paint(painter: QPainter, figure: Figure) -> None:
    """In pixels of the picture."""
    if isinstance(figure, TextFigure):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(figure.colour))
        painter.drawPath(_text_path(figure))
        return
    pen = QPen(QColor(figure.stroke), figure.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen if figure.stroke and figure.width > 0 else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(figure.fill) if figure.fill else Qt.BrushStyle.NoBrush)
    box = shape_box(figure)
    if figure.kind == "line":
        painter.drawLine(QPointF(figure.x, figure.y), QPointF(figure.to_x, figure.to_y))
    elif figure.kind == "ellipse":
        painter.drawEllipse(box)
    else:
        painter.drawRect(box)


def shape_box(figure: ShapeFigure) -> QRectF:
    return QRectF(QPointF(figure.x, figure.y), QPointF(figure.to_x, figure.to_y)).normalized()


def outline_area(figure: Figure) -> QRect:
    """The pixels of the picture that a figure may touch."""
    if isinstance(figure, TextFigure):
        box, reach = _text_path(figure).boundingRect(), 0.0
        box = box if not box.isEmpty() else QRectF(figure.x, figure.y, 1, figure.size)
    else:
        box, reach = shape_box(figure), figure.width
    reach = math.ceil(reach) + MARGIN
    area = box.adjusted(-reach, -reach, reach, reach).toAlignedRect()
    return QRect(area.topLeft(), area.size().boundedTo(QSize(LONGEST_SIDE, LONGEST_SIDE)))


def font(figure: TextFigure) -> QFont:
    made = QFont(figure.family) if figure.family else QFont()
    made.setPixelSize(max(1, round(figure.size)))
    made.setBold(figure.bold)
    made.setItalic(figure.italic)
    return made


def _text_path(figure: TextFigure) -> QPainterPath:
    path, shown = QPainterPath(), font(figure)
    metrics = QFontMetricsF(shown)
    for number, line in enumerate(figure.text.split("\n")):
        path.addText(QPointF(figure.x, figure.y + metrics.ascent() + number * metrics.lineSpacing()), shown, line)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path
