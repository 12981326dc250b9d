"""The command line's root: finds the command, and turns every way of failing into one sentence and an exit code."""

import importlib
import sys
from collections.abc import Sequence

import click

from studio import __version__
from studio.cli.front import Front, front_of, unknown
from studio.cli.output import OutputError, say
from studio.cli.report import CANCELLED, DONE, MENDABLE
from studio.engine.memory_ladder import is_no_memory
from studio.errors import UserError

COMMANDS = {
    "run": "studio.cli.run:group",
    "plugins": "studio.cli.plugins:command",
    "models": "studio.cli.models:command",
    "styles": "studio.cli.styles:command",
    "batch": "studio.cli.batch_command:command",
    "library": "studio.cli.library:command",
    "serve": "studio.cli.serve:command",
    "engine": "studio.cli.engine:command",
    "doctor": "studio.cli.doctor:command",
}
"""Imported only when they are called, so that `studio --help` is there at once."""


class Commands(click.Group):
    """Our commands first, then those that plugins add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(front_of(ctx).commands)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            module, _, attribute = COMMANDS[name].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        front = front_of(ctx)
        if name not in front.commands:
            raise unknown("command", name, self.list_commands(ctx))
        return front.commands[name]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="Open Image Studio", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show tracebacks, and what plugins print.")
@click.option("--safe-mode", is_flag=True, help="Leave out the plugins of third parties.")
@click.option(
    "--engine", metavar="ADDRESS", default="",
    help="Use the engine of another machine: https://host[:port]; `here` for that of this one.",
)
@click.pass_obj
def root(front: Front, debug: bool, safe_mode: bool, engine: str) -> None:
    """Open Image Studio: make pictures from text and pictures, with plugins. Without arguments the window opens."""
    front.debug, front.safe_mode, front.engine = debug, safe_mode, engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for what the user can mend, 130 when cancelled, 1 for a bug."""
    front = Front(reserved=COMMANDS)
    former, sys.excepthook = sys.excepthook, front.on_bug
    code = _run(front, arguments)
    sys.excepthook = former
    return code


def _run(front: Front, arguments: Sequence[str] | None) -> int:
    try:
        code = root.main(arguments, prog_name="studio", standalone_mode=False, obj=front)
    except OutputError as error:
        if not error.is_left:
            say(error.message)
        return MENDABLE
    except UserError as error:
        say(error.message)
        return MENDABLE
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return MENDABLE
    except click.UsageError as error:
        say(_sentence(error))
        return MENDABLE
    except click.ClickException as error:  # of a plugin's command
        error.show()
        return error.exit_code
    except (MemoryError, ImportError, OSError) as error:
        if not is_no_memory(error):
            raise
        say("There is not enough memory for this; what was made is kept. Close other programs, then try again.")
        return MENDABLE
    except click.Abort:
        say("Cancelled.")
        return CANCELLED
    return code if isinstance(code, int) and not isinstance(code, bool) else DONE


def _sentence(error: click.UsageError) -> str:
    message = error.format_message()
    if error.ctx is None or "--help" in message:
        return message
    return f"{message} See `{error.ctx.command_path} --help`."
