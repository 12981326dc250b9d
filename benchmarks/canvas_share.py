"""What share of the window the canvas has, on the real window off screen: python benchmarks/canvas_share.py

For each size: as the window is at first, and with only the picture (Ctrl+Alt+0).
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SIZES = ((1000, 700), (1360, 800), (1600, 1000), (2560, 1440))


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDIO_HOME"] = home
        sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "window"))
        from PySide6.QtWidgets import QApplication
        from scene import Scene

        app = QApplication.instance() or QApplication([])
        scene = Scene(app, Path(home), "en", Path(home), lambda name: False)  # type: ignore[arg-type]
        scene.until(lambda: scene.window and scene.window.task_panel.task)
        print("window        at first   only the picture")
        for width, height in SIZES:
            scene.studio.shell.resize(width, height)
            scene.rest(0.3)
            usual = share(scene)
            scene.window.dock_area.only_picture()
            scene.rest(0.3)
            bare = share(scene)
            scene.window.dock_area.only_picture()
            scene.rest(0.3)
            print(f"{width:4} x {height:4}   {usual:8.1%}   {bare:8.1%}")
        scene.close()
    return 0


def share(scene: object) -> float:
    room, shell = scene.window.viewer.room(), scene.studio.shell  # type: ignore[attr-defined]
    return float(room.width() * room.height() / (shell.width() * shell.height()))


if __name__ == "__main__":
    sys.exit(main())
