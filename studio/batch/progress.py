"""Batch: what is done of one, what is left, and its results in the order of its lines."""

from collections.abc import Iterator, Sequence
from typing import Any

from studio.batch import outcome, plan
from studio.batch.outcome import JobOutcome
from studio.batch.store import BatchStore
from studio.batch.worker import Row
from studio.errors import UserError

RESULTS = "results.jsonl"


class Batch:
    """`lines`: the parameters of each job, or why its line is none."""

    def __init__(
        self, store: BatchStore, task: str, lines: Sequence[dict[str, Any] | UserError], seeds: Sequence[str]
    ) -> None:
        """`seeds`: the parameters that are. Raises UserError for an output of other jobs."""
        self._store, self._lines, self._seeds = store, lines, seeds
        asked = [line if isinstance(line, dict) else line.message for line in lines]
        self.plan, self.resumed = plan.agree(store, task, asked)
        there = store.names("records")
        self.done = {index for index in range(len(lines)) if outcome.record_name(index) in there}

    def rows(self, *, failed: bool = False) -> list[Row]:
        """What is left; `failed`: with what did not succeed before."""
        left = set(range(len(self._lines))) - self.done
        if failed:
            left |= {each.index for each in self.outcomes(sorted(self.done)) if each.error}
        rows = []
        for index in sorted(left):
            line = self._lines[index]
            if isinstance(line, UserError):
                self._refuse(index, line)
            else:
                rows.append(Row(index, self.plan.seeded(index, line, self._seeds)))
        return rows

    def outcomes(self, indexes: Sequence[int]) -> Iterator[JobOutcome]:
        for index in indexes:
            if found := outcome.decode(self._store.read(outcome.record_name(index))):
                yield found

    def close(self) -> tuple[int, int, int]:
        """Write the results in the order of the lines; returns how many succeeded, failed and are missing.

        A job whose record or picture is not there, whatever took it, is missing: the same command does it again.
        """
        pictures = self._store.names("pictures")
        found = {each.index: each for each in self.outcomes(range(len(self._lines)))}
        whole = {index: each for index, each in found.items() if all(made.path in pictures for made in each.images)}
        for index in range(len(self._lines)):
            if index not in whole:  # it would count as done the next time
                self._store.remove(outcome.record_name(index))
        lines = [outcome.encode(whole[index]) for index in sorted(whole)]
        self._store.write(RESULTS, b"".join(lines))
        failed = sum(bool(each.error) for each in whole.values())
        return len(whole) - failed, failed, len(self._lines) - len(whole)

    def _refuse(self, index: int, line: UserError) -> None:
        refused = JobOutcome(index, [], line.message, line.code, line.field or "")
        self._store.write(outcome.record_name(index), outcome.encode(refused))
