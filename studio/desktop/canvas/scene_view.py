"""SceneView: layers and the mask over them, zoomed; what a paint costs depends on the screen, not on the picture."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QResizeEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.desktop.canvas.guides import RULER, Guides
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.tiles import Tiles
from studio.desktop.canvas.viewport import MARGIN, STEP, Viewport
from studio.desktop.shell.qt_image import Shown

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

RESTING_MS = 90
"""After the last step of a zoom: until then, what is shown may be a little soft."""


class SceneView(QWidget):
    """Fits the scene into itself until it is zoomed. What tools and comparisons see of a view."""

    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.scene = Scene()
        self.viewport = Viewport()
        self.overlay: MaskOverlay | None = None
        self.guides = Guides()
        self.border = QMargins()
        """How far the picture is to be extended, in its pixels."""
        self.live: tuple[Layer, ...] = ()
        """A preview over the picture that is no part of it: tools and files know nothing of it."""
        self.space_held = False
        self.panning = False
        """Whether the picture is being moved by hand."""
        self._tiles = Tiles(self.scene)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTING_MS)
        self._resting.timeout.connect(self._sharpen)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)

    # ---- what is shown

    @property
    def picture(self) -> QImage | None:
        """The finished picture in full, the highest layer of several; None while there is none."""
        layer = self._top()
        return None if layer is None or layer.is_preview else layer.shown.full

    @property
    def forming(self) -> bool:
        """Whether a preview is shown, and no finished picture yet."""
        return self.scene.is_preview

    def _top(self) -> Layer | None:
        return self.scene.layers[-1] if self.scene.layers else None

    def show_scene(self, scene: Scene) -> None:
        """Other layers; the zoom stays where the bounds do."""
        self.scene = scene
        self._tiles = Tiles(scene)
        self.refresh()

    def show_picture(self, shown: Shown, file: Path | None = None) -> None:
        self.file = file
        self.show_scene(Scene([Layer(shown, file=file)]))

    def show_preview(self, preview: QImage) -> None:
        """A preview of what is being made, shown at the size of the view."""
        self.show_scene(Scene([Layer(Shown(preview), stretched=preview.size())]))

    def refresh(self, area: QRect | None = None) -> None:
        """The scene's layers have changed, within `area` of its pixels or all over."""
        bounds = self.scene.bounds
        self.viewport.stretches = self.scene.is_preview
        self._tiles.forget(area)
        if bounds != self.viewport.bounds:
            self.viewport.bounds = bounds
            self.viewport.rotation = 0.0
            self.zoomed.emit()
        elif area is not None:
            self.update_area(area)
            return
        self.update()

    def repaint_area(self, area: QRect) -> None:
        """Pixels of the scene's layers have changed within an area, as under a brush; the layers lie as they did."""
        self._tiles.renew(area)
        self.update_area(area)

    def colour_at(self, at: QPointF) -> QColor | None:
        """What is seen at a point of the picture; None beyond it and where nothing is."""
        if not self.scene.bounds.contains(QPoint(math.floor(at.x()), math.floor(at.y()))):
            return None
        pixel = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        pixel.fill(0)
        painter = QPainter(pixel)
        area = QRectF(math.floor(at.x()), math.floor(at.y()), 1, 1)
        self.scene.draw(painter, area, QRectF(0, 0, 1, 1), smooth=False)
        painter.end()
        colour = pixel.pixelColor(0, 0)
        return QColor(colour.red(), colour.green(), colour.blue()) if colour.alpha() else None

    def update_area(self, area: QRect, margin: int = 2) -> None:
        """Draw a part anew, given in pixels of the picture."""
        where = self.transform().mapRect(QRectF(area)).toAlignedRect()
        self.update(where.adjusted(-margin, -margin, margin, margin))

    def show_overlay(self, overlay: "MaskOverlay | None") -> None:
        """A mask over the picture."""
        if self.overlay is not None:
            self.overlay.changed.disconnect(self._overlay_changed)
        self.overlay = overlay
        if overlay is not None:
            overlay.changed.connect(self._overlay_changed)
        self.update()

    def show_border(self, border: QMargins) -> None:
        if border != self.border:
            self.border = border
            self.update()

    def show_live(self, layers: Sequence[Layer]) -> None:
        """Over the picture and its mask, until a tool works on what is below."""
        if self.live or layers:
            self.live = (*layers,)
            self.update()

    @property
    def live_seen(self) -> bool:
        """Whether that hides what is below it now."""
        return bool(self.live)

    # ---- zoom

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the picture."""
        return self.viewport.zoom

    @property
    def fitted(self) -> bool:
        return self.viewport.fitted

    def transform(self) -> QTransform:
        """From the picture's pixels to the view's."""
        return self.viewport.transform()

    def place(self, at: QPointF) -> QPointF:
        """The picture's pixel under a point of the view."""
        return self.viewport.place(at)

    def fit(self) -> None:
        self.viewport.fit()
        self._changed()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under `at`, the middle by default, stays there."""
        self.viewport.zoom_to(zoom, at or QPointF(self.rect().center()))
        if self.isVisible():
            self._resting.start()
        self._changed()

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom / STEP)

    def rotate_to(self, degrees: float) -> None:
        """Turn only what is seen, as one turns a sheet of paper."""
        self.viewport.rotation = (degrees + 180) % 360 - 180
        self._changed()

    def show_guides(self) -> None:
        """Rulers or grid have been switched."""
        self.viewport.margin = MARGIN + (RULER if self.guides.rulers else 0)
        self._changed()

    def pan(self, by: QPointF) -> None:
        """Move the picture by so many screen pixels."""
        self.viewport.pan(by)
        self._changed()

    def _changed(self) -> None:
        self.update()
        self.zoomed.emit()

    def _sharpen(self) -> None:
        """The zoom has come to rest: draw what was scaled from a coarser level anew."""
        self._resting.stop()
        if self._tiles.sharpen():
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._sharpen()

    def _fit_viewport(self) -> None:
        self.viewport.view = self.size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_viewport()
        if self.fitted:
            self.zoomed.emit()

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    # ---- drawing

    def paint_scene(self, painter: QPainter, exposed: QRectF) -> None:
        """The layers and the mask."""
        painter.save()
        if self.viewport.rotation:
            back, _ = self.viewport.turn().inverted()
            painter.setTransform(self.viewport.turn(), True)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            exposed = back.mapRect(exposed)
        corner, ratio = self.viewport.target().topLeft(), self.devicePixelRatioF()
        self._tiles.paint(painter, corner, self.zoom, exposed, ratio, hurried=self._resting.isActive())
        if self.live_seen:
            self._paint_live(painter)
        elif self.overlay is not None:
            self.overlay.paint(painter, self.viewport.flat(), exposed)
        painter.restore()

    def _paint_live(self, painter: QPainter) -> None:
        painter.save()
        painter.setTransform(self.viewport.flat(), True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for layer in self.live:
            painter.drawImage(QRectF(layer.rect), layer.shown.full)
        painter.restore()

    def _overlay_changed(self, area: QRect) -> None:
        self.update_area(area)
