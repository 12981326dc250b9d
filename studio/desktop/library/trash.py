"""Trash: pictures that are deleted and brought back, each act one step of the window's undo."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.desktop.actions.action import Action, MenuPlace, Section
from studio.desktop.actions.app_menu import MENU
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.undo import StateCommand
from studio.desktop.library.filmstrip import PictureList
from studio.desktop.library.picture_model import PictureModel
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style import theme
from studio.desktop.workbench import Workbench, WorkbenchSession
from studio.errors import UserError

if TYPE_CHECKING:
    from studio.library import Library, Record

SIZE = 640, 460


class TrashAct(NamedTuple):
    """Pictures that go into the trash, or out of it."""

    ids: tuple[str, ...]
    trashed: bool


class Trash(QObject):
    """Deletes and restores, one act after the other, off the window's thread, and keeps filmstrip and undo in step."""

    moved = Signal(object)
    """A TrashAct that is done."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._library, self._notices = workbench.session, workbench.library, workbench.notices
        self._window, self._document, self._stack = workbench.window, workbench.document, workbench.document.stack
        self._waiting: deque[tuple[TrashAct, Callable[[], None]]] = deque()
        self._busy = False
        self._restored: str = ""
        self.dialog: TrashDialog | None = None
        self._library.delete_wanted.connect(self.delete)
        self._library.loaded.connect(self._mark_restored)
        delete = self.tr("Delete the selected pictures")
        workbench.actions.add(Action("delete", delete, self.delete_chosen, section=Section.FILES))
        workbench.actions.add(
            Action(
                "trash", self.tr("Open the trash"), self.open, "trash", self.tr("Trash…"), menu=MenuPlace(MENU, 1, 3),
                section=Section.FILES,
            )
        )  # fmt: skip

    def delete(self, records: "Sequence[Record]") -> None:
        """Into the trash; a line offers to take it back."""
        self._begin(TrashAct(tuple(record.id for record in records), trashed=True))

    def restore(self, records: "Sequence[Record]") -> None:
        self._begin(TrashAct(tuple(record.id for record in records), trashed=False))

    def delete_chosen(self) -> None:
        """What is marked in the filmstrip."""
        self.delete(self._library.chosen())

    def open(self) -> None:
        """Show what lies there."""
        if self._session.library is not None:
            self.dialog = TrashDialog(self, self._session, self._document, self._window)
            self.dialog.show()

    def show_error(self, error: UserError) -> None:
        gone = error.code == "unknown_picture"
        text = self.tr("It cannot be restored: the trash was emptied.") if gone else error.message
        self._notices.show_line("trash", "error", text)

    def _begin(self, act: TrashAct) -> None:
        if act.ids:
            self._queue(act, lambda: self._push_step(act))

    def _push_step(self, act: TrashAct) -> None:
        """As a step that can be undone, which is done already."""
        many = len(act.ids)
        if act.trashed:
            text = self.tr("Delete a picture") if many == 1 else self.tr("Delete {0} pictures").format(many)
        else:
            text = self.tr("Restore a picture") if many == 1 else self.tr("Restore {0} pictures").format(many)
        before = act._replace(trashed=not act.trashed)
        self._stack.push(StateCommand(text, before, act, self._again, done=True))
        at = self._stack.index()
        if act.trashed:
            line = self.tr("Moved to the trash.") if many == 1 else self.tr("Moved {0} pictures to the trash.")
            undo = NoticeAction(self.tr("Undo"), lambda: self._undo(at, before))
            self._notices.show_line(
                "trash", "info", line.format(many), [undo, NoticeAction(self.tr("Open the trash"), self.open)]
            )

    def _undo(self, at: int, act: TrashAct) -> None:
        """As Ctrl+Z, unless something else was done since."""
        if self._stack.index() == at:
            self._stack.undo()
        else:
            self._begin(act)

    def _again(self, act: object) -> None:
        """Undone, or done again."""
        assert isinstance(act, TrashAct)
        self._notices.remove("trash")
        self._queue(act, lambda: None)

    # ---- one after the other

    def _queue(self, act: TrashAct, then: Callable[[], None]) -> None:
        self._waiting.append((act, then))
        self._next()

    def _next(self) -> None:
        library = self._session.library
        if self._busy or not self._waiting or library is None:
            return
        act, then = self._waiting.popleft()
        self._busy = True
        self._session.worker.run(_mover(library, act), lambda _: self._done(act, then), self._failed)

    def _done(self, act: TrashAct, then: Callable[[], None]) -> None:
        self._busy = False
        if act.trashed:
            self._library.drop(act.ids)
        else:
            self._restored = act.ids[0]
            self._library.restart()
        then()
        self.moved.emit(act)
        self._next()

    def _failed(self, error: UserError) -> None:
        self._busy = False
        self.show_error(error)
        self._next()

    def _mark_restored(self) -> None:
        """Where it is listed again."""
        if self._restored and self._library.has(self._restored):
            self._library.select(self._restored)
            self._restored = ""


def _mover(library: "Library", act: TrashAct) -> Callable[[], None]:
    return lambda: library.delete(act.ids) if act.trashed else library.restore(act.ids)


class TrashDialog(QDialog):
    """What lies in the trash: to be brought back, or removed for good, which is asked once."""

    def __init__(self, trash: Trash, session: WorkbenchSession, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Trash"))
        self._trash, self._session, self._document = trash, session, document
        library = session.library
        assert library is not None
        self._library = library
        self.pictures = PictureModel(session.worker, self, trashed=True)
        self.list = PictureList(self.pictures, wrapping=True, parent=self)
        self.list.setAccessibleName(self.tr("Deleted pictures"))
        self.list.opened.connect(lambda record: trash.restore([record]))
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.buttons = QDialogButtonBox(self)
        roles = QDialogButtonBox.ButtonRole
        self.restore = self._button(self.tr("Restore"), "undo", roles.ActionRole, self._restore)
        self.empty = self._button(self.tr("Empty the trash…"), "trash", roles.ActionRole, self._ask)
        self.sure = self._button(self.tr("Delete permanently"), "trash", roles.ActionRole, self._empty)
        self.keep = self._button(self.tr("Cancel"), "cancel", roles.ActionRole, self._refresh)
        self.buttons.addButton(self.tr("Close"), roles.RejectRole)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(theme.space("gap"))
        column.addWidget(self.about)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)
        self.resize(*SIZE)
        self.pictures.loaded.connect(self._refresh)
        self.pictures.failed.connect(trash.show_error)
        self.list.selectionModel().selectionChanged.connect(lambda: self._refresh())
        trash.moved.connect(self._moved)
        self._refresh()
        self.pictures.open(library)

    def _button(self, text: str, icon: str, role: QDialogButtonBox.ButtonRole, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(theme.icon(icon), text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: run())
        self.buttons.addButton(button, role)
        return button

    def _moved(self, act: TrashAct) -> None:
        self.pictures.restart()

    def _refresh(self) -> None:
        many, chosen = self.pictures.total, bool(self.list.chosen())
        text = self.tr("Deleted pictures: {0}. They stay until the trash is emptied, those on the canvas even then.")
        self.about.setText(text.format(f"{many:,}") if many else self.tr("The trash is empty."))
        self._offer(asking=False)
        self.restore.setEnabled(chosen)
        self.empty.setEnabled(bool(many))

    def _offer(self, *, asking: bool) -> None:
        for button in (self.restore, self.empty):
            button.setVisible(not asking)
        for button in (self.sure, self.keep):
            button.setVisible(asking)

    def _restore(self) -> None:
        self._trash.restore(self.list.chosen())

    def _ask(self) -> None:
        self._session.worker.run(self._library.trash_bytes, self._ask_about, self._trash.show_error)

    def _ask_about(self, size_bytes: int) -> None:
        text = self.tr("Delete {0} pictures ({1} MB) permanently? This cannot be undone.")
        self.about.setText(text.format(f"{self.pictures.total:,}", f"{size_bytes / 1e6:.1f}"))
        self._offer(asking=True)
        self.keep.setFocus()

    def _empty(self) -> None:
        # What lies on the canvas would be lost to it.
        library, kept = self._library, {layer.ref for layer in self._document.layers}
        self._session.worker.run(
            lambda: library.empty_trash(kept), lambda _: self.pictures.restart(), self._trash.show_error
        )


def install(workbench: Workbench) -> None:
    Trash(workbench)
