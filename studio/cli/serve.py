"""`studio serve`: the HTTP front, for programs on this machine and, behind a proxy, for others."""

import sys
from functools import partial
from typing import Any

import click

from studio import files
from studio.cli import ray_options
from studio.cli.front import Front
from studio.cli.output import out, say
from studio.cli.report import DONE
from studio.cli.session import Connect
from studio.client import ServerInfo
from studio.server import serve as server
from studio.server.ray import cluster, exposure
from studio.server.ray.client import RayClient
from studio.server.ray.options import RayOptions


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=0, type=click.IntRange(0, 65_535), help="0 takes a free one.  [default: 0]")
@click.option(
    "--token-file", metavar="FILE", help="A file with the token that clients must send; else one is made and kept."
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name it is called by, as of a proxy.")
@click.option("--insecure", is_flag=True, help="Listen where other machines can reach it, without encryption.")
@ray_options.ray_options
@click.pass_obj
def command(
    front: Front,
    /,
    host: str,
    port: int,
    token_file: str | None,
    allow_host: tuple[str, ...],
    insecure: bool,
    **ray: Any,
) -> int:
    """Serve OpenAI's images API, and the studio's own, until Ctrl-C or SIGTERM.

    Prints its address when it takes requests. The window and the command line use it while it runs.
    """
    options = server.ServeOptions(
        host, port, files.absolute(token_file) if token_file else None, allow_host, insecure=insecure
    )
    chosen = ray_options.read(ray)
    connect = _connect_ray(front, chosen) if chosen else front.connect()
    server.serve(front.settings, connect, options, lambda info: _told(front, info, token_file))
    say("The server has ended; jobs that waited are kept for its next start.")
    return DONE


def _connect_ray(front: Front, options: RayOptions) -> Connect:
    """Raises UserError before anything is started."""
    prepared = cluster.prepare(options, front.settings)
    if prepared.is_own:
        say(exposure.TOLD)
    prepared.connect()
    from studio.server.ray import serve_pool

    start = partial(serve_pool.start, prepared, options)
    return partial(RayClient, start=start, library=front.settings.library_dir)


def _told(front: Front, info: ServerInfo, token_file: str | None) -> None:
    folder = front.settings.home / "server"
    out(info.url)
    if sys.stderr.isatty():  # what goes into a file or a log must not hold the token
        say(f"In a browser: {info.url}/#token={info.token}")
    say(f"For OpenAI's client: . {folder / 'env'}")
    say(f"The token is in {token_file or folder / 'token'}. Ctrl-C ends the server.")
