"""Jobs: what was ordered and what became of it, and the one queue that decides their order; without Qt."""

from studio.jobs._client import JobClient
from studio.jobs._events import Callbacks, Emitter, JobEmitters, JobEvents
from studio.jobs._file import QUEUE_FILE, encode_jobs, load_jobs, save_jobs
from studio.jobs._job import Job, JobState
from studio.jobs._queue import MOST_KEPT, JobQueue

__all__ = [
    "MOST_KEPT",
    "QUEUE_FILE",
    "Callbacks",
    "Emitter",
    "Job",
    "JobClient",
    "JobEmitters",
    "JobEvents",
    "JobQueue",
    "JobState",
    "encode_jobs",
    "load_jobs",
    "save_jobs",
]
