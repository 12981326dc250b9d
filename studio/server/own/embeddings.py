"""GET /v1/embeddings: those that are kept, which `embedding:NAME` names where a parameter takes embeddings."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse

from studio.server import embedding
from studio.server.backend import backend_of


async def index(request: Request) -> JSONResponse:
    found = await asyncio.to_thread(embedding.names, backend_of(request).library.root)
    data = [{"object": "embedding", "name": name, "ref": f"{embedding.REFERENCE}{name}"} for name in found]
    return JSONResponse({"object": "list", "data": data})
