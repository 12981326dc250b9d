"""GET /: a page to try the server with. It holds no secret: its user's token stays in their browser."""

import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from studio import resource
from studio.server.api_error import unknown_path

FILES = {
    "playground.css": "text/css", "playground.js": "text/javascript", "mask.js": "text/javascript",
    "words.js": "text/javascript",
}  # fmt: skip
COLOURS = "colours.css"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


async def index(request: Request) -> Response:
    headers = {"content-security-policy": _POLICY}
    return Response(_content("index.html"), media_type="text/html", headers=headers)


async def static(request: Request) -> Response:
    name = request.path_params["name"]
    if name == COLOURS:
        return Response(colours(), media_type="text/css")
    if name not in FILES:
        raise unknown_path()
    return Response(_content(name), media_type=FILES[name])


@cache  # the files do not change while the program runs
def _content(name: str) -> bytes:
    return (resource.folder() / "playground" / name).read_bytes()


@cache
def colours() -> str:
    """The window's own, dark and light, as variables of CSS."""
    tokens = json.loads((resource.folder() / "themes" / "tokens.json").read_text("utf-8"))
    pixels = [f"--{name}: {count}px;" for name, count in tokens["pixels"].items()]

    def values(mode: str) -> str:
        return " ".join(f"--{name}: {each[mode]};" for name, each in tokens["colours"].items())

    light = f"@media (prefers-color-scheme: light) {{ :root {{ {values('light')} }} }}"
    return f":root {{ {values('dark')} {' '.join(pixels)} }}\n{light}\n"
