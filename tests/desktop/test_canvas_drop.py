"""Pictures dragged onto the canvas: from the strip as input, with Shift as a layer, from outside as before."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import GREY, RED, mark, pixel, save, seen, show, studio, undo

from studio.descriptions import TaskInfo
from studio.library import Record
from studio.messages import Ready

__all__ = ["studio"]  # a fixture
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
TWO = TaskInfo(
    "interpolate",
    "Interpolate",
    {
        "type": "object",
        "required": ["image", "other"],
        "properties": {
            "image": {"type": "string", "widget": "image", "title": "From"},
            "other": {"type": "string", "widget": "image", "title": "To"},
        },
    },
    builtin=True,
)


def urls(*files: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return made


def drop(rig: Rig, data: QMimeData, keys: Qt.KeyboardModifier = NONE, at: QPointF | None = None) -> tuple[str, str]:
    """Over a point of the document, as from another program; what was told before it was let go of."""
    stage = rig.window.viewer
    rig.qtbot.wait(100)  # the layout is what it will be
    spot = stage.canvas.transform().map(at or QPointF(stage.canvas.scene.bounds.center()))
    where = QPointF(stage.canvas.mapTo(stage, spot.toPoint()))
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(where, actions, data, button, NONE)
    stage.dragEnterEvent(enter)
    assert enter.isAccepted()
    stage.dragMoveEvent(QDragMoveEvent(where, actions, data, button, keys))
    told = stage.drops.hint.texts
    assert stage.drops.hint.isVisible()
    stage.dropEvent(QDropEvent(where, actions, data, button, keys))
    assert not stage.drops.hint.isVisible()
    return told


def drag_from_strip(rig: Rig, record: Record) -> None:
    """What the strip gives to a drag, over the middle of the stage; the platform of tests has no drags of its own."""
    strip, stage = rig.window.filmstrip.list, rig.window.viewer
    rig.session.pictures.refresh()
    rig.wait(lambda: rig.session.pictures.row(record.id) >= 0)
    data = rig.session.pictures.mimeData([rig.session.pictures.index(rig.session.pictures.row(record.id))])

    class Enter(QDragEnterEvent):
        def source(self) -> QObject:
            return strip

    class Drop(QDropEvent):
        def source(self) -> QObject:
            return strip

    action, button, spot = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, QPointF(stage.rect().center())
    enter = Enter(spot, action, data, button, NONE)
    stage.dragEnterEvent(enter)
    assert enter.isAccepted()
    stage.dropEvent(Drop(spot, action, data, button, NONE))


def test_a_picture_of_the_strip_becomes_the_input_of_the_chosen_task(rig: Rig) -> None:
    rig.client.emit(Ready([CREATE, VARY, TWO], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("interpolate") is not None)
    first, second = save(rig), save(rig, color="red")
    rig.window.forms.choose("interpolate")
    form = rig.window.task_panel.form
    assert form is not None
    drag_from_strip(rig, first)
    rig.wait(lambda: form.values().get("image") == first.id)
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == first.id)
    drag_from_strip(rig, second)  # the next one that is still empty
    rig.wait(lambda: form.values().get("other") == second.id)
    assert form.values()["image"] == first.id


def test_for_a_task_that_works_on_the_canvas_it_is_the_document(studio: Rig) -> None:
    record = save(studio)
    studio.window.forms.choose("inpaint")
    drag_from_strip(studio, record)
    studio.wait(lambda: studio.session.document.layers)
    assert studio.session.document.refs == (record.id,)
    undo(studio)
    assert not studio.session.document.layers


def test_with_shift_it_is_a_layer_where_it_was_let_go_and_the_mask_stays(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    small = save(studio, (64, 48), "red")
    told = drop(studio, urls(small.path), SHIFT, QPointF(50, 40))
    assert told == ("Add it as a layer", "Without Shift: Open it on the canvas")
    document = studio.session.document
    studio.wait(lambda: len(document.layers) == 2)
    assert document.layers[1].ref == small.id  # a file of the library is known by its id
    assert (document.layers[1].rect.center() - QPoint(50, 40)).manhattanLength() <= 2  # the screen has whole pixels
    assert (pixel(studio, 50, 40), pixel(studio, 160, 120)) == (RED, GREY)
    assert document.is_marked
    studio.qtbot.wait(20)
    assert seen(studio, 30, 30) == RED
    undo(studio)
    assert len(document.layers) == 1


def test_a_layer_over_a_picture_that_was_only_looked_at_takes_it_into_the_document(studio: Rig) -> None:
    below, above = save(studio), save(studio, (64, 48), "red")
    show(studio, below)
    drop(studio, urls(above.path), SHIFT)
    studio.wait(lambda: len(studio.session.document.layers) == 2)
    assert studio.session.document.refs == (below.id, above.id)


def test_from_another_program_it_opens_on_the_canvas(studio: Rig, tmp_path: Path) -> None:
    file = tmp_path / "outside.png"
    Image.new("RGB", (40, 30), "red").save(file)
    assert drop(studio, urls(file)) == ("Open it on the canvas", "With Shift: Add it as a layer")
    studio.wait(lambda: studio.window.viewer.piece and studio.window.viewer.piece.file == file)
    assert [layer.file for layer in studio.session.document.layers] == [file]
    undo(studio)
    assert not studio.session.document.layers


@pytest.mark.parametrize("keys", [NONE, SHIFT])
def test_what_is_no_picture_is_told_and_changes_nothing(studio: Rig, tmp_path: Path, keys: Qt.KeyboardModifier) -> None:
    show(studio, save(studio))
    mark(studio)
    bad = tmp_path / "bad.png"
    bad.write_text("words")
    before = studio.session.document.state
    drop(studio, urls(bad), keys)
    notices = studio.window.notices
    studio.wait(lambda: any("bad.png" in notices.text(key) for key in notices.keys()))  # noqa: SIM118 - no mapping
    assert studio.session.document.state == before


def test_what_is_dragged_out_of_the_canvas_is_not_taken_back(studio: Rig) -> None:
    record = save(studio)
    show(studio, record)

    class Own(QDragEnterEvent):
        def source(self) -> QObject:
            return studio.window.viewer.canvas

    data = urls(record.path)  # which an event does not keep alive
    event = Own(QPointF(40, 40), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE)
    event.ignore()
    studio.window.viewer.dragEnterEvent(event)
    assert not event.isAccepted()
