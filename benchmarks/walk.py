"""How many clicks and keys four ways take, counted on the real window with the real engine: python benchmarks/walk.py

From the start to a picture; from a photo to a second accepted edit; to a style; to another model. What is clicked is
found as a person finds it, by its name among what can be seen, and must have room for the pointer. Of two layouts the
same script tells the difference: run it in a checkout of either.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path.cwd()
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "window")]
SIZE = (1360, 800)
WORDS, EDIT = "a red mushroom on a blue background", "a hat"


class Hand:
    """Clicks, drags and types, and counts; a stroke is one drag, a word is as many keys as it has letters."""

    def __init__(self, scene: Any) -> None:
        self._scene, self.clicks, self.keys, self.drags, self.way = scene, 0, 0, 0, list[str]()

    def _visible(self, *names: str) -> Any:
        """The first that says one of these names, and can be clicked."""
        from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

        for window in reversed(QApplication.topLevelWidgets()):
            for widget in [window, *window.findChildren(QWidget)]:
                said = {widget.accessibleName(), widget.text() if isinstance(widget, QAbstractButton) else ""}
                if said & {*names} and widget.isEnabled() and not widget.visibleRegion().isEmpty():
                    return widget
        return None

    def click(self, *names: str) -> None:
        """Of a thing that has several names over the years, the one that it has here."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        self._scene.until(lambda: self._visible(*names) is not None)
        widget = self._visible(*names)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.clicks += 1
        self.way.append(f"click {names[0]}")
        self._scene.rest(0.1)

    def scroll_to(self, *names: str) -> None:
        """A turn of the wheel counts as a click, where what is wanted lies below what can be seen."""
        from PySide6.QtWidgets import QScrollArea, QWidget

        if self._visible(*names) is not None:
            return
        for widget in self._scene.window.findChildren(QWidget):
            if widget.accessibleName() in names and widget.isVisible():
                around = widget.parentWidget()
                while not isinstance(around, QScrollArea):
                    around = around.parentWidget()
                around.ensureWidgetVisible(widget)
                self.clicks += 1
                self.way.append(f"scroll to {names[0]}")
                self._scene.rest(0.1)

    def type(self, text: str) -> None:
        """Into what has the keyboard."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        QTest.keyClicks(QApplication.focusWidget() or self._scene.window, text)
        self.keys += len(text)
        self.way.append(f"type “{text}”")

    def submit(self) -> None:
        """Ctrl+Enter."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        keyboard = QApplication.focusWidget() or self._scene.window
        QTest.keyClick(keyboard, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.keys += 2
        self.way.append("Ctrl+Enter")

    def stroke(self, across: float) -> None:
        """Over the middle of the picture, `across` of its width to the right."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        canvas, left = self._scene.window.viewer.canvas, Qt.MouseButton.LeftButton
        start = canvas.rect().center() + QPoint(round(across * 200), 0)
        QTest.mousePress(canvas, left, pos=start)
        for step in range(1, 9):
            QTest.mouseMove(canvas, start + QPoint(4 * step, 4 * step))
        QTest.mouseRelease(canvas, left, pos=start + QPoint(32, 32))
        self.drags += 1
        self.way.append("a stroke")
        self._scene.rest(0.6)

    def drop(self, file: Path) -> None:
        from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
        from PySide6.QtGui import QDropEvent

        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        viewer, copy = self._scene.window.viewer, Qt.DropAction.CopyAction
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        viewer.dropEvent(QDropEvent(QPointF(viewer.rect().center()), copy, data, left, none))
        self.drags += 1
        self.way.append("drop the photo")
        self._scene.until(lambda: viewer.document.layers or viewer.candidate)
        self._scene.rest(0.3)

    @property
    def told(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys, {self.drags} drags"


def to_a_picture(scene: Any, hand: Hand, folder: Path) -> None:
    hand.type(WORDS)
    hand.submit()
    finish(scene)


def to_a_second_edit(scene: Any, hand: Hand, folder: Path) -> None:
    from PIL import Image

    photo = folder / "photo.png"
    Image.effect_noise((256, 256), 60).convert("RGB").save(photo)
    hand.drop(photo)
    hand.click("Edit")
    viewer = scene.window.viewer
    if viewer.masks.chosen != "brush":
        hand.click("Brush")
    for number, place in enumerate((-0.4, 0.3)):
        hand.stroke(place)
        if number == 0:
            hand.click("Prompt")
            hand.type(EDIT)
        hand.submit()
        finish(scene)
        scene.until(lambda: viewer.candidate and viewer.candidate.shown)
        layers = len(viewer.document.layers)
        hand.click("Accept")
        scene.until(lambda layers=layers: len(viewer.document.layers) > layers)
        if number == 0 and viewer.masks.chosen != "brush":
            hand.click("Brush")


def to_a_style(scene: Any, hand: Hand, folder: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from studio.desktop.features.styles.gallery import StyleGallery

    hand.scroll_to("Choose styles", "Styles")
    hand.click("Choose styles", "Styles")
    scene.until(lambda: scene.window.findChildren(StyleGallery))
    (gallery,) = scene.window.findChildren(StyleGallery)
    rows = gallery.list
    scene.until(lambda: rows.model().rowCount())
    QTest.mouseClick(
        rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        rows.visualRect(rows.model().index(0, 0)).center(),
    )  # fmt: skip
    hand.clicks += 1
    hand.way.append("click a style")
    scene.until(lambda: scene.form.values().get("style"))
    gallery.close()


def to_a_model(scene: Any, hand: Hand, folder: Path) -> None:
    from studio.desktop.models.models_dialog import ModelsDialog

    if hand._visible("Get other models…") is None:
        hand.click("All settings of this task")
    hand.click("Get other models…")
    scene.until(lambda: scene.window.findChildren(ModelsDialog))
    scene.window.findChildren(ModelsDialog)[0].close()


def finish(scene: Any) -> None:
    scene.until(lambda: scene.session.jobs.pending)
    scene.until(lambda: not scene.session.jobs.pending)
    scene.rest(0.5)


WALKS: tuple[tuple[str, Callable[[Any, Hand, Path], None]], ...] = (
    ("from the start to a picture", to_a_picture),
    ("from a photo to a second accepted edit", to_a_second_edit),
    ("to a style", to_a_style),
    ("to another model", to_a_model),
)


def main() -> int:
    from PySide6.QtWidgets import QApplication
    from scene import Scene

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", action="store_true", help="tell every step")
    parser.add_argument("walks", nargs="*", type=int, help="only these, by number from 1")
    asked = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    wanted = [WALKS[number - 1] for number in asked.walks] or WALKS
    for name, walk in wanted:
        with tempfile.TemporaryDirectory() as home:
            scene = Scene(app, Path(home), "en", Path(home), lambda name: False)  # type: ignore[arg-type]
            scene.until(lambda scene=scene: scene.window and scene.window.task_panel.task and scene.session.ready)
            scene.studio.shell.resize(*SIZE)
            scene.studio.shell.activateWindow()
            scene.rest(0.5)
            hand = Hand(scene)
            walk(scene, hand, Path(home))
            print(f"{name:40} {hand.told}")
            if asked.way:
                print("    " + ", ".join(hand.way))
            scene.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
