"""`studio starter`: the recipe of the bundled model, as commands."""

import json
import os
from pathlib import Path
from typing import Any

import click
from platformdirs import user_cache_path

STAGES = ("tokenizer", "codec", "clip", "decoder", "prior", "upscaler", "judge")

work_option = click.option(
    "--work", type=click.Path(file_okay=False, path_type=Path), help="Where checkpoints are kept."
)
scale_option = click.option("--scale", type=click.Choice(["small", "large"]), default="small", show_default=True)
device_option = click.option("--device", default="cpu", show_default=True, help="cpu, cuda, …")
budget_options = (
    click.option("--pictures", type=click.IntRange(min=1), help="How many to learn from; the stage's own by default."),
    click.option("--minutes", type=click.FloatRange(min=0), help="Stop after this time, with a checkpoint."),
    click.option("--seed", type=int, default=1, show_default=True),
)


def _budget(function: Any) -> Any:
    for option in budget_options:
        function = option(function)
    return function


def _work(work: Path | None) -> Path:
    return work or user_cache_path("open-image-studio") / "starter"


@click.group()
def starter() -> None:
    """Make, judge and pack the bundled starter model."""
    # Read when torch is imported: threads that spin while they wait slow a busy machine down tenfold.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@starter.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(1, 400), default=48, show_default=True)
@click.option("--size", type=click.IntRange(16, 1024), default=128, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def render(file: Path, count: int, size: int, seed: int) -> None:
    """Draw a contact sheet of training pictures into FILE and print their captions."""
    import random

    from studio_starter.caption import LANGUAGES, caption
    from studio_starter.render import render as draw
    from studio_starter.scene import sample
    from studio_starter.sheet import sheet

    rng = random.Random(seed)
    scenes = [sample(rng) for _ in range(count)]
    for number, scene in enumerate(scenes):
        click.echo(caption(scene, rng, LANGUAGES[number % 2]).text)
    sheet([draw(scene, size) for scene in scenes], 12, size).save(file)


@starter.command()
@click.argument("stage", type=click.Choice(STAGES))
@work_option
@scale_option
@device_option
@_budget
def train(
    stage: str, work: Path | None, scale: str, device: str, pictures: int | None, minutes: float | None, seed: int
) -> None:
    """Train one STAGE; a second call goes on from its checkpoint."""
    _train(stage, _work(work), scale, device, seed, pictures, minutes)


def _train(
    stage: str, work: Path, scale: str, device: str, seed: int, pictures: int | None, minutes: float | None
) -> None:
    from studio_starter.recipe import train_stage
    from studio_starter.scale import SCALES
    from studio_starter.training import TrainingError

    try:
        train_stage(stage, work, SCALES[scale], device, seed, pictures, minutes)
    except TrainingError as error:
        raise click.ClickException(str(error)) from None


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@work_option
def adopt(folder: Path, work: Path | None) -> None:
    """Go on from the codec, the upscaler and the decoder of an exported model in FOLDER."""
    from studio_starter import adopt as adoption
    from studio_starter.training import TrainingError

    try:
        adoption.adopt(folder, _work(work))
    except TrainingError as error:
        raise click.ClickException(str(error)) from None


@starter.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--judge", type=click.Path(file_okay=False, path_type=Path), help="Write the judge into this folder too.")
@work_option
@scale_option
def export(folder: Path, judge: Path | None, work: Path | None, scale: str) -> None:
    """Pack the trained stages into FOLDER, in the layout of a Kandinsky 2.2 pipeline."""
    from studio_starter import export as exports
    from studio_starter.scale import SCALES
    from studio_starter.training import TrainingError

    try:
        exports.export(_work(work), folder, SCALES[scale])
        if judge is not None:
            exports.export_judge(_work(work), judge)
    except TrainingError as error:
        raise click.ClickException(str(error)) from None


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("judge", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--prompts", type=click.IntRange(min=2), default=240, show_default=True, help="For each language.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@device_option
def evaluate(folder: Path, judge: Path, prompts: int, as_json: bool, device: str) -> None:
    """Draw prompts with the model in FOLDER and let the one in JUDGE say what they show."""
    from studio_starter import evaluate as evaluation

    table = evaluation.evaluate(folder, judge, prompts, device)
    click.echo(json.dumps(table, ensure_ascii=False, indent=1) if as_json else evaluation.as_text(table))


@starter.command(name="all")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@work_option
@scale_option
@device_option
@click.option("--seed", type=int, default=1, show_default=True)
@click.pass_context
def everything(context: click.Context, folder: Path, work: Path | None, scale: str, device: str, seed: int) -> None:
    """Train every stage, export into FOLDER (the judge beside it) and evaluate."""
    for stage in STAGES:
        _train(stage, _work(work), scale, device, seed, None, None)
    judge = folder.with_name(f"{folder.name}-judge")
    context.invoke(export, folder=folder, judge=judge, work=work, scale=scale)
    context.invoke(evaluate, folder=folder, judge=judge, prompts=240, as_json=False, device=device)
