"""`studio models get` and `search`: models that are not here yet."""

import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins

from studio import settings
from studio.cli.display import Display
from studio.cli.front import Front
from studio.cli.output import out, print_json, say
from studio.descriptions import ModelInfo
from studio.errors import UserError
from studio.text import english

POLL_S, FOUND_AT_HUB = 0.1, 20
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")


@click.command()
@click.argument("source")
@click.option("--revision", default="", help="Of the hub: a branch, a tag or a commit.")
@click.option("--file", "files", multiple=True, help="Only this file of the model; may be given several times.")
@click.option("--precision", default="", help="Weights that are preferred: fp16, bf16, or “full”.  [default: fp16]")
@click.option("--sha256", default="", help="What a file from an address must hash to.")
@click.option("--name", default="", help="What a file from an address is to be called.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be fetched.")
@JSON
@click.pass_obj
def get(
    front: Front, source: str, revision: str, files: tuple[str, ...], precision: str, sha256: str, name: str,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Fetch a model: SOURCE is an id of `studio models search`, of the hub (name/model), or an address.

    What ends early goes on where it was when the same is called again.
    """
    from studio import downloads  # not needed to list what is here

    hub, home = downloads.Hub.from_environ(), front.settings.home
    order = downloads.order_for(
        source, downloads.known_models(), hub, revision=revision, files=files, precision=precision, sha256=sha256,
        name=name,
    )  # fmt: skip
    places = downloads.Places(home / "models", front.settings.cache_dir)
    with downloads.Web(hub) as web:
        found = downloads.acquisition(web, order, places)
        if not as_json or not dry_run:
            say(_told(found))
        if dry_run:
            _print_plan(found, as_json)
            return
        paths = _run(web, found)
    infos = [info for path in paths for info in _add(front, path)]
    if as_json:
        models = [to_builtins(info, enc_hook=english) for info in infos]
        print_json([{"id": order.id, "paths": [str(path) for path in paths], "models": models}])
        return
    for info in infos:
        can = ", ".join(info.capabilities)
        told = f"{info.title}: {info.problem}" if info.problem else f"{info.title} ({info.family}): {can}"
        out(f"{info.title}, which is used by what needs it" if info.role else told)
    for path in paths:
        out(f"In the catalogue from {path}")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--hub", "at_hub", is_flag=True, help="Also ask the hub, which has more than the list.")
@JSON
@click.pass_obj
def search(front: Front, words: tuple[str, ...], at_hub: bool, as_json: bool) -> None:
    """Models that can be had, by what they are good for; WORDS in any order, all of them are wanted."""
    from studio import downloads  # not needed to list what is here

    text = " ".join(words)
    listed = downloads.matching(downloads.known_models(), text)
    found: list[downloads.FoundModel] = []
    if at_hub:
        with downloads.Web(downloads.Hub.from_environ()) as web:
            found = downloads.search(web, text, FOUND_AT_HUB)
    if as_json:
        rows: list[dict[str, Any]] = [{"source": "list", **to_builtins(model)} for model in listed]
        print_json([*rows, *({"source": "hub", **to_builtins(model)} for model in found)])
        return
    for model in listed:
        gate = ", terms to be accepted first" if model.gated else ""
        use = ", ".join(model.tasks) or "used together with a model"
        what = f"{use}; about {size_of(model.size_bytes)}; {model.license}{gate}"
        out(f"{model.id}  {model.title}  ({what})")
        out(f"    {model.good_at}")
    for other in found:
        out(f"{other.id}  ({other.kind or 'unknown kind'}; {other.license or 'licence not given'})")
    if not listed and not found:
        raise UserError("Nothing in the list has all of these words. Try --hub, or fewer words.", code="unknown_model")


def delete_files(path: Path, home: Path) -> int:
    """What was downloaded of a model; returns how many bytes that frees. Raises UserError."""
    from studio.downloads import Hub, removal, remove  # not needed to list what is here

    found = removal(path, home / "models", Hub.from_environ().cache)
    remove(found.paths)
    return found.size_bytes


def _told(found: Any) -> str:
    size = size_of(found.size_bytes) if found.size_bytes else "as much as its package"
    license = found.license or "not given"
    count = len(found.files)
    files = f" in {count} file{'s' if count > 1 else ''}" if count else ""
    return f"{found.order.title}: {size}{files}; licence: {license}" + (
        "; its terms must be accepted" if found.gated else ""
    )


def _print_plan(found: Any, as_json: bool) -> None:
    rows = [{"path": file.path, "size_bytes": file.size_bytes, "hash": file.etag} for file in found.files]
    if as_json:
        row = {"id": found.order.id, "size_bytes": found.size_bytes, "license": found.license, "gated": found.gated}
        print_json([{**row, "files": rows}])
        return
    for row in rows:
        out(f"{size_of(int(str(row['size_bytes']))):>10}  {row['path']}")


def _run(web: Any, found: Any) -> list[Path]:
    from studio.downloads import DownloadProgress

    progress, display = DownloadProgress(found.size_bytes), Display(sys.stderr)
    with ThreadPoolExecutor(1) as pool:
        future: Future[list[Path]] = pool.submit(found.run, web, progress)
        try:
            while not future.done():
                _show(display, found, progress)
                time.sleep(POLL_S)
        except KeyboardInterrupt:
            web.stop.set()
            display.clear()
            say("Stopped; what was fetched is kept, and the same command goes on from there.")
            raise
    display.clear()
    return future.result()


def _show(display: Display, found: Any, progress: Any) -> None:
    if not progress.total_bytes:
        display.stage(f"Fetching {found.order.title}")
        return
    speed = f"{size_of(progress.bytes_per_s)}/s" if progress.bytes_per_s else ""
    done = f"{size_of(progress.done_bytes)} of {size_of(progress.total_bytes)}"
    display.progress(f"{done}  {speed}".strip(), progress.done_bytes, progress.total_bytes, progress.eta_s)


def _add(front: Front, path: Path) -> list[ModelInfo]:
    """Into the catalogue; what lies there now, usable or not."""
    if str(path) not in settings.load().models:
        settings.add_model(path)
    return front.look_at(path)


def size_of(size_bytes: float) -> str:
    for unit in ("B", "KB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} GB"
