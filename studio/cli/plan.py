"""`studio run TASK --plan`: what a job would take, without running it."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from studio.descriptions import Cheaper
from studio.errors import UserError
from studio.messages import Planned


def as_data(planned: Planned) -> dict[str, Any]:
    """All fields, for programs; null where something is not known."""
    told = ("fits", "bytes", "free_bytes", "seconds", "measured")
    data: dict[str, Any] = {name: msgspec.to_builtins(getattr(planned, name)) for name in told}
    if planned.texts:
        data |= {"texts": planned.texts, "drawn": planned.drawn}
    if planned.note:
        data["note"] = str(planned.note)
    names = ("params", "bytes", "fits", "seconds", "narrow", "offloaded")
    fits = ("title", "fitting", "layers", "problem")
    data["adapters"] = [{name: str(value) if isinstance(value := getattr(each, name), str) else value for name in fits}
                        for each in planned.adapters]  # fmt: skip
    return data | {"cheaper": [{name: getattr(each, name) for name in names} for each in planned.cheaper]}


def sentences(planned: Planned) -> Iterator[str]:
    """For people."""
    for number, texts in enumerate(planned.texts, 1):
        which = f"Picture {number}" if len(planned.texts) > 1 else "All pictures"
        for name, text in texts.items():
            yield f"{which}, {name}{', for example' if planned.drawn else ''}: {text}"
    if planned.note:
        yield planned.note
    for adapter in planned.adapters:
        told = f"Of the LoRA {adapter.title} {adapter.fitting} of {adapter.layers} layers fit."
        yield adapter.problem or told
    if planned.bytes is None and planned.seconds is None:
        yield "Nothing is known of such a job yet; it is measured when it is run."
        return
    if planned.bytes is not None:
        least = "" if planned.measured else "at least "
        verdict = "fits" if planned.fits else "does not fit"
        yield f"It needs {least}{_size(planned.bytes)} of the {_size(planned.free_bytes)} there are, and {verdict}."
    if planned.seconds is not None:
        yield f"It takes about {planned.seconds:.0f} seconds."
    for each in planned.cheaper:
        changed = ", ".join(f"{name} {value}" for name, value in each.params.items())
        seconds = "" if each.seconds is None else f" and {each.seconds:.0f} seconds"
        if ways := " and ".join(_ways(each)):
            fits = "is tried by itself when memory runs out" if each.fits else "does not fit either"
            yield f"With its {ways} it needs {_size(each.bytes)}, which {fits}."
            continue
        yield f"With {changed} it needs {_size(each.bytes)}{seconds}."


def _ways(each: Cheaper) -> Iterator[str]:
    if each.narrow:
        yield "layers in 8 bits"
    if each.offloaded:
        yield "weights in RAM"


def show(planned: Planned, *, as_json: bool) -> None:
    """Raises UserError for texts that cannot become anything."""
    if planned.problem:
        raise UserError(planned.problem)
    if as_json:
        click.echo(msgspec.json.encode(as_data(planned)).decode())
        return
    for sentence in sentences(planned):
        click.echo(sentence)


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
