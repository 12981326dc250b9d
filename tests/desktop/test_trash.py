"""Deleting in the strip: Delete, Ctrl+Z, the trash and its end."""

import sqlite3

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from rig import Rig

from studio.desktop.features.form_undo import IDLE_MS
from studio.desktop.library.trash import Trash

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(rig: Rig) -> list[str]:
    return [rig.session.pictures.record(row).id for row in range(rig.session.pictures.rowCount())]


def press(rig: Rig, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    rig.window.filmstrip.list.setFocus()
    QTest.keyClick(rig.window.filmstrip.list, key, modifier)


def mark(rig: Rig, *rows: int) -> None:
    strip = rig.window.filmstrip.list
    for number, row in enumerate(rows):
        place = strip.visualRect(rig.session.pictures.index(row)).center()
        modifier = CTRL if number else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def stocked(rig: Rig) -> list[str]:
    ids = [record.id for record in rig.make(4)][::-1]
    rig.wait(lambda: shown(rig) == ids)
    return ids


def test_delete_and_undo(rig: Rig) -> None:
    ids = stocked(rig)
    mark(rig, 1, 3)
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == ids[3])
    on_canvas = rig.window.viewer.piece
    press(rig, KEY.Key_Delete)
    rig.wait(lambda: shown(rig) == [ids[0], ids[2]])
    assert rig.window.viewer.piece == on_canvas  # the canvas keeps what it shows
    assert rig.window.notices.text("trash") == "Moved 2 pictures to the trash."
    assert rig.library.count(trashed=True) == 2
    QTest.keyClick(rig.window, KEY.Key_Z, CTRL)
    rig.wait(lambda: shown(rig) == ids)
    assert rig.library.count(trashed=True) == 0
    QTest.keyClick(rig.window, KEY.Key_Y, CTRL)
    rig.wait(lambda: shown(rig) == [ids[0], ids[2]])
    assert rig.session.pictures.total == 2


def test_undo_and_redo_faster_than_the_disk_end_where_they_should(rig: Rig) -> None:
    ids = stocked(rig)
    mark(rig, 0)
    press(rig, KEY.Key_Delete)
    rig.wait(lambda: shown(rig) == ids[1:])
    stack = rig.session.document.stack
    for _ in range(3):
        stack.undo()
        stack.redo()
    stack.undo()
    rig.wait(lambda: shown(rig) == ids and rig.library.count(trashed=True) == 0)


def test_the_offer_of_the_line_takes_it_back_whatever_was_done_since(rig: Rig) -> None:
    ids = stocked(rig)
    mark(rig, 0)
    press(rig, KEY.Key_Delete)
    rig.wait(lambda: rig.window.notices.text("trash") == "Moved to the trash.")
    stack = rig.feature(Trash)._stack
    rig.feature(Trash)._undo(-1, stack.command(stack.count() - 1)._before)
    rig.wait(lambda: shown(rig) == ids)
    assert rig.session.document.stack.undoText() == "Restore a picture"


def test_the_trash_restores_and_is_emptied_when_that_was_confirmed(rig: Rig) -> None:
    ids = stocked(rig)
    rig.feature(Trash).delete([rig.library.get(id) for id in ids[:3]])
    rig.wait(lambda: shown(rig) == ids[3:])
    rig.feature(Trash).open()
    dialog = rig.feature(Trash).dialog
    rig.wait(lambda: dialog.pictures.total == 3)
    assert not dialog.restore.isEnabled()
    dialog.list.setCurrentIndex(dialog.pictures.index(0))
    dialog.restore.click()
    rig.wait(lambda: dialog.pictures.rowCount() == 2 and shown(rig) == [ids[0], ids[3]])
    dialog.empty.click()
    rig.wait(dialog.sure.isVisible)
    assert "Delete 2 pictures" in dialog.about.text()
    dialog.keep.click()
    assert not dialog.sure.isVisible()
    assert rig.library.count(trashed=True) == 2
    dialog.empty.click()
    rig.wait(dialog.sure.isVisible)
    dialog.sure.click()
    rig.wait(lambda: dialog.about.text() == "The trash is empty.")
    assert rig.library.count(trashed=True) == 0
    # What is gone for good cannot be undone, and that is said. What was typed before is a step before.
    stack = rig.session.document.stack
    rig.qtbot.wait(2 * IDLE_MS)
    assert stack.undoText() == "Restore a picture"
    stack.undo()
    stack.undo()
    rig.wait(lambda: "the trash was emptied" in rig.window.notices.text("trash"))
    dialog.close()


def test_what_lies_on_the_canvas_outlives_the_emptying(rig: Rig) -> None:
    ids = stocked(rig)
    rig.wait(lambda: rig.window.viewer.candidate and rig.window.viewer.candidate.shown)
    rig.session.document.open("a picture", rig.window.viewer.piece, rig.window.viewer.candidate.shown)
    on_canvas = rig.session.document.layers[0].ref
    rig.feature(Trash).delete([rig.library.get(id) for id in ids])
    rig.wait(lambda: not shown(rig))
    rig.feature(Trash).open()
    dialog = rig.feature(Trash).dialog
    rig.wait(lambda: dialog.pictures.total == 4)
    dialog.sure.click()
    rig.wait(lambda: dialog.pictures.total == 1)
    assert rig.library.get(on_canvas).path.is_file()
    dialog.close()


def test_an_index_that_cannot_be_written_says_so_and_the_list_stays(rig: Rig) -> None:
    ids = stocked(rig)
    with sqlite3.connect(rig.library.root / "index.db") as other:
        other.execute("CREATE TRIGGER no BEFORE UPDATE ON pictures BEGIN SELECT RAISE(ABORT, 'no'); END")
    other.close()
    mark(rig, 0)
    press(rig, KEY.Key_Delete)
    rig.wait(lambda: "Nothing could be deleted in" in rig.window.notices.text("trash"))
    assert shown(rig) == ids


def test_what_is_dragged_are_all_that_are_marked(rig: Rig) -> None:
    ids = stocked(rig)
    mark(rig, 0, 2)
    chosen = rig.window.filmstrip.list.selectionModel().selectedIndexes()
    urls = rig.session.pictures.mimeData(chosen).urls()
    assert {url.fileName() for url in urls} == {f"{ids[0]}.png", f"{ids[2]}.png"}
    QApplication.processEvents()
