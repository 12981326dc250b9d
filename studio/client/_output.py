"""What an engine's plugins and libraries print: anything, of any length, made into a few lines of text."""

import re
from collections.abc import Callable

from studio.rate import Rate

LINES_PER_S, BURST = 20, 200
LONGEST_LINE = 500  # characters
_KEPT = 4096  # bytes, for the last words of an engine that died
_BREAK = re.compile(rb"[\r\n]+")
# Terminal escapes, then every control character other than the tab: they would act on whoever shows the line.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0a-\x1f\x7f-\x9f]")


class PluginOutput:
    """Splits output into clean lines; a flood is thinned, and how much was left out is told."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._rate = Rate(LINES_PER_S, BURST)
        self._partial = b""
        self._left_out = 0
        self._last = b""

    def feed(self, data: bytes) -> None:
        self._last = (self._last + data)[-_KEPT:]
        *lines, self._partial = _BREAK.split(self._partial + data)
        if len(self._partial) > LONGEST_LINE:  # binary junk may have no line breaks at all
            lines.append(self._partial)
            self._partial = b""
        for line in lines:
            self._line(line)

    def close(self) -> None:
        """Tell what has come since the last line break."""
        self._line(self._partial)
        self._partial = b""
        if self._left_out:
            self._tell(f"… {self._left_out:,} bytes were left out")

    def last_lines(self, count: int) -> list[str]:
        """The latest lines, even of a flood."""
        lines = (clean(line) for line in _BREAK.split(self._last))
        return [line for line in lines if line][-count:]

    def _line(self, line: bytes) -> None:
        if not line.strip():
            return
        if not self._rate.take():
            self._left_out += len(line)
            return
        if self._left_out:
            self._tell(f"… {self._left_out:,} bytes were left out")
            self._left_out = 0
        self._tell(clean(line))


def clean(line: bytes) -> str:
    """Text that is safe to show: at most LONGEST_LINE characters, no controls, broken bytes as replacement marks."""
    text = _CONTROL.sub("", line[: 4 * LONGEST_LINE].decode("utf-8", "replace")).rstrip()
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
