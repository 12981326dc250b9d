"""Reference: keeps a fault of PySide6 from ending the window after some thousand signals."""

import ctypes
import sys

ENOUGH = sys.maxsize // 4


def keep_true() -> None:
    """Give True references to spare.

    PySide6 6.12.0 takes one away at each `Signal.emit`. Before Python 3.12 made it immortal, the interpreter aborts
    ("deallocating True or False") once the last of a few thousand is gone.
    """
    if sys.version_info < (3, 12) and sys.getrefcount(True) < ENOUGH:
        # The count is the first word of every object in CPython.
        ctypes.c_ssize_t.from_address(id(True)).value += ENOUGH
