"""Saver: stores the pictures of one job, and keeps those that cannot be stored until somebody decides."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from studio import api, messages
from studio.engine.library_access import LibraryAccess
from studio.engine.running_job import RunningJob
from studio.errors import UserError
from studio.library import Recipe, save_loose
from studio.messages import Event


@dataclass(frozen=True)
class _Picture:
    """A finished picture in memory."""

    image: Image.Image
    recipe: Recipe
    icc: bytes | None


class Saver:
    """A finished picture is never dropped without its user's word for it."""

    def __init__(
        self, job: RunningJob, store: LibraryAccess, emit: Callable[[Event], None], folder: str = ""
    ) -> None:
        """`folder`: where pictures go instead of the library, as those of a preview do."""
        self._job, self._store, self._emit, self._folder = job, store, emit, folder or None
        self._unsaved: list[_Picture] = []
        self.count = 0

    def save(self, result: api.Result, recipe: Callable[[], Recipe]) -> None:
        """Store a picture now, or keep it and tell so; rows cannot be kept, so for them this raises StorageError."""
        if isinstance(result.image, api.Rows):
            record = self._store.save_rows(result.image, recipe, result.icc)
            self._tell(record.id, record.path, record.recipe, (record.width, record.height))
        else:
            self._try(_Picture(result.image, recipe(), result.icc), self._folder)
        self.count += 1

    def settle(self) -> int:
        """Wait until every picture is saved or given up; returns how many were given up."""
        while self._unsaved:
            decision = self._job.decision()
            pictures, self._unsaved = self._unsaved, []
            if isinstance(decision, messages.Discard):
                return len(pictures)
            for picture in pictures:
                self._try(picture, decision.folder)
        return 0

    def _try(self, picture: _Picture, folder: str | None) -> None:
        image, recipe, icc = picture.image, picture.recipe, picture.icc
        try:
            if folder is None:
                record = self._store.save(image, recipe, icc)
                id, path = record.id, record.path
            else:
                id, path = "", save_loose(image, recipe, Path(folder), icc)
        except UserError as error:
            self._unsaved.append(picture)
            self._emit(messages.Unsaved(self._job.id, recipe.index, error.message))
        else:
            self._tell(id, path, recipe, (image.width, image.height))

    def _tell(self, id: str, path: Path, recipe: Recipe, size: tuple[int, int]) -> None:
        told = recipe.index, *size, recipe.seed, dict(recipe.values), dict(recipe.read)
        self._emit(messages.Saved(self._job.id, id, str(path), *told))
