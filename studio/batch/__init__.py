"""Many jobs out of one file: each picture once, in their order, whatever ends the program in between."""

from studio.batch.outcome import JobOutcome, OutcomePicture
from studio.batch.plan import BatchPlan
from studio.batch.progress import Batch
from studio.batch.store import BatchStore, open_store
from studio.batch.worker import BatchWorker, Row

__all__ = ["Batch", "BatchPlan", "BatchStore", "BatchWorker", "JobOutcome", "OutcomePicture", "Row", "open_store"]
