"""How a job that failed is told: one sentence for its user, a traceback for whoever mends a bug."""

import traceback

from studio import messages
from studio.descriptions import Cheaper
from studio.engine.memory_ladder import NO_MEMORY, is_no_memory
from studio.engine.planner import JobPlan, shown_bytes
from studio.engine.result_check import ContractError
from studio.messages import Submit
from studio.plugin_host.plugin_loader import LoadedTask
from studio.role import Role
from studio.text import Text


def failure(order: Submit, error: BaseException, task: LoadedTask | None) -> messages.Failed:
    """Of what the task raised."""
    details = "".join(traceback.format_exception(error))
    if is_no_memory(error):
        names = task.form.names(Role.SIZE, Role.PICTURE_SIZE) if task is not None else ()
        size = next((order.params[name] for name in names if name in order.params), "auto")
        named = isinstance(size, str) and size != "auto"
        message = _no_memory(Text("for pictures of {}", size) if named else Text("for this job"))
        return messages.Failed(order.job, message, NO_MEMORY, None, True, details)
    message = _bug(order.task, _reason(error), "" if task is None or task.info.builtin else task.info.plugin)
    return messages.Failed(order.job, message, "bug", None, False, details)


def out_of_memory(failed: messages.Failed, plan: JobPlan, smaller: Cheaper | None) -> messages.Failed:
    """The same failure, with who has how much, and with a size that fits if one is known."""
    size = f"{plan.work.width}x{plan.work.height}"
    message = Text(
        "{} {} has {}, and {} is free for it and its pictures together.{}",
        _no_memory(Text("for pictures of {}", size)),
        plan.facts.title,
        shown_bytes(plan.facts.weights_bytes),
        shown_bytes(max(0, plan.facts.room_bytes)),
        Text("") if smaller is None else _smaller(smaller),
    )
    return messages.Failed(failed.job, message, NO_MEMORY, failed.field, True, failed.details)


def _no_memory(what: Text) -> Text:
    return Text(
        "There is not enough memory {}, even with all else unloaded and the decoder working in tiles. What was "
        "saved before is kept; try a smaller size.",
        what,
    )


def _smaller(plan: Cheaper) -> Text:
    size = next(iter(plan.params.values()))
    return Text(" A picture of {} needs about {}, which fits.", size, shown_bytes(plan.bytes))


def _bug(task: str, why: Text, plugin: str) -> Text:
    """`plugin`: whose it is, if it is a third party's."""
    if not plugin:
        return Text("The task {} failed: {}. This is a bug; its details help to fix it.", repr(task), why)
    return Text(
        "The task {} of the plugin {} failed: {}. This is a bug; its details help to fix it.",
        repr(task), repr(plugin), why,
    )  # fmt: skip


def _reason(error: BaseException) -> Text:
    """What happened, as a part of a sentence."""
    if isinstance(error, ContractError):
        return error.reason
    if isinstance(error, SystemExit):
        return Text("it tried to end the program (sys.exit)")
    return Text(f"{type(error).__name__}: {error}".rstrip(": "))
