"""Engine: a real engine process for benchmarks, with a home of its own; each job is timed from order to last event."""

import os
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from studio import messages
from studio.client import EngineClient
from studio.messages import Event


class Engine:
    """`with Engine() as engine: engine.run("text-to-image", {...})`."""

    def __init__(
        self, plugins: tuple[Path, ...] = (), *, budget_bytes: int = 0, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="studio-benchmark-"))
        (self.home / "plugins").mkdir()
        for plugin in plugins:
            shutil.copy(plugin, self.home / "plugins")
        if budget_bytes:
            (self.home / "settings.json").write_text(f'{{"memory_budget_bytes": {budget_bytes}}}')
        self._client = EngineClient(self._on_event, environ={**environ, "STUDIO_HOME": str(self.home)})
        self._arrived = threading.Condition()
        self.events: list[tuple[float, Event]] = []

    def __enter__(self) -> Self:
        self.started_at = time.perf_counter()
        self._client.start()
        self.ready_s = self._wait(messages.Ready) - self.started_at
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()
        shutil.rmtree(self.home)

    def run(self, task: str, params: dict[str, Any], **options: Any) -> tuple[float, messages.Finished, list[Path]]:
        """Seconds from order to end, the end, and the pictures. An end other than Finished is an error here."""
        began = time.perf_counter()
        job = uuid.uuid4().hex
        self._client.submit(messages.Submit(job, task, params, **options))
        ended = self._wait(messages.Finished, messages.Failed, messages.Interrupted, job=job)
        own = [event for _, event in self.events if getattr(event, "job", "") == job]
        if not isinstance(own[-1], messages.Finished):
            raise RuntimeError(str(own[-1]))
        return ended - began, own[-1], [Path(event.path) for event in own if isinstance(event, messages.Saved)]

    def heartbeat(self) -> messages.Heartbeat:
        """One that comes from now on."""
        count = sum(isinstance(event, messages.Heartbeat) for _, event in self.events)
        self._wait(messages.Heartbeat, count=count + 2)  # the next may have been on its way
        return [event for _, event in self.events if isinstance(event, messages.Heartbeat)][-1]

    def send(self, command: messages.Command) -> None:
        self._client.send(command)

    def _on_event(self, event: Event) -> None:
        with self._arrived:
            self.events.append((time.perf_counter(), event))
            self._arrived.notify_all()

    def _wait(self, *kinds: type[Event], job: str = "", count: int = 1) -> float:
        with self._arrived:
            while True:
                found = [
                    at for at, event in self.events if isinstance(event, kinds) and getattr(event, "job", "") == job
                ]
                if len(found) >= count:
                    return found[count - 1]
                self._arrived.wait()
