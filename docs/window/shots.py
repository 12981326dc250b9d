"""Draws the pictures of docs/window.md with the real engine and the starter, off screen: python docs/window/shots.py"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HERE = Path(__file__).parent
PATIENCE_S = 120


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDIO_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from studio import settings
        from studio.desktop.app import Studio

        app = QApplication([])
        studio = Studio(app, settings.load())
        try:
            take(app, studio, folder)
        finally:
            studio.close()


def take(app, studio, folder: Path) -> None:
    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("it took too long")
            app.processEvents()
            time.sleep(0.01)

    def shot(name: str) -> None:
        end = time.monotonic() + 0.5
        until(lambda: time.monotonic() > end)
        studio.shell.grab().toImage().save(str(folder / f"{name}.webp"), quality=82)

    studio.open()
    studio.shell.resize(1280, 800)
    until(lambda: studio.session and studio.session.ready and studio.window.bench.task)
    studio.window.restyled.emit("light", "en")
    studio.window.choose_task("text-to-image")
    studio.window.bench.form.set_values({"prompt": "a red mushroom on a blue background", "count": 2})
    studio.window.side.setCurrentIndex(2)
    studio.window.generate()
    until(lambda: studio.window.stage.view and studio.window.stage.view.forming)
    shot("running-light")
    until(lambda: not studio.session.book.pending)
    shot("hood-light")
    studio.window.restyled.emit("dark", "zh")
    former = studio.window
    until(lambda: studio.window is not former)
    studio.window.side.setCurrentIndex(0)
    studio.window.use_as_input(former_piece(studio), "inpaint")
    shot("recipe-dark-zh")


def former_piece(studio):
    from studio.desktop.stage import Piece

    record = studio.session.gallery.record(0)
    studio.window.strip.chosen.emit(record)
    return Piece(record.id, record.path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
