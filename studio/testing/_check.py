"""check_task: whether a task keeps the plugin contract, found out by running it."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from studio import api, messages
from studio.descriptions import TaskInfo
from studio.engine import result_check
from studio.errors import Cancelled
from studio.plugin_host import validation
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import LoadedTask, PluginRefused, load_plugin
from studio.testing._context import FakeContext
from studio.testing._rows import drawn

CANCELS = 3


def check_task(
    cls: type[api.Task], params: Mapping[str, Any], make_context: Callable[..., FakeContext] = FakeContext
) -> list[api.Result]:
    """Load, validate and run a task as the studio would, then cancel it at several of its steps; returns its results.

    Raises AssertionError that says what is wrong; a UserError of the task comes through. `make_context` takes the
    keyword `cancel_at`, for example `functools.partial(FakeContext, pictures={"photo": picture})`.
    """
    task = _loaded(cls)
    valid = validation.validate(cls.Params, task.form.fields, params)
    context = make_context()
    results = [_checked(made) for made in cls().run(valid, context)]
    assert results, "it ended without a picture"
    steps = len(context.steps)
    _check_stages(task.info, context)
    assert steps, "it never calls ctx.progress, so it cannot be cancelled"
    for step in sorted({round(number * (steps - 1) / CANCELS) for number in range(CANCELS + 1)}):
        _check_cancel(cls, valid, make_context(cancel_at=step), step)
    return results


def _check_stages(info: TaskInfo, context: FakeContext) -> None:
    named = [step.stage for step in context.steps if step.stage] + [stage for stage, _ in context.revealed]
    for stage in named:
        assert stage in info.stages, f"it names the stage {stage!r}, which is not among its stages"
    for stage, data in context.revealed:
        missing = [name for name in info.stages[stage].data if name not in data]
        assert not missing, f"its stage {stage!r} is drawn from {missing[0]!r}, which it does not reveal"


def _checked(made: Any) -> api.Result:
    announced = made if isinstance(made, api.Result) else api.Result(made)
    result_check.check(announced.image, announced.icc)
    result = drawn(announced)
    messages.check(result_check.plain(result.values, _refuse))
    return result


def _refuse(template: str, *args: object) -> None:
    raise result_check.ContractError(template, *args)


def _loaded(cls: type[api.Task]) -> LoadedTask:
    module = ModuleType("checked")

    @api.hookimpl
    def register_tasks() -> list[type[api.Task]]:
        return [cls]

    module.register_tasks = register_tasks  # type: ignore[attr-defined]
    try:
        offer = load_plugin(PluginSource("checked", "check_task", lambda: module))
    except PluginRefused as refusal:
        raise AssertionError(f"a plugin with this task {refusal.reason}") from None
    assert not offer.problems, " ".join(offer.problems)
    return offer.tasks[0]


def _check_cancel(cls: type[api.Task], params: api.Params, context: FakeContext, step: int) -> None:
    try:
        for made in cls().run(params, context):
            drawn(made)
    except Cancelled:
        assert len(context.steps) == step + 1, "it goes on after it was cancelled"
    else:
        raise AssertionError(f"cancelled at its progress call {step}, it went on to the end")
