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
    studio.window.side.setCurrentWidget(studio.window.hood)
    studio.window.generate()
    until(lambda: studio.window.stage.view and studio.window.stage.view.forming)
    shot("running-light")
    until(lambda: not studio.session.book.pending)
    shot("hood-light")
    edit(studio, until, shot)
    studio.window.restyled.emit("dark", "zh")
    former = studio.window
    until(lambda: studio.window is not former)
    studio.window.side.setCurrentIndex(0)
    studio.window.use_as_input(former_piece(studio), "inpaint")
    shot("recipe-dark-zh")


def edit(studio, until: Callable[[Callable[[], object]], None], shot: Callable[[str], None]) -> None:
    """On the canvas: a thing is selected, made anew, and compared."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from studio.desktop.canvas.compare import Mode

    window = studio.window
    stage, easel = window.stage, studio.session.easel
    window.choose_task("inpaint")
    piece = former_piece(studio)
    until(lambda: stage.piece == piece)
    stage.masks.choose("smart")
    steps = easel.stack.count()
    QTest.mouseClick(stage.canvas, Qt.MouseButton.LeftButton, pos=stage.canvas.rect().center() + QPoint(0, -40))
    until(lambda: easel.stack.count() > steps)
    stage.masks.choose("brush")
    QTest.mouseMove(stage.canvas, stage.canvas.rect().center() + QPoint(90, 70))
    form = window.bench.form
    form.set_values({**form.values(), "prompt": "a blue mushroom"})
    until(lambda: form.values().get("mask"))
    window.side.setCurrentWidget(window.layers)
    shot("canvas-light")
    window.generate()
    until(lambda: studio.session.book.pending)
    until(lambda: not studio.session.book.pending)
    until(lambda: stage.candidate and stage.candidate.shown)
    stage.set_mode(Mode.SLIDER)
    shot("compare-light")
    stage.set_mode(None)
    stage.accept()
    until(lambda: len(easel.layers) == 2)
    shot("layers-light")


def former_piece(studio):
    from studio.desktop.canvas.easel import Piece

    record = studio.session.gallery.record(0)
    studio.window.strip.chosen.emit(record)
    return Piece(record.id, record.path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
