"""A document with layers is never lost when another picture comes; one that is closed can be opened again."""

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
    return names(rig)


def names(rig: Rig) -> list[str]:
    return [layer.name for layer in rig.session.document.layers]


def create(rig: Rig) -> str:
    """A picture of words, as a candidate."""
    rig.window.forms.choose("text-to-image")
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == record.id)
    return record.id


def test_what_is_closed_is_found_after_a_restart(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    first = Rig(qtbot, qapp)
    first.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    first.wait(lambda: first.window.task_panel.form_of("inpaint") is not None)
    there = layered(first)
    first.window.action_table.run("document.close")
    first.wait(lambda: "2 layers" in first.window.notices.text("earlier"))
    assert not first.session.document.layers
    first.studio.close()
    second = Rig(qtbot, qapp)
    try:
        second.wait(lambda: second.session.library)
        (back,) = [action for action in second.window.action_table.listed() if "Back to the picture of" in action.title]
        back.run()
        second.wait(lambda: names(second) == there)
    finally:
        second.studio.close()


def test_a_picture_of_words_opens_beside_a_document_with_layers(studio: Rig) -> None:
    there = layered(studio)
    record = create(studio)
    documents, viewer = studio.session.documents, studio.window.viewer
    assert viewer.choices.accept.text() == "Accept as new document"
    viewer.choices.accept.click()
    assert len(documents) == 2
    assert studio.session.document.piece is not None
    assert studio.session.document.piece.ref == record
    documents.step(-1)
    studio.wait(lambda: names(studio) == there)
    undo(studio)
    assert names(studio) == there[:1]


def test_a_line_leads_back_to_what_was_closed(studio: Rig) -> None:
    there = layered(studio)
    studio.window.action_table.run("document.close")
    studio.wait(lambda: studio.window.notices.text("earlier"))
    (back,) = [one for one in studio.window.notices.findChildren(QPushButton) if one.text() == "Back to it"]
    back.click()
    studio.wait(lambda: names(studio) == there)


def test_a_plain_picture_is_replaced_without_a_word(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    create(studio)
    studio.window.viewer.accept()
    studio.qtbot.wait(50)
    assert studio.window.notices.text("earlier") == ""
    assert len(studio.session.documents) == 1


def test_what_becomes_of_a_picture_of_words_is_chosen_and_remembered(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    record = create(studio)
    studio.window.action_table.run("candidate.layer")
    layers = studio.session.document.layers
    assert [layer.ref for layer in layers][1:] == [record]
    assert layers[1].rect.center() == layers[0].rect.center()
    studio.wait(lambda: studio.session.ui_state.accept_as_layer)
    create(studio)
    assert studio.window.viewer.choices.accept.text() == "Accept as layer"
    studio.window.viewer.choices.accept.click()
    assert len(studio.session.document.layers) == 3
    undo(studio)
    undo(studio)
    assert len(studio.session.document.layers) == 1
