"""From a request of OpenAI's API to a job of one of the studio's tasks."""

from collections.abc import Collection, Sequence
from typing import Any

from studio.form import FormField, TaskForm
from studio.role import Role
from studio.server import field_value
from studio.server.api_error import invalid, missing
from studio.server.backend import Backend
from studio.server.openai import operation
from studio.server.openai.operation import Operation
from studio.server.openai.parameters import ImageParameters

_ROLES = {
    "seed": Role.SEED, "distance": Role.DISTANCE, "strength": Role.STRENGTH, "negative_prompt": Role.NEGATIVE,
}  # fmt: skip
_MODEL_DEFAULTS = {"steps": "steps", "guidance": "guidance_scale"}
"""Extra parameters that mean the same for every task, by what fields declare; others go by a field's name."""
_FILLED = (
    Role.PROMPT, Role.SOURCE, Role.BLEND_PICTURE, Role.MASK, Role.COUNT, Role.SIZE, Role.PICTURE_SIZE, Role.MODEL,
)  # fmt: skip
"""What OpenAI's own parameters say."""


def task_of(wanted: Operation, parameters: ImageParameters, backend: Backend) -> TaskForm:
    """The task that answers. Raises ApiError."""
    model = None if parameters.model is None else field_value.model(parameters.model, backend)
    return operation.choose(wanted, backend.jobs.tasks.values(), model)


def params_of(
    form: TaskForm, parameters: ImageParameters, backend: Backend, pictures: Sequence[str] = (), mask: str | None = None
) -> dict[str, Any]:
    """What the task is given. Raises ApiError."""
    params = _extra(form, parameters, backend)
    prompt = form.role(Role.PROMPT)
    if prompt is None and parameters.prompt is not None:
        raise invalid("prompt", "Unknown parameter: 'prompt'.", "unknown_parameter")
    if prompt and parameters.prompt is None and prompt.required:
        raise missing("prompt")
    words = [parameters.prompt] if prompt and prompt.kind == "list" and parameters.prompt else parameters.prompt
    given = {
        Role.PROMPT: words,
        Role.SOURCE: pictures[0] if pictures else None,
        Role.BLEND_PICTURE: [*pictures],
        Role.MASK: mask,
        Role.COUNT: parameters.n,
        Role.MODEL: parameters.model,
        Role.SIZE: parameters.size,
        Role.PICTURE_SIZE: parameters.size,
    }
    for role, value in given.items():
        field = form.role(role)
        if field and value is not None:
            params[field.name] = value
    _check(form, parameters, pictures)
    return params


def name_of(form: TaskForm, field: str | None) -> str | None:
    """What a field of the task is called in OpenAI's API."""
    found = form.get(field) if field else None
    names = {
        Role.COUNT: "n", Role.SIZE: "size", Role.PICTURE_SIZE: "size", Role.MODEL: "model", Role.SOURCE: "image",
        Role.BLEND_PICTURE: "image", Role.MASK: "mask", Role.PROMPT: "prompt",
    }  # fmt: skip
    return names.get(found.role, field) if found and found.role else field


def _check(form: TaskForm, parameters: ImageParameters, pictures: Sequence[str]) -> None:
    count, several = form.role(Role.COUNT), form.role(Role.BLEND_PICTURE)
    most = int(count.maximum or 1) if count else 1
    if parameters.n > most:
        raise invalid("n", f"'n' must be from 1 to {most}.")
    if several and several.max_length is not None and len(pictures) > several.max_length:
        raise invalid("image", f"At most {several.max_length} pictures can be mixed.")
    if parameters.size and not (form.role(Role.SIZE) or form.role(Role.PICTURE_SIZE)):
        raise invalid("size", "The size of the result is that of the picture; leave 'size' out.")


def _extra(form: TaskForm, parameters: ImageParameters, backend: Backend) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in parameters.extra.items():
        field = _field(form, name)
        if field is None or field.role in _FILLED:
            raise invalid(name[:100], f"Unknown parameter: '{name[:100]}'.", "unknown_parameter")
        params[field.name] = field_value.read(field, value, backend)
    return params


def _field(form: TaskForm, name: str) -> FormField | None:
    if field := form.get(name):
        return field
    if name in _ROLES:
        return form.role(_ROLES[name])
    wanted = _MODEL_DEFAULTS.get(name)
    return next((each for each in form.fields if wanted and each.model_default == wanted), None)


def names(forms: Collection[TaskForm], wanted: Operation) -> list[str]:
    """Names of the tasks that answer a method, for documentation."""
    return [form.id for form in forms if operation.fits(wanted, form)]
