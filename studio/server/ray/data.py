"""A batch over a cluster, by Ray Data: each row goes to whichever engine is free."""

import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import ray
import ray.data
from ray.exceptions import RayError

from studio import settings
from studio.batch import BatchWorker, JobOutcome, Row, open_store, outcome
from studio.errors import UserError
from studio.server.ray.cluster import Cluster
from studio.server.ray.options import RayOptions
from studio.server.ray.replicas import replicas_of

ROWS = 16
"""The most that an engine is given at once; what a killed one has finished of them is not drawn again."""
SHARES = 4
"""At least so many for each engine, so that all end at about the same time."""


class RayBatchWorker:
    """What runs in each actor."""

    def __init__(self, place: str, task: str, again: bool) -> None:
        self._worker = BatchWorker(settings.load(), open_store(place), task)
        self._again = again

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        rows = [
            Row(int(index), json.loads(params)) for index, params in zip(batch["index"], batch["params"], strict=True)
        ]
        made = [outcome.encode(each).decode() for each in self._worker.run(rows, again=self._again)]
        return {"outcome": made}


def run(
    cluster: Cluster, options: RayOptions, place: str, task: str, rows: Sequence[Row], *, again: bool
) -> Iterator[JobOutcome]:
    """Each as it ends. An actor that is killed is started again, with what it had not finished. Raises UserError."""
    count, resources = replicas_of(cluster.resources, options)
    together = max(1, min(ROWS, len(rows) // (SHARES * count.most)))
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="ray")
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    try:
        given = ray.data.from_items(
            [{"index": row.index, "params": json.dumps(row.params)} for row in rows],
            override_num_blocks=max(1, -(-len(rows) // together)),
        )
        made = given.map_batches(
            RayBatchWorker,
            batch_size=together,
            fn_constructor_args=(place, task, again),
            compute=ray.data.ActorPoolStrategy(
                min_size=count.least, max_size=count.most, max_tasks_in_flight_per_actor=2
            ),
            **resources,
        )
        for row in made.iter_rows():
            yield msgspec.json.decode(row["outcome"], type=JobOutcome)
    except RayError as error:
        raise UserError(
            "The batch stopped: {} What was finished is kept; the same command goes on from there.",
            f"{' '.join(str(error).split())[-300:]}.",
            code="ray",
        ) from error
    finally:
        cluster.close()
