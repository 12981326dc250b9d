"""`studio engine`: engines on other machines, and which one is used."""

import sys
from typing import Any

import click

from studio.cli.front import Front
from studio.cli.output import out, print_json, say
from studio.client.remote import ask_ready, known
from studio.errors import UserError

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")


@click.group("engine", invoke_without_command=True)
@JSON
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the engines that can be used: that of this machine, and those of others; add one, choose one."""
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Front), as_json)


@command.command("list")
@JSON
@click.pass_obj
def show(front: Front, as_json: bool) -> None:
    """List them; a star stands before the one that is used."""
    _show(front, as_json)


@command.command()
@click.argument("address")
@click.option("--token-file", type=click.File("r"), help="A file with the token; - reads stdin. Else it is asked for.")
@click.option("--ca-file", default="", metavar="FILE", help="Certificates to trust beside the system's, in PEM.")
@click.option("--insecure", is_flag=True, help="Also without encryption, in a network that is yours alone.")
@click.option("--use", "is_used", is_flag=True, help="Use it from now on.")
def add(address: str, token_file: Any, ca_file: str, insecure: bool, is_used: bool) -> None:
    """Add the engine of a `studio serve` on another machine, by its ADDRESS: https://host[:port].

    Its token is in the file that `studio serve` names there. It is kept in the keyring of this system, or in a file
    that only you can read where there is no keyring. What is wrong with the address or the token is told at once.
    """
    token = token_file.read().strip() if token_file else _asked()
    changed, kept = known.add(address, token, insecure=insecure, ca_file=ca_file, use=is_used)
    engine = known.engine(changed, changed.engines[-1].url, {})
    assert engine is not None
    if token:
        say(f"The token is kept in {kept}, which only you can read: this system has no keyring." if kept else
            "The token is kept in the keyring of this system.")  # fmt: skip
    if engine.url.startswith("http://") and insecure:
        say("Nothing on the way to it is encrypted, neither the token nor pictures.")
    try:
        ready = ask_ready(engine, 10.0)
    except UserError as error:
        raise UserError("{} It is kept all the same; `studio engine remove {}` forgets it.", error.message, engine.url,
                        code=error.code) from None  # fmt: skip
    device = next((device.title for device in ready.devices if not device.problem), "no device")
    out(f"{engine.url}  {device}, {len(ready.models)} models, {len(ready.tasks)} tasks")


@command.command()
@click.argument("address")
def use(address: str) -> None:
    """Use the engine at ADDRESS from now on; `here` is that of this machine."""
    changed = known.use(address)
    out(changed.engine or known.HERE)


@command.command()
@click.argument("address")
def remove(address: str) -> None:
    """Forget the engine at ADDRESS, and its token."""
    known.remove(address)


def _asked() -> str:
    if not sys.stdin.isatty():
        return ""
    token: str = click.prompt("Its token", hide_input=True, default="", show_default=False, err=True)
    return token.strip()


def _show(front: Front, as_json: bool) -> None:
    settings = front.settings
    used = front.remote.url if front.remote else known.HERE
    if as_json:
        print_json(
            [{"engine": each, "used": each == used} for each in (known.HERE, *(e.url for e in settings.engines))]
        )
        return
    for each in (known.HERE, *(engine.url for engine in settings.engines)):
        out(f"{'*' if each == used else ' '} {each}")
