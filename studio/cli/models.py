"""`studio models`: the catalogue, and the user's additions to it."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import click

from studio import files, settings
from studio.cli import convert, loaded, model_choice
from studio.cli.download import delete_files, get, search, size_of
from studio.cli.front import Front
from studio.cli.inspection import info, verify
from studio.cli.output import out, print_json, say
from studio.descriptions import MODEL_KINDS, UNKNOWN_KIND, ModelInfo, kind_order
from studio.errors import UserError
from studio.models.catalogue import empty
from studio.models.controls import KIND as CONTROLNET
from studio.models.locations import REPOSITORY, is_collection
from studio.models.lora import KIND
from studio.models.references import KIND as REFERENCE

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")


@click.group("models", invoke_without_command=True)
@JSON
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the models, look into one, add and remove folders of your own, find and fetch others."""
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Front), as_json)


command.add_command(convert.command)
command.add_command(get)
command.add_command(info)
command.add_command(model_choice.command)
command.add_command(search)
command.add_command(verify)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was found and cannot be used, grouped by kind.")
@click.option("--loaded", "in_memory", is_flag=True, help="What is in memory now, of engines that run.")
@JSON
@click.pass_obj
def show(front: Front, everything: bool, in_memory: bool, as_json: bool) -> None:
    """List the models."""
    if in_memory:
        loaded.show(front.settings.cache_dir, as_json=as_json)
    else:
        _show(front, as_json, everything)


@command.command()
@click.argument("path")
@click.option("--convert", "converts", is_flag=True, help="Of a pickle (.pth, .ckpt …), add what is made of it.")
@JSON
@click.pass_obj
def add(front: Front, path: str, converts: bool, as_json: bool) -> None:
    """Add the model in PATH to the catalogue, or all models in a folder; they stay where they are."""
    folder = files.absolute(path)
    if not folder.exists():
        raise UserError(f"There is nothing at {folder}; nothing was added.", code="unknown_model")
    if converts:
        folder = Path(convert.converted(folder).target)
    if str(folder) in front.settings.models:
        raise UserError(f"{folder} is in the catalogue already.", code="known_model")
    found = _found(front, folder)
    front.allot_ids(settings.add_model(folder))
    if as_json:
        print_json(found)
        return
    for line in _told(folder, found):
        out(line)


def _found(front: Front, folder: Path) -> list[ModelInfo]:
    """The model, or all that lie in the folder. Raises UserError when there is none that can be used."""
    found = front.look_at(folder)
    if is_collection(folder) and all(info.problem and not (info.role or info.needs) for info in found):
        raise empty(folder, found)
    return found


def _told(folder: Path, found: list[ModelInfo]) -> list[str]:
    usable, left_out = [info for info in found if not info.problem], [info for info in found if info.problem]
    if not is_collection(folder) and left_out:
        return [f"Added {info.title}, {_unready(info)}" for info in left_out]
    lines = [f"Added {info.title} ({info.family}): {_use(info)}" for info in usable]
    lines += [f"    {info.title}: {info.note}" for info in usable if info.note]
    if is_collection(folder):
        lines.append(
            f"{len(usable)} of {len(found)} can be used. They stay in {folder}; what is put there later is found."
        )
    parts = [info.title for info in left_out if info.role]
    lines += [f"Used with the models that need them: {', '.join(parts)}"] if parts else []
    return lines + [f"Left out: {_with_path(info)}" for info in left_out if not info.role]


def _unready(info: ModelInfo) -> str:
    """Of a lone file that is, or needs, a part of other models."""
    if info.role:
        return "which is used with the models that need it"
    return f"which cannot be used yet: {_with_path(info)}"


def _use(info: ModelInfo) -> str:
    """What it can do; of a LoRA, for which models it is."""
    if info.kind in (KIND, CONTROLNET, REFERENCE):
        return f"for {info.base}" if info.base else "its header does not name its model"
    return ", ".join(info.capabilities)


def _with_path(info: ModelInfo) -> str:
    """A sentence about damaged weights names the file alone, of which there may be many."""
    return info.problem if info.path in info.problem else f"{info.path}: {info.problem}"


@command.command()
@click.argument("model")
@click.option("--files", "with_files", is_flag=True, help="Delete it too, if it was downloaded by the studio.")
@JSON
@click.pass_obj
def remove(front: Front, model: str, with_files: bool, as_json: bool) -> None:
    """Take a model that was added, named by id or path, out of the catalogue; its files stay."""
    front.require_here("Models are removed on the machine that they lie on")
    paths = {info.id: info.path for info in front.models()}
    path = _place(paths.get(model, str(files.absolute(model))), front.settings.models)
    if path not in front.settings.models:
        raise _not_added(model, path, paths, front.settings.models)
    settings.remove_models([Path(path)])
    freed = delete_files(Path(path), front.settings.home) if with_files else 0
    if as_json:
        print_json([{"id": model, "path": path} | ({"freed_bytes": freed} if with_files else {})])
    else:
        left = f"{freed / 1e6:,.0f} MB are free again" if freed else f"its files stay in {path}"
        out(f"Removed {model}; {left}")


def _place(path: str, added: tuple[str, ...]) -> str:
    """As the settings name it: of a model in the hub's cache, the folder of all its snapshots."""
    repositories = (each for each in added if Path(each).name.startswith(REPOSITORY))
    return next((each for each in repositories if Path(path).is_relative_to(each)), path)


def _not_added(model: str, path: str, paths: Mapping[str, str], added: tuple[str, ...]) -> UserError:
    if root := next((each for each in added if Path(path).is_relative_to(each)), ""):
        return UserError(
            f"{model!r} was found in {root}, which was added as a whole; nothing was removed. "
            f"Move the model out of it, or remove the folder: studio models remove {root!r}",
            code="unknown_model",
        )
    ids = [name for name in paths if paths[name] in added]
    folders = [each for each in added if each not in paths.values()]
    names = ", ".join([*ids, *folders]) or "none"
    return UserError(f"No model {model!r} was added. Added ones: {names}.", code="unknown_model")


def _show(front: Front, as_json: bool, everything: bool = False) -> None:
    models = front.models(everything=everything)
    if front.remote:
        say(f"These are the models of the engine at {front.remote.host}.")
    if everything:
        models = sorted(models, key=lambda model: kind_order(model.kind))
    if as_json:
        print_json(models)
        return
    for kind, group in itertools.groupby(models, key=lambda model: model.kind if everything else ""):
        indent = "    " if everything else ""
        if everything:
            out(MODEL_KINDS.get(kind, UNKNOWN_KIND))
        for model in group:
            for line in _lines(model):
                out(indent + line)


def _lines(model: ModelInfo) -> list[str]:
    if model.problem:
        size = size_of(model.size_bytes) if model.size_bytes else ""
        about = ", ".join(filter(None, (model.base, model.packing, size)))
        return [f"{model.id}{f'  ({about})' if about else ''}  refused: {_with_path(model)}"]
    packing = f"{model.packing}, " if model.packing else ""
    what = f"{model.family}, {packing}{model.size_bytes / 2**20:.0f} MiB, {_use(model)}"
    lines = [f"{model.id}  {model.title}  ({what})", f"    {model.path}"]
    lines += [f"    words: {', '.join(model.words)}"] if model.words else []
    return [*lines, f"    {model.note}"] if model.note else lines
