"""Smart select on a scene: the part of the picture that it needs, small enough to be quick, and what it selects."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.layer import Scene
from studio.document import selection
from studio.document.mask import Area, Shape


def cut_out(scene: Scene, origin: QPoint, box: Area, click: tuple[float, float] | None) -> Shape:
    """Smart select on a scene; `box` and `click` in pixels of a mask that begins at `origin`. For a worker's thread."""
    bounds = scene.bounds
    seen = selection.look_at(box, (bounds.width(), bounds.height()))
    width, height = seen[2] - seen[0], seen[3] - seen[1]
    scale = min(1.0, selection.LONGEST / max(width, height))
    image = QImage(max(1, round(width * scale)), max(1, round(height * scale)), QImage.Format.Format_RGB888)
    image.fill(0)
    painter = QPainter(image)
    area = QRectF(seen[0] + origin.x(), seen[1] + origin.y(), width, height)
    scene.draw(painter, area, QRectF(image.rect()), smooth=True)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    return selection.cut_out(np.ascontiguousarray(pixels), seen, box, click)
