"""A cancel that the engine's job does not obey is said, with a way out; one that is obeyed is not."""

import pytest
from PySide6.QtWidgets import QAbstractButton
from rig import Rig

from studio.desktop.features import unheeded_cancel
from studio.jobs import JobState
from studio.messages import JobCancelled, Started


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unheeded_cancel, "LATE_MS", 30)


def test_a_cancel_that_is_not_obeyed_is_told_and_restarting_keeps_the_queue(rig: Rig) -> None:
    jobs, notices = rig.session.jobs, rig.window.notices
    running, waiting = (jobs.submit("text-to-image", {"prompt": word}) for word in ("one", "two"))
    rig.client.emit(Started(running.id, {}))
    rig.client.deaf = True
    jobs.cancel(running)
    rig.qtbot.waitUntil(lambda: "has not stopped yet" in notices.text(unheeded_cancel.KEY))
    assert running.state is JobState.RUNNING
    (restart,) = (each for each in notices.findChildren(QAbstractButton) if each.text() == "Restart the engine")
    restart.click()
    rig.qtbot.waitUntil(lambda: running.state is JobState.INTERRUPTED)
    assert rig.client.restarts == 1
    assert not notices.text(unheeded_cancel.KEY)
    assert jobs.pending == [waiting]


def test_a_cancel_that_is_obeyed_in_time_or_late_leaves_no_line(rig: Rig) -> None:
    jobs, notices = rig.session.jobs, rig.window.notices
    at_once = jobs.submit("text-to-image", {"prompt": "one"})
    rig.client.emit(Started(at_once.id, {}))
    jobs.cancel(at_once)
    late = jobs.submit("text-to-image", {"prompt": "two"})
    rig.client.emit(Started(late.id, {}))
    rig.qtbot.wait(60)
    assert not notices.text(unheeded_cancel.KEY)
    rig.client.deaf = True
    jobs.cancel(late)
    rig.qtbot.waitUntil(lambda: bool(notices.text(unheeded_cancel.KEY)))
    rig.client.emit(JobCancelled(late.id))
    rig.qtbot.waitUntil(lambda: not notices.text(unheeded_cancel.KEY))
