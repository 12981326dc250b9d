"""Runner: runs one job, and is the only one that catches what a plugin raises."""

import contextlib
import gc
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from studio import __version__, api, errors, messages
from studio.engine import result_check
from studio.engine.context import JobContext, ModelAccess
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_ladder import CODE as NO_MEMORY
from studio.engine.memory_ladder import RUNGS, Rung, is_no_memory
from studio.engine.result_check import ContractError
from studio.engine.running_job import RunningJob
from studio.engine.saving import Saver, plain
from studio.errors import UserError
from studio.form import TaskForm
from studio.library import Recipe
from studio.messages import Event, Submit
from studio.models.value_cache import ValueCache
from studio.plugin_host import validation
from studio.plugin_host.plugin_loader import LoadedTask
from studio.plugin_host.registry import Registry
from studio.role import Role
from studio.text import Text

End = messages.Finished | messages.Failed | messages.Cancelled


@dataclass
class _Work:
    """A job as it was asked for, and validated once: what is run again has the seed that was drawn the first time."""

    order: Submit
    job: RunningJob
    saver: Saver
    began: float
    task: LoadedTask | None = None
    params: api.Params | None = None
    recorded: dict[str, Any] = field(default_factory=dict)


class Runner:
    """Runs jobs, one at a time; each ends with exactly one event of `messages.LAST`.

    `debug`: what is not meant for the user is raised, so that a debugger stops where it happened.
    """

    def __init__(
        self,
        registry: Registry,
        store: LibraryAccess,
        models: ModelAccess,
        emit: Callable[[Event], None],
        *,
        debug: bool = False,
    ) -> None:
        self._registry, self._store, self._models, self._emit = registry, store, models, emit
        self._debug = debug
        self._cache = ValueCache()

    def run(self, order: Submit, job: RunningJob) -> None:
        saver = Saver(job, self._store, self._emit)
        end = self._climb(_Work(order, job, saver, time.monotonic()))
        # From here on no exception, and so no frame of the plugin, holds a model any more.
        given_up = saver.settle()
        if job.cancelled and not isinstance(end, messages.Failed):
            end = messages.Cancelled(order.job)
        elif given_up and isinstance(end, messages.Finished):
            end = _given_up(order.job, given_up, saver.count)
        self._emit(end)

    def _climb(self, work: _Work) -> End:
        for rung in RUNGS:
            end = self._attempt(work, rung)
            if not isinstance(end, messages.Failed) or end.code != NO_MEMORY:
                break
            self._free()
        return end

    def unload(self) -> None:
        """Free all that is kept for later jobs."""
        self._cache.clear()
        self._models.unload()

    def _attempt(self, work: _Work, rung: Rung) -> End:
        order, loaded_before = work.order, self._models.loaded_bytes
        try:
            work.job.check()
            self._produce(work, rung)
        except errors.Cancelled:
            return messages.Cancelled(order.job)
        except UserError as error:
            return messages.Failed(order.job, error.message, error.code, error.field, user=True)
        except BaseException as error:
            if self._debug:
                raise
            return _failure(order, error, self._registry.tasks.get(order.task))
        seconds = time.monotonic() - work.began
        return messages.Finished(order.job, round(seconds, 3), self._models.loaded_bytes - loaded_before)

    def _produce(self, work: _Work, rung: Rung) -> None:
        task, params = self._validated(work)
        context = JobContext(work.order, work.job, self._emit, self._store, self._models, self._cache, tiled=rung.tiled)
        with contextlib.closing(context):
            if rung.note:
                context.note(rung.note)
            _note_cleaning(work.order.params, work.recorded, context)
            there = work.saver.count
            for index, result in enumerate(_results(task.cls(), params, context)):
                if index < there:  # an earlier attempt has made and saved it
                    continue
                result_check.check(result.image, result.icc)
                work.saver.save(result, partial(_recipe, task, work.recorded, index, result, context, work.began))
                work.job.check()
        if not work.saver.count:
            raise ContractError("it ended without a picture")

    def _validated(self, work: _Work) -> tuple[LoadedTask, api.Params]:
        if work.task is None or work.params is None:
            work.task = self._task(work.order.task)
            work.params = validation.validate(work.task.cls.Params, work.task.form.fields, work.order.params)
            work.recorded = work.params.model_dump(mode="json")
            self._emit(messages.Started(work.order.job, work.recorded))
        return work.task, work.params

    def _task(self, id: str) -> LoadedTask:
        task = self._registry.tasks.get(id)
        if task is None:
            known = ", ".join(self._registry.tasks) or "none"
            raise UserError(
                "There is no task {}; its plugin is missing, broken or switched off. Tasks that work: {}.",
                repr(id),
                known,
                code="unknown_task",
            )
        return task

    def _free(self) -> None:
        gc.collect()  # frames in cycles hold tensors
        self.unload()


def _results(task: api.Task, params: api.Params, context: api.Context) -> Iterator[api.Result]:
    made: Any = task.run(params, context)
    if isinstance(made, str) or not isinstance(made, Iterable):
        raise ContractError("its run returned a value of type {}; it must yield pictures", type(made).__name__)
    iterator = iter(made)
    try:
        for result in iterator:
            yield result if isinstance(result, api.Result) else api.Result(result)
    finally:
        if close := getattr(iterator, "close", None):  # now, not when somebody collects it: its leases end here
            close()


def _note_cleaning(given: dict[str, Any], recorded: dict[str, Any], context: JobContext) -> None:
    for name, value in given.items():
        if isinstance(value, str) and recorded.get(name) != value and isinstance(recorded.get(name), str):
            context.note("Control characters were removed from {}.", name)


def _recipe(
    task: LoadedTask, params: dict[str, Any], index: int, result: api.Result, context: JobContext, began: float
) -> Recipe:
    seed = result.seed
    if seed is None and index == 0:  # the first picture is what the drawn seed makes
        seed = next((params[name] for name in task.form.names(Role.SEED)), None)
    return Recipe(
        task=task.info.id,
        params=params,
        roles={field.name: str(field.role) for field in task.form.fields if field.role},
        seed=seed,
        index=index,
        model=next(iter(context.models_used), "") or _model_of(task.form, params),
        plugin=task.info.plugin,
        plugin_version=task.plugin_version,
        values=plain(result.values),
        parents=list(result.parents) or list(context.images_used),
        seconds=round(time.monotonic() - began, 3),
        studio_version=__version__,
        notes=list(context.notes),
    )


def _model_of(form: TaskForm, params: dict[str, Any]) -> str:
    return next((str(params[name]) for name in form.names(Role.MODEL)), "")


def _given_up(job: str, count: int, made: int) -> messages.Failed:
    told = Text("{} of {} finished pictures could not be saved and were given up.", count, made)
    return messages.Failed(job, told, "storage", user=True)


def _failure(order: Submit, error: BaseException, task: LoadedTask | None) -> messages.Failed:
    details = "".join(traceback.format_exception(error))
    if is_no_memory(error):
        names = task.form.names(Role.SIZE, Role.PICTURE_SIZE) if task is not None else ()
        size = next((order.params[name] for name in names if name in order.params), "auto")
        named = isinstance(size, str) and size != "auto"
        message = Text(
            "There is not enough memory {}, even with all else unloaded and the decoder working in tiles. What was "
            "saved before is kept; try a smaller size.",
            Text("for pictures of {}", size) if named else Text("for this job"),
        )
        return messages.Failed(order.job, message, NO_MEMORY, None, True, details)
    message = _bug(order.task, _reason(error), "" if task is None or task.info.builtin else task.info.plugin)
    return messages.Failed(order.job, message, "bug", None, False, details)


def _bug(task: str, why: Text, plugin: str) -> Text:
    """`plugin`: whose it is, if it is a third party's."""
    if not plugin:
        return Text("The task {} failed: {}. This is a bug; its details help to mend it.", repr(task), why)
    return Text(
        "The task {} of the plugin {} failed: {}. This is a bug; its details help to mend it.",
        repr(task), repr(plugin), why,
    )  # fmt: skip


def _reason(error: BaseException) -> Text:
    """What happened, as a part of a sentence."""
    if isinstance(error, ContractError):
        return error.reason
    if isinstance(error, SystemExit):
        return Text("it tried to end the program (sys.exit)")
    return Text(f"{type(error).__name__}: {error}".rstrip(": "))
