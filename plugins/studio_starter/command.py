"""`studio starter`: the recipe of the bundled model, as commands."""

import json
import os
from pathlib import Path
from typing import Any

import click
from platformdirs import user_cache_path

STAGES = ("tokenizer", "codec", "clip", "decoder", "prior", "upscaler", "judge", "upscaler-x2", "upscaler-x4")

work_option = click.option(
    "--work", type=click.Path(file_okay=False, path_type=Path), help="Where checkpoints are kept."
)
scale_option = click.option("--scale", type=click.Choice(["small", "large"]), default="small", show_default=True)
device_option = click.option("--device", default="cpu", show_default=True, help="cpu, cuda, …")
seed_option = click.option("--seed", type=int, default=1, show_default=True)
compile_option = click.option(
    "--compile",
    is_flag=True,
    help="Compile networks first: minutes once, then up to twice the speed; on a CPU this asks for a C++ compiler.",
)
budget_options = (
    click.option("--pictures", type=click.IntRange(min=1), help="How many to learn from; the stage's own by default."),
    click.option("--minutes", type=click.FloatRange(min=0), help="Stop after this time, with a checkpoint."),
    click.option("--within", type=click.FloatRange(min=0), help="Plan as many pictures as fit into so many minutes."),
    compile_option,
    seed_option,
)


def _budget(function: Any) -> Any:
    for option in budget_options:
        function = option(function)
    return function


def _work(work: Path | None, scale: str) -> Path:
    return work or user_cache_path("open-image-studio") / ("starter" if scale == "small" else f"starter-{scale}")


@click.group()
def starter() -> None:
    """Make, judge and pack the bundled starter model."""
    # Read when torch is imported: threads that spin while they wait slow a busy machine down tenfold.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@starter.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@scale_option
@click.option("--count", type=click.IntRange(1, 400), default=48, show_default=True)
@click.option("--size", type=click.IntRange(16, 1024), default=128, show_default=True)
@seed_option
def render(file: Path, scale: str, count: int, size: int, seed: int) -> None:
    """Draw a contact sheet of training pictures into FILE and print their captions."""
    import random

    from studio_starter.scale import SCALES
    from studio_starter.sheet import sheet
    from studio_starter.world import LANGUAGES

    rng, world = random.Random(seed), SCALES[scale].world
    scenes = [world.sample(rng) for _ in range(count)]
    for number, scene in enumerate(scenes):
        click.echo(world.caption(scene, rng, LANGUAGES[number % 2]).text)
    sheet([world.render(scene, size) for scene in scenes], 12, size).save(file)


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--prompts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file, one a line.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--style", help="Only captions of this one.")
@click.option("--count", type=click.IntRange(1, 400), default=64, show_default=True)
@click.option("--size", type=click.IntRange(16, 1024), default=128, show_default=True)
@click.option("--columns", type=click.IntRange(1, 40), help="6 for --prompts, 8 for captions.")
@seed_option
@device_option
def sheet(
    folder: Path, file: Path, prompts: Path | None, language: str, style: str | None, count: int, size: int,
    columns: int | None, seed: int, device: str,
) -> None:  # fmt: skip
    """Draw with the model in FOLDER into a contact sheet FILE: a picture of each of --prompts, or of --count captions
    in one --language whose combinations were never trained on. Nothing is chosen: seeds follow each other from --seed.
    """
    from studio_starter.evaluate import questions, scale_of
    from studio_starter.sheet import drawn
    from studio_starter.sheet import sheet as page

    if prompts is not None:
        texts = [line for line in prompts.read_text("utf-8").splitlines() if line]
    else:
        world = scale_of(folder).world
        if style not in (None, *world.facts["style"]):
            known = ", ".join(map(str, world.facts["style"]))
            raise click.ClickException(f"It knows no style “{style}”; nothing was drawn. Give one of these: {known}.")
        asked = questions(world, count, seed, seen_too=False, style=style)
        texts = [one.prompts[language].text for one in asked]
    columns = columns or (6 if prompts is not None else 8)
    page(drawn(folder, texts, seed, device), columns, size).save(file, quality=85)


@starter.command()
@click.argument("stage", type=click.Choice(STAGES))
@work_option
@scale_option
@device_option
@_budget
def train(stage: str, work: Path | None, scale: str, **run: Any) -> None:
    """Train one STAGE; a second call goes on from its checkpoint."""
    from studio_starter.recipe import train_stage
    from studio_starter.scale import SCALES
    from studio_starter.training import Run, TrainingError

    try:
        train_stage(stage, _work(work, scale), SCALES[scale], Run(**run))
    except TrainingError as error:
        raise click.ClickException(str(error)) from None


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@work_option
@scale_option
@click.option(
    "--everything", is_flag=True, help="CLIP, tokenizer and prior too: of lost checkpoints, or a world that grew."
)
@click.option(
    "--judge", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Its judge, of this folder, too."
)
def adopt(folder: Path, work: Path | None, scale: str, everything: bool, judge: Path | None) -> None:
    """Go on from the codec, the upscalers and the decoder of an exported model in FOLDER."""
    from studio_starter import adopt as adoption
    from studio_starter.scale import SCALES
    from studio_starter.training import TrainingError

    try:
        adoption.adopt(folder, _work(work, scale), SCALES[scale], everything=everything)
        if judge is not None:
            adoption.adopt_judge(judge, _work(work, scale), SCALES[scale])
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
        exports.export(_work(work, scale), folder, SCALES[scale])
        if judge is not None:
            exports.export_judge(_work(work, scale), judge, SCALES[scale])
    except TrainingError as error:
        raise click.ClickException(str(error)) from None


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("judge", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--prompts", type=click.IntRange(min=2), default=240, show_default=True, help="For each language.")
@click.option(
    "--full",
    is_flag=True,
    help="Only combinations never trained on; and diversity, variation, retrieval, 8 against 50 steps, upscalers.",
)
@click.option("--held-out", is_flag=True, help="Prompts as people write them, in phrasings that no caption has.")
@click.option("--as-written", is_flag=True, help="Prompts as they are, not read by the studio's rules.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@device_option
def evaluate(
    folder: Path, judge: Path, prompts: int, full: bool, held_out: bool, as_written: bool, as_json: bool, device: str
) -> None:
    """Draw prompts with the model in FOLDER and let the one in JUDGE say what they show."""
    from studio_starter import evaluate as evaluation
    from studio_starter import report

    table = evaluation.evaluate(folder, judge, prompts, device, full=full, held_out=held_out, read=not as_written)
    click.echo(json.dumps(table, ensure_ascii=False, indent=1) if as_json else report.as_text(table))


@starter.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Draw input, Lanczos, ours, truth here.")
def compare(folder: Path, sheet: Path | None) -> None:
    """Measure the upscalers in FOLDER against Lanczos, on fresh renders and photographs never trained on."""
    from studio_starter import enlarging, report

    files = enlarging.upscalers(folder)
    if not files:
        raise click.ClickException(f"{folder} brings no upscalers for people's own pictures; nothing was compared.")
    scores = {f"×{factor}": enlarging.compare(file) for factor, file in files.items()}
    click.echo("\n".join(report.upscaler_table(scores)))
    if sheet is not None:
        enlarging.sheet(files).save(sheet, quality=85)


@starter.command(name="all")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@work_option
@scale_option
@device_option
@click.option("--within", type=click.FloatRange(min=0), help="Minutes of training; every stage gets its share of them.")
@click.option("--minutes", type=click.FloatRange(min=0), help="Stop after this time; the same command goes on later.")
@click.option("--prompts", type=click.IntRange(min=2), default=240, show_default=True, help="Of the evaluation.")
@compile_option
@seed_option
@click.pass_context
def everything(
    context: click.Context, /, folder: Path, work: Path | None, scale: str, prompts: int, **run: Any
) -> None:
    """Train every stage, export into FOLDER (the judge beside it) and evaluate."""
    from studio_starter.recipe import train_all
    from studio_starter.scale import SCALES
    from studio_starter.training import Run, TrainingError

    try:
        finished = train_all(_work(work, scale), SCALES[scale], Run(**run))
    except TrainingError as error:
        raise click.ClickException(str(error)) from None
    if not finished:
        click.echo("Its time is up; the same command goes on from the checkpoints.", err=True)
        return
    judge = folder.with_name(f"{folder.name}-judge")
    context.invoke(export, folder=folder, judge=judge, work=work, scale=scale)
    context.invoke(
        evaluate, folder=folder, judge=judge, prompts=prompts, full=scale == "large", held_out=False, as_written=False,
        as_json=False, device=run["device"],
    )  # fmt: skip
