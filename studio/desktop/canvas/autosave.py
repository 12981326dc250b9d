"""Autosave: writes down the documents at every act; they are there again after whatever ended the program."""

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from studio import files
from studio.atomic import writing
from studio.desktop.canvas.kept_step import FOLDER, EarlierSession, KeptDocument, LayerCache, RestingDocument
from studio.desktop.shell.worker import Worker
from studio.errors import UserError, os_reason


class Autosave(QObject):
    """Writes on a worker's thread, one document at a time; of what came meanwhile, the last state of each.

    What is not on the disk yet is in `pending`; it stays there while the disk is full.
    """

    restored = Signal(object)
    """An EarlierSession."""
    failed = Signal(object)
    kept = Signal()
    claimed = Signal()
    """The folder is this program's."""
    occupied = Signal()
    """Another program that runs has it: this one restores and keeps nothing."""

    def __init__(self, worker: Worker, folder: Path, cache: LayerCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker, self._folder, self._cache = worker, folder, cache
        self._busy = self._again = self._mine = self._told = False
        self.pending: dict[str, KeptDocument] = {}
        self._index: bytes | None = None
        self._dropped: list[str] = []

    # ---- writing

    def keep(self, id: str, document: KeptDocument) -> None:
        self.pending[id] = document
        self._next()

    def keep_list(self, documents: Sequence[tuple[str, str]], current: str) -> None:
        """Which documents there are, with their names; each is on the disk before the list names it."""
        from studio.document import stored_document  # slow, and first needed after the first paint

        entries = [stored_document.DocumentEntry(*one) for one in documents]
        self._index = msgspec.json.encode(stored_document.DocumentIndex(current=current, documents=entries))
        self._next()

    def drop(self, id: str) -> None:
        """A document is gone; its folder goes when the list does not name it any more."""
        self.pending.pop(id, None)
        self._dropped.append(id)

    def _next(self) -> None:
        self._again = self._busy
        if self._busy or not self._mine:
            return
        if self.pending:
            id, document = next(iter(self.pending.items()))
            self._run(lambda: self._write(id, document), lambda: self._written(id, document))
        elif self._index is not None:
            index, dropped = self._index, [*self._dropped]
            self._run(lambda: self._write_list(index, dropped), lambda: self._list_written(index, dropped))
        else:
            self.kept.emit()

    def _run(self, work: Callable[[], None], done: Callable[[], None]) -> None:
        self._busy = True

        def then(_: None) -> None:
            self._busy = self._told = False
            done()
            self._next()

        self._worker.run(work, then, self._not_written)

    def _written(self, id: str, document: KeptDocument) -> None:
        if self.pending.get(id) is document:
            del self.pending[id]

    def _list_written(self, index: bytes, dropped: list[str]) -> None:
        self._dropped = [id for id in self._dropped if id not in dropped]
        if self._index is index:
            self._index = None

    def close(self) -> None:
        """Write down what the worker, which has ended, did not come to: the last act before the program was quit."""
        if not self._mine:
            return
        with contextlib.suppress(UserError):  # which was told when it was tried before, or comes too late to be
            for id, document in self.pending.items():
                self._write(id, document)
            if self._index is not None:
                self._write_list(self._index, self._dropped)

    def _not_written(self, error: UserError) -> None:
        self._busy = False
        if not self._told:
            self._told = True
            self.failed.emit(error)
        if self._again:  # there was a change meanwhile
            self._next()

    def _write(self, id: str, document: KeptDocument) -> None:
        from studio.desktop.canvas import document_folder  # slow, and first needed after the first paint

        try:
            files.make_private(self._folder)
            files.make_private(self._folder / FOLDER)
            document_folder.write(self._folder / FOLDER / id, self._folder.parent, document)
        except OSError as error:
            raise self._failure(error) from error

    def _write_list(self, index: bytes, dropped: list[str]) -> None:
        from studio.document.stored_document import INDEX_FILE  # slow, and first needed after the first paint

        try:
            files.make_private(self._folder)
            with writing(self._folder / INDEX_FILE) as file:
                file.write(index)
        except OSError as error:
            raise self._failure(error) from error
        for id in dropped:
            shutil.rmtree(self._folder / FOLDER / id, ignore_errors=True)

    def _failure(self, error: OSError) -> UserError:
        return UserError(
            "The canvas could not be kept in {} ({}): it would be lost if the program ended now. Free some "
            "space there; it is tried again at the next change.",
            self._folder,
            os_reason(error),
            code="storage",
        )

    # ---- bringing it back

    def read(self, id: str, then: Callable[[RestingDocument], object], failed: Callable[[UserError], object]) -> None:
        """A document that rests, from memory if it is not on the disk yet."""
        from studio.desktop.canvas import session_reader  # slow, and first needed after the first paint

        if id in self.pending:
            then(RestingDocument(self.pending[id]))
        else:
            self._worker.run(lambda: session_reader.read_document(self._folder, id, self._cache), then, failed)

    def thumbnail_file(self, id: str) -> Path:
        """Of a document that rests; it need not be there."""
        return self._folder / FOLDER / id / "thumbnail.png"

    def restore(self) -> None:
        """What was there when the program ended."""
        self._worker.run(self._claim, self._begin)

    def _claim(self) -> bool:
        from studio.document import session_lock  # slow, and first needed after the first paint

        try:
            return session_lock.claim(self._folder)
        except OSError:  # nothing can be written: reported at the first act
            return True

    def _begin(self, mine: bool) -> None:
        if not mine:
            self.occupied.emit()
            return
        self._mine = True
        self.claimed.emit()
        self._worker.run(self._read_session, self._found, self.failed.emit)

    def _read_session(self) -> EarlierSession:
        from studio.desktop.canvas import session_reader  # slow, and first needed after the first paint

        return session_reader.read(self._folder, self._cache)

    def _found(self, session: EarlierSession) -> None:
        if session.problem is not None:
            self.failed.emit(session.problem)
        self.restored.emit(session)
        self._next()
