"""A job as data for clients, without a path of this machine."""

from pathlib import Path
from typing import Any

from studio import messages
from studio.jobs import Job
from studio.library import Recipe, picture_id
from studio.library.sharing import shareable
from studio.messages import Saved
from studio.server import following
from studio.server.api_error import ApiError
from studio.server.backend import Backend
from studio.server.uploads import PREFIX


def job_data(job: Job, backend: Backend) -> dict[str, Any]:
    """All that is known of it."""
    return {
        "id": job.id,
        "object": "job",
        "task": job.task,
        "state": job.state.value,
        "cancelling": job.cancelling and not job.state.ended,
        "params": shareable(Recipe(job.task, _shown(job.params, backend)), backend.private).params,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "eta_s": job.eta_s,
        "seconds": job.seconds,
        "pictures": [picture_data(saved) for saved in job.saved],
        "notes": [backend.redacted(note) for note in job.notes],
        "error": _error(job, backend),
    }


def picture_data(saved: Saved) -> dict[str, Any]:
    """A picture that it has made; `id` is that of the library, null where that did not take it."""
    return {
        "id": saved.id if picture_id.is_id(saved.id) else None,
        "index": saved.index,
        "width": saved.width,
        "height": saved.height,
        "seed": saved.seed,
        "values": saved.values,
        "url": f"/v1/jobs/{saved.job}/pictures/{saved.index}",
    }


def _error(job: Job, backend: Backend) -> Any:
    if not job.state.ended or isinstance(job.end, messages.Finished):
        return None
    try:
        following.check(job, backend)
    except ApiError as error:
        return error.data["error"]
    return None


def _shown(value: Any, backend: Backend) -> Any:
    """Files that were sent are named by their ids."""
    if isinstance(value, dict):
        return {name: _shown(entry, backend) for name, entry in value.items()}
    if isinstance(value, list):
        return [_shown(entry, backend) for entry in value]
    if isinstance(value, str) and backend.uploads.find(PREFIX + Path(value).name) and Path(value).is_absolute():
        return PREFIX + Path(value).name
    return value
