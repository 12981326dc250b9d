"""Nothing moves under the pointer: what is told lies over the picture, and Accept is where Accept was."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton
from rig import Rig
from test_canvas import edited, mark, save, show, studio

from studio.desktop.shell import notices
from studio.messages import Started

__all__ = ["studio"]  # a fixture


def test_the_canvas_keeps_its_size_whatever_is_told(studio: Rig) -> None:
    viewer = studio.window.viewer
    show(studio, save(studio))
    studio.session.pictures.refresh()  # the strip is there from the first picture on
    studio.wait(lambda: studio.window.dock_area.panels["strip"].in_sight)
    studio.window.forms.choose("inpaint")
    studio.qtbot.wait(50)
    room, zoom = viewer.canvas.size(), viewer.canvas.zoom
    for kind in ("ok", "warning", "error"):
        studio.window.notices.show_line(kind, kind, "It happened, and this is what can be done about it. " * 4)
    mark(studio)
    studio.window.forms.generate()
    studio.wait(studio.client.pending)
    (job,) = studio.client.pending()
    studio.client.emit(Started(job, {}))
    studio.wait(lambda: viewer.progress.isVisible())
    studio.qtbot.wait(50)
    assert viewer.canvas.size() == room
    assert viewer.canvas.zoom == zoom
    assert viewer.rect().contains(viewer.progress.geometry())
    studio.session.jobs.cancel_all()
    studio.wait(lambda: not studio.session.jobs.pending)


@pytest.mark.parametrize(("size", "share"), [((1000, 700), 0.55), ((1360, 800), 0.65)])
def test_the_canvas_has_most_of_the_window(rig: Rig, size: tuple[int, int], share: float) -> None:
    """At first, and with pictures, whatever the task is."""
    rig.studio.shell.resize(*size)
    rig.wait(lambda: (rig.studio.shell.width(), rig.studio.shell.height()) == size)
    for task in ("text-to-image", "variation"):
        rig.make()
        rig.window.forms.choose(task)
        rig.qtbot.wait(20)
        room = rig.window.viewer.room()
        assert room.width() * room.height() >= share * size[0] * size[1]
        rig.window.forms.choose("text-to-image")


def test_accept_is_where_accept_was(studio: Rig) -> None:
    viewer, places = studio.window.viewer, []
    show(studio, save(studio))
    for color in ("red", "blue"):
        mark(studio)
        edited(studio, color)
        studio.qtbot.wait(50)
        assert viewer.choices.isVisible()
        places.append(viewer.choices.accept.mapTo(viewer, QPoint()))
        viewer.accept()
        studio.wait(lambda: viewer.candidate is None)
    show(studio, save(studio, (64, 48)))  # another one, that other buttons go with
    studio.qtbot.wait(50)
    places.append(viewer.choices.accept.mapTo(viewer, QPoint()))
    assert len(set(map(QPoint.toTuple, places))) == 1


def test_success_goes_by_itself_and_errors_stay(rig: Rig, monkeypatch: object) -> None:
    monkeypatch.setattr(notices, "FADING_MS", 50)  # type: ignore[attr-defined]
    for kind in ("ok", "error"):
        rig.window.notices.show_line(kind, kind, "told")
    rig.wait(lambda: rig.window.notices.keys() == ["error"])


def test_there_is_one_primary_button(rig: Rig) -> None:
    for opened in (False, True):
        rig.window.forms.open(opened)
        buttons = [one for one in rig.window.findChildren(QPushButton) if one.property("role") == "primary"]
        assert [one for one in buttons if one.isVisible()] == [rig.window.viewer.values.button]
