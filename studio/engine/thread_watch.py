"""ThreadWatch: which threads a task has left running after its end."""

import threading
import time

GRACE_S = 0.2
"""For a thread that is just ending."""
KEPT = ("studio.", "tqdm.", "concurrent.futures.", "torch.", "diffusers.", "transformers.", "huggingface_hub.")
"""Modules whose threads stay by design, wait most of the time, and are nobody's fault."""


class ThreadWatch:
    """Begun before a task runs; Python's threads only, for nobody can tell whose those of native code are."""

    def __init__(self) -> None:
        self._before = {*threading.enumerate()}

    def left(self) -> list[str]:
        """The names of those that were started since and still run."""
        until = time.monotonic() + GRACE_S
        found = [thread for thread in threading.enumerate() if thread not in self._before and not _is_kept(thread)]
        for thread in found:
            thread.join(max(0.0, until - time.monotonic()))
        return [thread.name for thread in found if thread.is_alive()]


def _is_kept(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)  # gone when it has ended
    module = getattr(target, "__module__", None) or type(thread).__module__
    return f"{module}.".startswith(KEPT)
