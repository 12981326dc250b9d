"""BatchPlan: what a batch is, so that whoever goes on with it does the same."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from studio.batch.store import BatchStore
from studio.errors import UserError

FILE = "batch.json"
SEEDS = 2**31


class BatchPlan(msgspec.Struct, frozen=True):
    """Seeds that a line leaves open are drawn from `seed` and its number: a job that is run again makes the same."""

    task: str
    jobs: int
    sha256: str
    """Of the parameters of all jobs."""
    seed: int
    format: int = 1

    def seeded(self, index: int, params: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """The parameters with all seeds; `names`: those that are seeds."""
        drawn = {
            name: int.from_bytes(hashlib.sha256(f"{self.seed}:{index}:{name}".encode()).digest()[:8]) % SEEDS
            for name in names
            if params.get(name, -1) == -1
        }
        return {**params, **drawn}


def digest(params: Sequence[object]) -> str:
    """Of what is asked for."""
    sha = hashlib.sha256()
    for each in params:
        sha.update(json.dumps(each, sort_keys=True).encode())
        sha.update(b"\n")
    return sha.hexdigest()


def agree(store: BatchStore, task: str, params: Sequence[object]) -> tuple[BatchPlan, bool]:
    """The plan that is there, if it is of the same jobs, else a new one; and whether it was there. Raises UserError."""
    sha256 = digest(params)
    data = store.read(FILE)
    if data is None:
        plan = BatchPlan(task, len(params), sha256, secrets.randbelow(SEEDS))
        store.write(FILE, msgspec.json.encode(plan) + b"\n")
        return plan, False
    try:
        plan = msgspec.json.decode(data, type=BatchPlan)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UserError(
            "{} of the output is damaged, so it is unknown which jobs are done; nothing was started. Choose another "
            "output.",
            FILE,
            code="output",
        ) from None
    if (plan.task, plan.jobs, plan.sha256) != (task, len(params), sha256):
        raise UserError(
            "The output has the pictures of other jobs ({} of {}); nothing was started. Choose another output for "
            "these, or give the same file and task to go on with those.",
            plan.jobs,
            plan.task,
            code="other_batch",
        )
    return plan, True
