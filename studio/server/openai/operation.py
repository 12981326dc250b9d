"""Which task answers which method of OpenAI's: decided by what the tasks declare of their parameters, never by a name.

Roles say already what each parameter means, so nothing further need be declared: a third party's task with the same
roles stands in where the built-in one is switched off. The first that fits is taken, in the order of the tasks.
"""

from collections.abc import Collection
from typing import NamedTuple

from studio.descriptions import ModelInfo
from studio.form import TaskForm
from studio.role import Role
from studio.server.api_error import ApiError, invalid

_PICTURES = frozenset({Role.SOURCE, Role.MASK, Role.BLEND_PICTURE})


class Operation(NamedTuple):
    """What a task must have and must not have; its events' name in streams."""

    name: str
    event: str
    has: frozenset[Role]
    lacks: frozenset[Role]


GENERATE = Operation("generations", "image_generation", frozenset({Role.PROMPT}), _PICTURES)
EDIT = Operation("edits", "image_edit", frozenset({Role.SOURCE, Role.MASK, Role.PROMPT}), frozenset())
REDRAW = Operation(
    "edits", "image_edit", frozenset({Role.SOURCE, Role.PROMPT, Role.STRENGTH}), frozenset({Role.MASK, Role.BEFORE})
)
"""An edit of a whole picture, without a mask."""
MIX = Operation("edits", "image_edit", frozenset({Role.BLEND_PICTURE, Role.PROMPT}), frozenset({Role.SOURCE}))
"""An edit of several pictures."""
VARY = Operation(
    "variations", "image_variation", frozenset({Role.SOURCE, Role.DISTANCE}), frozenset({Role.MASK, Role.PROMPT})
)


def choose(operation: Operation, tasks: Collection[TaskForm], model: ModelInfo | None) -> TaskForm:
    """The first task that fits, and that the model can do. Raises ApiError."""
    fitting = [form for form in tasks if fits(operation, form)]
    if not fitting:
        raise ApiError(
            404, f"No plugin that is installed here makes {operation.name}; see GET /v1/tasks.", "unsupported_operation"
        )
    for form in fitting:
        if model is None or _capability(form) in model.capabilities:
            return form
    wanted = ", ".join(sorted({_capability(form) for form in fitting}))
    raise invalid("model", f"The model '{model.id if model else ''}' cannot do this; it takes one for: {wanted}.")


def fits(operation: Operation, form: TaskForm) -> bool:
    """Whether a task declares what this needs, and needs nothing that this does not give."""
    roles = {field.role for field in form.fields}
    needed = {field.role for field in form.fields if field.required}
    return operation.has <= roles and not operation.lacks & roles and needed <= operation.has


def _capability(form: TaskForm) -> str:
    field = form.role(Role.MODEL)
    return field.capability if field else ""
