"""What blend modes and turned layers cost on the canvas: python benchmarks/blending.py

CPU time of this process with the offscreen platform, medians of rounds in turns: all tiles of a view of 1200 x 800,
over a picture of 2048 pixels with one more layer as large, in each mode, and turned, against a normal one.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.qt_image import prepared
from studio.document.blend_mode import BlendMode

ROUNDS = 3
SIDE = 2048


def picture(seed: int, side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    pixels(image)[...] = np.random.default_rng(seed).integers(0, 256, (side, side, 4)) | [0, 0, 0, 255]
    return image


def spent(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def main() -> None:
    app = QApplication([])
    view = CanvasView()
    view.resize(1200, 800)
    ground, above = Layer(prepared(picture(1, SIDE))), Layer(prepared(picture(2, SIDE)), opacity=0.8)
    turned = above.place(above.placement.turned(20))
    scenes = {mode.value: Scene([ground, replace(above, blend=mode)]) for mode in BlendMode}
    scenes["turned by 20°"] = Scene([ground, turned], QRect(0, 0, SIDE, SIDE))
    view.show_scene(scenes["normal"])
    view.show()
    app.processEvents()

    def draw(name: str) -> None:
        view.show_scene(scenes[name])
        view.grab()

    times: dict[str, list[float]] = {name: [] for name in scenes}
    for _ in range(ROUNDS):
        for name in scenes:
            times[name].append(spent(lambda name=name: draw(name)))  # type: ignore[misc]
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<20}{1000 * median:7.1f} ms  {median / medians['normal']:5.2f} of normal")


if __name__ == "__main__":
    main()
