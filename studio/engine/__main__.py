"""`python -m studio.engine`: starts the engine, or says which package keeps it from being started."""

import sys

from studio import messages, requirement


def main() -> int:
    try:
        from studio.engine.start import main as start
    except (ImportError, AttributeError, TypeError, SyntaxError):
        if not (told := requirement.report()):
            raise
        sys.stderr.write(" ".join(told) + "\n")
        return messages.CANNOT_START
    return start()


if __name__ == "__main__":
    sys.exit(main())
