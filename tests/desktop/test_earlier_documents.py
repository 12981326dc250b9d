"""A document with layers is never lost when another picture takes its place, also not over a restart."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import EDIT, edited, mark, save, show, studio, undo

from studio.messages import Ready

__all__ = ["studio"]  # a fixture


def layered(rig: Rig) -> list[str]:
    """A document of two layers, by their names."""
    show(rig, save(rig))
    mark(rig)
    edited(rig)
    rig.window.viewer.accept()
    rig.wait(lambda: len(rig.session.document.layers) == 2)
    return [layer.name for layer in rig.session.document.layers]


def create(rig: Rig) -> str:
    """A picture of words, accepted."""
    rig.window.forms.choose("text-to-image")
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == record.id)
    rig.window.viewer.accept()
    return record.id


def test_what_a_new_picture_takes_the_place_of_is_found_after_a_restart(
    qtbot: QtBot, qapp: QApplication, studio_home: Path
) -> None:
    first = Rig(qtbot, qapp)
    first.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    first.wait(lambda: first.window.task_panel.form_of("inpaint") is not None)
    names = layered(first)
    create(first)
    first.wait(lambda: "2 layers" in first.window.notices.text("earlier"))
    assert len(first.session.document.layers) == 1
    first.studio.close()
    second = Rig(qtbot, qapp)
    try:
        second.wait(lambda: second.session.document.layers)
        (back,) = [action for action in second.window.action_table.listed() if "Back to the picture of" in action.title]
        back.run()
        second.wait(lambda: [layer.name for layer in second.session.document.layers] == names)
    finally:
        second.studio.close()


def test_the_line_leads_back_and_undo_too(studio: Rig) -> None:
    names = layered(studio)
    create(studio)
    studio.wait(lambda: studio.window.notices.text("earlier"))
    undo(studio)
    assert [layer.name for layer in studio.session.document.layers] == names
    studio.session.document.stack.redo()
    (back,) = [one for one in studio.window.notices.findChildren(QPushButton) if one.text() == "Back to it"]
    back.click()
    studio.wait(lambda: [layer.name for layer in studio.session.document.layers] == names)


def test_a_plain_picture_is_replaced_without_a_word(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    create(studio)
    studio.qtbot.wait(50)
    assert studio.window.notices.text("earlier") == ""


def test_a_picture_of_words_can_become_a_layer(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    studio.window.forms.choose("text-to-image")
    (record,) = studio.make()
    viewer = studio.window.viewer
    studio.wait(lambda: viewer.piece and viewer.piece.ref == record.id)
    assert viewer.choices.as_layer.isVisible()
    viewer.choices.as_layer.click()
    layers = studio.session.document.layers
    assert [layer.ref for layer in layers][1:] == [record.id]
    assert layers[1].rect.center() == layers[0].rect.center()
    undo(studio)
    assert len(studio.session.document.layers) == 1
