"""Whatever is done in whatever order: the button takes what the canvas shows, never refuses it, and takes nothing else.

Random walks on the real window. `STUDIO_CANVAS_WALKS=200` walks so many times, from other seeds.
"""

import os
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QMargins, QMimeData
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import EDIT, drag

from studio.desktop.features.form_undo import FormUndo
from studio.desktop.forms.source_field import SourceField
from studio.desktop.library.importer import Importer
from studio.desktop.viewer import scenes
from studio.images import load_mask
from studio.library import Recipe, Record
from studio.messages import Finished, JobCancelled, Ready, Saved, Started, Submit

WALKS = int(os.environ.get("STUDIO_CANVAS_WALKS", "3"))
STEPS = 22
SIZES = ((96, 64), (96, 64), (64, 80))
SIDES = ("left", "top", "right", "bottom")
TASKS = ("inpaint", "inpaint", "variation", "text-to-image")


class Walk:
    """One window after the other on one home, and the acts of somebody at it."""

    def __init__(self, qtbot: QtBot, app: QApplication, folder: Path, seed: int) -> None:
        self.qtbot, self.app, self.folder, self.random = qtbot, app, folder, random.Random(seed)
        self.done: list[str] = []
        self.rig = self._start()
        for _ in range(2):
            self._save(self._picture(), "text-to-image", {})
        self.rig.session.pictures.refresh()
        self.rig.wait(lambda: self.rig.session.pictures.record(1))

    def _start(self) -> Rig:
        rig = Rig(self.qtbot, self.app)
        rig.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
        rig.wait(lambda: rig.window.task_panel.form_of("inpaint") is not None)
        return rig

    # ---- acts

    def step(self) -> None:
        acts = (
            self.choose_task, self.choose_task, self.look, self.drop, self.paste, self.mark, self.mark, self.unmark,
            self.extend, self.job, self.job, self.job, self.cancelled_job, self.accept, self.accept, self.discard,
            self.undo, self.undo, self.redo, self.hide, self.own, self.own_no_more, self.layer,
            self.paint, self.paint, self.rub, self.shape, self.crop,
        )  # fmt: skip
        act = self.random.choice(acts)
        self.done.append(act.__name__)
        act()
        self.app.processEvents()
        if self.random.random() < 0.4:
            self.cancelled_job()

    def choose_task(self) -> None:
        self.rig.window.forms.choose(self.random.choice(TASKS))

    def look(self) -> None:
        record = self.rig.session.pictures.record(self.random.randrange(2))
        if record is not None:
            self.rig.window.viewer_controller.show_record(record)
            self.rig.wait(lambda: self.rig.window.viewer.piece and self.rig.window.viewer.piece.ref == record.id)

    def drop(self) -> None:
        file = self.folder / f"dropped {len(self.done)}.png"
        self._picture().save(file)
        layers = self.rig.session.document.layers
        self.rig.feature(Importer).show([file])
        self.rig.wait(lambda: self.rig.session.document.layers != layers)

    def paste(self) -> None:
        layers = self.rig.session.document.layers
        image = QImage(*self.random.choice(SIZES), QImage.Format.Format_RGB32)
        image.fill(self.random.randrange(2**24) | 0xFF000000)
        data = QMimeData()
        data.setImageData(image)
        self.rig.feature(Importer).add(data)
        self.rig.wait(lambda: self.rig.session.document.layers != layers)

    def mark(self) -> None:
        viewer = self.rig.window.viewer
        if self.rig.window.forms.task and self.rig.window.forms.task.id == "inpaint" and viewer.view is viewer.canvas:
            viewer.masks.choose(self.random.choice(("brush", "rectangle")))
            self._settle()
            if viewer.masks.chosen:
                x = self.random.randrange(5, 40)
                drag(self.rig, (x, 20), (x + 8, 30), (x + 15, 40))
            viewer.masks.choose("")

    def paint(self) -> None:
        """A stroke of colour; on what is only looked at, it becomes the document first."""
        self.rig.window.viewer.masks.painting.colour.pick(QColor(self.random.randrange(2**24)))
        self._stroke("paint")

    def rub(self) -> None:
        self._stroke("rub")

    def shape(self) -> None:
        self._stroke("shape")

    def crop(self) -> None:
        bounds, document = self.rig.session.document.bounds, self.rig.session.document
        if self.rig.window.viewer.candidate is None and min(bounds.width(), bounds.height()) > 50:
            document.set_area("crop", bounds.adjusted(self.random.randrange(4), 2, 0, -self.random.randrange(4)))

    def _stroke(self, tool: str) -> None:
        viewer = self.rig.window.viewer
        if viewer.view is viewer.canvas:
            viewer.masks.choose(tool)
            self._settle()
            if viewer.masks.chosen:
                x = self.random.randrange(5, 40)
                drag(self.rig, (x, 15), (x + 12, 28), (x + 15, 44))
            viewer.masks.choose("")

    def unmark(self) -> None:
        self.rig.window.viewer.masks.clear.click()

    def extend(self) -> None:
        viewer, document = self.rig.window.viewer, self.rig.session.document
        if viewer.candidate is None and document.layers:
            document.set_frame("extend", QMargins(8 * self.random.randrange(3), 0, 8, 0))

    def hide(self) -> None:
        layers = self.rig.session.document.layers
        if len(layers) > 1:
            layer = self.random.choice(layers)
            self.rig.session.document.change("hide", layer.key, visible=not layer.visible)

    def layer(self) -> None:
        document = self.rig.session.document
        if len(document.layers) > 1:
            document.move("move", self.random.choice(document.layers).key, self.random.choice((-1, 1)))

    def accept(self) -> None:
        self.rig.window.viewer.accept()
        self._settle()

    def discard(self) -> None:
        self.rig.window.viewer.candidates.discard()

    def undo(self) -> None:
        self.rig.feature(FormUndo).push()
        self.rig.session.document.stack.undo()

    def redo(self) -> None:
        self.rig.session.document.stack.redo()

    def own(self) -> None:
        """A picture for this task only."""
        if source := self._source():
            file = self.folder / f"own {len(self.done)}.png"
            self._picture().save(file)
            if source.follows:
                source.only.click()
            source.use_file(str(file))
            self.rig.wait(lambda: not source.opening)

    def own_no_more(self) -> None:
        if source := self._source():
            source.use_canvas()

    def cancelled_job(self) -> None:
        for job in self.press("to cancel"):
            self.rig.client.emit(JobCancelled(job))
            self.rig.wait(lambda: not self.rig.session.jobs.pending)

    def job(self) -> None:
        """To its end, with a picture or two."""
        for job in self.press("job"):
            order = next(sent for sent in self.rig.client.sent if isinstance(sent, Submit) and sent.job == job)
            for index in range(self.random.choice((1, 2))):
                record = self._save(self._result(order), order.task, order.params)
                size = record.width, record.height
                self.rig.client.emit(Saved(job, record.id, str(record.path), index, *size, 7))
            self.rig.client.emit(Finished(job, 1.0))
            self.rig.wait(lambda: not self.rig.session.jobs.pending)
            self.rig.wait(lambda: all(candidate.shown for candidate in self.rig.window.viewer.candidates))

    def _result(self, order: Submit) -> Image.Image:
        """As a model would make it: an edit keeps what was not marked."""
        source = order.params.get("image")
        if source is None:
            return self._picture()
        picture = Image.open(self.rig.session.path(source)).convert("RGB")
        if order.task != "inpaint":
            return self._picture(picture.size if self.random.random() < 0.6 else None)
        left, top, right, bottom = (order.params[side] for side in SIDES)
        made = self._picture((picture.width + left + right, picture.height + top + bottom))
        inside = made.crop((left, top, left + picture.width, top + picture.height))
        keep = Image.new("L", picture.size, 255)
        if order.params.get("mask"):
            keep = load_mask(Path(order.params["mask"])).point(lambda grey: 0 if grey else 255)
        inside.paste(picture, mask=keep)
        made.paste(inside, (left, top))
        return made

    def restart(self) -> None:
        self.done.append("restart")
        kept: list[int] = []
        autosave = self.rig.session.autosave
        autosave.kept.connect(lambda: kept.append(1))
        self.rig.session.documents.save()
        self.rig.wait(lambda: kept)
        layers = len(self.rig.session.document.layers)
        self.rig.studio.close()
        self.rig = self._start()
        self.rig.wait(lambda: len(self.rig.session.document.layers) == layers)

    # ---- what must hold

    def press(self, name: str) -> list[str]:
        """The button: what is sent is what the canvas shows. Returns the jobs that run now."""
        self.done.append(name)
        window = self.rig.window
        task, source = window.forms.task, self._source()
        assert task is not None
        self.rig.fill(**{**window.forms.form.values(), "prompt": "a cat"})  # type: ignore[union-attr]
        before = len(self.rig.client.sent)
        own = source is not None and not source.follows
        wanted, mask, frame = self._seen(task.id)
        window.forms.generate()
        empty = source is not None and not own and wanted is None
        if empty or (own and not isinstance(source.value(), str)):  # type: ignore[union-attr]
            self._settle()
            assert not self._orders(before)
            assert window.forms.form.error("image")  # type: ignore[union-attr]
            return []
        self.rig.wait(lambda: self._orders(before) or self._refusal())
        assert self._orders(before), self._refusal()
        (order,) = self._orders(before)
        self.rig.client.emit(Started(order.job, {}))
        if source is None:
            assert "image" not in order.params
            return [order.job]
        if own:
            assert "own" in order.params["image"]
            return [order.job]
        given = Image.open(self.rig.session.path(order.params["image"]))
        assert wanted is not None
        assert _same(given, wanted)
        if task.id == "inpaint":
            assert tuple(order.params[side] for side in SIDES) == frame
            sent = order.params.get("mask")
            assert bool(sent) == (mask is not None)
            assert mask is None or _same(load_mask(Path(sent)), mask)
        return [order.job]

    def _seen(self, task: str) -> tuple[Image.Image | None, Image.Image | None, tuple[int, ...]]:
        """Picture, mask and frame on the canvas; results of the same task lie over what they were made from."""
        viewer, document = self.rig.window.viewer, self.rig.session.document
        candidate, nothing = viewer.candidate, (0, 0, 0, 0)
        again = viewer.candidates.task == task and self._is_of_document()
        if candidate is not None and candidate.shown and not again:
            if viewer.view is viewer.canvas:
                assert viewer.canvas.overlay is None
                assert viewer.canvas.border.isNull()
            return _pil(scenes.shown(document, candidate).flattened()), None, nothing
        if not document.layers:
            return None, None, nothing
        overlay, margins = document.overlay, document.frame
        mask = None if overlay is None or overlay.mask.is_empty else _pil(overlay.drawing()())
        frame = margins.left(), margins.top(), margins.right(), margins.bottom()
        return _pil(document.scene.flattened()), mask, frame

    def _is_of_document(self) -> bool:
        candidate, refs = self.rig.window.viewer.candidate, {*self.rig.session.document.refs}
        return bool(candidate and candidate.piece and {*candidate.piece.parents} & refs)

    def _orders(self, before: int) -> list[Submit]:
        return [sent for sent in self.rig.client.sent[before:] if isinstance(sent, Submit)]

    def _refusal(self) -> str:
        form, notices = self.rig.window.forms.form, self.rig.window.notices
        told = [form.error(name) for name in ("image", "mask") if form and form.task.get(name)]  # type: ignore[attr-defined]
        return " ".join([*told, *(notices.text(key) for key in ("canvas", "job"))]).strip()

    # ---- helpers

    def _source(self) -> SourceField | None:
        form = self.rig.window.forms.form
        names = [name for name, _ in form.image_fields()] if form else []
        editor = form.editor(names[0]) if form and names else None
        return editor if isinstance(editor, SourceField) else None

    def _picture(self, size: tuple[int, int] | None = None) -> Image.Image:
        color = tuple(self.random.randrange(256) for _ in range(3))
        return Image.new("RGB", size or self.random.choice(SIZES), color)

    def _save(self, picture: Image.Image, task: str, params: dict[str, Any]) -> Record:
        assert self.rig.library is not None
        parents = [params["image"]] if "image" in params else []
        return self.rig.library.save(picture, Recipe(task, params, parents=parents))

    def _settle(self) -> None:
        self.qtbot.wait(30)


def _pil(image: QImage) -> Image.Image:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (rgba.width(), rgba.height()), bytes(rgba.constBits()))


def _same(one: Image.Image, other: Image.Image) -> bool:
    if one.mode == "L":
        other = other.convert("RGB").convert("L")
    else:
        one, other = one.convert("RGBA"), other.convert("RGBA")
    return one.size == other.size and ImageChops.difference(one, other).getbbox(alpha_only=False) is None


@pytest.mark.parametrize("seed", range(WALKS))
def test_the_button_takes_what_the_canvas_shows(qtbot: QtBot, qapp: QApplication, tmp_path: Path, seed: int) -> None:
    walk = Walk(qtbot, qapp, tmp_path, seed)
    try:
        for number in range(STEPS):
            walk.step()
            if number == STEPS // 2:
                walk.restart()
        walk.cancelled_job()
    except BaseException as error:
        error.add_note(f"seed {seed}: {', '.join(walk.done)}")
        raise
    finally:
        walk.rig.session.jobs.cancel_all()
        walk.rig.studio.close()
