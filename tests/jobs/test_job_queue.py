"""The queue decides the order; the engine, played by the test, has the running job and the next one."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from studio import messages
from studio.errors import UserError
from studio.jobs import MOST_KEPT, Job, JobQueue, JobState, encode_jobs, load_jobs, save_jobs
from studio.messages import Cancel, Finished, Started, Submit
from studio.testing import ScriptedClient

OLD = Path(__file__).parents[1] / "data/queue.json"
"""Written by the window of version 0.1.0."""


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Front:
    """A queue over an engine that the test plays, on one thread."""

    def __init__(self, *, attended: bool = True, start: bool = True) -> None:
        self.clock = Clock()
        self.queue = JobQueue(attended=attended, clock=self.clock)
        self.client = ScriptedClient(self.queue.follow)
        self.queue.attach(self.client)
        self.queue.learn({"paint": ("prompt",)})
        if start:
            self.client.start()

    def submit(self, *names: str) -> list[Job]:
        return [self.queue.submit("paint", {"prompt": name}) for name in names]

    def begin(self, job: Job) -> None:
        self.client.emit(Started(job.id, {}))

    def finish(self, job: Job) -> None:
        self.begin(job)
        self.client.emit(Finished(job.id, 1.0))

    @property
    def sent(self) -> list[str]:
        return [command.params["prompt"] for command in self.client.sent if isinstance(command, Submit)]

    @property
    def held(self) -> list[str]:
        return [job.label for job in self.queue.held]

    @property
    def cancelled(self) -> list[str]:
        return [command.job for command in self.client.sent if isinstance(command, Cancel)]


@pytest.fixture
def front() -> Front:
    return Front()


def test_the_engine_gets_two_and_the_others_wait(front: Front) -> None:
    one, two, three, four = front.submit("one", "two", "three", "four")
    assert front.sent == ["one", "two"]
    front.queue.move(four, -1)
    assert front.held == ["four", "three"]
    front.finish(one)
    assert front.sent == ["one", "two", "four"]
    assert front.queue.pending == [two, four, three]


def test_nothing_is_sent_before_the_engine_is_ready() -> None:
    front = Front(start=False)
    front.submit("one", "two", "three")
    assert front.sent == []
    front.client.start()
    assert front.sent == ["one", "two"]


def test_what_is_brought_to_the_front_comes_before_what_the_engine_has_got_already(front: Front) -> None:
    one, two, _, four = front.submit("one", "two", "three", "four")
    front.begin(one)
    front.queue.bring_to_front(four)
    assert front.sent == ["one", "two", "four"]
    assert front.held == ["two", "three"]
    assert two.state is JobState.WAITING


def test_a_job_that_began_meanwhile_is_not_taken_back(front: Front) -> None:
    one, two, three = front.submit("one", "two", "three")
    front.begin(one)
    answers: list[messages.Event] = []
    front.client._on_event = answers.append  # what the engine tells is still on its way
    front.client.emit(Finished(one.id, 1.0))
    front.client.emit(Started(two.id, {}))
    front.queue.bring_to_front(three)
    assert front.held == ["three", "two"]
    front.client._on_event = front.queue.follow
    for answer in answers:
        front.queue.follow(answer)
    assert front.held == []
    assert two.state is JobState.RUNNING
    front.client.emit(Finished(two.id, 1.0))
    front.finish(three)
    assert front.sent == ["one", "two", "three"]


def test_paused_only_the_running_job_goes_on(front: Front) -> None:
    one, two, three = front.submit("one", "two", "three")
    front.begin(one)
    front.queue.pause()
    assert front.held == ["two", "three"]
    front.client.emit(Finished(one.id, 1.0))
    assert front.client.pending() == []
    front.queue.resume()
    assert front.sent == ["one", "two", "two", "three"]
    assert two.state is three.state is JobState.WAITING


def test_a_death_interrupts_the_running_job_and_the_next_keeps_its_place(front: Front) -> None:
    one, two, three = front.submit("one", "two", "three")
    front.begin(one)
    front.client.die()
    assert one.state is JobState.INTERRUPTED
    assert front.sent == ["one", "two", "two", "three"]
    assert front.queue.pending == [two, three]


def test_a_paused_queue_is_paused_after_a_death_too(front: Front) -> None:
    one, two = front.submit("one", "two")
    front.begin(one)
    front.queue.pause()
    front.client.die()
    assert front.queue.pending == [two]
    assert front.client.pending() == []


def test_a_job_asks_for_an_engine_where_none_waited(front: Front) -> None:
    front.client.started = False
    front.queue.follow(messages.Ended("It crashed.", -11, False))
    assert not front.queue.paused
    front.submit("one")
    assert front.client.started
    assert front.sent == ["one"]


def test_a_given_up_engine_pauses_what_waits_until_it_is_ready() -> None:
    front = Front(start=False)
    front.submit("one", "two", "three")
    front.queue.follow(messages.Ended("It cannot be started.", 78, False))
    assert front.queue.paused
    front.submit("four")
    assert front.sent == []
    front.queue.resume()
    assert front.client.started, "going on asks for an engine"
    assert front.sent == ["one", "two"]
    assert not front.queue.paused


def test_what_the_user_has_paused_does_not_go_on_by_itself() -> None:
    front = Front(start=False)
    front.submit("one")
    front.queue.pause()
    front.queue.follow(messages.Ended("It cannot be started.", 78, False))
    front.client.start()
    assert front.queue.paused
    assert front.sent == []


def test_where_nobody_is_there_jobs_do_not_wait_in_vain() -> None:
    front = Front(attended=False, start=False)
    one, two, three = front.submit("one", "two", "three")
    front.queue.follow(messages.Ended("It cannot be started.", 78, False))
    assert {job.state for job in (one, two, three)} == {JobState.INTERRUPTED}
    assert one.message == "It cannot be started."
    assert not front.client.started
    front.submit("four")
    assert front.client.started, "asking anew starts it anew"
    assert front.sent == ["four"]


def test_all_are_cancelled_at_once(front: Front) -> None:
    jobs = front.submit(*"abcdefgh")
    ended: list[Job] = []
    front.queue.ended.connect(ended.append)
    front.begin(jobs[0])
    front.queue.cancel_all()
    assert ended == jobs[::-1]
    assert all(job.state is JobState.CANCELLED for job in jobs)
    assert front.sent == ["a", "b"]


def test_a_job_that_is_cancelled_while_it_is_taken_back_does_not_return(front: Front) -> None:
    one, two = front.submit("one", "two")
    front.begin(one)
    answers: list[messages.Event] = []
    front.client._on_event = answers.append
    front.queue.pause()
    front.queue.cancel(two)
    assert front.held == []
    for answer in answers:
        front.queue.follow(answer)
    assert two.state is JobState.CANCELLED
    assert front.queue.pending == [one]


def test_a_new_job_passes_those_of_an_earlier_session(front: Front) -> None:
    front.queue.hold([Job("old", "paint", {"prompt": "old"})])
    new, *_ = front.submit("new", "newer", "newest")
    front.begin(new)
    assert front.sent == ["new", "newer"]
    assert front.held == ["old", "newest"]
    front.queue.pause()
    assert front.held == ["newer", "old", "newest"]
    front.submit("late")
    front.queue.resume()
    assert front.sent == ["new", "newer", "newer"]


def test_escape_at_the_change_of_jobs_spares_the_next(front: Front) -> None:
    jobs = front.submit(*(str(number) for number in range(51)))
    for job, following in pairwise(jobs):
        front.clock.now += 5
        front.finish(job)
        front.clock.now += 0.02
        front.begin(following)
        front.queue.cancel_current()  # meant for the one that has just ended
        assert following.state is JobState.RUNNING
        front.queue.cancel_current()  # a key that is hit twice
        assert following.state is JobState.RUNNING
    assert front.cancelled == []
    front.clock.now += 0.3
    front.queue.cancel_current()  # it was seen running, so it is meant
    assert front.cancelled == [jobs[-1].id]


def test_escape_cancels_a_job_that_was_seen_running(front: Front) -> None:
    one, two, three = front.submit("one", "two", "three")
    front.queue.cancel_current()
    assert one.state is JobState.CANCELLED
    front.finish(two)
    front.begin(three)
    front.clock.now += 1
    front.queue.cancel_current()
    assert three.state is JobState.CANCELLED


def test_escape_means_the_running_job_and_not_an_older_one_that_waits(front: Front) -> None:
    one, two, _three, four = front.submit("one", "two", "three", "four")
    front.begin(one)
    front.queue.bring_to_front(four)
    front.client.emit(Finished(one.id, 1.0))
    front.begin(four)
    front.clock.now += 1
    front.queue.cancel_current()
    assert four.state is JobState.CANCELLED
    assert two.state is JobState.WAITING


@pytest.mark.parametrize("place", [1, 2])
def test_the_cancel_of_a_waiting_job_leaves_the_running_one_alone(front: Front, place: int) -> None:
    (running,) = front.submit("running")
    front.begin(running)
    for _ in range(50):
        others = front.submit("next", "held")
        front.queue.cancel(others[place - 1])
        assert others[place - 1].state is JobState.CANCELLED
        front.queue.cancel(others[2 - place])
    assert running.state is JobState.RUNNING
    assert running.id not in front.cancelled


def test_what_cannot_be_sent_fails_in_the_callers_face(front: Front) -> None:
    for value, words in ((float("nan"), "finite number"), ("\ud800", "surrogate")):
        with pytest.raises(UserError, match=words):
            front.queue.submit("paint", {"value": value})
    with pytest.raises(UserError, match="not being started yet"):
        JobQueue().submit("paint", {})
    assert len(front.queue) == 0


def test_an_unsaved_picture_waits_for_its_user(front: Front) -> None:
    (job,) = front.submit("one")
    front.begin(job)
    front.client.emit(messages.Unsaved(job.id, 0, "The disk is full."))
    assert (job.state, job.message) == (JobState.UNSAVED, "The disk is full.")
    front.queue.save_again(job, "/elsewhere")
    assert front.client.sent[-1] == messages.Resave(job.id, "/elsewhere")
    assert job.state is JobState.RUNNING
    front.client.emit(messages.Unsaved(job.id, 1, "The disk is full."))
    front.queue.discard(job)
    assert front.client.sent[-1] == messages.Discard(job.id)


def test_a_job_is_tried_again_as_a_job_of_its_own(front: Front) -> None:
    (job,) = front.submit("one")
    front.begin(job)
    front.client.emit(messages.Failed(job.id, "It is odd.", field="prompt", details="Traceback"))
    assert (job.state, job.message, job.field, job.details) == (JobState.FAILED, "It is odd.", "prompt", "Traceback")
    again = front.queue.retry(job)
    assert (again.params, again.state) == (job.params, JobState.WAITING)
    assert again.id != job.id


def test_the_oldest_that_have_ended_are_forgotten(front: Front) -> None:
    removed: list[Job] = []
    front.queue.removed.connect(removed.append)
    jobs = front.submit(*(str(number) for number in range(MOST_KEPT + 2)))
    for job in jobs:
        front.finish(job)
    front.submit("one more")
    assert removed == jobs[:2]
    front.queue.clear()
    assert [job.label for job in front.queue] == ["one more"]


def test_what_waits_is_kept_in_a_file(tmp_path: Path, front: Front) -> None:
    jobs = front.submit("one", "two", "three", "four")
    front.queue.move(jobs[3], -1)
    save_jobs(tmp_path / "session/queue.json", encode_jobs(front.queue.pending))
    assert [job.params["prompt"] for job in load_jobs(tmp_path / "session/queue.json")] == [
        "one",
        "two",
        "four",
        "three",
    ]


def test_a_file_of_an_earlier_version_is_read(front: Front) -> None:
    jobs = load_jobs(OLD)
    assert [job.params["prompt"] for job in jobs] == ["ein Apfel", "红蘑菇", "a third"]
    assert jobs[0].params == {"prompt": "ein Apfel", "count": 2, "seed": 9007199254740993}
    assert encode_jobs(jobs) == OLD.read_bytes()
    front.queue.hold(jobs)
    assert front.sent == []
    front.queue.resume()
    assert front.sent == ["ein Apfel", "红蘑菇"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'[{"id": "a"}]', b"[" * 100_000])
def test_a_damaged_file_holds_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "queue.json").write_bytes(content)
    assert load_jobs(tmp_path / "queue.json") == []


@pytest.mark.parametrize("react", [lambda queue: queue.cancel_all(), lambda queue: queue.submit("paint", {})])
def test_whoever_hears_of_an_end_may_ask_for_something(react: Callable[[JobQueue], object]) -> None:
    front = Front()
    one, *_ = front.submit("one", "two", "three")
    reactions: list[object] = []
    front.queue.ended.connect(lambda job: reactions or reactions.append(react(front.queue)))
    front.finish(one)
    assert len(front.client.pending()) <= messages.AT_ENGINE
    while front.client.pending():
        job = front.queue.get(front.client.pending()[0])
        assert job is not None
        front.finish(job)
    assert all(job.state.ended for job in front.queue)
