"""The strip's list: pages that come when they are scrolled to, in the library's order."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from rig import add

from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.library.picture_model import PAGE, RECORD, PictureModel
from studio.desktop.shell.worker import Worker
from studio.library import Library

COUNT = 2 * PAGE + 30


@pytest.fixture
def library(tmp_path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    for number in range(COUNT):
        add(made, f"picture {number}", number)
    yield made
    made.close()


@pytest.fixture
def gallery() -> Iterator[PictureModel]:
    worker = Worker()
    yield PictureModel(worker)
    worker.close()


def prompts(gallery: PictureModel) -> list[str]:
    return [gallery.index(row).data(RECORD).recipe.params["prompt"] for row in range(gallery.rowCount())]


def test_pages_come_when_they_are_scrolled_to_and_what_is_saved_comes_first(
    qtbot: QtBot, library: Library, gallery: PictureModel
) -> None:
    strip = Filmstrip(gallery)
    qtbot.addWidget(strip)
    strip.resize(600, 150)
    strip.show()
    gallery.open(library)
    qtbot.waitUntil(lambda: gallery.total == COUNT)
    assert gallery.rowCount() == PAGE
    bar = strip.list.horizontalScrollBar()

    def scroll_on() -> bool:
        bar.setValue(bar.maximum())
        return gallery.rowCount() == COUNT

    qtbot.waitUntil(scroll_on)
    assert prompts(gallery) == [f"picture {number}" for number in reversed(range(COUNT))]
    assert not gallery.canFetchMore(gallery.index(-1))
    oldest = gallery.record(COUNT - 1)
    strip.select(oldest.id)
    assert strip.list.selected() == oldest
    newest = add(library, "the newest")
    gallery.refresh()
    qtbot.waitUntil(lambda: gallery.rowCount() == COUNT + 1)
    assert gallery.record(0) == newest
    assert strip.list.selected() == oldest  # what was marked stays marked, one place further on
    assert gallery.row(oldest.id) == COUNT


def test_a_search_shows_what_it_finds_and_its_end_shows_all_again(
    qtbot: QtBot, library: Library, gallery: PictureModel
) -> None:
    gallery.open(library)
    qtbot.waitUntil(lambda: gallery.total == COUNT)
    gallery.search(" picture 22 ")
    found = [f"picture {number}" for number in reversed(range(COUNT)) if "22" in str(number)]
    qtbot.waitUntil(lambda: gallery.total == len(found))
    assert prompts(gallery) == found
    gallery.search("nothing of the kind")
    qtbot.waitUntil(lambda: gallery.total == 0)
    assert gallery.rowCount() == 0
    gallery.search("")
    qtbot.waitUntil(lambda: gallery.rowCount() == PAGE)


def test_a_picture_can_be_dragged_and_nothing_can_be_renamed(
    qtbot: QtBot, library: Library, gallery: PictureModel
) -> None:
    gallery.open(library)
    qtbot.waitUntil(lambda: gallery.total == COUNT)
    index = gallery.index(0)
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not index.flags() & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDropEnabled)
    (url,) = gallery.mimeData([index]).urls()
    assert url.toLocalFile() == str(gallery.record(0).path)
