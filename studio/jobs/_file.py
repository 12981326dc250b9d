"""The jobs that are not done yet, in a file, so that the next start can go on with them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from studio.atomic import writing
from studio.jobs._job import Job

QUEUE_FILE = "queue.json"


class SavedJob(msgspec.Struct):
    """A job as the file has it."""

    id: str
    task: str
    params: dict[str, Any]
    reveal: bool = False


def load_jobs(path: Path) -> list[Job]:
    """What waited, the next one first; nothing where there is no such file, or a damaged one."""
    try:
        saved = msgspec.json.decode(path.read_bytes(), type=list[SavedJob])
    except (OSError, ValueError, RecursionError):
        return []
    return [Job(job.id, job.task, job.params, job.reveal) for job in saved]


def encode_jobs(jobs: Iterable[Job]) -> bytes:
    """The content of the file, for `save_jobs`; what was only for a panel is not wanted at the next start."""
    return msgspec.json.encode([SavedJob(job.id, job.task, job.params, job.reveal) for job in jobs if not job.quiet])


def save_jobs(path: Path, content: bytes) -> None:
    """Replace the file at once, or not at all. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with writing(path) as file:
        file.write(content)
