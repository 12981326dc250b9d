"""FakeContext: a `studio.api.Context` that a test can look into."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from studio import api, errors, images, settings
from studio.engine import embedding_file as files
from studio.engine.context import ModelAccess, showable
from studio.engine.library_access import EMBEDDINGS
from studio.models.service import ModelService
from studio.models.value_cache import ValueCache
from studio.plugin_host import registry
from studio.plugin_host.operations import PictureOperations
from studio.text import Text

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """One call of `progress`."""

    done: float
    total: float
    preview: Image.Image | None
    stage: str


class FakeContext:
    """Records what a task tells its host, on the caller's thread.

    `pictures`: what `image` and `mask` return for a ref, given as pictures; any other ref is the path of a file.
    `models`: where models are leased from; by default the studio's own catalogue, the bundled starter in it.
    `previews`, `reveals`: whether somebody watches. `cancel_at`: the number of the `progress` call that raises
    Cancelled, the first being 0. `kept_in`: the folder of saved embeddings, by default the one of STUDIO_HOME.
    """

    def __init__(
        self,
        *,
        pictures: Mapping[str, Image.Image] | None = None,
        models: ModelAccess | None = None,
        previews: bool = False,
        reveals: bool = False,
        cancel_at: int | None = None,
        kept_in: Path | None = None,
    ) -> None:
        self._pictures = pictures or {}
        self._models = models
        self._operations: PictureOperations | None = None
        self._cache = ValueCache()
        self._kept_in = kept_in
        self._cancel_at = cancel_at
        self.wants_preview, self.reveals = previews, reveals
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self.revealed: list[tuple[str, dict[str, Any]]] = []

    def progress(self, done: float, total: float, preview: Image.Image | None = None, *, stage: str = "") -> None:
        if not (total > 0 and 0 <= done <= total):
            raise AssertionError(f"progress({done}, {total}): done must be between 0 and total")
        number = len(self.steps)
        self.steps.append(Step(done, total, preview, stage))
        if self._cancel_at is not None and number >= self._cancel_at:
            raise errors.Cancelled

    def image(self, ref: str) -> Image.Image:
        return self._pictures[ref].copy() if ref in self._pictures else images.load_rgb(Path(ref))

    def original(self, ref: str, *, tiff: bool = False) -> api.Original:
        if ref in self._pictures:
            file = io.BytesIO()
            self._pictures[ref].save(file, "PNG")
            found = images.open_image(file.getvalue())
        else:
            found = images.open_image(Path(ref), formats=images.WITH_TIFF if tiff else images.FORMATS)
        return api.Original(found.original, found.image, found.icc, found.bits)

    def control_picture(self, picture: Image.Image, hint: str) -> api.ControlPicture:
        if self._operations is None:
            self._operations = PictureOperations(registry.load(settings.load()).operations)
        return self._operations.control_picture(picture, hint)

    def embedding(self, ref: str) -> api.Embedding | None:
        return None if ref in self._pictures else files.read(Path(ref))

    def keep(self, embedding: api.Embedding) -> str:
        return str(files.write(self._embeddings, embedding))

    def check_name(self, name: str) -> None:
        files.place(self._embeddings, name)

    @property
    def _embeddings(self) -> Path:
        return self._kept_in or settings.load().library_dir / EMBEDDINGS

    def mask(self, ref: str) -> Image.Image:
        return self._pictures[ref].convert("L") if ref in self._pictures else images.load_mask(Path(ref))

    @contextlib.contextmanager
    def model(self, spec: api.Model) -> Iterator[api.Lease]:
        if self._models is None:
            chosen = settings.load()
            self._models = ModelService(chosen, registry.load(chosen).families)
        with self._models.lease(spec) as lease:
            self.notes += map(str, lease.told)
            yield lease

    def cached(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        return self._cache.get(key, make)

    def note(self, template: str, *args: object) -> None:
        self.notes.append(str(Text(template, *args)))

    def reveal(self, stage: str, **data: Any) -> None:
        if self.reveals:
            self.revealed.append((stage, {name: showable(value) for name, value in data.items()}))
