"""`studio styles`: which there are, and those of other programs brought in."""

from pathlib import Path

import click
import msgspec

from studio import files
from studio.cli.front import Front
from studio.cli.output import say
from studio.prompts import style_import
from studio.prompts.style import Style
from studio.prompts.style_book import StyleBook


def _book(front: Front) -> StyleBook:
    book = StyleBook(front.settings.home)
    for problem in book.problems:
        say(problem)
    return book


@click.group("styles", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """The styles that --style takes, by category; those of your own first."""
    if context.invoked_subcommand:
        return
    book = _book(context.obj)
    if as_json:
        click.echo(msgspec.json.encode({"styles": book.styles}).decode())
        return
    for category in dict.fromkeys(style.category for style in book.styles):
        click.echo(book.category(category, "en"))
        for style in book.styles:
            if style.category == category:
                click.echo(f"  {style.id:<26}  {_names(style)}")


@command.command("show")
@click.argument("name")
@click.pass_obj
def show(front: Front, name: str) -> None:
    """All about one style, as JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(_book(front).find(name)), indent=2).decode())


@command.command("import")
@click.argument("file")
@click.pass_obj
def import_(front: Front, file: str) -> None:
    """Take the styles of a styles.csv (AUTOMATIC1111), a JSON of Fooocus, or one of the studio's own files."""
    path = files.absolute(file)
    found = style_import.read(path)
    kept = _book(front).add_file(Path(path).stem, found.styles)
    for sentence in found.left_out:
        say(sentence)
    count = len(found.styles)
    click.echo(
        f"{count} style{' was' if count == 1 else 's were'} taken, and {'is' if count == 1 else 'are'} kept in {kept}."
    )


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(front: Front, name: str) -> None:
    """Remove a style of your own."""
    book = _book(front)
    style = book.find(name)
    if not any(style in styles for styles in book.own.values()):
        raise click.UsageError(f"The style {style.id!r} ships with the studio and stays; only your own can be removed.")
    book.remove(style.id)


def _names(style: Style) -> str:
    return " · ".join(dict.fromkeys((style.called("en"), style.called("zh"))))
