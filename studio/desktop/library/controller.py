"""LibraryController: from the filmstrip to the viewer and back: what is chosen is shown, what is shown is marked."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.document import PictureSource
from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.library.picture_model import PictureModel
from studio.desktop.shell.notices import NoticeAction, Notices
from studio.desktop.shell.worker import Worker
from studio.desktop.style import sentence
from studio.desktop.viewer.controller import ViewerController
from studio.desktop.viewer.viewer import Viewer
from studio.errors import UserError

if TYPE_CHECKING:
    from studio.library import Record


class LibraryController(QObject):
    record_shown = Signal(object)
    """The Record whose recipe is of interest now, or None."""
    loaded = Signal()
    """Pictures are listed that were not before, or none that were."""
    delete_wanted = Signal(object)
    """Records."""

    def __init__(
        self, filmstrip: Filmstrip, pictures: PictureModel, viewer: Viewer, viewer_controller: ViewerController,
        notices: Notices, worker: Worker, path: Callable[[str], Path], go_to: Callable[[QWidget], None],
    ) -> None:  # fmt: skip
        """`path` finds the file behind an ImageRef, or raises UserError. `go_to` gives a widget the keyboard."""
        super().__init__(filmstrip)
        self._filmstrip, self._pictures, self._viewer, self._controller = filmstrip, pictures, viewer, viewer_controller
        self._notices, self._worker, self._path, self._go_to = notices, worker, path, go_to
        self._picking: Callable[[str], None] | None = None
        filmstrip.chosen.connect(self._show)
        filmstrip.delete_wanted.connect(self.delete_wanted)
        filmstrip.list.opened.connect(self._picked)
        filmstrip.list.clicked.connect(self._clicked)
        pictures.loaded.connect(self._pictures_loaded)
        pictures.failed.connect(self._read_failed)
        self._marked: PictureSource | None = None
        viewer_controller.piece_shown.connect(self._mark)
        viewer.turned.connect(self._follow)
        viewer_controller.failed.connect(self._show_failed)
        viewer_controller.noted.connect(self._show_notes)

    # ---- what is listed

    @property
    def is_empty(self) -> bool:
        """Whether no picture has been made yet, as far as is known."""
        return not self._filmstrip.search.text().strip() and not self._pictures.total

    def chosen(self) -> "Sequence[Record]":
        """All that are marked."""
        return self._filmstrip.list.chosen()

    def has(self, id: str) -> bool:
        """Whether a picture is listed."""
        return self._pictures.row(id) >= 0

    def select(self, id: str) -> None:
        self._filmstrip.select(id)

    def drop(self, ids: Sequence[str]) -> None:
        """No longer list these pictures."""
        self._filmstrip.drop(ids)

    def restart(self) -> None:
        """List them anew."""
        self._pictures.restart()

    def _pictures_loaded(self) -> None:
        self._mark()
        self.loaded.emit()

    # ---- picking one

    def pick(self, done: Callable[[str], None]) -> None:
        """Let the user choose a picture; `done` gets its id, and is not called if they change their mind."""
        self._picking = done
        text = self.tr("Choose a picture in the strip below: click it, or use the arrow keys and Enter.")
        self._notices.show_line("pick", "info", text, [NoticeAction(self.tr("Cancel"), self.stop_picking)])
        self._go_to(self._filmstrip.list)

    def stop_picking(self) -> bool:
        """Whether a picture was being picked."""
        was = self._picking is not None
        self._picking = None
        self._notices.remove("pick")
        return was

    def _clicked(self) -> None:
        self._picked(self._filmstrip.list.selected())

    def _picked(self, record: "Record | None") -> None:
        if record and (done := self._picking):
            self.stop_picking()
            done(record.id)

    # ---- showing

    def _show(self, record: "Record") -> None:
        self.record_shown.emit(record)
        if not self._picking:
            self._notices.remove("picture")
            self._controller.show_record(record)

    def show_ref(self, ref: str) -> None:
        """Show the picture behind an ImageRef."""
        self._notices.remove("picture")
        self._worker.run(lambda: self._path(ref), lambda path: self._controller.show_file(ref, path), self._show_failed)

    def _follow(self) -> None:
        """Another one of the candidates is marked, or none is left."""
        if self._viewer.piece != self._marked:
            self._mark()

    def _mark(self) -> None:
        """Let filmstrip and recipe follow what is in the viewer."""
        from studio.library import embedded_recipe, picture_id  # the first paint should not wait for it

        piece = self._marked = self._viewer.piece
        if piece and (record := self._pictures.record(self._pictures.row(piece.ref))):
            self._filmstrip.select(record.id)
            self.record_shown.emit(record)
        elif piece and not picture_id.is_id(piece.ref):  # the recipe of the last picture is not its own
            self._filmstrip.unselect()
            self.record_shown.emit(None)
            self._worker.run(
                lambda: embedded_recipe.record(piece.file), lambda record: self._show_embedded(piece, record)
            )

    def _show_embedded(self, piece: PictureSource, record: "Record | None") -> None:
        """The recipe inside a picture of somebody else, where there is one."""
        if record and self._viewer.piece == piece:
            self.record_shown.emit(record)

    def _show_notes(self, notes: tuple[str, ...]) -> None:
        if notes:
            self._notices.show_line("notes", "info", " ".join(map(sentence.say, notes)))
        else:
            self._notices.remove("notes")

    def _show_failed(self, error: UserError) -> None:
        self._notices.show_error("picture", error)

    def _read_failed(self, error: UserError) -> None:
        self._notices.show_error("library", error)
