"""The routes, and how what they raise is answered."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from studio.errors import UserError
from studio.server import spoken
from studio.server.api_error import SERVER, ApiError, unknown_path
from studio.server.backend import SCOPE, Backend, backend_of
from studio.server.body import Gone
from studio.server.guard import Guard
from studio.server.openai import images, models, pictures
from studio.server.own import embeddings, files, front, jobs, library, openapi, playground, remote, tasks


def routes() -> list[BaseRoute]:
    """All that is served."""
    return [
        Route("/", playground.index),
        Route("/static/{name}", playground.static),
        Route("/health", _health),
        Route("/pictures/{name}", pictures.show),
        Route("/v1/images/generations", images.generations, methods=["POST"]),
        Route("/v1/images/edits", images.edits, methods=["POST"]),
        Route("/v1/images/variations", images.variations, methods=["POST"]),
        Route("/v1/models", models.index),
        Route("/v1/models/{id}", models.show),
        Route("/v1/tasks", tasks.index),
        Route("/v1/tasks/{id}", tasks.show),
        Route("/v1/jobs", jobs.index),
        Route("/v1/jobs", jobs.create, methods=["POST"]),
        Route("/v1/jobs/{id}", jobs.show),
        Route("/v1/jobs/{id}/cancel", jobs.cancel, methods=["POST"]),
        Route("/v1/jobs/{id}/events", jobs.events),
        Route("/v1/jobs/{id}/pictures/{index}", jobs.picture),
        Route("/v1/library", library.index),
        Route("/v1/library/{id}", library.show),
        Route("/v1/library/{id}/picture", library.picture),
        Route("/v1/library/{id}/thumbnail", library.thumbnail),
        Route("/v1/files", files.create, methods=["POST"]),
        Route("/v1/files/{id}", files.show),
        Route("/v1/files/{id}", files.put, methods=["PUT"]),
        Route("/v1/files/{id}", files.delete, methods=["DELETE"]),
        Route("/v1/files/{id}/content", files.content),
        Route("/v1/openapi.json", openapi.show),
        Route("/v1/embeddings", embeddings.index),
        Route("/v1/remote/{front}", remote.attach, methods=["PUT"]),
        Route("/v1/remote/{front}", remote.detach, methods=["DELETE"]),
        Route("/v1/remote/{front}/events", remote.events),
        Route("/v1/remote/{front}/pictures/{job}/{index}", remote.picture),
        Route("/v1/remote/{front}/{verb}", remote.command, methods=["POST"]),
        Route("/v1/front/{front}/events", front.events),
        Route("/v1/front/{front}/{verb}", front.command, methods=["POST"]),
    ]


def build(backend: Backend, *, token: str, front_token: str, names: Collection[str]) -> Guard:
    """The ASGI application. `names`: what the Host header may say."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        async with _life(backend):
            yield

    router = Router(routes(), redirect_slashes=False, lifespan=lifespan)
    answers = {ApiError: _refused, UserError: _unusable, HTTPException: _no_route, Gone: _gone}
    handled = ExceptionMiddleware(router, answers)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await router(scope, receive, send)
        else:
            scope[SCOPE] = backend
            scope["app"] = app  # an unknown route is an HTTPException then, and not a bare answer of the router's
            await handled(scope, receive, send)

    return Guard(app, token=token, front_token=front_token, names=names, stop=backend.jobs.stop)


@asynccontextmanager
async def _life(backend: Backend) -> AsyncIterator[None]:
    backend.uploads.sweep()
    backend.jobs.start()
    try:
        yield
    finally:
        await backend.jobs.close()
        backend.library.close()


async def _health(request: Request) -> Response:
    """Whether the server runs; it tells nothing else without the token."""
    return JSONResponse({"status": "ok"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    if (wanted := spoken.language(request.headers)) != spoken.ENGLISH:
        error = spoken.in_language(error, wanted, backend_of(request).jobs.last_ready)
    return Response(error.body, error.status, media_type="application/json", headers=error.headers)


async def _unusable(request: Request, error: Exception) -> Response:
    """The library cannot be opened or read; its user can mend that."""
    assert isinstance(error, UserError)
    told = ApiError(500, backend_of(request).redacted(error.message), error.code, type=SERVER)
    return await _refused(request, told)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        told = ApiError(405, f"The method {request.method} is not served here, but {allowed}.", "method_not_allowed")
        return Response(told.body, 405, media_type="application/json", headers={"Allow": allowed})
    return await _refused(request, unknown_path())


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it
