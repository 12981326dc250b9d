"""Store: the library as the engine uses it, opened when it is first needed, and again after a failure."""

import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from studio import api, files
from studio.engine import embedding_file
from studio.library import Library, Recipe, Record, picture_id

EMBEDDINGS = "embeddings"


class LibraryAccess:
    """A library that cannot be opened must not keep the engine from starting: the pictures wait, its user is told."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._library: Library | None = None
        self._opening = threading.Lock()  # jobs and plans have threads of their own

    def save(self, image: Image.Image, recipe: Recipe, icc: bytes | None) -> Record:
        """Raises UserError when it cannot be stored."""
        return self._opened().save(image, recipe, icc)

    def save_rows(self, rows: api.Rows, recipe: Callable[[], Recipe], icc: bytes | None) -> Record:
        """Raises UserError when it cannot be stored, and whatever the rows raise."""
        return self._opened().save_rows(rows, recipe, icc)

    def path(self, ref: str) -> Path:
        """The file behind an ImageRef. Raises UserError."""
        return self._opened().path(ref) if picture_id.is_id(ref) else files.absolute(ref)

    def embedding(self, ref: str) -> api.Embedding | None:
        """The saved embedding behind an ImageRef, None for a picture. Raises UserError."""
        return embedding_file.read(self.path(ref))

    def keep(self, embedding: api.Embedding) -> Path:
        """Keep an embedding under its name. Raises UserError."""
        return embedding_file.write(self._root / EMBEDDINGS, embedding)

    def check_name(self, name: str) -> None:
        """Raises UserError for a name that no embedding can be kept under."""
        embedding_file.place(self._root / EMBEDDINGS, name)

    def sweep(self) -> list[str]:
        """Raises UserError."""
        return self._opened().sweep()

    def close(self) -> None:
        if self._library:
            self._library.close()

    def _opened(self) -> Library:
        with self._opening:
            if self._library is None:
                self._library = Library(self._root)
            return self._library
