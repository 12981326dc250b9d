"""The queue can be changed: order, pause, all at once; and what waits outlives the program."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import READY, Rig

from studio.desktop.features.queue_panel import QueuePanel
from studio.jobs import Job, JobState
from studio.messages import Ended, Finished, Interrupted, Started, Submit


def order(rig: Rig, *prompts: str) -> list[Job]:
    for prompt in prompts:
        rig.fill(prompt=prompt)
        rig.window.forms.generate()
    return [*rig.session.jobs][-len(prompts) :]


def sent(rig: Rig) -> list[str]:
    return [order.params["prompt"] for order in rig.client.sent if isinstance(order, Submit)]


def finish(rig: Rig, job: Job) -> None:
    rig.client.emit(Started(job.id, {}))
    rig.client.emit(Finished(job.id, 1.0))
    rig.wait(lambda: job.state is JobState.DONE)


def test_the_engine_gets_two_and_the_others_wait_in_an_order_that_can_be_changed(rig: Rig) -> None:
    one, two, three, four, five = order(rig, "one", "two", "three", "four", "five")
    assert sent(rig) == ["one", "two"]
    book = rig.session.jobs
    book.move(five, -1)
    assert [job.label for job in book.held] == ["three", "five", "four"]
    finish(rig, one)
    rig.wait(lambda: sent(rig)[-1] == "three")
    finish(rig, two)
    rig.wait(lambda: sent(rig)[-1] == "five")
    assert [job.label for job in book.held] == ["four"]
    assert three.state is JobState.WAITING
    assert four.state is JobState.WAITING


def test_what_is_brought_to_the_front_comes_before_what_the_engine_has_got_already(rig: Rig) -> None:
    one, two, _, four = order(rig, "one", "two", "three", "four")
    rig.client.emit(Started(one.id, {}))
    rig.wait(lambda: one.state is JobState.RUNNING)
    rig.session.jobs.bring_to_front(four)
    rig.wait(lambda: sent(rig)[-1] == "four")
    assert [job.label for job in rig.session.jobs.held] == ["two", "three"]
    assert two.state is JobState.WAITING


def test_paused_only_the_running_job_goes_on(rig: Rig) -> None:
    one, two, three = order(rig, "one", "two", "three")
    rig.client.emit(Started(one.id, {}))
    rig.wait(lambda: one.state is JobState.RUNNING)
    QTest.mouseClick(rig.feature(QueuePanel)._pause, Qt.MouseButton.LeftButton)
    rig.wait(lambda: [job.label for job in rig.session.jobs.held] == ["two", "three"])
    rig.client.emit(Finished(one.id, 1.0))
    rig.wait(lambda: one.state is JobState.DONE)
    assert rig.client.pending() == []
    QTest.mouseClick(rig.feature(QueuePanel)._pause, Qt.MouseButton.LeftButton)
    assert sent(rig) == ["one", "two", "two", "three"]
    assert two.state is three.state is JobState.WAITING


def test_an_engine_that_gave_up_takes_no_more_jobs_with_it(rig: Rig) -> None:
    one, two, three, four = order(rig, "one", "two", "three", "four")
    rig.client.emit(Ended("The engine cannot be started.", 78, False))
    for job in (one, two):
        rig.client.emit(Interrupted(job.id, "The engine cannot be started."))
    rig.wait(lambda: two.state is JobState.INTERRUPTED)
    assert sent(rig) == ["one", "two"]
    assert three.state is four.state is JobState.WAITING
    rig.client.emit(READY)
    rig.wait(lambda: sent(rig) == ["one", "two", "three", "four"])


def test_all_are_cancelled_at_once(rig: Rig) -> None:
    jobs = order(rig, *"abcdefgh")
    rig.session.jobs.cancel_all()
    rig.wait(lambda: not rig.session.jobs.pending)
    assert all(job.state is JobState.CANCELLED for job in jobs)


def test_what_waits_outlives_the_program_paused_and_asked_for_once(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    order(rig, "one", "two", "three")
    path = rig.session.settings.home / "session" / "queue.json"
    rig.wait(lambda: path.exists() and b"three" in path.read_bytes())
    rig.studio.close()
    again = Rig(qtbot, qapp)
    again.wait(lambda: again.window.notices.text("waiting"))
    assert "3 jobs" in again.window.notices.text("waiting")
    assert sent(again) == []
    again.session.jobs.resume()
    again.wait(lambda: sent(again) == ["one", "two"])
    again.session.jobs.cancel_all()
    again.wait(lambda: not again.session.jobs.pending)
    again.wait(lambda: path.read_bytes() == b"[]")
    again.studio.close()
    third = Rig(qtbot, qapp)
    third.qtbot.wait(200)
    assert not third.window.notices.text("waiting")
    third.studio.close()


def test_a_new_job_passes_those_of_an_earlier_session(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    order(rig, "one", "two", "three")
    path = rig.session.settings.home / "session" / "queue.json"
    rig.wait(lambda: path.exists() and b"three" in path.read_bytes())
    rig.studio.close()
    again = Rig(qtbot, qapp)
    again.wait(lambda: again.window.notices.text("waiting"))
    order(again, "new")
    assert sent(again) == ["new"]
    again.session.jobs.pause()
    order(again, "newer")
    assert sent(again) == ["new"]  # what the user pauses is paused
    again.session.jobs.cancel_all()
    again.studio.close()


def test_what_ended_in_the_last_moment_does_not_wait_at_the_next_start(
    qtbot: QtBot, qapp: QApplication, studio_home: Path
) -> None:
    rig = Rig(qtbot, qapp)
    order(rig, "one", "two")
    path = rig.session.settings.home / "session" / "queue.json"
    rig.wait(lambda: path.exists() and b"two" in path.read_bytes())
    rig.session.jobs.cancel_all()
    rig.wait(lambda: not rig.session.jobs.pending)
    rig.studio.close()  # before anything is written
    assert path.read_bytes() == b"[]"


def test_one_job_that_waited_is_told_as_one(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    order(rig, "one")
    path = rig.session.settings.home / "session" / "queue.json"
    rig.wait(lambda: path.exists() and b"one" in path.read_bytes())
    rig.studio.close()
    again = Rig(qtbot, qapp)
    again.wait(lambda: again.window.notices.text("waiting"))
    assert again.window.notices.text("waiting").startswith("One job was")
    again.session.jobs.cancel_all()
    again.studio.close()
