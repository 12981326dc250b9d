"""Spoken: why something was refused, in the language that its client asks for, as far as that is translated."""

import json
from functools import cache

from starlette.datastructures import Headers

from studio import resource
from studio.messages import Ready
from studio.server.api_error import ApiError
from studio.translation import Phrasebook

ENGLISH = "en"


def language(headers: Headers) -> str:
    """What its client would like best of those that there are."""
    wanted: list[tuple[float, str]] = []
    for entry in headers.get("accept-language", "").split(",")[:20]:
        name, _, quality = entry.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    there = [name for rank, name in sorted(wanted, key=lambda each: each[0]) if rank < 0 and name in (ENGLISH, "zh")]
    return there[0] if there else ENGLISH


def in_language(error: ApiError, wanted: str, ready: Ready | None) -> ApiError:
    """The same refusal; `ready`: whose plugins have sentences of their own."""
    book = _book(wanted)
    for plugin in ready.plugins if ready else ():
        book |= plugin.sentences.get(wanted, {})
    said = ApiError(
        error.status, book.say(error.text), error.code, param=error.param, type=error.type,
        retry_after=error.retry_after,
    )  # fmt: skip
    said.language = wanted
    return said


@cache  # the file does not change while the program runs
def _book(wanted: str) -> Phrasebook:
    return Phrasebook(json.loads((resource.folder() / "translations" / f"sentences_{wanted}.json").read_text("utf-8")))
