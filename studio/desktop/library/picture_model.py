"""PictureModel: the library as a list for Qt: pages come when they are scrolled to, thumbnails when they are drawn."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QImage

from studio.desktop.canvas.view import file_data
from studio.desktop.shell.qt_image import to_qimage
from studio.desktop.shell.worker import Worker
from studio.errors import UserError

if TYPE_CHECKING:
    from studio.library import Library, Record

PAGE = 100
LARGEST_PAGE = 1000
"""Whoever scrolls far gets more at once: the end of a large library is a few pages away."""
IMAGES_KEPT = 600
WANTED = 120
"""The most thumbnails that wait to be made: those that were scrolled past longest ago are let go."""
RECORD = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class PictureModel(QStringListModel):
    """The newest picture first. Nothing is read in the window's thread.

    Its strings stay empty: this base counts its rows in C++. A view that lays out 10,000 rows asks for their number as
    often, and in Python that held up the window for 30 ms at each page.
    """

    loaded = Signal()
    failed = Signal(object)
    """The library could not be read."""

    def __init__(self, worker: Worker, parent: QObject | None = None, *, trashed: bool = False) -> None:
        """`trashed`: of the trash instead."""
        super().__init__(parent)
        self._worker, self._trashed = worker, trashed
        self._library: Library | None = None
        self._records: list[Record] = []
        self._rows: dict[str, int] | None = None
        self._text = ""
        self._more = self._loading = self._stale = False
        self._round = 0
        self.total = 0
        self.thumbnails = ThumbnailLoader(worker, self)
        self.thumbnails.ready.connect(self._thumbnail_ready)

    def open(self, library: "Library") -> None:
        self._library = library
        self.thumbnails.library = library
        self.restart()

    def search(self, text: str) -> None:
        """Show only what these words are found in."""
        if text.strip() != self._text:
            self._text = text.strip()
            self.restart()

    def refresh(self) -> None:
        """Take in what was saved meanwhile, by this window or another program."""
        if self._library is None:
            return
        if self._loading:
            self._stale = True
            return
        library, text, newest = self._library, self._text, self._records[0].sequence if self._records else -1
        number, trashed = self._round, self._trashed

        def look() -> "tuple[list[Record], int]":
            found = library.find(text, PAGE, trashed=trashed)
            return [record for record in found if record.sequence > newest], library.count(text, trashed=trashed)

        self._worker.run(look, lambda found: self._prepend(number, *found), self._failed)

    def record(self, row: int) -> "Record | None":
        return self._records[row] if 0 <= row < len(self._records) else None

    def row(self, id: str) -> int:
        """-1 for a picture that is not listed (yet)."""
        if self._rows is None:
            self._rows = {record.id: row for row, record in enumerate(self._records)}
        return self._rows.get(id, -1)

    def drop(self, ids: Iterable[str]) -> None:
        """No longer list these pictures."""
        for row in sorted((row for id in ids if (row := self.row(id)) >= 0), reverse=True):
            self.removeRows(row, 1)
            del self._records[row]
            self.total -= 1
        self._rows = None
        self.loaded.emit()

    # ---- what Qt asks

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index.row())
        if record is None:
            return None
        if role == RECORD:
            return record
        if role == Qt.ItemDataRole.DecorationRole:
            return self.thumbnails.get(record)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return summary(record)
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not self._loading and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        self._load()

    def flags(self, index: Index) -> Qt.ItemFlag:
        kinds = Qt.ItemFlag
        whole = kinds.ItemIsSelectable | kinds.ItemIsEnabled | kinds.ItemIsDragEnabled | kinds.ItemNeverHasChildren
        return whole if index.isValid() else kinds.NoItemFlags

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        return file_data(*(record.path for index in indexes if (record := self.record(index.row()))))

    # ---- loading

    def restart(self) -> None:
        self._round += 1
        self._records, self._rows, self._more, self._loading = [], None, True, False
        self.setStringList([])
        self._load()

    def _load(self) -> None:
        if self._library is None or not self._more or self._loading:
            return
        self._loading = True
        library, text, number, trashed = self._library, self._text, self._round, self._trashed
        before = self._records[-1].sequence if self._records else None
        limit = min(max(PAGE, len(self._records)), LARGEST_PAGE)

        def look() -> "tuple[list[Record], int]":
            total = library.count(text, trashed=trashed) if before is None else -1
            return library.find(text, limit, before, trashed=trashed), total

        self._worker.run(look, lambda found: self._append(number, limit, *found), self._failed)

    def _append(self, number: int, limit: int, records: "list[Record]", total: int) -> None:
        if number != self._round:
            return
        self._loading, self._more = False, len(records) == limit
        if total >= 0:
            self.total = total
        if records:
            first = len(self._records)
            self._records += records
            self._rows = None
            self.insertRows(first, len(records))
        self.loaded.emit()
        if self._stale:
            self._stale = False
            self.refresh()

    def _prepend(self, number: int, records: "list[Record]", total: int) -> None:
        newest = self._records[0].sequence if self._records else -1
        records = [record for record in records if record.sequence > newest]  # an earlier look may have brought some
        if number != self._round:
            return
        self.total = total
        if len(records) == PAGE and self._records:  # there may be more between them and the first that is listed
            self.restart()
            return
        if records:
            self._records[:0] = records
            self._rows = None
            self.insertRows(0, len(records))
        self.loaded.emit()

    def _failed(self, error: UserError) -> None:
        self._loading = self._more = False
        self.failed.emit(error)

    def _thumbnail_ready(self, id: str) -> None:
        row = self.row(id)
        if row >= 0:
            at = self.index(row)
            self.dataChanged.emit(at, at, [Qt.ItemDataRole.DecorationRole])


class ThumbnailLoader(QObject):
    """Small pictures, made on a worker's thread; the latest wanted come first."""

    ready = Signal(str)

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self.library: Library | None = None
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._wanted: deque[Record] = deque(maxlen=WANTED)
        self._busy: str = ""

    def get(self, record: "Record") -> QImage | None:
        """None while there is none; `ready` tells when it has come. A null image for one that cannot be read."""
        if record.id in self._images:
            self._images.move_to_end(record.id)
            return self._images[record.id]
        if record.id != self._busy and all(other.id != record.id for other in self._wanted):
            self._wanted.append(record)
            self._next()
        return None

    def _next(self) -> None:
        if self._busy or not self._wanted or self.library is None:
            return
        record, library = self._wanted.pop(), self.library
        self._busy = record.id
        self._worker.run(_maker(library, record), lambda image: self._keep(record, image), lambda _: self._lost(record))

    def _lost(self, record: "Record") -> None:
        self._keep(record, QImage())

    def _keep(self, record: "Record", image: QImage) -> None:
        self._busy = ""
        self._images[record.id] = image
        while len(self._images) > IMAGES_KEPT:
            self._images.popitem(last=False)
        self.ready.emit(record.id)
        self._next()


def _maker(library: "Library", record: "Record") -> Callable[[], QImage]:
    def make() -> QImage:
        from studio import images  # slow, and first needed after the first paint

        return to_qimage(images.load_rgb(library.thumbnail(record)))

    return make


def summary(record: "Record") -> str:
    """What a picture is called: its prompt, else its task."""
    return record.recipe.words or record.recipe.task
