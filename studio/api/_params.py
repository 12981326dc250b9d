"""Params: what a task asks for, and the field types that forms know how to edit."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as PydanticField

from studio.errors import UserError
from studio.role import Role

SEED_MAX = 2**63 - 1  # what an SQLite INTEGER holds
PROMPT_MAX = 32_000  # characters


class Params(BaseModel):
    """The parameters of a task: a frozen pydantic model; its JSON Schema becomes the form and the command's options."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=False,
        allow_inf_nan=False,
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )


def Field(
    default: Any = ...,
    *,
    title: str | None = None,
    description: str | None = None,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    step: float | None = None,
    soft_max: float | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    role: Role | str | None = None,
    widget: str | None = None,
    group: str | None = None,
    advanced: bool = False,
    labels: Mapping[str, str] | None = None,
    embeddings: bool = False,
    model_default: str | None = None,
) -> Any:
    """Describe one parameter: its default and bounds, what it means to the studio, and how a form shows it.

    `role` is what it means (see Role): without one it is a value like any other, whatever it is called. A role that
    does not exist, or goes with fields of another shape, refuses the task at load.

    `step` is the distance of a slider's stops, `soft_max` where the slider ends although larger numbers can be
    written (hints, not rules); `group` gathers fields under a heading; `advanced` folds the field away; `widget`
    overrides the editor chosen from the type (`prompt`, `seed`, `image`, `mask`, `model`, `size`, `color`, `slider`,
    `text`); `labels` says what choices are called where their value is not its own name; `embeddings` tells that an
    ImageRef may be a saved embedding, which `Context.embedding` opens; `model_default` names the entry of
    `Lease.defaults` that stands for a number while it is empty, such as "steps": the form shows it there.
    """
    hints = {
        "role": str(role) if role is not None else None,
        "model_default": model_default,
        "step": step,
        "soft_max": soft_max,
        "widget": widget,
        "group": group,
        "advanced": advanced or None,
        "labels": dict(labels) if labels else None,
        "embeddings": embeddings or None,
    }
    extra = {name: value for name, value in hints.items() if value is not None}
    options: dict[str, Any] = {"title": title, "description": description, "json_schema_extra": extra or None}
    options |= {"ge": ge, "gt": gt, "le": le, "lt": lt, "min_length": min_length, "max_length": max_length}
    # An option given as None would wipe out what the field type says (its widget, its bounds).
    given = {name: value for name, value in options.items() if value is not None}
    return PydanticField(default, **given)


def ModelField(
    capability: str,
    default: str = "starter",
    *,
    title: str = "Model",
    description: str | None = None,
    advanced: bool = False,
) -> Any:
    """A ModelRef restricted to models with a capability (`text-to-image`, `variation`, `inpaint`, `upscale`)."""
    extra: dict[str, Any] = {"widget": "model", "role": str(Role.MODEL), "capability": capability}
    if advanced:
        extra["advanced"] = True
    return PydanticField(default, title=title, description=description, json_schema_extra=extra)


def _clean_prompt(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair, which is no valid text; paste the text again") from None
    return _CONTROL.sub("", text)


# C0 and C1 controls other than tab and newline would travel on into file names and logs.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SIZE = re.compile(r"(\d{1,6})x(\d{1,6})")


def _check_size(text: str) -> str:
    if text != "auto" and not _SIZE.fullmatch(text):
        raise ValueError('must be "auto" or WIDTHxHEIGHT in pixels, for example 512x512')
    return text


def _check_seed(value: Any) -> Any:
    if isinstance(value, bool):  # which pydantic takes for 0 or 1
        raise ValueError("must be a whole number")
    return value


def parse_size(
    size: str, default: tuple[int, int], *, multiple: int = 1, largest: int = 16_384, field: str = "size"
) -> tuple[int, int]:
    """(width, height) in pixels of a Size; `auto` gives `default`.

    Raises UserError, which names the `field` that it was given in and the nearest legal size, when a side is 0, above
    `largest` or no multiple of `multiple`.
    """
    if size == "auto":
        return default
    match = _SIZE.fullmatch(size)
    if match is None:
        raise UserError('The size {} is not WIDTHxHEIGHT; write for example "512x512".', repr(size), field=field)
    sides = int(match[1]), int(match[2])
    top = largest // multiple * multiple
    legal = tuple(min(max(multiple, round(side / multiple) * multiple), top) for side in sides)
    if sides != legal:
        raise UserError(
            "This model cannot make {}x{} pixels: each side must be a multiple of {} up to {}. The nearest legal "
            "size is {}x{}.",
            sides[0],
            sides[1],
            multiple,
            largest,
            legal[0],
            legal[1],
            field=field,
        )
    return sides


# Bounds stand before the validators: behind them they would not reach the JSON Schema, and so no form.
Prompt = Annotated[
    str, PydanticField(max_length=PROMPT_MAX, json_schema_extra={"widget": "prompt"}), AfterValidator(_clean_prompt)
]
"""Text of up to 32,000 characters; control characters are removed, half surrogates refused."""

Seed = Annotated[
    int,
    PydanticField(ge=-1, le=SEED_MAX, json_schema_extra={"widget": "seed", "role": "seed"}),
    BeforeValidator(_check_seed),
]
"""-1 … 2⁶³-1; -1 is replaced by a drawn seed before the task runs, and the drawn one is recorded."""

ImageRef = Annotated[str, PydanticField(min_length=1, json_schema_extra={"widget": "image"})]
"""A picture: a path or a library id. `Context.image` opens it."""

MaskRef = Annotated[str, PydanticField(min_length=1, json_schema_extra={"widget": "mask"})]
"""A mask, white = repaint: a path or a library id. `Context.mask` opens it."""

ModelRef = Annotated[str, PydanticField(min_length=1, json_schema_extra={"widget": "model", "role": "model"})]
"""A model: an id of the catalogue, or the path of a folder or file. Use with `ModelField`."""

Size = Annotated[str, PydanticField(json_schema_extra={"widget": "size", "role": "size"}), AfterValidator(_check_size)]
"""`auto` or WIDTHxHEIGHT in pixels; `parse_size` reads it against what a model can make."""

Styles = Annotated[
    list[str], PydanticField(max_length=8, json_schema_extra={"widget": "styles", "role": "styles"})
]
"""Styles by id or name, at most eight; use with a default of []. The studio applies them to the prompt before the task
runs: its `run` sees the words as they became, and the recipe has both."""

Color = Annotated[str, PydanticField(pattern=r"^#[0-9a-fA-F]{6}$", json_schema_extra={"widget": "color"})]
"""#rrggbb, sRGB."""
