"""The options of commands that may run on a Ray cluster."""

from collections.abc import Callable
from typing import Any

import click

from studio import files
from studio.errors import UserError
from studio.server.ray.options import RayOptions, checked_address, replica_count

_OPTIONS = [
    click.option(
        "--ray", metavar="ADDRESS", help="Draw on a Ray cluster: HOST:PORT of its head, or auto for this machine's."
    ),
    click.option(
        "--ray-replicas", metavar="N", help="How many engines: 4, or 1:8 for as many as are wanted.  [default: one on "
        "each GPU]"
    ),
    click.option(
        "--ray-cores", metavar="N", type=click.IntRange(1, 1024), help="Cores of each engine where there is no GPU."
    ),
    click.option("--ray-token-file", metavar="FILE", help="A file with the cluster's token."),
    click.option("--ray-exposed", is_flag=True, help="Start Ray although this machine has a public address."),
]  # fmt: skip


def ray_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(given: dict[str, Any]) -> RayOptions | None:
    """What they say; None for no cluster. Raises UserError."""
    address, others = given["ray"], [name for name in given if name != "ray" and given[name]]
    if address is None:
        if others:
            flag = f"--{others[0].replace('_', '-')}"
            raise UserError("{} is for a cluster; add --ray auto, or leave it out.", flag, code="invalid_params")
        return None
    return RayOptions(
        checked_address(address),
        replica_count(given["ray_replicas"]) if given["ray_replicas"] else None,
        given["ray_cores"],
        files.absolute(given["ray_token_file"]) if given["ray_token_file"] else None,
        given["ray_exposed"],
    )
