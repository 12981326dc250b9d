"""What each event makes of a job, and orders that come too late or too early."""

import pytest

from studio import messages
from studio.descriptions import SpanInfo
from studio.errors import UserError
from studio.jobs import Job, JobQueue, JobState
from studio.testing import ScriptedClient

ENDS = [
    (messages.Finished("a", 2.5), JobState.DONE),
    (messages.Failed("a", "It broke.", field="prompt", details="why"), JobState.FAILED),
    (messages.Interrupted("a", "The engine ended."), JobState.INTERRUPTED),
    (messages.JobCancelled("a"), JobState.CANCELLED),
]


def job() -> Job:
    return Job("a", "paint", {"prompt": "a cat"})


def test_what_a_job_hears_while_it_runs() -> None:
    told = job()
    saved = messages.Saved("a", "id", "/x.png", 0, 3, 4)
    shown = messages.Revealed("a", "denoise", {"x": 1})
    spans = [SpanInfo("load", "", 0.0, 1.0)]
    for event in (
        messages.Started("a", {}), messages.Progress("a", 1, 4, "denoise", 2.0), messages.Note("a", "Cut."), saved,
        shown, messages.Traced("a", spans), messages.Heartbeat(), messages.Unsaved("a", 0, "The disk is full."),
    ):  # fmt: skip
        told.apply(event)
    assert (told.stage, told.done, told.total, told.eta_s) == ("denoise", 1, 4, 2.0)
    assert (told.notes, told.saved, told.revealed, told.spans) == (["Cut."], [saved], [shown], spans)
    assert (told.state, told.message) == (JobState.UNSAVED, "The disk is full.")
    assert not told.state.ended


@pytest.mark.parametrize(("event", "state"), ENDS, ids=[state.value for _, state in ENDS])
def test_the_last_event_decides_the_state(event: messages.Event, state: JobState) -> None:
    ended = job()
    ended.apply(messages.Progress("a", 1, 4, "denoise", 2.0))
    ended.apply(event)
    assert (ended.state, ended.end, ended.eta_s) == (state, event, None)
    assert ended.state.ended
    assert (ended.message, ended.details, ended.field) == {
        JobState.FAILED: ("It broke.", "why", "prompt"),
        JobState.INTERRUPTED: ("The engine ended.", "", None),
    }.get(state, ("", "", None))


@pytest.fixture
def queue() -> JobQueue:
    made = JobQueue()
    client = ScriptedClient(made.follow)
    made.attach(client)
    client.start()
    return made


def test_nothing_is_queued_before_there_is_an_engine() -> None:
    with pytest.raises(UserError, match="nothing was queued"):
        JobQueue().submit("paint", {})


def test_orders_for_jobs_in_another_state_change_nothing(queue: JobQueue) -> None:
    running, following, waiting = (queue.submit("paint", {"prompt": word}) for word in "abc")
    queue.follow(messages.Started(running.id, {}))
    before = [*queue.pending]
    queue.move(running, 1)
    queue.bring_to_front(running)
    queue.remove(waiting)
    assert [*queue.pending] == before == [running, following, waiting]


def test_an_engine_that_was_given_up_and_comes_back_gets_what_waited() -> None:
    queue = JobQueue()
    client = ScriptedClient(queue.follow)
    queue.attach(client)
    waiting = queue.submit("paint", {})
    queue.follow(messages.Ended("It cannot be started.", 78, False))
    assert queue.paused
    client.start()
    assert not queue.paused
    assert client.pending() == [waiting.id]


def test_events_of_nobody_are_left_alone(queue: JobQueue) -> None:
    waiting = queue.submit("paint", {})
    queue.follow(messages.Started("somebody else", {}))
    queue.follow(messages.Note("somebody else", "x"))
    assert waiting.state is JobState.WAITING


def test_what_people_write_is_learned_late(queue: JobQueue) -> None:
    early = queue.submit("paint", {"prompt": "a cat"})
    assert early.label == ""
    queue.learn({"paint": ("prompt",)})
    assert early.label == "a cat"
