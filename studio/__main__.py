"""`studio` and `python -m studio`: with arguments the command line, without any the window."""

import sys
from importlib import import_module

from studio import requirement

WINDOW = "studio.desktop.app"


def main() -> None:
    """Start the front that was asked for, and end with its exit code."""
    sys.exit(_command_line() if len(sys.argv) > 1 else _window())


def _command_line() -> int:
    try:
        from studio.cli.main import main as command_line
    except Exception:  # noqa: BLE001 - a replaced package fails in any way; what that does not explain is raised again
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
    except Exception:  # noqa: BLE001 - as above
        return _misfit()
    return int(window.main())


if __name__ == "__main__":
    main()
