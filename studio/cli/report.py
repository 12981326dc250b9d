"""What a command says about a job that has ended: paths or JSON on stdout, a sentence on stderr, an exit code."""

from pathlib import Path
from typing import Any

import msgspec

from studio import messages
from studio.cli import export
from studio.jobs import Job

DONE, BUG, MENDABLE, CANCELLED = 0, 1, 2, 130


class Failure(msgspec.Struct, frozen=True):
    """Why a job did not succeed; `details` is a traceback, for bugs only."""

    sentence: str
    exit_code: int
    code: str
    field: str | None = None
    details: str = ""


def failure(job: Job) -> Failure | None:
    """None for a job that succeeded."""
    match job.end:
        case messages.Failed() as end:
            exit_code = MENDABLE if end.user else BUG
            return Failure(end.message + _kept(job), exit_code, end.code, end.field, end.details)
        case messages.JobCancelled():
            return Failure("Cancelled." + (_kept(job) or " Nothing was finished yet."), CANCELLED, "cancelled")
        case messages.Interrupted() as end:
            return Failure(end.message + _kept(job), BUG, "interrupted")
    return None


def _kept(job: Job) -> str:
    match len(job.saved):
        case 0:
            return ""
        case 1:
            return " The picture that was finished is kept."
        case count:
            return f" The {count} pictures that were finished are kept."


def images(job: Job, target: Path | None, name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The pictures as data, copied into `target` if one is given; and a sentence for each copy that failed."""
    pictures, problems = [], []
    for saved in job.saved:
        path = Path(saved.path)
        if target is not None and path.parent != target:
            try:
                path = export.place(path, target, name)
            except OSError as error:
                problems.append(f"No copy could be made in {target} ({error.strerror}); the picture is kept as {path}.")
        picture: dict[str, Any] = {"path": str(path), "seed": saved.seed, "width": saved.width, "height": saved.height}
        more = {"values": saved.values, "read": saved.read}
        pictures.append({**picture, **{name: told for name, told in more.items() if told}})
    return pictures, problems


def as_data(job: Job, pictures: list[dict[str, Any]], problem: Failure | None) -> dict[str, Any]:
    """The job as one JSON object; `images` is left out only when it failed before the first picture."""
    data: dict[str, Any] = {"task": job.task, "job": job.id}
    if problem is not None:
        data |= {"error": problem.sentence, "code": problem.code}
        data |= {"field": problem.field} if problem.field else {}
    if problem is None or pictures:
        data["images"] = pictures
    if isinstance(job.end, messages.Finished):
        data |= {"seconds": round(job.end.seconds, 3), "loaded_bytes": job.end.loaded_bytes}
    data["notes"] = job.notes
    if job.revealed:
        data["stages"] = [{"stage": event.stage, "data": event.data} for event in job.revealed]
    return data
