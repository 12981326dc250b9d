"""GET /v1/openapi.json: one document of all that is served, with the schemas of the tasks that are installed."""

import json
from collections.abc import Collection
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from studio import __version__
from studio.form import TaskForm
from studio.server.backend import backend_of
from studio.server.own.api_operations import OPERATIONS, SCHEMAS, SSE, ApiOperation, ref


async def show(request: Request) -> JSONResponse:
    return JSONResponse(document(backend_of(request).jobs.tasks.values()))


def document(forms: Collection[TaskForm]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open Image Studio", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": {**SCHEMAS, **_tasks(forms)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(operation: ApiOperation) -> dict[str, Any]:
    answers: dict[int, dict[str, Any]] = {200 if kind == SSE else operation.status: {} for kind in operation.answers}
    for kind, schema in operation.answers.items():
        answers[200 if kind == SSE else operation.status][kind] = {"schema": schema}
    error = {"description": "An error", "content": {"application/json": {"schema": ref("Error")}}}
    told: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "responses": {
            **{
                str(status): {"description": "Accepted: it goes on" if status == 202 else "Done", "content": content}
                for status, content in answers.items()
            },
            "default": error,
        },
    }
    if operation.parameters:
        told["parameters"] = [*operation.parameters]
    if operation.bodies:
        content = {kind: {"schema": schema} for kind, schema in operation.bodies.items()}
        told["requestBody"] = {"required": True, "content": content}
    if operation.public:
        told["security"] = []
    return told


def _tasks(forms: Collection[TaskForm]) -> dict[str, Any]:
    """A body of /v1/jobs for each task, and all of them together."""
    known = [form for form in forms if not form.problem]
    own = {f"Job.{form.id}": _job(form) for form in known}
    every: dict[str, Any] = {"anyOf": [ref(name) for name in own]} if own else {"type": "object"}
    return {**own, "NewJob": every}


def _job(form: TaskForm) -> dict[str, Any]:
    # What its definitions refer to stands at the root of its own schema, which is not that of this document.
    here = f"#/components/schemas/Job.{form.id}/properties/params/$defs/"
    params = json.loads(json.dumps(form.info.schema).replace("#/$defs/", here))
    return {
        "type": "object",
        "title": form.title,
        "required": ["task", *(["params"] if form.info.schema.get("required") else [])],
        "properties": {
            "task": {"const": form.id},
            "params": params,
            "stream": {"type": "boolean", "default": False},
            "previews": {"type": "boolean", "default": True},
        },
        "additionalProperties": False,
    }
