"""Documents: several, of which one is shown; the others rest on the disk, with their layers and their history."""

import itertools
import secrets
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.autosave import Autosave
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.kept_step import EarlierSession, KeptDocument, RestingDocument
from studio.desktop.shell import drafts


@dataclass
class ListedDocument:
    id: str
    name: str = ""
    """What the user calls it; '' for a name that it has by itself."""
    title: str = ""


class Documents(QObject):
    """Keeps `document` the one that is shown. Nothing is replaced by another document: it rests, and comes back."""

    listed = Signal()
    """There are others, they are named or ordered otherwise, or another one is shown."""
    switching = Signal()
    """Somebody has chosen another document, which is about to be shown."""
    restored = Signal(list)
    """What an earlier run has left is there; with a sentence for each layer that could not be brought back."""
    lost = Signal(list)
    """Sentences: what of a document could not be shown any more."""
    closed = Signal(DocumentState)
    """One with work in it."""
    failed = Signal(object)

    def __init__(self, document: Document, autosave: Autosave, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._autosave = document, autosave
        self.all = [ListedDocument(_new_id())]
        self.current = self.all[0].id
        self._wanted = self._closing = ""
        for changed in (document.changed, document.framed):
            changed.connect(self.save)
        document.crowded.connect(self._begin_another)
        document.lost.connect(self.lost)
        autosave.restored.connect(self._restore)

    # ---- which there are

    def __len__(self) -> int:
        return len(self.all)

    @property
    def at(self) -> int:
        """The place of the one that is shown."""
        return next(number for number, one in enumerate(self.all) if one.id == self.current)

    def thumbnail_file(self, id: str) -> Path:
        """Of one that rests; it need not be there."""
        return self._autosave.thumbnail_file(id)

    def title(self, one: ListedDocument) -> str:
        return one.name or one.title or self.tr("Untitled")

    def rename(self, id: str, name: str) -> None:
        """'' for the name that it has by itself."""
        for one in self.all:
            if one.id == id:
                one.name = name.strip()
        self._list()

    def move(self, at: int, to: int) -> None:
        """To another place among the others."""
        self.all.insert(to, self.all.pop(at))
        self._list()

    # ---- writing

    def save(self) -> None:
        """What is shown, as it is now."""
        if not self._document.is_blank:
            self._autosave.keep(self.current, self._document.kept())
        self._name()

    def _name(self) -> None:
        """After the file that it began with."""
        one, layers = self.all[self.at], self._document.layers
        title = _title(drafts.title(layers[0].file)) if layers and layers[0].file is not None else ""
        if layers and not one.title:
            one.title = title or self._untitled()
            self._list()

    def _untitled(self) -> str:
        taken = {other.title for other in self.all}
        names = (self.tr("Untitled {0}").format(number) for number in itertools.count(1))
        return next(name for name in names if name not in taken)

    def _list(self) -> None:
        self._autosave.keep_list([(one.id, one.name or one.title) for one in self.all], self.current)
        self.listed.emit()

    # ---- which is shown

    def new(self) -> None:
        """An empty one beside that which is shown."""
        self.switching.emit()
        self._begin_another()

    def _begin_another(self) -> None:
        if self._document.is_blank:
            return
        self.save()
        self.all.insert(self.at + 1, made := ListedDocument(_new_id()))
        self._show(made.id, KeptDocument())

    def show(self, id: str) -> None:
        """Until it is read, what is shown can be worked on."""
        self._want(id, "")

    def _want(self, id: str, closing: str) -> None:
        """`closing`: which of them goes then."""
        self._wanted, self._closing = id, closing
        if id != self.current and any(one.id == id for one in self.all):
            self._autosave.read(id, lambda found: self._arrived(id, found), self.failed.emit)

    def step(self, by: int) -> None:
        """The next one in the list, or with -1 the one before."""
        self.show(self.all[(self.at + by) % len(self.all)].id)

    def _arrived(self, id: str, found: RestingDocument) -> None:
        if id == self._wanted and any(one.id == id for one in self.all):
            self.switching.emit()
            self.save()
            closing = self._closing
            self._show(id, found.kept)
            if closing:
                self.close(closing)

    def _show(self, id: str, kept: KeptDocument) -> None:
        former, self.current, self._wanted, self._closing = self.all[self.at], id, "", ""
        lost = self._document.restore(kept)
        if not former.title:  # an empty one that nobody has begun with
            self.all.remove(former)
        self._name()
        self._list()
        if lost:
            self.lost.emit(lost)

    def close(self, id: str) -> None:
        """What has work in it is told by `closed`."""
        if id != self.current:
            self._autosave.read(id, lambda found: self._close(id, found), self.failed.emit)
        elif len(self.all) > 1:
            self._want(self.all[self.at - 1 if self.at else 1].id, id)
        elif not self._document.is_blank:
            self.new()
            self.close(id)

    def _close(self, id: str, found: RestingDocument) -> None:
        one = next((one for one in self.all if one.id == id and id != self.current), None)
        if one is None:
            return
        state, _ = found.kept.steps[found.kept.at].state(self._document.cache)
        if state.has_work:
            self.closed.emit(state)
        self.all.remove(one)
        self._autosave.drop(id)
        self._list()

    # ---- bringing them back

    def _restore(self, session: EarlierSession) -> None:
        """Nobody who has begun already is disturbed: what was shown rests beside it then."""
        kept = [ListedDocument(id, "", name) for id, name in session.documents]
        begun = not self._document.is_blank
        if session.found is None or begun:
            self.all = [*kept, *self.all]
            self._list()
            self.restored.emit([])
            return
        self.all, self.current = kept, session.current
        lost = self._document.restore(session.found.kept)
        self._name()
        self.listed.emit()
        self.restored.emit(lost)


def _new_id() -> str:
    return secrets.token_hex(6)


def _title(file: str) -> str:
    """What a person can read of it; '' for a file that we have named."""
    from studio.library import picture_id  # slow, and first needed after the first paint

    stem = file.rpartition(".")[0] or file
    return "" if file.startswith(tuple(f"{kind}-" for kind in drafts.KINDS)) or picture_id.is_id(stem) else stem
