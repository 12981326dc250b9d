"""`studio` and `python -m studio`: with arguments the command line, without any the window."""

import os
import sys
from importlib import import_module

from studio import requirement

WINDOW = "studio.desktop.app"
CANCELLED = 130
MISFITS = (ImportError, AttributeError, TypeError, SyntaxError)
"""How our imports fail over a package of another version."""


def main() -> None:
    """Start the front that was asked for, and end with its exit code."""
    open_missing()
    try:
        code = _command_line() if len(sys.argv) > 1 else _window()
    except (KeyboardInterrupt, RuntimeError) as error:  # before there was anything to cancel
        # While a class is being made, Python up to 3.11 wraps what is raised.
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        sys.stderr.write("Cancelled.\n")
        code = CANCELLED
    sys.exit(code)


def open_missing() -> None:
    """Open those of stdin, stdout and stderr that were closed on the null device.

    Whatever is opened first would take their place: a pipe to the engine would be printed into, or the library.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False))  # noqa: SIM115 - for as long as the process lives


def _command_line() -> int:
    try:
        from studio.cli.main import main as command_line
    except MISFITS:
        return _misfit()
    return command_line()


def _misfit() -> int:
    """Say which package does not fit, so that our own code cannot be imported; if none, that is a bug of ours."""
    if not (told := requirement.report()):
        raise
    sys.stderr.write("\n".join(told) + "\n")
    return 2


def _window() -> int:
    try:
        window = import_module(WINDOW)
    except ImportError as error:
        if not (error.name or "").startswith("PySide6") and "shared object" not in str(error):
            return _misfit()
        sys.stderr.write(
            f"The window cannot be opened ({error}). `studio doctor` tells what to install; "
            "the command line works without it: studio run --help\n"
        )
        return 2
    except MISFITS:
        return _misfit()
    return int(window.main())


if __name__ == "__main__":
    main()
