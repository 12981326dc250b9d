"""A session of the command line over an engine that the test plays: jobs one after the other, and none in vain."""

import io
from collections.abc import Callable

from studio import messages
from studio.cli.display import Display
from studio.cli.session import EngineSession
from studio.jobs import JobState
from studio.messages import Event, Submit
from studio.testing import ScriptedClient


class Broken(ScriptedClient):
    """An engine that cannot be started."""

    starts = 0

    def start(self) -> None:
        self.starts += 1
        self._on_event(messages.Ended("settings.json is damaged.", 78, False))


def session(client: Callable[[Callable[[Event], None]], ScriptedClient]) -> EngineSession:
    return EngineSession(client, Display(io.StringIO()), catch_ctrl_c=False)


def test_each_job_asks_anew_for_an_engine_that_cannot_start() -> None:
    made: list[Broken] = []

    def connect(on_event: Callable[[Event], None]) -> Broken:
        made.append(Broken(on_event))
        return made[-1]

    with session(connect) as running:
        for _ in range(2):
            job = running.run("paint", {})
            assert (job.state, job.message) == (JobState.INTERRUPTED, "settings.json is damaged.")
    assert made[0].starts == 3


def test_a_job_holds_all_that_a_command_reports() -> None:
    def script(order: Submit) -> list[Event]:
        return [
            messages.Started(order.job, {}),
            messages.Note(order.job, "Painted."),
            messages.Saved(order.job, "id", "/a.png", 0, 8, 8, 7),
            messages.Finished(order.job, 1.5, 3),
        ]

    with session(lambda on_event: ScriptedClient(on_event, script=script)) as running:
        job = running.run("paint", {"seed": 7})
    assert job.notes == ["Painted."]
    assert [saved.seed for saved in job.saved] == [7]
    assert job.end == messages.Finished(job.id, 1.5, 3)
