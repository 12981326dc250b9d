"""`studio models info` and `verify`: one model from within, from its headers alone or by reading every number."""

import sys
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from studio.api._scheduler import names
from studio.cli.display import Display
from studio.cli.front import Front
from studio.cli.output import out, print_json, say
from studio.cli.report import DONE, MENDABLE
from studio.models.entry import CatalogueEntry
from studio.models.lora import KIND
from studio.models.model_card import ModelCard, read_card

if TYPE_CHECKING:
    from studio.models.verification import PartReport

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@click.argument("model")
@JSON
@click.pass_obj
def info(front: Front, model: str, as_json: bool) -> None:
    """Tell all about MODEL, an id or a path: what it can do, its parts, defaults and licence."""
    entry = front.model(model)
    card = read_card(entry.path)
    if as_json:
        print_json(_as_data(entry, card))
        return
    for line in _lines(entry, card):
        out(line)


@click.command()
@click.argument("model")
@JSON
@click.pass_obj
def verify(front: Front, model: str, as_json: bool) -> int:
    """Read every number of MODEL, an id or a path, and hold its tensors against its configs.

    Ends with 0 when all is well, else with 2.
    """
    from studio.models.verification import verify as verified  # torch comes with it

    entry, reports = front.model(model), []
    for report in verified(entry, _watching(entry.info().size_bytes)):
        reports.append(report)
        if not as_json:
            for line in _verdict(report):
                out(line)
    spoiled = [report.part for report in reports if report.problems]
    if as_json:
        about = {"id": entry.id, "path": str(entry.path), "well": not spoiled}
        print_json(about | {"parts": [asdict(report) for report in reports]})
    if spoiled:
        say(f"{entry.title} is damaged in {', '.join(spoiled)}; nothing was changed. Get these files again.")
    return MENDABLE if spoiled else DONE


def _watching(total: int) -> Callable[[int], None]:
    """What hears of bytes that were read, and shows how far it is."""
    display, done = Display(sys.stderr), 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        display.progress("reading", done, max(total, done), None)
        if done >= total:
            display.clear()

    return on_bytes


def _verdict(report: "PartReport") -> list[str]:
    state = "BROKEN" if report.problems else "well  "
    read = f": {report.tensors} tensors, {_size(report.bytes)}" if report.files else ""
    told = (*report.problems, *report.remarks)
    return [f"{state}  {report.part}{read}", *(f"            {sentence}" for sentence in told)]


def _as_data(entry: CatalogueEntry, card: ModelCard) -> dict[str, Any]:
    about, told = entry.about, entry.info()
    return {
        "id": entry.id, "title": entry.title, "family": about.id, "family_title": about.title, "path": str(entry.path),
        "capabilities": list(entry.capabilities), "size_bytes": told.size_bytes, "defaults": dict(entry.defaults),
        "multiple": entry.defaults.get("multiple"), "prompt_tokens": entry.prompt_tokens,
        "schedulers": names(about.schedulers),
        "kind": told.kind, "base": told.base, "packing": told.packing, "trigger_words": told.words,
        "choices": told.choices,
        "note": entry.note, "license": entry.license, "license_file": card.source, "license_text": card.text,
        "parts": _parts(entry),
    }  # fmt: skip


def _parts(entry: CatalogueEntry) -> list[dict[str, Any]]:
    return [
        {
            "part": part, "class": spec.class_name, "dtype": spec.dtype, "path": str(spec.path),
            "bytes": spec.stored_bytes(),
        }
        for part, spec in entry.components.items()
    ]  # fmt: skip


def _lines(entry: CatalogueEntry, card: ModelCard) -> list[str]:
    defaults = {name: value for name, value in entry.defaults.items() if isinstance(value, bool | int | float | str)}
    lines = [f"{entry.id}  {entry.title}", f"    {entry.path}"]
    if entry.kind == KIND:
        lines += [f"LoRA for {entry.base}" if entry.base else "LoRA; its header does not name the model that it is for"]
        return lines + ([f"Words that call it: {', '.join(entry.words)}"] if entry.words else [])
    lines += [f"Family: {entry.about.title}", f"Can do: {', '.join(entry.capabilities)}"]
    if "multiple" in defaults:
        size = f"{defaults.get('width')}x{defaults.get('height')}"
        lines.append(f"Size: {size} pixels; each side a multiple of {defaults['multiple']}")
    if entry.about.parts:
        lines.append(f"Prompts: {entry.prompt_tokens or 'any number of'} tokens are read")
    lines += [f"Schedulers: {', '.join(names(entry.about.schedulers))}"] if entry.about.schedulers else []
    others = [f"{name} {value}" for name, value in defaults.items() if name not in ("width", "height", "multiple")]
    lines += [f"Defaults: {', '.join(others)}"] if others else []
    lines += [f"Packed as: {entry.packing}"] if entry.packing else []
    lines += ["Parts:", *(_part_line(part, entry.candidates) for part in _parts(entry))]
    lines += [f"Licence: {entry.license or 'not stated'}"]
    lines += [f"Assumed: {entry.note}"] if entry.note else []
    lines += [f"May be: {', '.join(entry.choices)}"] if len(entry.choices) > 1 else []
    if card.text:
        lines += [f"    ({card.source})", *(f"    {line}" for line in card.text.splitlines())]
    return lines


def _part_line(part: dict[str, Any], apart: Collection[str]) -> str:
    """`apart`: the parts that lie in files of their own."""
    weights = f"  {part['dtype']}  {_size(part['bytes'])}" if part["bytes"] else ""
    file = f"  {part['path']}" if part["part"] in apart else ""
    return f"    {part['part']}  {part['class']}{weights}{file}"


def _size(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
