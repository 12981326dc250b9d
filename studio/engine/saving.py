"""Saver: stores the pictures of one job, and keeps those that cannot be stored until somebody decides."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from studio import messages
from studio.engine.job import Job
from studio.engine.store import Store
from studio.errors import UserError
from studio.library import Recipe, save_loose
from studio.messages import Event


class Saver:
    """A finished picture is never dropped without its user's word for it."""

    def __init__(self, job: Job, store: Store, emit: Callable[[Event], None]) -> None:
        self._job, self._store, self._emit = job, store, emit
        self._unsaved: list[tuple[Image.Image, Recipe]] = []
        self.count = 0

    def save(self, image: Image.Image, recipe: Recipe) -> None:
        """Store a picture now, or keep it and tell so."""
        self.count += 1
        self._try(image, recipe, None)

    def settle(self) -> int:
        """Wait until every picture is saved or given up; returns how many were given up."""
        while self._unsaved:
            decision = self._job.decision()
            pictures, self._unsaved = self._unsaved, []
            if isinstance(decision, messages.Discard):
                return len(pictures)
            for image, recipe in pictures:
                self._try(image, recipe, decision.folder)
        return 0

    def _try(self, image: Image.Image, recipe: Recipe, folder: str | None) -> None:
        try:
            if folder is None:
                record = self._store.save(image, recipe)
                id, path = record.id, record.path
            else:
                id, path = "", save_loose(image, recipe, Path(folder))
        except UserError as error:
            self._unsaved.append((image, recipe))
            self._emit(messages.Unsaved(self._job.id, recipe.index, error.message))
        else:
            size = (image.width, image.height)
            self._emit(
                messages.Saved(self._job.id, id, str(path), recipe.index, *size, recipe.seed, dict(recipe.values))
            )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A result's values as JSON can carry them: numpy's and torch's numbers become numbers, the unknown text."""
    return {str(name): msgspec.to_builtins(value, enc_hook=_plain, str_keys=True) for name, value in values.items()}


def _plain(value: Any) -> Any:
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "size", 1) in (1, ()) else str(value)
