"""`studio plugins`: every plugin that was found, what it brings, and why a broken one was refused."""

import click

from studio.cli.front import Front
from studio.cli.output import out, print_json, say


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def command(front: Front, as_json: bool) -> None:
    """List the plugins, and why the broken ones were refused."""
    if as_json:
        print_json(front.plugins)
        return
    for plugin in front.plugins:
        out(f"{plugin.name} {plugin.version}".rstrip() + f"  ({plugin.origin})")
        if plugin.tasks:
            out(f"    tasks: {', '.join(plugin.tasks)}")
        if plugin.commands:
            out(f"    commands: {', '.join(plugin.commands)}")
        if plugin.problem:
            partly = plugin.tasks or plugin.commands
            out(f"    {'problem' if partly else 'refused'}: {plugin.problem}")
    say(f"Plugins of your own go into {front.settings.plugins_dir}")
