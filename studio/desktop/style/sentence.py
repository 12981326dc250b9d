"""Sentences: what the engine, the library and the plugins tell in English, in the language of the window."""

import json
from collections.abc import Mapping

from studio import resource
from studio.translation import Phrasebook

_books: list[Phrasebook] = [Phrasebook({})]


def use(language: str) -> None:
    """Read the studio's own sentences in a language; English needs none."""
    file = resource.folder() / "translations" / f"sentences_{language}.json"
    _books[0] = Phrasebook(json.loads(file.read_text("utf-8")) if file.exists() else {})


def learn(words: Mapping[str, str]) -> None:
    """Those of a plugin."""
    if words:
        _books[0] |= words


def say(text: str) -> str:
    """An error or a note in the window's language; what is in it already, or unknown, stays as it is."""
    return _books[0].say(text)
