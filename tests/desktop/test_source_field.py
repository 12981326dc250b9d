"""The picture a task begins from: what stands on the canvas, and a picture of its own as the exception."""

from pathlib import Path

import pytest
from form_host import drop
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import Rig
from test_canvas import EDIT, SIZE, drag, edited, mark, save, show, studio, undo

from studio.desktop.forms.canvas_mask_field import CanvasMaskField
from studio.desktop.forms.source_field import SourceField
from studio.desktop.library.importer import Importer
from studio.desktop.viewer.viewer import Viewer
from studio.messages import Submit

__all__ = ["studio"]  # a fixture
assert EDIT


def source(rig: Rig) -> SourceField:
    assert rig.window.forms.form is not None
    field = rig.window.forms.form.editor("image")
    assert isinstance(field, SourceField)
    return field


def mask_field(rig: Rig) -> CanvasMaskField:
    assert rig.window.forms.form is not None
    field = rig.window.forms.form.editor("mask")
    assert isinstance(field, CanvasMaskField)
    return field


def orders(rig: Rig) -> list[Submit]:
    return [sent for sent in rig.client.sent if isinstance(sent, Submit)]


def photo(folder: Path, name: str = "photo.jpg", color: str = "grey") -> Path:
    file = folder / name
    Image.new("RGB", SIZE, color).save(file)
    return file


def dropped(rig: Rig, file: Path) -> None:
    before = rig.session.document.layers
    rig.feature(Importer).show([file])
    rig.wait(lambda: rig.session.document.layers != before)


def test_a_dropped_photo_is_edited_again_and_again_and_each_edit_is_a_layer(studio: Rig, tmp_path: Path) -> None:
    dropped(studio, photo(tmp_path))
    for count in (2, 3):
        mark(studio)
        edited(studio, "red" if count == 2 else "blue")
        studio.window.viewer.accept()
        studio.wait(lambda count=count: len(studio.session.document.layers) == count)
    first, second = orders(studio)
    assert first.params["mask"]
    assert second.params["mask"]
    assert [layer.name for layer in studio.session.document.layers] == ["Picture", "Edit", "Edit"]


def test_a_selection_that_was_undone_and_made_again_is_in_the_job(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    form = studio.window.forms.form
    assert form is not None
    studio.wait(lambda: form.values().get("mask"))
    undo(studio)
    studio.wait(lambda: not form.values().get("mask"))
    drag(studio, (20, 20), (60, 20))
    edited(studio)
    assert orders(studio)[-1].params["mask"]


def test_a_file_that_is_chosen_in_the_form_opens_on_the_canvas(studio: Rig, tmp_path: Path) -> None:
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    file = photo(tmp_path, color="blue")
    drop(source(studio), file)
    studio.wait(lambda: [layer.file.name for layer in studio.session.document.layers if layer.file])
    studio.wait(lambda: "photo.jpg" in str(source(studio).value()))
    assert source(studio).describe()[0] == "The canvas"
    mark(studio)
    edited(studio)
    assert "photo.jpg" in orders(studio)[-1].params["image"]
    assert orders(studio)[-1].params["mask"]


def test_a_picture_for_one_task_only_looks_like_it_and_leaves_the_canvas_alone(studio: Rig, tmp_path: Path) -> None:
    record = save(studio)
    show(studio, record)
    studio.window.forms.choose("variation")
    studio.wait(lambda: source(studio).value() == record.id)
    source(studio).only.click()
    assert source(studio).stands_out
    drop(source(studio), photo(tmp_path))
    studio.wait(lambda: isinstance(source(studio).value(), str))
    assert "For this task only" in source(studio).describe()[1]
    assert studio.window.viewer.piece is not None
    assert studio.window.viewer.piece.ref == record.id
    source(studio).only.click()
    assert not source(studio).stands_out
    assert source(studio).value() == record.id


def test_a_mask_that_is_chosen_in_the_form_is_marked_on_the_canvas(studio: Rig, tmp_path: Path) -> None:
    dropped(studio, photo(tmp_path))
    studio.window.forms.choose("inpaint")
    Image.new("L", (8, 8), 255).save(tmp_path / "small.png")
    drop(mask_field(studio), tmp_path / "small.png")
    form = studio.window.task_panel.form_of("inpaint")
    studio.wait(lambda: "8 × 8" in form.error("mask"))  # type: ignore[union-attr]
    assert not studio.session.document.is_marked
    Image.new("L", SIZE, 255).save(tmp_path / "mask.png")
    drop(mask_field(studio), tmp_path / "mask.png")
    studio.wait(lambda: studio.session.document.is_marked)
    studio.wait(lambda: mask_field(studio).value())
    undo(studio)
    assert not studio.session.document.is_marked
    studio.wait(lambda: not mask_field(studio).value())


def test_after_a_restart_the_form_has_the_canvas_as_before(
    qtbot: QtBot, qapp: QApplication, studio_home: Path, tmp_path: Path
) -> None:
    first = Rig(qtbot, qapp)
    kept: list[int] = []
    first.session.autosave.kept.connect(lambda: kept.append(1))
    first.window.forms.choose("variation")
    dropped(first, photo(tmp_path))
    first.wait(lambda: kept and isinstance(source(first).value(), str))
    (tmp_path / "photo.jpg").unlink()  # the stick it came from is gone
    first.studio.close()
    second = Rig(qtbot, qapp)
    try:
        second.wait(lambda: second.session.document.layers and isinstance(source(second).value(), str))
        assert source(second).follows
        second.window.forms.generate()
        second.wait(lambda: orders(second))
        assert Path(orders(second)[0].params["image"]).exists()
    finally:
        second.session.jobs.cancel_all()
        second.studio.close()


def test_a_picture_of_its_own_is_found_after_a_restart_once_the_library_is_open(
    qtbot: QtBot, qapp: QApplication, studio_home: Path
) -> None:
    first = Rig(qtbot, qapp)
    first.window.forms.choose("variation")
    (record,) = (save(first),)
    source(first).set_value(record.id)
    first.wait(lambda: source(first).look)
    first.studio.close()
    second = Rig(qtbot, qapp)
    try:
        second.wait(lambda: source(second).look)
        assert source(second).value() == record.id
        assert source(second).problem() == ""
        assert second.window.forms.form.error("image") == ""  # type: ignore[union-attr]
    finally:
        second.studio.close()


def test_started_again_a_task_makes_others_of_what_is_beneath_its_results(studio: Rig) -> None:
    record = save(studio)
    show(studio, record)
    mark(studio)
    edited(studio)
    studio.wait(lambda: "without results that are not accepted yet" in source(studio).describe()[1])
    edited(studio, "blue")
    assert [order.params["image"] for order in orders(studio)] == [record.id, record.id]
    assert all(order.params["mask"] for order in orders(studio))
    studio.window.forms.choose("variation")  # another task goes on from the result that is shown
    result = studio.window.viewer.piece
    assert result is not None
    studio.wait(lambda: source(studio).value() == result.ref)
    studio.window.forms.generate()
    studio.wait(lambda: len(orders(studio)) == 3)
    assert len(studio.session.document.layers) == 2  # it was accepted for that
    studio.session.jobs.cancel_all()


def test_a_picture_that_is_gone_from_the_library_is_taken_as_it_is_seen(studio: Rig) -> None:
    record = save(studio)
    show(studio, record)
    studio.window.viewer.accept()
    assert studio.library is not None
    studio.library.delete([record.id])
    studio.library.empty_trash()
    studio.window.forms.choose("variation")
    studio.window.forms.generate()
    studio.wait(lambda: orders(studio))
    assert Path(orders(studio)[0].params["image"]).exists()
    studio.session.jobs.cancel_all()


@pytest.mark.parametrize("kind", ["use", "copy"])
def test_a_document_of_which_a_layer_is_hidden_can_be_used_and_copied(studio: Rig, kind: str) -> None:
    from PySide6.QtGui import QGuiApplication

    show(studio, save(studio))
    mark(studio)
    edited(studio)
    viewer: Viewer = studio.window.viewer
    viewer.accept()
    document = studio.session.document
    studio.wait(lambda: len(document.layers) == 2)
    document.change("hide", document.layers[0].key, visible=False)
    actions = studio.window.action_table
    if kind == "copy":
        QGuiApplication.clipboard().clear()
        actions.run("stage.copy")
        studio.wait(lambda: not QGuiApplication.clipboard().image().isNull())
        assert QGuiApplication.clipboard().image().size().width() == SIZE[0]
        QGuiApplication.clipboard().clear()
        return
    actions.run("use.variation")
    studio.window.forms.generate()
    studio.wait(lambda: len(orders(studio)) == 2)
    assert Path(orders(studio)[-1].params["image"]).name.startswith("canvas-")
    studio.session.jobs.cancel_all()
