"""Photographs every state of the window, with the real engine and the starter: python docs/window/shots.py

Without arguments it makes the pictures of docs/window.md; with a folder, all of them, or those that are named:
python docs/window/shots.py FOLDER [NAME …]
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scene import SIZE, Scene

from studio import descriptions, messages
from studio.desktop.canvas.comparison import Mode
from studio.desktop.features.blend.dialog import BlendFeature
from studio.desktop.features.sweep.runner import SweepFeature
from studio.desktop.library.trash import Trash

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")
WORDS = {
    "en": ("a red mushroom on a blue background", "a green car", "a cat wearing a hat", "a yellow house"),
    "zh": ("蓝色背景上的红蘑菇", "一辆绿色的汽车", "一只戴着帽子的猫", "一座黄色的房子"),
}


def starting(scene: Scene) -> None:
    """Before anything is known, the first time."""
    scene.until(lambda: scene.window and not scene.window.task_panel.task)
    scene.rest(0.1)
    scene.shoot("starting")
    scene.until(lambda: scene.session.ready and scene.window.task_panel.task)


def creating(scene: Scene) -> None:
    scene.task("text-to-image")
    scene.shoot("first")
    prompt, car, cat, house = WORDS[scene.language]
    scene.form.set_values({"prompt": prompt, "negative_prompt": house, "count": 2, "steps": 24})
    scene.window.forms.open(True)
    scene.form.restore({"unfolded": True})
    scene.shoot("filled")
    scene.form.restore({"unfolded": False})
    scene.window.forms.open(False)
    scene.form.set_values({"prompt": prompt, "count": 2})
    scene.window.viewer.values.negative.click()
    scene.side("hood")
    scene.window.forms.generate()
    scene.until(lambda: scene.window.viewer.view and scene.window.viewer.view.forming)
    scene.shoot("running")
    scene.until(lambda: not scene.session.jobs.pending)
    scene.rest(0.8)
    scene.shoot("hood")
    scene.side()
    scene.run("text-to-image", prompt=cat, count=4)
    scene.shoot("results")
    scene.side("detail")
    scene.window.filmstrip.list.setCurrentIndex(scene.session.pictures.index(1))
    scene.window.filmstrip.list.setFocus()
    scene.rest()
    scene.shoot("recipe")
    scene.run("text-to-image", prompt=car)


def on_the_canvas(scene: Scene) -> None:
    """A thing is selected, made anew, compared, and accepted as a layer."""
    stage, document = scene.window.viewer, scene.session.document
    scene.side("layers")
    scene.task("inpaint")
    scene.window.filmstrip.chosen.emit(scene.session.pictures.record(7))  # one of the first two
    scene.until(lambda: stage.piece == scene.piece(7))
    stage.masks.choose("smart")
    steps = document.stack.count()
    middle = stage.canvas.rect().center()
    QTest.mouseClick(stage.canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(0, 40))
    scene.until(lambda: document.stack.count() > steps)
    stage.masks.choose("brush")
    QTest.mouseMove(stage.canvas, middle + QPoint(90, 70))
    words = {"en": "a blue mushroom", "zh": "一个蓝色的蘑菇"}[scene.language]
    scene.form.set_values({**scene.form.values(), "prompt": words})
    scene.until(lambda: scene.form.values().get("mask"))
    scene.rest()
    scene.shoot("canvas")
    scene.window.forms.generate()
    scene.until(lambda: scene.session.jobs.pending)
    scene.until(lambda: not scene.session.jobs.pending)
    scene.until(lambda: stage.candidate and stage.candidate.shown)
    stage.set_mode(Mode.SLIDER)
    scene.shoot("compare")
    stage.set_mode(None)
    stage.accept()
    scene.until(lambda: len(document.layers) == 2)
    scene.shoot("layers")
    scene.side()


def working_on(scene: Scene) -> None:
    """The tasks that take a picture."""
    scene.run("variation", image=scene.piece(1).ref, distance=0.6, count=2)
    scene.shoot("vary")
    scene.side()
    examples(scene, "examples")
    scene.task("blend", image=[scene.piece(3).ref, scene.piece(4).ref], weight=[2, 1])
    scene.shoot("blend")
    before, after = {"en": ("a blue background", "a yellow background"), "zh": ("蓝色背景", "黄色背景")}[scene.language]
    scene.task("text-diff", image=scene.piece(5).ref, before=before, after=after)
    scene.shoot("text-diff")
    examples(scene, "way")
    scene.task("refine", image=scene.piece(2).ref, prompt=WORDS[scene.language][3])
    scene.shoot("refine")
    scene.task("interpolate", image=scene.piece(2).ref, other=scene.piece(3).ref)
    scene.shoot("interpolate")
    scene.task("upscale", image=scene.piece(0).ref)
    scene.shoot("upscale")
    edit(scene)
    scene.window.form_host.pick_from_library(lambda id: None)
    scene.shoot("picking")
    scene.window.cancel()


def examples(scene: Scene, name: str) -> None:
    """What the value of the chosen task does to its picture."""
    stage = scene.window.viewer
    scene.until(lambda: scene.form.problem() is None)
    stage.values.examples.click()
    stage.examples.make.click()
    scene.until(lambda: all(cell.picture for cell in stage.examples.cells))
    scene.until(lambda: not scene.session.jobs.pending)
    scene.shoot(name)
    stage.values.examples.click()


def edit(scene: Scene) -> None:
    scene.task("inpaint", image=scene.piece(2).ref, prompt=WORDS[scene.language][1])
    well = scene.form.editor("mask")
    scene.until(lambda: well._under.look)
    well.paint()
    scene.until(lambda: well.painter)
    painter = well.painter
    painter.resize(900, 660)
    scene.rest()
    middle = painter.canvas.rect().center()
    left, right = Qt.MouseButton.LeftButton, middle + QPoint(70, 20)
    painter.bar.size_slider.setValue(60)
    QTest.mousePress(painter.canvas, left, pos=middle - QPoint(60, 0))
    for share in range(1, 11):
        QTest.mouseMove(painter.canvas, middle - QPoint(60, 0) + (right - middle + QPoint(60, 0)) * (share / 10))
    QTest.mouseRelease(painter.canvas, left, pos=right)
    scene.shoot("painter", [painter])
    painter.accept()
    scene.until(lambda: well.look)
    scene.window.forms.open(True)
    scene.rest()
    scene.shoot("edit")
    scene.window.forms.open(False)


def queueing(scene: Scene) -> None:
    scene.side("queue")
    scene.window.filmstrip.list.clearSelection()
    for number, prompt in enumerate(WORDS[scene.language]):
        scene.task("text-to-image", prompt=prompt, count=number + 1, seed=number)
        scene.window.forms.generate()
    book = scene.session.jobs
    scene.until(lambda: book.pending[0].done)
    book.cancel(book.pending[-1])
    scene.shoot("queue")
    os.kill(scene.engine, signal.SIGKILL)
    scene.until(lambda: scene.window.notices.text("engine"))
    scene.shoot("engine-died")
    for job in book.pending:
        book.cancel(job)
    scene.until(lambda: scene.session.ready and not book.pending)


def going_wrong(scene: Scene) -> None:
    scene.side()
    scene.window.notices.remove("engine")
    scene.task("text-to-image", prompt=WORDS[scene.language][0], size="100x100")
    scene.window.forms.generate()
    scene.rest()
    scene.shoot("field-error")
    scene.window.forms.open(False)
    scene.task("text-to-image", prompt=WORDS[scene.language][0])
    scene.session.handle(
        messages.Ended(
            "The engine stopped three times while the plugin 'glitch' was at work; it starts again without the plugins "
            "of third parties. Your queue is kept.", -9, True, "glitch", True,
        )
    )  # fmt: skip
    scene.window.show_bug("ZeroDivisionError: division by zero", 'Traceback …\n  File "…", line 7, in <module>')
    scene.shoot("safe-mode")
    scene.be_ready()


def windows_over_it(scene: Scene) -> None:
    combo = scene.form.editor("model").combo
    scene.window.forms.open(True)
    scene.rest()
    combo.showPopup()
    scene.shoot("models", [combo.view().window()])
    combo.hidePopup()
    broken = descriptions.ModelInfo("mine", "My model", "", "/models/mine", problem="It lacks the part “unet”.")
    other = descriptions.ModelInfo("sharp", "Sharp ×4", "upscaler", "/models/sharp", ["upscale"], size_bytes=67_000_000)
    known = scene.session.all_models
    scene.session.handle(messages.Models([broken, other]))
    combo.showPopup()
    scene.shoot("no-model", [combo.view().window()])
    combo.hidePopup()
    scene.session.handle(messages.Models(known))
    scene.be_ready()
    scene.window.forms.open(False)
    menu = scene.window.menu.menu
    menu.popup(scene.window.bar.mapToGlobal(scene.window.bar.rect().bottomRight()) - QPoint(0, 260))
    scene.shoot("menu", [menu])
    menu.hide()
    scene.studio.shell.resize(900, 600)
    scene.shoot("small")
    scene.task("variation", image=scene.piece().ref)
    scene.window.filmstrip.chosen.emit(scene.session.pictures.record(0))
    scene.side("detail")
    scene.shoot("small-vary")
    scene.side()


def beside_it(scene: Scene) -> None:
    """What opens beside the window."""
    window = scene.window
    scene.studio.shell.resize(*SIZE)
    board(scene)
    scene.task("text-to-image", prompt=WORDS[scene.language][2], seed=100)
    window.findChild(SweepFeature).ask()
    asking = window.findChild(SweepFeature).dialog
    for (combo, line), (name, values) in zip(
        asking.rows, (("seed", "100, 101, 102, 103"), ("guidance_scale", "1, 3, 5")), strict=True
    ):
        combo.setCurrentIndex(combo.findData(name))
        line.setEnabled(True)
        line.setText(values)
    scene.shoot("sweep", [asking])
    asking.start.click()
    scene.until(lambda: window.findChild(SweepFeature).grid and window.findChild(SweepFeature).grid.cells)
    grid = window.findChild(SweepFeature).grid
    scene.until(lambda: not scene.session.jobs.pending)
    scene.rest(1)
    scene.shoot("sweep-grid", [grid])
    grid.close()
    window.action_dialogs.open_palette()
    window.action_dialogs.palette.search.setText({"en": "layer", "zh": "图层"}[scene.language])
    scene.shoot("palette", [window.action_dialogs.palette])
    window.action_dialogs.palette.close()
    window.action_dialogs.edit_shortcuts()
    scene.shoot("keys", [window.action_dialogs.editor])
    window.action_dialogs.editor.close()
    window.findChild(Trash).delete([scene.session.pictures.record(row) for row in range(3)])
    scene.rest(0.8)
    window.findChild(Trash).open()
    scene.until(lambda: window.findChild(Trash).dialog.pictures.total == 3)
    scene.shoot("trash", [window.findChild(Trash).dialog])
    window.findChild(Trash).dialog.close()
    scene.be_ready()


def board(scene: Scene) -> None:
    window = scene.window
    scene.task("blend", image=[scene.piece(row).ref for row in (0, 3, 6, 8)], weight=[1, 1, 1, 1], count=1)
    window.findChild(BlendFeature).ask()
    scene.rest()
    window.findChild(BlendFeature).dialog.preview.click()
    scene.until(lambda: not scene.session.jobs.pending)
    scene.rest(1)
    window.findChild(BlendFeature).dialog.board.move_puck(0.3, 0.4)
    scene.shoot("board", [window.findChild(BlendFeature).dialog])
    window.findChild(BlendFeature).dialog.close()


def to_taste(scene: Scene) -> None:
    """Panels where one wants them, and larger text."""
    window = scene.window
    scene.task("variation", image=scene.piece(1).ref)
    window.filmstrip.chosen.emit(scene.session.pictures.record(1))
    window.dock_area.only_picture()
    scene.shoot("only-picture")
    window.dock_area.only_picture()
    window.dock_area.arrange(True)
    window.forms.open(True)
    scene.side("layers")
    window.dock_area.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.dock_area.panels["form"])
    scene.shoot("arranged")
    window.dock_area.arrange(False)
    window.dock_area.reset()
    for percent in (150, 200):
        scene.window.preferred.emit({"text_percent": percent})
        scene.until(lambda: scene.window.task_panel.form)
        scene.rest(1)
        scene.shoot(f"text-{percent}")
    scene.window.preferred.emit({"text_percent": 100})
    scene.rest(1)


ACTS = (
    starting, creating, working_on, on_the_canvas, queueing, going_wrong, windows_over_it, beside_it, to_taste,
)  # fmt: skip


def main(folder: Path, wanted: Callable[[str], bool]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as home:
            scene = Scene(app, Path(home), language, folder, wanted)
            try:
                for act in ACTS:
                    act(scene)
            finally:
                scene.close()


def wanted(names: list[str]) -> Callable[[str], bool]:
    """Those that are named, with or without theme and language; without names, those that the guide shows."""
    guide = (HERE.parent / "window.md").read_text("utf-8")
    if names:
        return lambda picture: any(picture == name or picture.rsplit("-", 2)[0] == name for name in names)
    return lambda picture: f"window/{picture}.webp" in guide


if __name__ == "__main__":
    if len(sys.argv) < 2:
        main(HERE, wanted([]))
    else:
        main(Path(sys.argv[1]), wanted(sys.argv[2:]) if sys.argv[2:] else lambda picture: True)
