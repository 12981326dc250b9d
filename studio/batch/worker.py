"""BatchWorker: an engine that draws rows of a batch and writes what it made, wherever it runs."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from studio import messages
from studio.batch import outcome
from studio.batch.outcome import JobOutcome, OutcomePicture
from studio.batch.store import BatchStore
from studio.library import Library
from studio.messages import LAST, Event, Submit
from studio.settings import Settings
from studio.worker import EngineHost, make_folder, make_home, take_made

AGAIN = 1
"""Times that a job is run again whose engine died."""


@dataclass(frozen=True)
class Row:
    """One job; `params` with its seeds."""

    index: int
    params: dict[str, Any]


class BatchWorker:
    """A picture is written first, the record of its job last: without that the job counts as not done."""

    def __init__(
        self, chosen: Settings, store: BatchStore, task: str, *, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._store, self._task = store, task
        self._folder = make_folder("studio-batch-")
        home = make_home(chosen, self._folder / "home")
        self._host = EngineHost(home, environ=environ)
        self._library = Library(home.library_dir)

    def run(self, rows: Sequence[Row], *, again: bool = False) -> Iterator[JobOutcome]:
        """Each as it ends. What has a record already is not run, unless `again`. Raises UserError for the output."""
        self._host.ready()
        heard: SimpleQueue[Event] = SimpleQueue()
        waiting: dict[str, tuple[Row, list[OutcomePicture], int]] = {}
        for row in rows:
            known = None if again else outcome.decode(self._store.read(outcome.record_name(row.index)))
            if known:
                yield known
            else:
                waiting[str(row.index)] = row, [], 0
                self._begin(row, heard)
        while waiting:
            event = heard.get()
            row, made, tried = waiting[getattr(event, "job", "")]
            if isinstance(event, messages.Saved):
                made.append(self._written(row, event))
            elif isinstance(event, messages.Interrupted) and tried < AGAIN:
                waiting[event.job] = row, [], tried + 1
                self._begin(row, heard)
            elif isinstance(event, LAST):
                del waiting[event.job]
                ended = _outcome(row.index, made, event)
                self._store.write(outcome.record_name(row.index), outcome.encode(ended))
                yield ended

    def close(self) -> None:
        self._host.close()
        self._library.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, row: Row, heard: "SimpleQueue[Event]") -> None:
        self._host.run(Submit(str(row.index), self._task, row.params, previews=False), heard.put)

    def _written(self, row: Row, saved: messages.Saved) -> OutcomePicture:
        name = outcome.picture_name(row.index, saved.index)
        self._store.write(name, take_made(self._library, saved).png)
        return OutcomePicture(name, saved.width, saved.height, saved.seed, saved.values)


def _outcome(index: int, made: list[OutcomePicture], end: Event) -> JobOutcome:
    match end:
        case messages.Finished(seconds=seconds):
            return JobOutcome(index, made, seconds=seconds)
        case messages.Failed():
            return JobOutcome(index, made, end.message, end.code, end.field or "")
        case messages.Interrupted(message=message):
            return JobOutcome(index, made, message, "interrupted")
        case _:
            return JobOutcome(index, made, "Cancelled.", "cancelled")
