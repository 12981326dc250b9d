"""`studio models set`: what the user says of a model, which is stronger than what its files tell."""

from typing import TYPE_CHECKING

import click
from msgspec.structs import asdict

from studio import files, settings
from studio.cli.front import Front
from studio.cli.output import out, print_json
from studio.errors import UserError
from studio.settings import NOTHING_SAID, SaidOfModel

if TYPE_CHECKING:
    from studio.models.entry import CatalogueEntry

PREDICTIONS = ("epsilon", "v", "v-zero-snr", "edm-v")


@click.command("set")
@click.argument("model")
@click.option("--family", default="", metavar="NAME", help="What it is, of what a model of its parts may be.")
@click.option(
    "--prediction", default="", type=click.Choice(("", *PREDICTIONS)), metavar="|".join(PREDICTIONS),
    help="What its network predicts: noise, velocity, velocity down to no signal, velocity in the terms of EDM.",
)  # fmt: skip
@click.option("--default", "defaults", multiple=True, metavar="KEY=NUMBER", help="Such as steps=8; once for each.")
@click.option(
    "--file", "chosen", multiple=True, metavar="PART=PATH",
    help="The file of a part that lies in a file of its own, such as vae=PATH; without PATH the studio chooses.",
)  # fmt: skip
@click.option("--reset", is_flag=True, help="Forget what was said of it before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(
    front: Front, model: str, family: str, prediction: str, defaults: tuple[str, ...], chosen: tuple[str, ...],
    reset: bool, as_json: bool,
) -> None:  # fmt: skip
    """Say what MODEL, named by id or path, is and how it is used; kept beside the settings, its files stay as they are.

    Without options what was said is shown, and what a model of its parts may be.
    """
    name, place = front.place(model)
    path = str(place)
    before = NOTHING_SAID if reset else front.settings.said_of_models.get(path, NOTHING_SAID)
    said = SaidOfModel(
        family or before.family,
        prediction or before.prediction,
        before.defaults | dict(map(_pair, defaults)),
        {part: path for part, path in (before.files | dict(map(_file, chosen))).items() if path},
    )
    read = front.read(place, name, said)  # what cannot be so is refused, and not kept
    if said != front.settings.said_of_models.get(path, NOTHING_SAID):
        settings.say_of_model(path, said, front.environ)
    _tell(read, said, as_json)


def _pair(text: str) -> tuple[str, float]:
    key, equals, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not (key and equals and 0 <= number < 10**6):
        raise UserError("{} is no KEY=NUMBER, such as steps=8; nothing was kept.", repr(text), code="invalid")
    return key, number


def _file(text: str) -> tuple[str, str]:
    part, equals, path = text.partition("=")
    if not (part and equals) or (path and not files.absolute(path).is_file()):
        raise UserError("{} is no PART=PATH of a file that is there; nothing was kept.", repr(text), code="invalid")
    return part, str(files.absolute(path)) if path else ""


def _tell(entry: "CatalogueEntry", said: SaidOfModel, as_json: bool) -> None:
    if as_json:
        print_json(
            {"id": entry.id, "path": str(entry.path), "said": asdict(said), "family_title": entry.about.title,
             "choices": list(entry.choices), "files": entry.info().files, "defaults": dict(entry.defaults),
             "note": entry.note}
        )  # fmt: skip
        return
    lines = [f"{entry.id}  {entry.title}: {entry.about.title}"]
    lines += [f"    said: {name} {value}" for name, value in asdict(said).items() if value]
    lines += [f"    it may be: {', '.join(entry.choices)}"] if len(entry.choices) > 1 else []
    for part, paths in entry.candidates.items():
        lines += [f"    {part}: {paths[0]}", *(f"        or {each}" for each in paths[1:])]
    for line in [*lines, *([f"    {entry.note}"] if entry.note else [])]:
        out(line)
