"""The routes, and how what they raise is answered."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from studio.server.api_error import ApiError, unknown_path
from studio.server.backend import SCOPE, Backend
from studio.server.body import Gone
from studio.server.guard import Guard
from studio.server.openai import images, models, pictures


def routes() -> list[BaseRoute]:
    """All that is served."""
    return [
        Route("/health", _health),
        Route("/pictures/{name}", pictures.show),
        Route("/v1/images/generations", images.generations, methods=["POST"]),
        Route("/v1/images/edits", images.edits, methods=["POST"]),
        Route("/v1/images/variations", images.variations, methods=["POST"]),
        Route("/v1/models", models.index),
        Route("/v1/models/{id}", models.show),
    ]


def build(backend: Backend, *, token: str, names: Collection[str]) -> Guard:
    """The ASGI application. `names`: what the Host header may say."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        async with _life(backend):
            yield

    router = Router(routes(), redirect_slashes=False, lifespan=lifespan)
    handled = ExceptionMiddleware(router, {ApiError: _refused, HTTPException: _no_route, Gone: _gone})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await router(scope, receive, send)
        else:
            scope[SCOPE] = backend
            scope["app"] = app  # an unknown route is an HTTPException then, and not a bare answer of the router's
            await handled(scope, receive, send)

    return Guard(app, token=token, names=names, stop=backend.jobs.stop)


@asynccontextmanager
async def _life(backend: Backend) -> AsyncIterator[None]:
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
    return Response(error.body, error.status, media_type="application/json", headers=error.headers)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        told = ApiError(405, f"The method {request.method} is not served here, but {allowed}.", "method_not_allowed")
        return Response(told.body, 405, media_type="application/json", headers={"Allow": allowed})
    return await _refused(request, unknown_path())


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it
