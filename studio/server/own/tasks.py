"""GET /v1/tasks: what can be asked for, with the JSON Schema of its parameters."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse

from studio.form import TaskForm
from studio.server.api_error import ApiError
from studio.server.backend import Backend, backend_of


async def index(request: Request) -> JSONResponse:
    jobs = backend_of(request).jobs
    jobs.require_ready()
    return JSONResponse({"object": "list", "data": [_data(form) for form in jobs.tasks.values()]})


async def show(request: Request) -> JSONResponse:
    backend = backend_of(request)
    backend.jobs.require_ready()
    return JSONResponse(_data(find(backend, request.path_params["id"], None)))


def find(backend: Backend, id: str, param: str | None) -> TaskForm:
    """Raises ApiError for one that is not there, or whose parameters no client could name."""
    form = backend.jobs.tasks.get(id)
    if form is None:
        raise ApiError(404, f"There is no task '{id[:100]}'; GET /v1/tasks lists them.", "unknown_task", param=param)
    if form.problem and param:
        raise ApiError(400, f"The task '{id}' cannot be asked for: {form.problem}.", "unsupported_schema", param=param)
    return form


def _data(form: TaskForm) -> dict[str, Any]:
    info = msgspec.to_builtins(form.info)
    names = ("id", "title", "description", "plugin", "builtin", "schema", "values", "stages")
    return {"object": "task", **{name: info[name] for name in names if name in info}, "problem": form.problem or None}
