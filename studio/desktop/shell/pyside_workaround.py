"""Reference: keeps a fault of PySide6 from ending the window after some thousand calls."""

import ctypes
import sys

ENOUGH = sys.maxsize // 4


def keep_constants() -> None:
    """Give None, True and False references to spare.

    PySide6 6.12.0 takes one of True away at each `Signal.emit`, and one of None at each call that returns nothing
    (`QPainter.setPen`, `QWidget.update` …). Before Python 3.12 made them immortal, the interpreter aborts
    ("deallocating None") once the last of a few thousand is gone.
    """
    if sys.version_info >= (3, 12):
        return
    for constant in (None, True, False):
        if sys.getrefcount(constant) < ENOUGH:
            # The count is the first word of every object in CPython.
            ctypes.c_ssize_t.from_address(id(constant)).value += ENOUGH
