"""Library: saves pictures so that no kill loses or tears one, and finds them again."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from studio import atomic, files
from studio.errors import UserError
from studio.library import index, picture_id, png, png_copy, reserve, thumbnail
from studio.library.recipe import Embedded, Recipe, decode
from studio.library.recovery import sweep
from studio.library.sharing import shareable
from studio.library.storage_error import (
    DELETED,
    DROPPED,
    EMPTIED,
    FREE,
    KEPT,
    LEFT,
    RESTORED,
    SAVED,
    UNCHANGED,
    UNSAVABLE,
    StorageError,
    explained,
    looked_up,
    put_in_order,
)
from studio.text import Text

if TYPE_CHECKING:  # Pillow is imported when a picture is saved, not by a window that starts
    from PIL import Image

    from studio.library.png_stream import PngRows

Embed = Callable[[Recipe], Embedded]
LARGE_PIXELS = 16_000_000
"""From here on a thumbnail is made while its picture is written: to read it again would take its whole size."""


class Record(msgspec.Struct, frozen=True):
    """A picture of the library. `sequence` gives the order; `created` (ISO, UTC) is only what the clock said."""

    id: str
    path: Path
    created: str
    sequence: int
    width: int
    height: int
    recipe: Recipe
    thumbnail: Path
    """Where the thumbnail is or will be; `Library.thumbnail` makes it."""
    missing: bool = False
    """Whether the last sweep found the file gone."""
    trashed: bool = False
    """Whether it was deleted and can be restored."""


class Emptied(NamedTuple):
    """What is gone for good."""

    pictures: int
    size_bytes: int


class Library:
    """A folder of pictures and their index. Threads may share one; processes open one each on the same folder.

    A folder that cannot be written opens for reading: `problem` then says why, and `save` raises StorageError.
    """

    def __init__(self, root: Path, *, readonly: bool = False) -> None:
        self.root = Path(root).absolute()
        self._readonly = readonly
        self._lock = threading.RLock()
        self._index = self._open()

    @property
    def problem(self) -> Text:
        """Why nothing can be saved, as part of a sentence; '' when all is well."""
        return self._index.problem

    def save(self, image: "Image.Image", recipe: Recipe, icc: bytes | None = None) -> Record:
        """Store a picture losslessly, with its recipe and colour profile; when this returns it is on the disk.

        Raises StorageError (nothing is left behind, the caller keeps the picture) and UserError for what no PNG holds.
        """
        image.load()
        png.check(image)

        def write(file: BinaryIO, embed: Embed) -> Recipe:
            png.write(image, file, embed(recipe), icc)
            return recipe

        return self._save(write, image.size, KEPT)

    def save_rows(self, rows: "PngRows", recipe: Callable[[], Recipe], icc: bytes | None = None) -> Record:
        """Store a picture that comes in strips, in bounded memory; `recipe` is asked after the last strip.

        Raises StorageError, and whatever the strips raise; nothing is left behind then.
        """
        from studio.library import png_stream  # needs numpy, which a window that starts does not

        small = png_stream.Shrinker(rows, thumbnail.SIDE) if rows.width * rows.height >= LARGE_PIXELS else None
        try:
            record = self._save(
                lambda file, embed: png_stream.write(rows, file, embed, recipe, icc, small),
                (rows.width, rows.height),
                DROPPED,
            )
        except png_stream.StripError as wrapped:
            raise wrapped.error from None
        if small:
            with contextlib.suppress(OSError):  # it is made when it is asked for, then
                thumbnail.save(small.image(), record.thumbnail)
        return record

    def adopt(self, source: Path, recipe: Recipe, id: str) -> Record:
        """Store a finished picture of another library bit for bit, under its own id, with this recipe inside.

        One of this id that is here already stays as it is. Raises StorageError, and UserError for what is none.
        """
        found = png.read(source)
        if found is None or not picture_id.is_id(id):
            raise UserError("“{}” is no picture of the studio.", source.name, code="invalid_image")
        with self._looking():
            if known := self._index.get(id):
                return self._record(known)

        def write(file: BinaryIO, embed: Embed) -> Recipe:
            try:
                png_copy.copy_with(source, file, embed(recipe))
            except png_copy.NotCopiedError:
                raise UserError("“{}” is no picture of the studio.", source.name, code="invalid_image") from None
            return recipe

        return self._save(write, found[:2], KEPT, id)

    def check(self) -> None:
        """Raise UserError when nothing can be saved now: before anybody begins to compute."""
        with self._lock:
            self._require_writable(UNSAVABLE, FREE)
            if reserve.is_brimful(self.root):
                raise StorageError(UNSAVABLE, self.root, Text("the disk is full"), FREE)
            with explained(self.root, FREE, UNSAVABLE):
                self._index.check()

    def get(self, id: str) -> Record:
        """Raises UserError for an id that is not there."""
        with self._looking():
            return self._record(self._row(id))

    def _row(self, id: str) -> index.IndexRow:
        row = self._index.get(id)
        if row is None:
            raise UserError(
                "There is no picture {} in the library {}; `studio library` lists them.",
                repr(id),
                self.root,
                code="unknown_picture",
            )
        return row

    def find(
        self, text: str = "", limit: int = 50, before_sequence: int | None = None, *, trashed: bool = False
    ) -> list[Record]:
        """The newest first. Every word of `text` occurs in the task, the model, or a text of parameters or values.

        For the next page give the last record's sequence as `before_sequence`. `trashed`: of the trash instead.
        """
        with self._looking():
            return [self._record(row) for row in self._index.find(text, limit, before_sequence, trashed)]

    def count(self, text: str = "", *, trashed: bool = False) -> int:
        with self._looking():
            return self._index.count(text, trashed)

    def children(self, id: str) -> list[Record]:
        """The pictures that were made from this one, also those in the trash; the oldest first."""
        with self._looking():
            return [self._record(row) for row in self._index.children(id)]

    def path(self, ref: str) -> Path:
        """The file behind an ImageRef: a library id, or the path of any file."""
        return self.get(ref).path if picture_id.is_id(ref) else files.absolute(ref)

    def thumbnail(self, record: Record) -> Path:
        """A small WebP of the picture, made now if need be; the picture itself where nothing can be written.

        Raises UserError when the picture cannot be read.
        """
        if record.thumbnail.is_file():
            return record.thumbnail
        if not record.path.is_file():
            raise UserError(
                "The file of the picture {} is missing: {}. Put it back, or ignore this.",
                record.id,
                record.path,
                code="missing_picture",
            )
        try:
            thumbnail.make(record.path, (record.width, record.height), record.thumbnail)
        except OSError:  # read-only or full: a gallery shows it all the same
            return record.path
        return record.thumbnail

    def delete(self, ids: Sequence[str]) -> None:
        """Into the trash, from where `restore` brings them back as they were; all of them or none.

        Their files stay where they are until the trash is emptied: what was made from them, a canvas or a project still
        finds them. Raises UserError for an id that is not there, and StorageError.
        """
        self._trash(ids, DELETED, trashed=True)

    def restore(self, ids: Sequence[str]) -> None:
        """Out of the trash, each to its old place in the order. Raises as `delete` does."""
        self._trash(ids, RESTORED, trashed=False)

    def trash_bytes(self) -> int:
        """What the files in the trash take."""
        return sum(record.path.stat().st_size for record in self._trashed() if record.path.is_file())

    def empty_trash(self, kept: Container[str] = ()) -> Emptied:
        """Remove what lies in the trash for good, but for the ids that are `kept`. Raises StorageError."""
        with self._lock:
            if self._readonly or not reserve.is_brimful(self.root):  # else the files go first, which makes room
                self._require_writable(EMPTIED, UNCHANGED)
            gone, size_bytes = [], 0
            with explained(self.root, LEFT, EMPTIED):
                try:
                    for record in self._trashed():
                        if record.id not in kept:
                            size_bytes += self._remove(record)
                            gone.append(record.id)
                finally:
                    self._require_writable(EMPTIED, LEFT)
                    self._with_room(lambda: self._index.forget(gone))
            return Emptied(len(gone), size_bytes)

    def _remove(self, record: Record) -> int:
        """The files of a picture; returns how many bytes that frees. What a link leads to elsewhere must be ours."""
        is_here = record.path.resolve().is_relative_to(self.root.resolve())
        found = None if is_here else png.read(record.path)
        if is_here or (found and found[2].id == record.id):
            return _remove(record.path) + _remove(record.thumbnail)
        return _remove(record.thumbnail)

    def _trashed(self) -> list[Record]:
        return self.find(limit=self.count(trashed=True), trashed=True)

    def _trash(self, ids: Sequence[str], failed: str, *, trashed: bool) -> None:
        with self._lock:
            with self._looking():
                for id in ids:
                    self._row(id)
            self._require_writable(failed, UNCHANGED)
            with explained(self.root, UNCHANGED, failed):
                self._with_room(lambda: self._index.trash(ids, trashed))

    def sweep(self) -> list[str]:
        """Put the library in order, best at start; returns a sentence for each kind of thing that was found."""
        with self._lock:
            if self.problem:
                return []
            with put_in_order(self.root, self.root / index.FILE):
                return sweep(self.root, self._index)

    def close(self) -> None:
        with self._lock:
            self._index.close()

    def _save(
        self, write: Callable[[BinaryIO, Embed], Recipe], size: tuple[int, int], advice: Text, id: str = ""
    ) -> Record:
        self._require_writable(SAVED, advice)
        now = picture_id.utc_now()
        id, created = id or picture_id.new_id(now), now.isoformat(timespec="milliseconds")
        name = f"pictures/{now:%Y-%m}/{id}.png"
        rows: list[index.IndexRow] = []
        with explained(self.root, advice):
            self._make_folder(name)
            try:
                with atomic.writing(self.root / name, lambda: rows.append(self._add(*made))) as file:
                    recipe = write(file, lambda recipe: Embedded(id, created, shareable(recipe, (self.root,))))
                    png.verify(file, size)
                    made = index.row(id, name, created, size, recipe), recipe
            except (OSError, sqlite3.Error):
                with contextlib.suppress(OSError):
                    (self.root / name).unlink()
                raise
        return self._record(*rows)

    def _add(self, row: index.IndexRow, recipe: Recipe) -> index.IndexRow:
        """While the file is still locked, so that nobody who sweeps takes it for one without a row."""
        with self._lock:
            return row._replace(sequence=self._index.add(row, recipe))

    def _open(self) -> index.Index:
        if not self._readonly:
            with contextlib.suppress(OSError):  # the index cannot be opened for writing then, and says so
                files.make_private(self.root)
        opened = index.Index(self.root, readonly=self._readonly)
        if not opened.problem:
            reserve.keep(self.root)
        return opened

    @contextlib.contextmanager
    def _looking(self) -> Iterator[None]:
        with self._lock, looked_up(self.root / index.FILE):
            yield

    def _require_writable(self, failed: str, advice: Text) -> None:
        with self._lock:
            if not self.problem and not (self.root / index.FILE).exists():  # SQLite would go on with what is gone
                raise StorageError(failed, self.root, Text("the folder is gone"), advice)
            if self.problem and not self._readonly:  # the disk may have room again
                self._reopen()
            if self.problem and failed != SAVED and reserve.is_brimful(self.root) and reserve.release(self.root):
                self._reopen()
            if self.problem:
                raise StorageError(failed, self.root, Text("it can only be read ({})", self.problem), advice)

    def _reopen(self) -> None:
        self._index.close()
        self._index = self._open()

    def _with_room(self, change: Callable[[], None]) -> None:
        """Change the index; on a full disk, in the room that was set aside for that."""
        try:
            change()
        except (OSError, sqlite3.Error) as error:
            if not (reserve.is_wanted(self.root, error) and reserve.release(self.root)):
                raise
            change()

    def _make_folder(self, name: str) -> None:
        month = (self.root / name).parent
        for folder in (month.parent, month):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                atomic.sync_folder(folder.parent)

    def _record(self, row: index.IndexRow) -> Record:
        return Record(
            id=row.id,
            path=index.inside(self.root, row.path),
            created=row.created,
            sequence=row.sequence,
            width=row.width,
            height=row.height,
            recipe=decode(row.recipe),
            thumbnail=self.root / "thumbnails" / row.id[:4] / f"{row.id}.webp",
            missing=bool(row.missing),
            trashed=bool(row.trashed),
        )


def _remove(file: Path) -> int:
    """Returns how many bytes that frees."""
    try:
        size_bytes = file.stat().st_size
        file.unlink()
    except FileNotFoundError:
        return 0
    return size_bytes
