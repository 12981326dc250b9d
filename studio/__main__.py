"""`studio` and `python -m studio`: with arguments the command line, without any the window."""

import sys
from importlib import import_module

WINDOW = "studio.desktop.app"


def main() -> None:
    """Start the front that was asked for, and end with its exit code."""
    if len(sys.argv) > 1:
        from studio.cli.main import main as command_line

        sys.exit(command_line())
    sys.exit(_window())


def _window() -> int:
    try:
        window = import_module(WINDOW)
    except ImportError as error:
        if not (error.name or "").startswith("PySide6") and "shared object" not in str(error):
            raise  # a bug of ours, not of this machine
        sys.stderr.write(
            f"The window cannot be opened ({error}). `studio doctor` tells what to install; "
            "the command line works without it: studio run --help\n"
        )
        return 2
    return int(window.main())


if __name__ == "__main__":
    main()
