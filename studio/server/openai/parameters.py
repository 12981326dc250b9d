"""OpenAI's parameters: each is honoured, refused by name, or ignored, and then named in `x-ignored-params`."""

import re
from dataclasses import dataclass, field
from typing import Any

from studio.server.api_error import invalid
from studio.server.picture_file import FORMATS, PictureFormat

IGNORED = (
    "complexity", "input_fidelity", "moderation", "quality", "safety_identifier", "style", "user",
)  # fmt: skip
"""Nothing here can obey them, and no picture is wrong without."""
REFUSED = {
    "frame_count": "pictures do not move here",
    "frame_duration_ms": "pictures do not move here",
    "markup": "what is drawn on a picture is not read as an order; send a mask",
    "svg": "no model here draws vectors",
}
ALIASES = re.compile(r"dall-e-\d.*|gpt-image-.*|chatgpt-image-.*")
"""Models of OpenAI's: they stand for the model that the task takes by itself, so that old programs run as they are."""
WITH_URLS = re.compile(r"dall-e-\d.*")
"""Programs written for these read `url`, unless they ask for something else."""
_SIZE = re.compile(r"[1-9]\d{0,5}x[1-9]\d{0,5}")


@dataclass(frozen=True)
class ImageParameters:
    """What was asked for, read; `extra` are the task's own parameters."""

    prompt: str | None
    n: int
    size: str | None
    model: str | None
    """An id of the catalogue; None for what the task takes by itself."""
    format: PictureFormat
    by_url: bool
    stream: bool
    partial_images: int
    ignored: tuple[str, ...]
    extra: dict[str, Any] = field(default_factory=dict)


class _Reader:
    """Takes one parameter after the other; numbers and switches of forms are texts."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.left = {name: value for name, value in given.items() if value is not None}

    def text(self, name: str) -> str | None:
        value = self.left.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise invalid(name, f"'{name}' must be a text.", "invalid_type")
        return value

    def word(self, name: str, known: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in known:
            raise invalid(name, f"'{name}' must be one of {', '.join(known)}, not '{value[:40]}'.")
        return value

    def number(self, name: str, low: int, high: int | None = None) -> int | None:
        value = self.left.pop(name, None)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
            value = int(value)
        if value is None or (type(value) is int and low <= value and (high is None or value <= high)):
            return value
        raise invalid(name, f"'{name}' must be a whole number from {low}{'' if high is None else f' to {high}'}.")

    def switch(self, name: str) -> bool:
        value = self.left.pop(name, None)
        value = {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value
        if value is not None and not isinstance(value, bool):
            raise invalid(name, f"'{name}' must be true or false.", "invalid_type")
        return bool(value)


def read(given: dict[str, Any]) -> ImageParameters:
    """Raises ApiError, which names the parameter."""
    reader = _Reader(given)
    for name, why in REFUSED.items():
        if name in reader.left:
            raise invalid(name, f"'{name}' is not supported: {why}.", "unsupported_parameter")
    ignored = [name for name in IGNORED if reader.left.pop(name, None) is not None]
    if reader.word("background", ("auto", "opaque", "transparent")) == "transparent":
        raise invalid("background", "No model here draws on a transparent background; leave it at 'auto'.")
    model = reader.text("model")
    format = _format(reader)
    answer = reader.word("response_format", ("url", "b64_json"))
    stream, partial = reader.switch("stream"), reader.number("partial_images", 0, 3) or 0
    if partial and not stream:
        ignored.append("partial_images")
    if stream and answer == "url":
        raise invalid("response_format", "A stream carries pictures as b64_json.")
    return ImageParameters(
        prompt=reader.text("prompt"),
        n=1 if (n := reader.number("n", 1)) is None else n,
        size=_size(reader),
        model=None if model is None or ALIASES.fullmatch(model) else model,
        format=format,
        by_url=answer == "url" or (answer is None and not stream and WITH_URLS.fullmatch(model or "") is not None),
        stream=stream,
        partial_images=partial,
        ignored=tuple(ignored),
        extra=reader.left,
    )


def _format(reader: _Reader) -> PictureFormat:
    name = reader.word("output_format", tuple(FORMATS)) or "png"
    quality = reader.number("output_compression", 0, 100)
    if quality is not None and name == "png":
        raise invalid("output_compression", "PNG loses nothing and has no quality; ask for jpeg or webp.")
    return PictureFormat(name, quality)


def _size(reader: _Reader) -> str | None:
    size = reader.text("size")
    if size is None or size == "auto":
        return None
    if not _SIZE.fullmatch(size):
        raise invalid("size", "'size' must be 'auto' or WIDTHxHEIGHT in pixels, for example 512x512.")
    return size
