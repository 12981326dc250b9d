"""GET /v1/models: the models of the catalogue."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from studio.descriptions import ModelInfo
from studio.server import field_value
from studio.server.backend import backend_of


async def index(request: Request) -> JSONResponse:
    jobs = backend_of(request).jobs
    jobs.require_ready()
    return JSONResponse({"object": "list", "data": [_data(model) for model in jobs.models if not model.problem]})


async def show(request: Request) -> JSONResponse:
    backend = backend_of(request)
    backend.jobs.require_ready()
    return JSONResponse(_data(field_value.model(request.path_params["id"], backend)))


def _data(model: ModelInfo) -> dict[str, Any]:
    return {
        "id": model.id,
        "object": "model",
        "created": _created(Path(model.path)),
        "owned_by": "local",
        "title": model.title,
        "family": model.family_title or model.family,
        "capabilities": model.capabilities,
        "license": model.license,
    }


def _created(path: Path) -> int:
    try:
        return int(path.stat().st_mtime)
    except OSError:
        return 0
