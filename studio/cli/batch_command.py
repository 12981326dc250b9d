"""`studio batch`: a file of many jobs, each picture once, whatever ends the program in between."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import click

from studio import form
from studio.batch import Batch, BatchWorker, JobOutcome, Row, open_store
from studio.cli import batch, ray_options, report
from studio.cli.display import Display
from studio.cli.front import Front, unknown
from studio.cli.output import out, say
from studio.errors import UserError
from studio.form import TaskForm
from studio.role import Role
from studio.server.openai.operation import GENERATE, fits
from studio.server.ray import cluster, exposure
from studio.server.ray.options import RayOptions

HERE = 64
"""Rows that the engine of this machine is given at once."""


@click.command("batch")
@click.argument("file", metavar="FILE.jsonl")
@click.option("--task", metavar="TASK", help="What to do with each line.  [default: draw from a prompt]")
@click.option(
    "-o", "--output", required=True, metavar="PLACE", help="A folder, or a URL that fsspec knows, such as s3://…"
)
@click.option("--again", is_flag=True, help="Run again what failed, too.")
@ray_options.ray_options
@click.pass_obj
def command(front: Front, /, file: str, task: str | None, output: str, again: bool, **ray: Any) -> int:
    """Run one job per line, each an object of parameters; - reads stdin.

    Pictures, a record of each job and results.jsonl, in the order of the lines, go to PLACE. The same command goes on
    where it was ended, however that was. With --ray the jobs run on all engines of a cluster.
    """
    options = ray_options.read(ray)
    chosen = _task(front, task)
    lines = [_params(line, chosen) for line in batch.lines(file)]
    whole = Batch(open_store(output), chosen.id, lines, chosen.names(Role.SEED))
    rows = whole.rows(failed=again)
    if whole.resumed and rows:
        say(f"{len(lines) - len(rows)} of {len(lines)} jobs are done; it goes on with the others.")
    if rows:
        _follow(_made(front, options, output, chosen.id, rows, again=again), len(rows))
    done, failed, missing = whole.close()
    out(output if "://" in output else str(output))
    say(f"{done} jobs succeeded, {failed} failed, {missing} are missing; results.jsonl has one line for each.")
    if missing:
        say("The same command does what is missing.")
    return report.MENDABLE if failed or missing else report.DONE


def _task(front: Front, id: str | None) -> TaskForm:
    """Raises UserError."""
    forms = {task.id: form.read(task) for task in front.tasks}
    if id is None:
        fitting = [each for each in forms.values() if fits(GENERATE, each)]
        if not fitting:
            raise UserError("No task that is installed draws from a prompt alone; name one: --task TASK.")
        return fitting[0]
    if id not in forms:
        raise unknown("task", id, forms)
    return forms[id]


def _params(line: bytes, chosen: TaskForm) -> dict[str, Any] | UserError:
    try:
        return batch.params(line, chosen.fields, {})
    except UserError as error:
        return error


def _made(
    front: Front, options: RayOptions | None, output: str, task: str, rows: Sequence[Row], *, again: bool
) -> Iterator[JobOutcome]:
    if options is None:
        with closing(BatchWorker(front.settings, open_store(output), task)) as worker:
            for start in range(0, len(rows), HERE):
                yield from worker.run(rows[start : start + HERE], again=again)
        return
    prepared = cluster.prepare(options, front.settings)
    if prepared.is_own:
        say(exposure.TOLD)
    prepared.connect()
    from studio.server.ray import data

    yield from data.run(prepared, options, output, task, rows, again=again)


def _follow(made: Iterator[JobOutcome], count: int) -> None:
    """Tell how far it is."""
    display, began, failed = Display(sys.stderr), time.monotonic(), 0
    for number, each in enumerate(made, 1):
        if each.error:
            failed += 1
            display.line(f"Job {each.index + 1}: {each.error}")
        seconds = (time.monotonic() - began) / number * (count - number)
        display.progress(f"{failed} failed" if failed else "", number, count, seconds)
    display.clear()
