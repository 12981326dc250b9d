"""Whatever comes in whatever order: every job ends once, none begins twice, and the order shown is the order run."""

from collections import Counter, deque
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio import messages
from studio.jobs import Job, JobQueue, JobState
from studio.messages import AT_ENGINE, Event, Submit

STEPS = ["command", "event", "command", "event", "ready", "begin", "begin", "finish", "fail", "die"]


class SimulatedEngine:
    """A client and its engine. Commands and events are under way until the machine delivers them."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.commands: deque[tuple[str, str, str]] = deque()
        self.number = 0
        """Of the present engine."""
        self.events: deque[Event] = deque()
        self.orders: list[str] = []
        self.begun: list[str] = []
        self.ready, self.starting = False, True
        self.running: list[str] = []
        self.told_to_stop: set[str] = set()

    # ---- a JobClient

    def start(self) -> None:
        self.commands.append(("start", "", ""))

    def submit(self, order: Submit) -> None:
        self.commands.append(("submit", order.job, order.engine))

    def cancel(self, job: str) -> None:
        self.commands.append(("cancel", job, ""))

    def withdraw(self, job: str) -> None:
        self.commands.append(("withdraw", job, ""))

    def resave(self, job: str, folder: str | None = None) -> None:
        raise AssertionError("nothing is unsaved here")

    discard = resave

    # ---- the machine's side

    def take_command(self) -> None:
        match self.commands.popleft():
            case ("start", _, _):
                self.starting = not self.ready
            case ("submit", job, engine) if not self.ready or engine != str(self.number):
                self.events.append(messages.Withdrawn(job))
            case ("submit", job, _):
                self.orders.append(job)
                assert len(self.orders) <= AT_ENGINE * self.at_once
            case ("cancel", job, _) if self._waits(job):
                self.orders.remove(job)
                self.events.append(messages.JobCancelled(job))
            case ("cancel", job, _) if job in self.orders:
                self.told_to_stop.add(job)
            case ("withdraw", job, _) if self._waits(job):
                self.orders.remove(job)
                self.events.append(messages.Withdrawn(job))

    @property
    def can_begin(self) -> bool:
        return len(self.running) < min(self.at_once, len(self.orders))

    def begin(self) -> None:
        job = next(job for job in self.orders if job not in self.running)
        assert job not in self.begun, "a job has begun twice"
        self.begun.append(job)
        self.running.append(job)
        self.events.append(messages.Started(job, {}))

    def finish(self, failed: bool) -> None:
        """Of several that run, the later one overtakes the earlier."""
        job = self.running.pop()
        self.orders.remove(job)
        if job in self.told_to_stop:
            self.events.append(messages.JobCancelled(job))
        else:
            self.events.append(messages.Failed(job, "no") if failed else messages.Finished(job, 1.0))

    def die(self, restarting: bool) -> None:
        self.events += [messages.Withdrawn(job) for job in self.orders if job not in self.running]
        self.events += [messages.Interrupted(job, "It died.") for job in self.running]
        self.events.append(messages.Ended("It died.", -9, restarting))
        self.orders.clear()
        self.running.clear()
        self.ready, self.starting = False, restarting

    def get_ready(self) -> None:
        self.ready, self.starting = True, False
        self.number += 1
        self.events.append(messages.Ready([], [], [], [], at_once=self.at_once, engine=str(self.number)))

    def _waits(self, job: str) -> bool:
        return job in self.orders and job not in self.running


def deliver(engine: SimulatedEngine, queue: JobQueue) -> None:
    """All that is under way, in turn."""
    while engine.commands or engine.events:
        if engine.commands:
            engine.take_command()
        if engine.events:
            queue.follow(engine.events.popleft())


class QueueMachine(RuleBasedStateMachine):
    @initialize(
        attended=st.booleans(), earlier=st.sampled_from([0, 0, 2]), reorders=st.booleans(), devices=st.integers(1, 2)
    )
    def make(self, attended: bool, earlier: int, reorders: bool, devices: int) -> None:
        self.engine = SimulatedEngine(devices)
        self.queue = JobQueue(attended=attended)
        self.queue.attach(self.engine)
        self.ends: Counter[str] = Counter()
        self.queue.ended.connect(lambda job: self.ends.update([job.id]))
        self.submitted: list[str] = []
        self.reorders, self.in_order = reorders, not (earlier or reorders)
        """Whether anybody asks for another order than that of submission."""
        if earlier:
            self.submitted += [f"earlier {number}" for number in range(earlier)]
            self.queue.hold([Job(id, "paint", {}) for id in self.submitted])
        self.engine.get_ready()

    # ---- what people ask for

    @rule(count=st.integers(2, 5))
    def submit(self, count: int) -> None:
        self.submitted += [self.queue.submit("paint", {}).id for _ in range(count)]

    @rule()
    def pause(self) -> None:
        self.queue.pause()
        assert self.queue.paused

    @rule()
    def resume(self) -> None:
        self.queue.resume()

    @precondition(lambda self: self.reorders and self.queue.held)
    @rule(data=st.data(), by=st.integers(-3, 3))
    def move(self, data: Any, by: int) -> None:
        job, expected = self._pick(data, self.queue.held), self.queue.held
        place = expected.index(job)
        expected.insert(max(0, min(place + by, len(expected) - 1)), expected.pop(place))
        self.queue.move(job, by)
        assert self.queue.held == expected

    @precondition(lambda self: self.reorders and self.queue.held)
    @rule(data=st.data())
    def bring_to_front(self, data: Any) -> None:
        job, before = self._pick(data, self.queue.held), self.queue.held
        self.queue.bring_to_front(job)
        after = self.queue.held
        assert after[0] is job
        assert [other for other in after if other in before and other is not job] == [
            other for other in before if other is not job
        ]

    @precondition(lambda self: len(self.queue.pending) > 2)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        self.queue.cancel(self._pick(data, self.queue.pending))

    @precondition(lambda self: len(self.queue.pending) > 6)
    @rule()
    def cancel_all(self) -> None:
        self.queue.cancel_all()

    # ---- what happens

    @rule(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=9))
    def time_passes(self, steps: list[str]) -> None:
        for step in steps:
            self._step(step)

    @precondition(lambda self: self.engine.orders or self.engine.starting)
    @rule()
    def engine_is_given_up(self) -> None:
        self.engine.die(restarting=False)

    @rule()
    def all_arrives(self) -> None:
        """Once nothing is under way, the engine has what it should have."""
        self._deliver()
        pending = [job.id for job in self.queue.pending]
        assert self.engine.orders == pending[: len(self.engine.orders)]
        if self.engine.ready and not self.queue.paused:
            assert len(self.engine.orders) == min(AT_ENGINE * self.engine.at_once, len(pending))

    # ---- what holds always

    @invariant()
    def every_job_ends_once(self) -> None:
        assert all(self.ends[job.id] == job.state.ended for job in self.queue)
        assert [*self.ends.values()] == [1] * len(self.ends)

    @invariant()
    def only_what_waits_is_held(self) -> None:
        assert all(job.state is JobState.WAITING for job in self.queue.held)
        assert len({job.id for job in self.queue.pending}) == len(self.queue.pending)

    @invariant()
    def jobs_begin_in_order(self) -> None:
        if self.in_order:
            places = [self.submitted.index(job) for job in self.engine.begun]
            assert places == sorted(places)

    def teardown(self) -> None:
        """All that is left runs in the order that was shown, to its end."""
        if not hasattr(self, "queue"):
            return
        self.queue.resume()
        for _ in range(3):  # an engine that was given up is asked for first
            self._deliver()
            if self.engine.starting:
                self.engine.get_ready()
            self.queue.resume()
        self._deliver()
        begun = len(self.engine.begun)
        expected = [job.id for job in self.queue.pending if job.id not in self.engine.begun]
        while self.engine.orders:
            while self.engine.can_begin:
                self.engine.begin()
            self.engine.finish(False)
            self._deliver()
        assert self.engine.begun[begun:] == expected
        assert self.queue.pending == []
        assert set(self.ends) == set(self.submitted)
        self.every_job_ends_once()
        self.jobs_begin_in_order()

    def _step(self, step: str) -> None:
        """What can happen by itself, if it can happen now."""
        engine = self.engine
        match step:
            case "command" if engine.commands:
                engine.take_command()
            case "event" if engine.events:
                self.queue.follow(engine.events.popleft())
            case "ready" if engine.starting:
                engine.get_ready()
            case "begin" if engine.can_begin:
                engine.begin()
            case "die" if len(engine.orders) > 1:
                engine.die(restarting=True)
            case "finish" | "fail" if engine.running:
                engine.finish(step == "fail")

    def _deliver(self) -> None:
        deliver(self.engine, self.queue)

    def _pick(self, data: Any, jobs: list[Job]) -> Job:
        return jobs[data.draw(st.integers(0, len(jobs) - 1))]


def test_a_job_that_is_cancelled_after_an_engine_died_does_not_let_others_pass() -> None:
    """Of what the dead engine gives back, the first to come back is one that nobody wants any more."""
    engine, queue = SimulatedEngine(1), JobQueue()
    queue.attach(engine)
    engine.get_ready()
    deliver(engine, queue)
    one, two, three = (queue.submit("paint", {}) for _ in range(3))
    deliver(engine, queue)
    engine.die(restarting=True)
    queue.cancel(one)
    engine.get_ready()
    deliver(engine, queue)
    assert engine.orders == [two.id, three.id]


def test_an_order_under_way_to_an_engine_that_died_is_not_for_the_next() -> None:
    engine, queue = SimulatedEngine(2), JobQueue()
    queue.attach(engine)
    engine.get_ready()
    deliver(engine, queue)
    jobs = [queue.submit("paint", {}) for _ in range(3)]
    engine.take_command()
    engine.take_command()
    engine.die(restarting=True)
    engine.get_ready()
    deliver(engine, queue)
    assert engine.orders == [job.id for job in jobs]


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
