"""The recipe of the bundled starter model, as `studio starter`."""

import click

from studio import api
from studio_starter.command import starter


@api.hookimpl
def register_commands() -> list[click.Command]:
    return [starter]
