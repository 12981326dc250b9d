"""What drawing on the canvas costs: python benchmarks/canvas.py

CPU time of this process with the offscreen platform, medians; each ratio is of two things measured in turns in one run:
a stroke on a picture of 4096 pixels, in the mask and in colour on a layer, against the same stroke on a widget that has
nothing else to do, and against a mere line; pan and zoom of 8192 pixels against 1024, and against a QGraphicsView; what
an undo at 8192 pixels touches; and a stroke, a pan and a zoom in the studio's own window with 100 jobs in its queue
against the same without.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QRadialGradient, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from studio import settings
from studio.desktop.app import Studio
from studio.desktop.canvas.brush_tool import BrushTool
from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.paint_tool import PaintTool
from studio.desktop.canvas.pixel_layer import FORMAT
from studio.desktop.canvas.scene_view import RESTING_MS
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.qt_image import prepared
from studio.desktop.style import theme
from studio.document.brush import Brush

VIEW = (1200, 800)
ROUNDS = 7
MOVES = 60
RADIUS = 20  # pixels of the screen
COVERING = 1.6  # a zoom at which the smaller picture too is larger than the view


class Line(QWidget):
    """Nothing but the line of a stroke, in pixels of the screen, where it is new: the least that can be done."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = QPixmap(*VIEW)
        self._sheet.fill(Qt.GlobalColor.white)
        self._last = QPointF()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.draw(self._last, event.position())
        reach = RADIUS + 2
        for spot in (self._last.toPoint(), event.position().toPoint()):
            self.update(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach)
        self._last = event.position()

    def draw(self, start: QPointF, stop: QPointF) -> None:
        painter = QPainter(self._sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(Qt.GlobalColor.red, 2 * RADIUS, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, stop)
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(event.rect(), self._sheet, event.rect())


class Soft(Line):
    """The same stroke as the canvas: a soft brush in a mask of 4096 pixels, by QPainter, shown scaled."""

    def __init__(self, zoom: float) -> None:
        super().__init__()
        self._mask = QImage(4096, 4096, QImage.Format.Format_Grayscale8)
        self._mask.fill(Qt.GlobalColor.black)
        self._zoom = zoom

    def draw(self, start: QPointF, stop: QPointF) -> None:
        painter = QPainter(self._mask)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
        painter.setPen(Qt.PenStyle.NoPen)
        radius, way = RADIUS / self._zoom, (stop - start) / self._zoom
        count = max(1, round((way.x() ** 2 + way.y() ** 2) ** 0.5 / (radius / 6)))
        for number in range(1, count + 1):
            centre = start / self._zoom + way * (number / count)
            gradient = QRadialGradient(centre, radius)
            gradient.setColorAt(0.8, Qt.GlobalColor.white)
            gradient.setColorAt(1.0, Qt.GlobalColor.black)
            painter.setBrush(gradient)
            painter.drawRect(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(event.rect())
        source = QRectF(area.topLeft() / self._zoom, area.size() / self._zoom)
        painter.drawImage(area, self._mask, source)


def picture(side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)
    painter = QPainter(image)
    for number in range(0, side, 64):
        painter.drawLine(number, 0, side - number, side)
    painter.end()
    return image


def canvas(side: int) -> CanvasView:
    view = CanvasView()
    view.resize(*VIEW)
    view.show_picture(prepared(picture(side)))
    view.show()
    return view


def painted(side: int) -> Document:
    """With an empty layer that is painted on, over a picture."""
    document = Document()
    layers = Layer(prepared(picture(side)), new_key()), Layer(prepared(QImage(side, side, FORMAT)), new_key())
    layers[1].shown.full.fill(0)
    document.put_state("", DocumentState((layers[0], replace(layers[1], painted=True))))
    return document


def follow(view: CanvasView, document: Document) -> None:
    if view.scene.layers != [*document.layers]:
        view.show_scene(document.scene)


def graphics(side: int) -> QGraphicsView:
    scene = QGraphicsScene()
    item = scene.addPixmap(QPixmap.fromImage(picture(side)))
    item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.resize(*VIEW)
    view.show()
    return view


def spent(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    QApplication.processEvents()
    return time.process_time() - before


def stroke(widget: QWidget) -> None:
    """A wave across the middle, painted after each move as on a screen."""
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QTest.mousePress(widget, left, none, QPoint(200, 400))
    for number in range(MOVES):
        QTest.mouseMove(widget, QPoint(200 + 12 * number, 400 + (number % 12) * 6))
        QApplication.processEvents()
    QTest.mouseRelease(widget, left, none, QPoint(200 + 12 * MOVES, 400))


def wander(view: CanvasView) -> None:
    view.fit()  # every round begins in the middle, so that both pictures fill the view
    view.zoom_to(COVERING)
    for number in range(40):
        view.pan(QPointF(9 if number % 2 else -14, 5))
        QApplication.processEvents()


def dive(view: CanvasView) -> None:
    view.fit()
    for factor in (1.25,) * 10 + (0.8,) * 10:
        view.zoom_to(view.zoom * factor, QPointF(500, 300))
        QApplication.processEvents()
    QTest.qWait(2 * RESTING_MS)  # what was drawn in a hurry is drawn anew, and counts


def wander_graphics(view: QGraphicsView) -> None:
    view.resetTransform()
    view.scale(COVERING, COVERING)
    for number in range(40):
        bar = view.horizontalScrollBar()
        bar.setValue(bar.value() + (9 if number % 2 else -14))
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 5)
        QApplication.processEvents()


def dive_graphics(view: QGraphicsView) -> None:
    view.fitInView(view.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
    for factor in (1.25,) * 10 + (0.8,) * 10:
        view.scale(factor, factor)
        QApplication.processEvents()


def compare(title: str, unit: int, acts: dict[str, Callable[[], object]]) -> list[float]:
    """Medians in milliseconds of one step, the acts taking turns."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(ROUNDS + 1):
        for name, act in acts.items():
            times[name].append(1000 * spent(act) / unit)
    medians = [statistics.median(found[1:]) for found in times.values()]
    told = "  ".join(f"{name} {median:.2f} ms" for name, median in zip(acts, medians, strict=True))
    print(f"{title:<34}{told}")
    return medians


def queued(app: QApplication) -> None:
    """In the whole window; its engine, another process, does not count."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDIO_HOME"] = home
        studio = Studio(app, settings.load())
        studio.open()
        while not studio.session or not studio.session.ready or not studio.window or not studio.window.task_panel.task:
            QTest.qWait(50)
        file, book = Path(home) / "large.png", studio.session.jobs
        picture(4096).save(str(file))
        studio.window.viewer_controller.show_file(str(file), file)
        while (view := studio.window.viewer.view) is None:
            QTest.qWait(50)
        QTest.qWait(2000)  # until all is drawn and made ahead
        stack, overlay = QUndoStack(), MaskOverlay(view.scene.bounds.size())
        view.show_overlay(overlay)
        view.use(BrushTool(view, overlay, stack, Brush(RADIUS / view.zoom, 0.8)))
        acts: dict[str, tuple[int, Callable[[], object]]] = {
            "stroke": (MOVES, lambda: stroke(view)),
            "pan": (40, lambda: wander(view)),
            "zoom": (20, lambda: dive(view)),
        }

        def measured() -> list[float]:
            return [statistics.median(spent(act) for _ in range(ROUNDS)) * 1000 / unit for unit, act in acts.values()]

        measured()  # the first round meets cold caches
        alone = measured()
        book.pause()
        for number in range(100):
            book.submit("text-to-image", {"prompt": "a red mushroom", "seed": number})
        QTest.qWait(2000)
        for name, with_queue, without in zip(acts, measured(), alone, strict=True):
            told = f"100 jobs {with_queue:.2f} ms  none {without:.2f} ms"
            print(f"{name + ' in the window':<34}{told}, ratio {with_queue / without:.2f}, 1 is wanted")
        studio.close()


def main() -> None:
    app = QApplication(sys.argv)
    theme.apply(app, "dark")
    large, small = canvas(4096), canvas(1024)
    line, soft = Line(), Soft(large.zoom)
    for widget in (line, soft):
        widget.resize(*VIEW)
        widget.show()
    stack, overlay = QUndoStack(), MaskOverlay(large.scene.bounds.size())
    large.show_overlay(overlay)
    large.use(BrushTool(large, overlay, stack, Brush(RADIUS / large.zoom, 0.8)))
    mine, same, least = compare(
        "a move of a stroke",
        MOVES,
        {
            "4k canvas": lambda: stroke(large),
            "same stroke, plain widget": lambda: stroke(soft),
            "a line, plain widget": lambda: stroke(line),
        },
    )
    print(f"{'':<34}against the same stroke {mine / same:.2f}, at most 2 is wanted; against a line {mine / least:.1f}")

    document = painted(4096)
    sheet = CanvasView()
    sheet.resize(*VIEW)
    sheet.show_scene(document.scene)
    document.shown.connect(lambda: follow(sheet, document))
    sheet.show()
    brush = PaintTool(sheet, document, Brush(RADIUS / sheet.zoom, 0.8), lambda colour: None)
    brush.colour = QColor("red")
    sheet.use(brush)
    colour, same = compare(
        "a move of a stroke of colour",
        MOVES,
        {"4k layer": lambda: stroke(sheet), "same stroke, plain widget": lambda: stroke(soft)},
    )
    print(f"{'':<34}against the same stroke {colour / same:.2f}, at most 4 is wanted, with its beginning and its end")

    huge, scene = canvas(8192), graphics(8192)
    for title, steps, act, other in (
        ("pan", 40, wander, wander_graphics),
        ("zoom", 20, dive, dive_graphics),
    ):
        of_huge, of_small, of_scene = compare(
            title,
            steps,
            {
                "8k": lambda act=act: act(huge),  # type: ignore[misc]
                "1k": lambda act=act: act(small),  # type: ignore[misc]
                "8k in a QGraphicsView": lambda other=other: other(scene),  # type: ignore[misc]
            },
        )
        wanted, against = f"8k against 1k {of_huge / of_small:.2f}, at most 1.5 is wanted", of_huge / of_scene
        print(f"{'':<34}{wanted}; against QGraphicsView {against:.2f}")

    big = MaskOverlay(huge.scene.bounds.size())
    huge.fit()
    huge.show_overlay(big)
    huge.use(BrushTool(huge, big, stack, Brush(40, 0.8)))
    huge.zoom_to(1.0)
    stroke(huge)
    tiles = len(big.mask.keys)
    undo = spent(stack.undo)
    print(f"{'undo of a stroke at 8k':<34}{tiles} of {32 * 32} tiles, {1000 * undo:.1f} ms with the paint")
    for widget in (line, soft, large, small, sheet, huge, scene):
        widget.close()
    queued(app)


if __name__ == "__main__":
    main()
