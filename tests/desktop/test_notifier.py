"""Whoever has gone to another program is told once, when long work has ended; whoever is here is not."""

import pytest
from rig import Rig
from test_queue_order import finish, order

from studio.desktop.features import notifier
from studio.desktop.features.notifier import Notifier
from studio.jobs import Job, JobState
from studio.messages import Failed, JobCancelled, Started


@pytest.fixture
def heard(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is told; everything is long here, and another program in front."""
    monkeypatch.setattr(notifier, "LONG_S", 0.0)
    rig.studio.shell.showMinimized()
    rig.wait(rig.studio.shell.isMinimized)
    told: list[tuple[str, str]] = []
    rig.feature(Notifier).notified.connect(lambda title, text: told.append((title, text)))
    return told


def make(rig: Rig, job: Job) -> None:
    rig.client.emit(Started(job.id, {}))
    rig.save(job.id)
    finish(rig, job)


def test_the_last_of_several_jobs_is_told_and_no_other(rig: Rig, heard: list[tuple[str, str]]) -> None:
    one, two = order(rig, "a cat", "a dog")
    make(rig, one)
    assert not heard
    make(rig, two)
    assert heard == [("All jobs finished", "2 pictures: a dog")]


def test_a_job_that_fails_is_told_at_once(rig: Rig, heard: list[tuple[str, str]]) -> None:
    one, two = order(rig, "a cat", "a dog")
    rig.client.emit(Started(one.id, {}))
    rig.client.emit(Failed(one.id, "The disk is full; free some space.", user=True))
    rig.wait(lambda: one.state is JobState.FAILED)
    assert heard == [("A job needs your attention", "The disk is full; free some space.")]
    make(rig, two)
    assert len(heard) == 2


def test_what_the_user_cancelled_is_no_news(rig: Rig, heard: list[tuple[str, str]]) -> None:
    (one,) = order(rig, "a cat")
    rig.client.emit(Started(one.id, {}))
    rig.client.emit(JobCancelled(one.id))
    rig.wait(lambda: one.state is JobState.CANCELLED)
    assert not heard


def test_short_work_or_a_wish_for_silence_is_not_told(
    rig: Rig, heard: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    action = rig.window.action_table.qaction("notify")
    assert action.isChecked()
    action.trigger()
    make(rig, *order(rig, "a cat"))
    assert not heard
    action.trigger()
    monkeypatch.setattr(notifier, "LONG_S", 60.0)
    make(rig, *order(rig, "a cat"))
    assert not heard


def test_whoever_is_in_the_window_sees_it_anyway(rig: Rig, heard: list[tuple[str, str]]) -> None:
    rig.studio.shell.showNormal()
    rig.studio.shell.activateWindow()
    rig.wait(rig.studio.shell.isActiveWindow)
    make(rig, *order(rig, "a cat"))
    assert not heard
