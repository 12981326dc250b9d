"""Several documents: each with its layers, its mask and its history, over restarts, and only one of them in memory."""

import gc
import weakref
from pathlib import Path

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import EDIT, drag, mark, save, show, studio, undo

from studio.desktop.canvas.document_folder import read
from studio.desktop.features.documents import DocumentTabs
from studio.desktop.features.documents.history_panel import HistoryPanel
from studio.messages import Ready

__all__ = ["studio"]  # a fixture


def picture(rig: Rig) -> None:
    show(rig, save(rig))
    rig.window.viewer.accept()


def painted(rig: Rig) -> int:
    overlay = rig.session.document.overlay
    return 0 if overlay is None else int((overlay.mask.render() > 0).sum())


def texts(rig: Rig) -> list[str]:
    stack = rig.session.document.stack
    return [stack.text(number) for number in range(stack.count())]


def begin(qtbot: QtBot, qapp: QApplication) -> Rig:
    rig = Rig(qtbot, qapp)
    rig.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("inpaint") is not None)
    return rig


def rest(rig: Rig) -> None:
    """Until all is on the disk."""
    rig.wait(lambda: not rig.session.autosave.pending)


def test_mask_and_history_are_there_after_a_restart(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    first = begin(qtbot, qapp)
    picture(first)
    mark(first)
    once = painted(first)
    drag(first, (30, 200), (90, 200))
    twice = painted(first)
    first.session.document.set_frame("Extend", QMargins(0, 0, 64, 0))
    undo(first)
    steps = texts(first)
    rest(first)
    first.studio.close()
    second = Rig(qtbot, qapp)
    document = second.session.document
    second.wait(lambda: document.layers)
    assert texts(second) == steps
    assert painted(second) == twice > once > 0
    document.stack.redo()
    assert document.frame.right() == 64
    undo(second)
    undo(second)
    assert painted(second) == once
    undo(second)
    undo(second)
    assert not document.layers
    for _ in range(3):
        document.stack.redo()
    assert painted(second) == twice
    second.studio.close()


def test_what_is_done_to_a_restored_document_is_undone_and_done_again(studio: Rig) -> None:
    picture(studio)
    mark(studio)
    first = studio.session.documents.current
    once = painted(studio)
    studio.session.documents.new()
    rest(studio)
    studio.session.documents.show(first)
    studio.wait(lambda: painted(studio) == once)
    drag(studio, (30, 200), (90, 200))
    twice = painted(studio)
    assert twice > once
    for _ in range(3):
        undo(studio)
    assert not studio.session.document.layers
    for _ in range(3):
        studio.session.document.stack.redo()
    assert painted(studio) == twice


def test_a_stroke_is_done_again_after_its_picture_was_undone_too(studio: Rig) -> None:
    picture(studio)
    mark(studio)
    once = painted(studio)
    while studio.session.document.stack.canUndo():
        undo(studio)
    while studio.session.document.stack.canRedo():
        studio.session.document.stack.redo()
    assert painted(studio) == once > 0


def test_a_document_that_rests_holds_no_pixels(studio: Rig) -> None:
    picture(studio)
    mark(studio)
    held = weakref.ref(studio.session.document.layers[0])
    studio.session.documents.new()
    rest(studio)
    assert studio.session.document.is_blank
    studio.wait(lambda: (gc.collect(), held() is None)[1])


def test_tabs_show_close_and_name_documents(studio: Rig) -> None:
    tabs, documents = studio.feature(DocumentTabs).bar, studio.session.documents
    picture(studio)
    assert tabs.isHidden()
    first = documents.current
    documents.new()
    picture(studio)
    assert [tabs.tabText(number) for number in range(tabs.count())] == ["Untitled 1", "Untitled 2"]
    assert tabs.currentIndex() == 1
    tabs.setCurrentIndex(0)
    studio.wait(lambda: documents.current == first)
    documents.rename(first, "Cat & dog")
    assert tabs.tabText(0) == "Cat && dog"
    tabs.moveTab(0, 1)
    assert [one.id for one in documents.all][1] == first
    cross = tabs.tabButton(1, QTabBar.ButtonPosition.RightSide)
    cross.click()  # type: ignore[attr-defined]  # a QToolButton
    studio.wait(lambda: len(documents) == 1)
    assert documents.current != first
    assert tabs.isHidden()
    assert len(studio.session.document.layers) == 1


def test_names_and_order_are_kept(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    first = begin(qtbot, qapp)
    picture(first)
    first.session.documents.rename(first.session.documents.current, "Sketch")
    first.session.documents.new()
    picture(first)
    shown = first.session.documents.current
    with qtbot.waitSignal(first.session.autosave.kept):
        first.session.documents.save()
    first.studio.close()
    second = Rig(qtbot, qapp)
    second.wait(lambda: len(second.session.documents) == 2)
    assert [second.session.documents.title(one) for one in second.session.documents.all] == ["Sketch", "Untitled 2"]
    assert second.session.documents.current == shown
    second.studio.close()


def test_a_document_whose_list_was_not_written_any_more_is_found(
    qtbot: QtBot, qapp: QApplication, studio_home: Path
) -> None:
    first = begin(qtbot, qapp)
    picture(first)
    with qtbot.waitSignal(first.session.autosave.kept):
        first.session.documents.save()
    first.studio.close()
    (studio_home / "session" / "documents.json").write_bytes(b"{")
    second = Rig(qtbot, qapp)
    second.wait(lambda: second.session.document.layers)
    second.studio.close()


def test_one_damaged_document_takes_no_other_along(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    first = begin(qtbot, qapp)
    picture(first)
    sound = first.session.documents.current
    first.session.documents.new()
    picture(first)
    damaged = studio_home / "session" / "documents" / first.session.documents.current / "document.json"
    with qtbot.waitSignal(first.session.autosave.kept):
        first.session.documents.save()
    first.studio.close()
    damaged.write_bytes(damaged.read_bytes()[:50])
    second = Rig(qtbot, qapp)
    second.wait(lambda: "damaged" in second.window.notices.text("kept"))
    second.session.documents.show(sound)
    second.wait(lambda: second.session.document.layers)
    second.studio.close()


def test_while_the_disk_is_full_documents_stay_in_memory(studio: Rig, studio_home: Path) -> None:
    picture(studio)
    rest(studio)
    folder = studio_home / "session" / "documents"
    away = folder.with_name("away")
    folder.rename(away)
    folder.write_text("in the way")
    mark(studio)
    once, first = painted(studio), studio.session.documents.current
    studio.session.documents.new()
    studio.wait(lambda: "could not be kept" in studio.window.notices.text("kept"))
    picture(studio)
    studio.session.documents.show(first)
    assert painted(studio) == once
    folder.unlink()
    away.rename(folder)
    studio.session.documents.save()
    rest(studio)
    assert len(read(folder / first).steps) > 1


def test_the_history_is_a_list_that_one_can_walk(studio: Rig) -> None:
    panel = studio.window.findChild(HistoryPanel)
    picture(studio)
    mark(studio)
    drag(studio, (30, 200), (90, 200))
    twice = painted(studio)
    model = panel.list.model()
    assert model.rowCount() == studio.session.document.stack.count() + 1
    panel.list.setCurrentIndex(model.index(1, 0))
    assert painted(studio) == 0
    panel.list.setCurrentIndex(model.index(model.rowCount() - 1, 0))
    assert painted(studio) == twice
