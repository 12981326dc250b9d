"""What a person reads on stderr while a job runs: one line that is redrawn on a terminal, a few lines elsewhere."""

import shutil
import sys
import time
from pathlib import Path
from typing import TextIO

import click

from studio import files
from studio.cli.output import silence
from studio.printable import printable

SPARSE_S = 10.0
"""Between two lines where the line cannot be redrawn: a log file wants few of them."""
REDRAW_S = 0.1


class Display:
    """Progress and remarks on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._drawn = ""
        self._stage = ""
        self._last = -SPARSE_S

    def stage(self, text: str) -> None:
        """What is being done now, when there is no number for it."""
        if text and text != self._stage:
            self._stage = text
            self._show(text, now=True)

    def progress(self, stage: str, done: float, total: float, eta_s: float | None) -> None:
        """How far the job is."""
        share = f"{100 * done / total:3.0f} %" if total > 0 else ""
        eta = f"{_duration(eta_s)} left" if eta_s is not None and done < total else ""
        changed = stage != self._stage
        self._stage = stage
        self._show("  ".join(part for part in (stage, share, eta) if part), now=changed or done >= total)

    def line(self, text: str) -> None:
        """A remark that stays."""
        self.clear()
        self._write(printable(text) + "\n")

    def ask_folder(self, question: str) -> Path | None:
        """Where somebody at a terminal wants it; None where nobody can be asked."""
        self.clear()
        if not self.can_ask:
            return None
        answer = click.prompt(question, default="", show_default=False, err=True).strip()
        return files.absolute(answer) if answer else None

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits at a terminal."""
        return self._live and sys.stdin.isatty()

    def clear(self) -> None:
        """Remove the line that is redrawn."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = ""

    def _show(self, text: str, *, now: bool) -> None:
        wait = REDRAW_S if self._live else SPARSE_S
        if not text or text == self._drawn or not (now or time.monotonic() - self._last >= wait):
            return
        self._last = time.monotonic()
        if self._live:
            self._drawn = printable(text)[: shutil.get_terminal_size().columns - 1]
            self._write(f"\r\x1b[K{self._drawn}")
        else:
            self._write(printable(text) + "\n")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # a full disk, or nobody reads it: what cannot be shown is not shown
            silence(self._stream)


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min" if whole < 5400 else f"{whole / 3600:.1f} h"
