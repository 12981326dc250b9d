"""`studio library`: the finished pictures, and the trash; looking disturbs nobody who saves there."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from studio.cli.front import Front
from studio.cli.output import out, out_path, print_json, say
from studio.errors import UserError
from studio.library import Library, Record, embedded_recipe, picture_id

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("library", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the finished pictures; show what made one; delete and restore."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show_list, words=(), limit=20, as_json=False)


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("--limit", default=20, type=click.IntRange(1, 10_000), show_default=True)
@JSON
@click.pass_obj
def show_list(front: Front, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List the newest pictures first; with WORDS, those whose parameters hold them all."""
    with _library(front) as library:
        records = library.find(" ".join(words), limit=limit)
    _print(records, as_json)
    if not records and not as_json:
        say("There are no pictures yet." if not words else "No picture has these words.")


@command.command()
@click.argument("id", metavar="ID|FILE")
@JSON
@click.pass_obj
def show(front: Front, id: str, as_json: bool) -> None:
    """Show what made the picture ID, or the PNG, JPEG or WebP that carries its recipe."""
    record = _carried(Path(id)) if not picture_id.is_id(id) else None
    if record is None:
        with _library(front) as library:
            record = library.get(id)
    if as_json:
        print_json(_data(record))
        return
    out(str(record.path))
    for name, entry in msgspec.to_builtins(record.recipe).items():
        out(f"    {name}: {entry if isinstance(entry, str) else msgspec.json.encode(entry).decode()}")


@command.command()
@click.argument("id", required=False)
@click.pass_obj
def path(front: Front, id: str | None) -> None:
    """Print where the library is, or where the picture ID is."""
    if id is None:
        out_path(front.settings.library_dir)
        return
    with _library(front) as library:
        out_path(library.get(id).path)


@command.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def delete(front: Front, ids: tuple[str, ...]) -> None:
    """Move pictures to the trash, from where they can be restored."""
    with _library(front, readonly=False) as library:
        library.delete(ids)
    say(f"{len(ids)} in the trash now; `studio library restore ID` brings a picture back.")


@command.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def restore(front: Front, ids: tuple[str, ...]) -> None:
    """Bring pictures back from the trash."""
    with _library(front, readonly=False) as library:
        library.restore(ids)


@command.command("trash")
@click.option("--empty", is_flag=True, help="Remove what lies there for good.")
@JSON
@click.pass_obj
def show_trash(front: Front, empty: bool, as_json: bool) -> None:
    """List what lies in the trash."""
    with _library(front, readonly=not empty) as library:
        records = library.find(limit=library.count(trashed=True), trashed=True)
        if empty:
            gone = library.empty_trash()
            say(f"{gone.pictures} picture(s) and {gone.size_bytes / 1e6:.1f} MB are gone for good.")
            return
    _print(records, as_json)
    if not records and not as_json:
        say("The trash is empty.")


def _carried(file: Path) -> Record | None:
    """Raises UserError for a file without a recipe; None for what is no file."""
    if not file.is_file():
        return None
    record = embedded_recipe.record(file)
    if record is None:
        raise UserError(f"{file} carries no recipe of this studio; nothing is known of how it was made.")
    return record


@contextmanager
def _library(front: Front, *, readonly: bool = True) -> Iterator[Library]:
    with closing(Library(front.settings.library_dir, readonly=readonly)) as library:
        yield library


def _print(records: Sequence[Record], as_json: bool) -> None:
    if as_json:
        print_json([_data(record) for record in records])
        return
    for record in records:
        when = picture_id.local_time(record.created)
        out(f"{record.id}  {when}  {record.width}x{record.height}  {_about(record)}")


def _data(record: Record) -> dict[str, Any]:
    recipe = record.recipe
    return {
        "id": record.id,
        "path": str(record.path),
        "created": record.created,
        "width": record.width,
        "height": record.height,
        "task": recipe.task,
        "seed": recipe.seed,
        "params": recipe.params,
        "read": recipe.read,
        "values": recipe.values,
        "notes": recipe.notes,
        "parents": recipe.parents,
        "model": recipe.model,
        "plugin": recipe.plugin,
        "missing": record.missing,
        "trashed": record.trashed,
    }


def _about(record: Record) -> str:
    """The task and the first text that tells pictures apart."""
    words = record.recipe.words
    return f"{record.recipe.task}  {words[:80]}".rstrip() + ("  (its file is gone)" if record.missing else "")
