"""`studio plugins`: every plugin that was found, what it brings, and why a broken one was refused; and new ones."""

import click

from studio.cli.front import Front
from studio.cli.output import out, print_json, say
from studio.cli.plugin_install import install


@click.group("plugins", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the plugins, and why the broken ones were refused; install others."""
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Front), as_json)


@command.command("install")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def add(names: tuple[str, ...]) -> None:
    """Install plugins with pip, if they leave all that the studio stands on as it is.

    NAME is what pip takes: a name, a name with a version, a wheel, a folder or an address. pip reads its own settings
    and variables (PIP_INDEX_URL, PIP_FIND_LINKS, …).
    """
    plugins = install(names)
    say(f"Installed: {', '.join(plugins)}; `studio plugins` tells what they bring." if plugins else "Nothing was new.")


def _show(front: Front, as_json: bool) -> None:
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
        if plugin.note:
            out(f"    slow: {plugin.note}")
    say(f"Plugins of your own go into {front.settings.plugins_dir}")
