"""A trace of jobs in Chrome's JSON format, which Perfetto (ui.perfetto.dev) and chrome://tracing show."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from studio.atomic import writing
from studio.errors import UserError, os_reason
from studio.messages import TraceSpan

PROCESS = 1


def events(jobs: Iterable[tuple[str, Iterable[TraceSpan]]]) -> list[dict[str, Any]]:
    """Complete events ("X") in microseconds; each job, with its name, on a row of its own that begins at 0."""
    found: list[dict[str, Any]] = []
    for row, (name, spans) in enumerate(jobs, 1):
        place = {"pid": PROCESS, "tid": row}
        found.append({"ph": "M", "name": "thread_name", "args": {"name": name}, **place})
        found += [
            {
                "ph": "X",
                "name": span.name,
                "cat": span.kind,
                "ts": round(span.began_s * 1e6),
                "dur": round(span.seconds * 1e6),
                **place,
            }
            for span in spans
        ]
    return found


def write(path: Path, jobs: Iterable[tuple[str, Iterable[TraceSpan]]]) -> None:
    """Raises UserError when it cannot be written."""
    try:
        with writing(path) as file:
            file.write(msgspec.json.encode({"traceEvents": events(jobs), "displayTimeUnit": "ms"}))
    except OSError as error:
        raise UserError(f"The trace could not be written to {path} ({os_reason(error)}).", code="storage") from None
