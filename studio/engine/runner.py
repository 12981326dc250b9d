"""Runner: runs one job, and is the only one that catches what a plugin raises."""

import contextlib
import gc
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from studio import __version__, api, errors, messages
from studio.descriptions import SpanInfo
from studio.engine import result_check
from studio.engine.add_on_params import untagged
from studio.engine.context import JobContext, ModelAccess
from studio.engine.device_choice import Standing
from studio.engine.failure import failure, out_of_memory
from studio.engine.job_watch import JobSpan, JobWatch
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_ladder import NO_MEMORY, RUNGS, Rung, asked_bytes, next_rung, rests_for_later
from studio.engine.operation_preview import preview
from studio.engine.planner import JobPlan, PlannedModels, Planner, Prepared
from studio.engine.result_check import ContractError
from studio.engine.running_job import RunningJob
from studio.engine.saving import Saver
from studio.engine.thread_watch import ThreadWatch
from studio.engine.wording import WordedParams, Wording
from studio.errors import UserError
from studio.form import TaskForm
from studio.library import Recipe
from studio.messages import Event, Submit
from studio.models.peak_memory import PeakMemory
from studio.models.value_cache import ValueCache
from studio.plugin_host import validation
from studio.plugin_host.operations import PictureOperations
from studio.plugin_host.plugin_loader import LoadedTask
from studio.plugin_host.registry import Registry
from studio.role import Role
from studio.text import Text

T = TypeVar("T")
End = messages.Finished | messages.Failed | messages.JobCancelled


class JobModels(ModelAccess, PlannedModels, Protocol):
    """What running and planning jobs need of the ModelService."""


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
    prepared: Prepared | None = None
    plan: JobPlan | None = None
    """Of the present attempt."""
    watch: JobWatch = field(default_factory=JobWatch)
    """Of the present attempt."""
    spans: list[JobSpan] = field(default_factory=list)
    asked_bytes: int = 0
    """What could not be had, where the error says how much that was."""


class Runner:
    """Runs the jobs of one device, one at a time; each ends with exactly one event of `messages.LAST`.

    `debug`: what is not meant for the user is raised, so that a debugger stops where it happened. `alone`: whether no
    other device has jobs meanwhile, so that what the process takes and which threads it has is of this one's job.
    """

    def __init__(
        self,
        registry: Registry,
        store: LibraryAccess,
        models: JobModels,
        emit: Callable[[Event], None],
        *,
        debug: bool = False,
        alone: bool = True,
        wording: Wording | None = None,
        operations: PictureOperations | None = None,
    ) -> None:
        """`wording`: reads variants and styles; None for those without the user's own. `operations`: of the plugins."""
        self._registry, self._store, self._models, self._emit = registry, store, models, emit
        self._debug, self._alone = debug, alone
        self._operations = operations or PictureOperations({})
        self._cache = ValueCache()
        self.planner = Planner(models, store.path, wording or Wording())

    def run(self, order: Submit, job: RunningJob) -> None:
        saver = Saver(job, self._store, self._emit, order.folder)
        work = _Work(order, job, saver, time.monotonic())
        end = self._climb(work)
        # From here on no exception, and so no frame of the plugin, holds a model any more.
        lost = saver.settle()
        if job.cancelled and not isinstance(end, messages.Failed):
            end = messages.JobCancelled(order.job)
        elif lost and isinstance(end, messages.Finished):
            end = messages.given_up(order.job, lost, saver.count)
        if order.trace:
            self._emit(messages.Traced(order.job, _trace(work)))
        self._emit(end)

    def _climb(self, work: _Work) -> End:
        rung: Rung | None = RUNGS[0]
        first: End | None = None
        while rung is not None:
            there = work.saver.count
            end = self._attempt(work, rung)
            work.spans += work.watch.spans
            self._measure(work, rung, end, whole=not there)
            if not isinstance(end, messages.Failed):
                return end
            facts = work.plan.facts if work.plan else None
            refused = not end.details  # the manager has, in a sentence of its own
            if end.code == NO_MEMORY:
                if not (refused and rests_for_later(rung, facts)):  # else it would be read again for every job
                    self._free()
                if rung.float32 and first is not None:  # what went wrong is still what it was before
                    return first
            first, rung = end, next_rung(rung, end.code, work.watch.dtypes, facts, refused=refused)
        return self._with_plan(work, end)

    def _measure(self, work: _Work, rung: Rung, end: End, *, whole: bool) -> None:
        """Keep what it took, for the plans of jobs of its kind."""
        if work.plan is None or rung.float32:
            return
        if isinstance(end, messages.Finished):
            seconds = round(work.watch.seconds, 3) if whole else None
            self.planner.add(work.plan, work.watch.peak_bytes(), seconds, work.watch.load_s)
        elif isinstance(end, messages.Failed) and end.code == NO_MEMORY and end.details:
            # At least what there was, and what was asked for besides: by that a size that fits is found.
            room = work.plan.facts.room_bytes - work.plan.facts.weights_bytes + 1
            peak = (work.watch.peak_bytes() or 0) + work.asked_bytes
            self.planner.add(work.plan, max(room, peak, work.plan.by_configuration), None, work.watch.load_s)

    def _with_plan(self, work: _Work, end: End) -> End:
        """Out of memory, with a size that fits; but not where the weights alone are too much, which was told."""
        if not (isinstance(end, messages.Failed) and end.code == NO_MEMORY and end.details and work.task):
            return end
        plan = self._planned(work, RUNGS[0])
        return end if plan is None else out_of_memory(end, plan, self.planner.smaller(work.task, plan))

    def planned(self, asked: messages.Plan) -> messages.Planned:
        """What a job would take; for any thread. Nothing is said of one that would be refused."""
        task = self._registry.tasks.get(asked.task)
        if task is None:
            return messages.Planned(asked.request)
        answer = self._ask_plugin(lambda: self.planner.answer(asked.request, task, asked.params), asked.task)
        return answer or messages.Planned(asked.request)

    def operated(self, asked: messages.Operate) -> messages.Operated:
        """What a picture operation makes of a picture; for any thread."""
        made = self._ask_plugin(lambda: preview(asked, self._store.path, self._operations), asked.operation)
        return made or messages.Operated(asked.request, problem=Text("This picture operation failed; see the log."))

    def standing(self, order: Submit) -> Standing:
        """How this device stands to a job; for any thread. Nothing is known of one that will be refused."""
        task = self._registry.tasks.get(order.task)
        facts = task and self._ask_plugin(lambda: self.planner.facts(task, order.params), order.task, order.job)
        if not facts:
            return Standing(used_bytes=self._models.resident_bytes)
        return Standing(not facts.missing_bytes, facts.weights_bytes <= facts.room_bytes, self._models.resident_bytes)

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
            return messages.JobCancelled(order.job)
        except UserError as error:
            return messages.Failed(order.job, error.message, error.code, error.field, user=True)
        except BaseException as error:
            if self._debug:
                raise
            work.asked_bytes = asked_bytes(error)
            return failure(order, error, self._registry.tasks.get(order.task))
        seconds = time.monotonic() - work.began
        return messages.Finished(order.job, round(seconds, 3), self._models.loaded_bytes - loaded_before)

    def _produce(self, work: _Work, rung: Rung) -> None:
        task, _ = self._validated(work)
        plan = work.plan = self._planned(work, rung)
        watch = work.watch = JobWatch(self._peak_of(plan) if plan else None)
        context = JobContext(
            work.order, work.job, self._emit, self._store, self._models, self._cache,
            rung=rung, working_bytes=plan.working_bytes if plan else 0, watch=watch, operations=self._operations,
        )  # fmt: skip
        with contextlib.closing(context):
            for note in filter(None, (rung.before, rung.note)):
                context.note(note)
            _note_cleaning(work.order.params, work.recorded, context)
            there = work.saver.count
            with _told_threads(work.order.task, context) if self._alone else contextlib.nullcontext():
                readings = work.prepared.readings if work.prepared else []
                for index, (reading, result) in enumerate(_of_readings(task, readings, context)):
                    if index < there:  # an earlier attempt has made and saved it
                        continue
                    result_check.check(result.image, result.icc)
                    with watch.saving():
                        recipe = partial(_recipe, task, work.recorded, index, result, context, work.began, reading)
                        work.saver.save(result, recipe)
                    work.job.check()
        if not work.saver.count:
            raise ContractError("it ended without a picture")

    def _peak_of(self, plan: JobPlan) -> PeakMemory | None:
        """None where another device's job takes of the same memory."""
        return PeakMemory(plan.facts.device) if self._alone or plan.facts.device != "cpu" else None

    def _validated(self, work: _Work) -> tuple[LoadedTask, api.Params]:
        if work.task is None or work.params is None:
            work.task = self._task(work.order.task)
            params = validation.validate(work.task.cls.Params, work.task.form.fields, work.order.params)
            work.prepared = self.planner.prepared(work.task, params, work.job.check)
            work.params, work.recorded = work.prepared.params, work.prepared.recorded
            self._emit(messages.Started(work.order.job, work.recorded))
        return work.task, work.params

    def _planned(self, work: _Work, rung: Rung) -> JobPlan | None:
        task, params = self._validated(work)
        return self._ask_plugin(lambda: self.planner.plan(task, params, rung), task.info.id, work.order.job)

    def _ask_plugin(self, plan: Callable[[], T], task: str, job: str = "") -> T | None:
        """What a plugin tells of a job ahead of it; None where it does not, since the job can run without."""
        try:
            return plan()
        except UserError:  # `run` will say it, to whom it is told
            return None
        except Exception as error:  # noqa: BLE001 - a plugin's code
            self._emit(_untold(task, error, job))
            return None

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


def _of_readings(
    task: LoadedTask, readings: list[WordedParams], context: JobContext
) -> Iterator[tuple[WordedParams, api.Result]]:
    for number, reading in enumerate(readings):
        context.begin_part(number, len(readings))
        for note in reading.notes:
            if note not in context.notes:
                context.note("{}", note)
        for result in _results(task.cls(), reading.params, context):
            yield reading, result


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


@contextlib.contextmanager
def _told_threads(task: str, context: JobContext) -> Iterator[None]:
    """Around a task: a thread that outlives it takes a core from every later job, and nobody would know why."""
    watch = ThreadWatch()
    try:
        yield
    finally:
        if left := watch.left():
            context.note(
                "The task {} left {} running after its end ({}): all that follows is slower until the engine is "
                "restarted. Tell the plugin's author.",
                repr(task), Text("a thread") if len(left) == 1 else Text("{} threads", len(left)), ", ".join(left[:5]),
            )  # fmt: skip


def _untold(task: str, error: Exception, job: str = "") -> messages.Log:
    return messages.Log(f"The task {task!r} could not tell how much its job is: {error!r}", job)


def _trace(work: _Work) -> list[SpanInfo]:
    return [
        SpanInfo(span.name, span.kind, round(span.began - work.began, 6), round(span.ended - span.began, 6))
        for span in work.spans
    ]


def _note_cleaning(given: dict[str, Any], recorded: dict[str, Any], context: JobContext) -> None:
    for name, value in given.items():
        kept = recorded.get(name)
        if isinstance(value, str) and isinstance(kept, str) and untagged(kept) != untagged(value):
            context.note("Control characters were removed from {}.", name)


def _recipe(
    task: LoadedTask, params: dict[str, Any], index: int, result: api.Result, context: JobContext, began: float,
    reading: WordedParams,
) -> Recipe:  # fmt: skip
    seed = result.seed
    if seed is None and index == 0:  # the first picture is what the drawn seed makes
        seed = next((params[name] for name in task.form.names(Role.SEED)), None)
    return Recipe(
        task=task.info.id,
        params=params,
        read=dict(reading.texts),
        roles={field.name: str(field.role) for field in task.form.fields if field.role},
        seed=seed,
        index=index,
        model=next(iter(context.models_used), "") or _model_of(task.form, params),
        plugin=task.info.plugin,
        plugin_version=task.plugin_version,
        values=result_check.plain(result.values, context.note),
        parents=list(result.parents) or list(context.images_used),
        seconds=round(time.monotonic() - began, 3),
        studio_version=__version__,
        notes=list(context.notes),
    )


def _model_of(form: TaskForm, params: dict[str, Any]) -> str:
    return next((str(params[name]) for name in form.names(Role.MODEL)), "")
