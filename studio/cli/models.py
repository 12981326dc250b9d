"""`studio models`: the catalogue, and the user's additions to it."""

from pathlib import Path

import click
from msgspec.structs import replace

from studio import settings
from studio.cli.front import Front, print_json
from studio.engine.catalogue import read_model
from studio.errors import UserError
from studio.messages import ModelInfo

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")


@click.group("models", invoke_without_command=True)
@JSON
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the models; add and remove folders of your own."""
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Front), as_json)


@command.command("list")
@JSON
@click.pass_obj
def show(front: Front, as_json: bool) -> None:
    """List the models."""
    _show(front, as_json)


@command.command()
@click.argument("path")
@click.pass_obj
def add(front: Front, path: str) -> None:
    """Add the model in PATH to the catalogue; it stays where it is."""
    folder = Path(path).expanduser().absolute()
    if not folder.exists():
        raise UserError(f"There is nothing at {folder}; nothing was added.", code="unknown_model")
    if str(folder) in front.settings.models:
        raise UserError(f"{folder} is in the catalogue already.", code="known_model")
    entry = read_model(folder, folder.name, front.families)  # raises UserError for what cannot be used
    settings.save(replace(front.settings, models=(*front.settings.models, str(folder))))
    click.echo(f"Added {entry.title} ({entry.family}): {', '.join(entry.capabilities)}")


@command.command()
@click.argument("model")
@click.pass_obj
def remove(front: Front, model: str) -> None:
    """Take a model that was added, named by id or path, out of the catalogue; its files stay."""
    paths = {info.id: info.path for info in front.models()}
    path = paths.get(model, str(Path(model).expanduser().absolute()))
    if path not in front.settings.models:
        added = ", ".join(name for name in paths if paths[name] in front.settings.models) or "none"
        raise UserError(f"No model {model!r} was added. Added ones: {added}.", code="unknown_model")
    settings.save(replace(front.settings, models=tuple(each for each in front.settings.models if each != path)))
    click.echo(f"Removed {model}; its files stay in {path}")


def _show(front: Front, as_json: bool) -> None:
    models = front.models()
    if as_json:
        print_json(models)
        return
    for model in models:
        click.echo(_line(model))


def _line(model: ModelInfo) -> str:
    if model.problem:
        return f"{model.id}  refused: {model.problem}"
    what = f"{model.family}, {model.size_bytes / 2**20:.0f} MiB, {', '.join(model.capabilities)}"
    return f"{model.id}  {model.title}  ({what})\n    {model.path}"
