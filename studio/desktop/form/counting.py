"""Counting: the tokens of prompts, on a worker's thread, by the tokenizer of the model that was chosen last."""

from collections.abc import Callable
from pathlib import Path

from studio.desktop.form.counter import Count, Counter, find
from studio.desktop.worker import Worker
from studio.messages import ModelInfo

Told = Callable[[Count | None], None]


class Counting:
    """Of one form. A model without a tokenizer that can be read has no counts; that keeps nobody from writing."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._path: Path | None = None
        self._counters: dict[Path, Counter | None] = {}

    def use(self, model: ModelInfo | None) -> None:
        self._path = Path(model.path) if model else None

    def count(self, text: str, told: Told) -> None:
        """`told` gets the count, in the window's thread; None where it cannot be known."""
        path = self._path
        if path is None:
            told(None)
            return

        def hand_on(count: Count | None) -> None:
            if path == self._path:
                told(count)

        self._worker.run(lambda: self._counted(path, text), hand_on)

    def _counted(self, path: Path, text: str) -> Count | None:
        if path not in self._counters:
            self._counters[path] = _open(path)
        counter = self._counters[path]
        return counter.count(text) if counter else None


def _open(model: Path) -> Counter | None:
    folder = find(model)
    if folder is None:
        return None
    try:
        return Counter(folder)
    except Exception:  # noqa: BLE001 - tokenizers raises bare Exception for a damaged file
        return None
