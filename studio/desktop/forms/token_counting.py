"""Counting: the tokens of prompts, on a worker's thread, by the tokenizer of the model that was chosen last."""

from collections.abc import Callable
from pathlib import Path

from studio.descriptions import ModelInfo
from studio.desktop.forms.token_counter import TokenCount, TokenCounter, find
from studio.desktop.shell.worker import Worker

Told = Callable[[TokenCount | None], None]


class TokenCounting:
    """Of one form. A model without a tokenizer that can be read has no counts; that keeps nobody from writing."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._model: ModelInfo | None = None
        self._counters: dict[str, TokenCounter | None] = {}

    def use(self, model: ModelInfo | None) -> None:
        self._model = model

    def count(self, text: str, told: Told) -> None:
        """`told` gets the count, in the window's thread; None where it cannot be known."""
        model = self._model
        if model is None or not text:  # a tokenizer is 6 MB
            told(None)
            return

        def hand_on(count: TokenCount | None) -> None:
            if model is self._model:
                told(count)

        self._worker.run(lambda: self._counted(model, text), hand_on)

    def _counted(self, model: ModelInfo, text: str) -> TokenCount | None:
        if model.path not in self._counters:
            self._counters[model.path] = _open(model)
        counter = self._counters[model.path]
        return counter.count(text, model.prompt_tokens) if counter else None


def _open(model: ModelInfo) -> TokenCounter | None:
    folder = Path(model.reader) if model.reader else find(Path(model.path))
    if folder is None:
        return None
    try:
        return TokenCounter(folder)
    except Exception:  # noqa: BLE001 - tokenizers raises bare Exception for a damaged file
        return None
