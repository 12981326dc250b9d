"""Deaths: what to tell about an engine that ended unasked, and what to try next."""

import signal

from studio.text import Text

MANY = 3
"""Deaths in a row, with no job finished in between, after which the suspect, or all third parties', are left out."""
GIVE_UP_AFTER = 6


class CrashHistory:
    """The deaths in a row since a job last ended in an orderly way."""

    def __init__(self) -> None:
        self._suspects: list[str] = []

    def add(self, suspect: str) -> None:
        """`suspect`: the third-party plugin that ran, or was being loaded, when the engine died; '' for none."""
        self._suspects.append(suspect)

    def clear(self) -> None:
        self._suspects.clear()

    @property
    def suspect(self) -> str:
        """The plugin that was at work each time; '' if there is none such."""
        return self._suspects[-1] if len(set(self._suspects)) == 1 else ""

    @property
    def many(self) -> bool:
        """Whether it is time to leave somebody out."""
        return len(self._suspects) >= MANY

    @property
    def hopeless(self) -> bool:
        return len(self._suspects) >= GIVE_UP_AFTER

    @property
    def pause_s(self) -> float:
        """How long to wait before the next start: none after a first death, then longer and longer."""
        return 0.0 if len(self._suspects) < 2 else min(0.25 * 2 ** len(self._suspects), 4.0)


def reason(exit_code: int) -> Text:
    """Why a process ended, as part of a sentence."""
    if exit_code >= 0:
        return Text("it ended by itself") if exit_code == 0 else Text("it ended with the code {}", exit_code)
    if -exit_code == getattr(signal, "SIGKILL", None):
        return Text("it was killed, perhaps because the memory ran out")
    names = {number.value: number.name for number in signal.Signals}
    return Text("it crashed ({})", names.get(-exit_code, f"signal {-exit_code}"))
