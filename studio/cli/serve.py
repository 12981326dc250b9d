"""`studio serve`: the HTTP front, for programs on this machine and, behind a proxy, for others."""

import sys

import click

from studio import files
from studio.cli.front import Front
from studio.cli.output import out, say
from studio.cli.report import DONE
from studio.client import ServerInfo
from studio.server import serve as server


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=0, type=click.IntRange(0, 65_535), help="0 takes a free one.  [default: 0]")
@click.option(
    "--token-file", metavar="FILE", help="A file with the token that clients must send; else one is made and kept."
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name it is called by, as of a proxy.")
@click.option("--insecure", is_flag=True, help="Listen where other machines can reach it, without encryption.")
@click.pass_obj
def command(
    front: Front, host: str, port: int, token_file: str | None, allow_host: tuple[str, ...], insecure: bool
) -> int:
    """Serve OpenAI's images API, and the studio's own, until Ctrl-C or SIGTERM.

    Prints its address when it takes requests. The window and the command line use it while it runs.
    """
    options = server.ServeOptions(
        host, port, files.absolute(token_file) if token_file else None, allow_host, insecure=insecure
    )
    server.serve(front.settings, front.connect(), options, lambda info: _told(front, info, token_file))
    say("The server has ended; jobs that waited are kept for its next start.")
    return DONE


def _told(front: Front, info: ServerInfo, token_file: str | None) -> None:
    folder = front.settings.home / "server"
    out(info.url)
    if sys.stderr.isatty():  # what goes into a file or a log must not hold the token
        say(f"In a browser: {info.url}/#token={info.token}")
    say(f"For OpenAI's client: . {folder / 'env'}")
    say(f"The token is in {token_file or folder / 'token'}. Ctrl-C ends the server.")
