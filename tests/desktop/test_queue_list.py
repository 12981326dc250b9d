"""The list of jobs: in their order, with pictures, changed by dragging; a pause is seen where jobs start."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton
from rig import Rig
from test_queue_order import finish, order

from studio.desktop.features.queue_panel import JobRow, QueuePanel
from studio.messages import Saved, Started


def listed(rig: Rig) -> list[str]:
    column = rig.feature(QueuePanel)._column
    rows = [column.itemAt(at).widget() for at in range(column.count())]
    return [row.job.label for row in rows if isinstance(row, JobRow)]


def row_of(rig: Rig, label: str) -> JobRow:
    return next(row for row in rig.feature(QueuePanel)._rows.values() if row.job.label == label)


def drag(rig: Rig, row: JobRow, onto: JobRow, share: float) -> None:
    """To so much of the other row's height."""
    start = row.mapToGlobal(row.rect().center())
    end = onto.mapToGlobal(QPoint(20, round(onto.height() * share)))
    kinds = QMouseEvent.Type
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, at, button, held in (
        (kinds.MouseButtonPress, start, left, left),
        (kinds.MouseMove, (start + end) / 2, none, left),
        (kinds.MouseMove, end, none, left),
        (kinds.MouseButtonRelease, end, left, none),
    ):
        local = QPointF(row.mapFromGlobal(at))
        event = QMouseEvent(kind, local, QPointF(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(row, event)


@pytest.fixture
def five(rig: Rig) -> Rig:
    rig.window.resize(1300, 1400)
    rig.window.side.setCurrentWidget(rig.feature(QueuePanel))
    jobs = order(rig, "one", "two", "three", "four", "five")
    rig.client.emit(Started(jobs[0].id, {}))
    rig.wait(lambda: jobs[0].state.name == "RUNNING" and row_of(rig, "five").y() > row_of(rig, "one").y())
    return rig


def test_from_above_in_the_order_in_which_they_run_and_what_has_ended_below(five: Rig) -> None:
    assert listed(five) == ["one", "two", "three", "four", "five"]
    jobs = [*five.session.jobs]
    finish(five, jobs[0])
    five.session.jobs.cancel(jobs[3])
    assert listed(five) == ["two", "three", "five", "four", "one"]
    five.session.jobs.bring_to_front(jobs[4])
    five.wait(lambda: listed(five)[:3] == ["five", "two", "three"])


def test_a_row_is_dragged_to_another_place_and_the_queue_has_that_order(five: Rig) -> None:
    drag(five, row_of(five, "five"), row_of(five, "three"), 0.1)
    assert [job.label for job in five.session.jobs.held] == ["five", "three", "four"]
    five.wait(lambda: listed(five) == ["one", "two", "five", "three", "four"])
    five.qtbot.waitUntil(lambda: row_of(five, "five").y() < row_of(five, "three").y())
    drag(five, row_of(five, "five"), row_of(five, "four"), 0.9)
    assert [job.label for job in five.session.jobs.held] == ["three", "four", "five"]
    assert not five.feature(QueuePanel)._drag._line.isVisible()


def test_what_runs_is_not_dragged(five: Rig) -> None:
    drag(five, row_of(five, "one"), row_of(five, "five"), 0.9)
    assert listed(five) == ["one", "two", "three", "four", "five"]


def test_a_finished_job_shows_its_picture_and_can_be_run_again(five: Rig, tmp_path: Path) -> None:
    job = next(iter(five.session.jobs))
    path = tmp_path / "a.png"
    Image.new("RGB", (300, 200), "red").save(path)
    five.client.emit(Saved(job.id, "20261201-000000-00000000", str(path), 0, 300, 200, 1))
    row = row_of(five, "one")
    five.wait(lambda: not row._icon.picture.isNull())
    assert row._icon.picture.width() == 128
    finish(five, job)
    row._buttons["retry"].click()
    assert [job.label for job in five.session.jobs.pending].count("one") == 1


def test_a_pause_is_seen_beside_the_button_and_ends_there(five: Rig) -> None:
    button = five.window.findChild(QToolButton, "queue.resume")
    assert button.isHidden()
    five.session.jobs.pause()
    five.wait(lambda: not button.isHidden())
    assert button.text() == "Paused"
    button.click()
    assert not five.session.jobs.paused
    assert button.isHidden()
