"""Viewport: how a picture lies in a view: fitted, or zoomed and moved."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QTransform

SMALLEST, LARGEST = 0.05, 32.0
STEP = 1.25
MARGIN = 16  # pixels around a fitted picture, so that its focus ring shows


class Viewport:
    """`zoom` is in screen pixels for one of the picture; the picture's middle never leaves the view."""

    def __init__(self) -> None:
        self.bounds = QRect()
        self.view = QSize(1, 1)
        self.stretches = False
        """Whether a fitted picture grows by any number, not only by whole ones."""
        self.rotation = 0.0
        """Degrees, clockwise: only the view is turned, about its middle."""
        self.margin = MARGIN
        self.below = 0
        """Pixels at the lower edge that a picture does without, since something may lie over them."""
        self._zoom = 0.0  # 0 = fit
        self._centre = QPointF(0.5, 0.5)
        self._known: tuple[object, QTransform] = (None, QTransform())

    @property
    def fitted(self) -> bool:
        return self._zoom == 0.0

    @property
    def zoom(self) -> float:
        return self._zoom or self.fitting

    @property
    def fitting(self) -> float:
        if self.bounds.isEmpty():
            return 1.0
        size = QTransform().rotate(self.rotation).mapRect(QRectF(self.bounds)) if self.rotation else QRectF(self.bounds)
        wide = max(1, self.view.width() - 2 * self.margin) / size.width()
        high = max(1, self.view.height() - self.below - 2 * self.margin) / size.height()
        fitting = min(wide, high)
        # Small pictures grow by whole numbers only, so that their pixels stay even; previews are coarse anyhow.
        return fitting if self.stretches or fitting < 2 else float(int(fitting))

    def target(self) -> QRectF:
        """Where the whole picture lies in the view before it is turned; its corner is a whole pixel, so that tiles stay
        sharp."""
        width, height = self.bounds.width() * self.zoom, self.bounds.height() * self.zoom
        middle = self._middle()
        left = middle.x() - self._centre.x() * width
        top = middle.y() - self._centre.y() * height
        return QRectF(round(left), round(top), width, height)

    def _middle(self) -> QPointF:
        return QPointF(self.view.width() / 2, (self.view.height() - self.below) / 2)

    def transform(self) -> QTransform:
        """From the picture's pixels to the view's."""
        lies = (
            self.bounds, self.view, self._zoom, self._centre, self.stretches, self.rotation, self.margin, self.below,
        )  # fmt: skip
        if lies != self._known[0]:  # asked for many times at every move of a brush
            self._known = lies, self.flat() * self.turn()
        return QTransform(self._known[1])

    def flat(self) -> QTransform:
        """As `transform`, before the view is turned."""
        corner = self.target().topLeft()
        moved = QTransform().translate(corner.x(), corner.y()).scale(self.zoom, self.zoom)
        return moved.translate(-self.bounds.x(), -self.bounds.y())

    def turn(self) -> QTransform:
        """From where things lie before the view is turned to where they are seen."""
        if not self.rotation:
            return QTransform()
        x, y = self._middle().toTuple()
        return QTransform().translate(x, y).rotate(self.rotation).translate(-x, -y)

    def unturned(self, at: QPointF) -> QPointF:
        back, _ = self.turn().inverted()
        return back.map(at)

    def place(self, at: QPointF) -> QPointF:
        """The picture's pixel under a point of the view."""
        back, _ = self.transform().inverted()
        return back.map(at)

    def fit(self) -> None:
        self._zoom, self._centre = 0.0, QPointF(0.5, 0.5)

    def zoom_to(self, zoom: float, at: QPointF) -> None:
        """Zoom so that what is under `at` stays there."""
        if self.bounds.isEmpty():
            return
        at = self.unturned(at)
        before = self.target()
        share = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        smallest = min(SMALLEST, self.fitting)
        self._zoom = min(max(zoom, smallest), LARGEST)
        after = QPointF(self.bounds.width() * self._zoom, self.bounds.height() * self._zoom)
        middle = self._middle()
        x = share.x() - (at.x() - middle.x()) / after.x()
        y = share.y() - (at.y() - middle.y()) / after.y()
        self._centre = _kept_inside(QPointF(x, y))

    def pan(self, by: QPointF) -> None:
        """Move the picture by so many screen pixels."""
        self._zoom = self.zoom
        by = self.unturned(by) - self.unturned(QPointF())
        target = self.target()
        x = self._centre.x() - by.x() / target.width()
        y = self._centre.y() - by.y() / target.height()
        self._centre = _kept_inside(QPointF(x, y))


def _kept_inside(centre: QPointF) -> QPointF:
    return QPointF(min(max(centre.x(), 0.0), 1.0), min(max(centre.y(), 0.0), 1.0))
