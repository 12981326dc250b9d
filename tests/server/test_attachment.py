"""The studio's own fronts over a server's engine: as with an engine of their own, and after the server's end too."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from served import FRONT_TOKEN, TOKEN, Served

from studio import messages
from studio.client import AttachedClient, ServerInfo
from studio.jobs import Job, JobQueue, JobState
from studio.messages import Cancel, Ended, Event, Failed, Finished, Planned, Progress, Resave, Saved, Started, Unsaved
from studio.testing import ScriptedClient

Serve = Callable[..., Served]


class FrontEnd:
    """A queue over the server's engine, as the window has it."""

    def __init__(self, served: Served) -> None:
        self._lock = threading.RLock()
        self.events: list[Event] = []
        self.own: ScriptedClient | None = None
        self.queue = JobQueue()
        info = ServerInfo(served.url, TOKEN, FRONT_TOKEN, 1, "1")
        self.client = AttachedClient(self._hear, info, self._own_engine)
        self.queue.attach(self.client)
        self._served = served
        self.client.start()
        if not served.engine.held:
            self.wait(messages.Ready)

    def _own_engine(self, on_event: Callable[[Event], None]) -> ScriptedClient:
        self.own = ScriptedClient(on_event)
        return self.own

    def _hear(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
            self.queue.follow(event)

    def submit(self, prompt: str = "x", **options: Any) -> Job:
        with self._lock:
            return self.queue.submit("text-to-image", {"prompt": prompt}, **options)

    def wait(self, kind: type[Event]) -> Any:  # type: ignore[valid-type]  # a union of classes
        return self._served.wait(lambda: [each for each in self.events if isinstance(each, kind)])[-1]  # type: ignore[arg-type]

    def until(self, job: Job, state: JobState) -> None:
        self._served.wait(lambda: job.state is state)


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(manual=True)


@pytest.fixture
def front(served: Served) -> Iterator[FrontEnd]:
    made = FrontEnd(served)
    yield made
    made.client.close()


def test_a_job_runs_as_with_an_own_engine(served: Served, front: FrontEnd) -> None:
    job = front.submit("a cup", reveal=True, trace=True)
    (order,) = served.wait(lambda: served.submitted)
    assert (order.params, order.reveal, order.trace, order.previews) == ({"prompt": "a cup"}, True, True, True)
    served.emit(Started(order.job, {"seed": 3}), Progress(order.job, 1, 4, "denoising", preview=b"j"))
    front.until(job, JobState.RUNNING)
    served.emit(Saved(order.job, "0" * 26, "/x/y.png", 0, 8, 8, 3), Finished(order.job, 1.5))
    front.until(job, JobState.DONE)
    assert [saved.path for saved in job.saved] == ["/x/y.png"]
    assert {event.job for event in front.events if hasattr(event, "job")} == {job.id}
    assert served.http.get("/v1/jobs").json()["data"][0]["state"] == "done"


def test_its_jobs_stand_in_one_line_with_those_of_others(served: Served, front: FrontEnd) -> None:
    other = served.http.post("/v1/jobs", json={"task": "text-to-image", "params": {"prompt": "first"}}).json()["id"]
    mine = [front.submit(name) for name in ("a", "b", "c")]
    served.wait(lambda: len(served.backend.jobs.queue.pending) == 3)
    served.emit(Started(other, {}), Finished(other, 1.0))
    for job in mine:
        order = served.wait(lambda job=job: [each for each in served.submitted if each.params == job.params])[0]
        served.emit(Started(order.job, {}), Finished(order.job, 1.0))
        front.until(job, JobState.DONE)


def test_what_has_not_begun_can_be_taken_back(served: Served, front: FrontEnd) -> None:
    first, second, third = (front.submit(name) for name in ("a", "b", "c"))
    served.wait(lambda: len(served.submitted) == 2)
    served.emit(Started(served.submitted[0].job, {}))
    front.until(first, JobState.RUNNING)
    front.queue.bring_to_front(third)
    served.wait(lambda: [order.params["prompt"] for order in served.submitted] == ["a", "b", "c"])
    assert second.state is third.state is JobState.WAITING
    served.emit(Finished(served.submitted[0].job, 1.0))
    served.emit(Started(served.submitted[2].job, {}))
    front.until(third, JobState.RUNNING)


def test_cancel_failure_and_unsaved_pictures(served: Served, front: FrontEnd) -> None:
    job = front.submit()
    (order,) = served.wait(lambda: served.submitted)
    served.emit(Started(order.job, {}), Unsaved(order.job, 0, "The disk is full."))
    front.until(job, JobState.UNSAVED)
    front.queue.save_again(job, "/elsewhere")
    resave = served.wait(lambda: [each for each in served.engine.sent if isinstance(each, Resave)])
    assert [each.folder for each in resave] == ["/elsewhere"]  # the front decides, not the server
    front.queue.cancel(job)
    front.until(job, JobState.CANCELLED)
    assert Cancel(order.job) in served.engine.sent
    failing = front.submit()
    order = served.wait(lambda: served.submitted[1:])[0]
    served.emit(Started(order.job, {}), Failed(order.job, "No.", "nan", user=True))
    front.until(failing, JobState.FAILED)


def test_questions_are_answered_to_who_asked(served: Served, front: FrontEnd) -> None:
    other = FrontEnd(served)
    front.client.send(messages.Plan("1", "text-to-image", {}))
    (asked,) = served.wait(lambda: [each for each in served.engine.sent if isinstance(each, messages.Plan)])
    served.emit(Planned(asked.request, True), messages.MemoryReport(parked_bytes=7))
    assert front.wait(Planned).request == "1"
    assert other.wait(messages.MemoryReport).parked_bytes == 7
    assert [each for each in other.events if isinstance(each, Planned)] == []
    front.client.restart()
    served.wait(lambda: served.engine.restarts == 1)
    front.wait(Ended)
    other.client.close()


def test_who_goes_away_takes_its_jobs_along(served: Served, front: FrontEnd) -> None:
    kept = served.http.post("/v1/jobs", json={"task": "text-to-image", "params": {"prompt": "kept"}}).json()["id"]
    job = front.submit()
    served.wait(lambda: len(served.submitted) == 2)
    front.client.close()
    assert job.state is JobState.CANCELLED
    served.wait(lambda: [job.id for job in served.backend.jobs.queue.pending] == [kept])
    served.wait(lambda: not served.backend.fronts)


def test_when_the_server_ends_an_own_engine_goes_on(served: Served, front: FrontEnd) -> None:
    running, waiting = front.submit("a"), front.submit("b")
    served.wait(lambda: len(served.submitted) == 2)
    served.emit(Started(served.submitted[0].job, {}))
    front.until(running, JobState.RUNNING)
    served.close()
    front.until(running, JobState.INTERRUPTED)
    served.wait(lambda: front.own and [type(each).__name__ for each in front.own.sent] == ["Submit"])
    assert waiting.state is JobState.WAITING
    assert front.own
    front.own.emit(Started(waiting.id, {}))
    front.own.emit(Finished(waiting.id, 1.0))
    assert waiting.state is JobState.DONE
    later = front.submit("c")
    assert front.own.pending() == [later.id]


def test_a_server_that_is_not_there_any_more(serve: Serve) -> None:
    served = serve()
    served.close()
    served.engine.held = True
    front = FrontEnd(served)
    served.wait(lambda: front.own and front.own.started)
    front.submit()
    assert len(front.own.pending() if front.own else []) == 1
    front.client.close()
    assert front.own
    assert front.own.closed


def test_only_the_studio_itself_may_attach(served: Served) -> None:
    place = f"/v1/front/{'0' * 32}"
    assert served.http.get(f"{place}/events").status_code == 401
    assert served.http.post(f"{place}/commands", json={"type": "refresh"}).status_code == 401
    own = {"authorization": f"Bearer {FRONT_TOKEN}"}
    assert served.http.get("/v1/models", headers=own).status_code == 401
    for path, body in ((f"{place}/commands", {"type": "refresh"}), ("/v1/front/x/commands", {}), (f"{place}/x", {})):
        assert httpx.post(f"{served.url}{path}", json=body, headers=own).status_code == 404
