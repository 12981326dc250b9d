"""Stage: the middle of the window, where pictures form, are looked at, worked on, and go on from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMargins, QPointF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.desktop.canvas import job_preview
from studio.desktop.canvas.comparison import BeforeAfter, Mode
from studio.desktop.canvas.document import Document, PictureSource, cut
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.view import CanvasView
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.job import Job
from studio.desktop.shell import clipboard
from studio.desktop.shell.qt_image import Shown, grey
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer import before
from studio.desktop.viewer.candidate_bar import CandidateBar
from studio.desktop.viewer.candidate_grid import CandidateGrid
from studio.desktop.viewer.candidates import Candidate, Candidates
from studio.desktop.viewer.drop_hint import DropHint
from studio.desktop.viewer.example_strip import ExampleStrip
from studio.desktop.viewer.progress_line import ProgressLine
from studio.desktop.viewer.toolbar import ViewerToolbar
from studio.desktop.viewer.welcome import WelcomePage

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay


class Viewer(QWidget):
    """Shows the document, and over it or in its place the pictures of one job; `piece` is what actions are about."""

    cancel_wanted = Signal()
    copy_wanted = Signal(object)
    save_wanted = Signal(object, bool)
    """A Piece, or None for a document that is in no file; and whether it is the document."""
    reveal_wanted = Signal(object)
    use_wanted = Signal(object, str)
    more_wanted = Signal(object, float)
    """Another one like this Piece, so much further away from its source."""
    before_wanted = Signal(object)
    """What was this Piece made from? To be answered by `show_before`."""
    refused = Signal(str)
    dropped = Signal(object, bool, bool, QPointF)
    """What was let go of over the canvas (QMimeData), whether it came from the strip, whether it shall be a layer, and
    where, in pixels of the document."""
    turned = Signal()
    """Another picture is the one that actions are about, or another one is marked."""

    def __init__(self, document: Document, worker: Worker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self._worker = document, worker
        self.setAccessibleName(self.tr("Stage"))
        self._candidates = Candidates()
        self._alone = False
        self._former: tuple[PictureSource, Shown] | None = None
        self._mode: Mode | None = None
        self._before: tuple[PictureSource, Shown] | None = None
        self.canvas = CanvasView(self)
        self.canvas.opened.connect(self._toggle_alone)
        self.board = CandidateGrid(self)
        self.board.chosen.connect(self._mark)
        self.board.opened.connect(self._open)
        self.welcome = WelcomePage(self)
        self._stack = QStackedWidget()
        for page in (self.welcome, self.canvas, self.board):
            self._stack.addWidget(page)
        self.masks = MaskToolbar(self.canvas, document.stack, worker, self._overlay_for, self)
        self.masks.refused.connect(self.refused)
        self.masks.framed.connect(lambda frame: document.set_frame(self.tr("Extend the picture"), frame))
        document.framed.connect(self._show_border)
        self.masks.hide()
        self.choices = CandidateBar(self)
        self.choices.accepted.connect(self.accept)
        self.choices.discarded.connect(self.discard)
        self.choices.more_wanted.connect(self._want_more)
        self.examples = ExampleStrip(self)
        self.values = QuickSettingsBar(self)
        self.wants_values, self._values_offered = True, False
        self._toolbar = ViewerToolbar(lambda: self.view, self)
        for zoomed in (self.canvas.zoomed, self.board.zoomed):
            zoomed.connect(self._toolbar.show_zoom)
        self._progress = ProgressLine(self)
        self._progress.cancelled.connect(self.cancel_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.masks)
        column.addWidget(self._stack, 1)
        column.addWidget(self.choices)
        column.addWidget(self.examples)
        column.addWidget(self.values)
        column.addWidget(self._progress)
        column.addWidget(self._toolbar)
        self._connect_footer()
        self._landing, self._drop_words = DropHint(self), ("", "")
        self.setAcceptDrops(True)
        document.shown.connect(self._show)
        self._show()

    # ---- what is shown

    @property
    def piece(self) -> PictureSource | None:
        """The picture that is marked, else the document."""
        return self.candidate.piece if self.candidate else self.document.piece

    @property
    def candidate(self) -> Candidate | None:
        """The marked one of the pictures that are not part of the document."""
        return self._candidates.marked

    @property
    def view(self) -> CanvasView | None:
        """Where the marked picture, or the document, is seen."""
        if self._side_by_side and self._candidates.at < len(self.board.views):
            return self.board.views[self._candidates.at]
        return self.canvas if self.canvas.scene.layers else None

    @property
    def pieces(self) -> list[PictureSource | None]:
        """All that stand side by side; None for one that is still being made."""
        return [candidate.piece for candidate in self._candidates]

    def say(self, text: str) -> None:
        """What an empty stage tells."""
        self.welcome.say(text)

    def begin(self, count: int) -> None:
        """Room for the pictures of a job."""
        candidate = self.candidate
        if candidate and candidate.piece and candidate.shown:
            self._former = candidate.piece, candidate.shown
        elif not candidate:
            self._former = None
        self._arrange(max(1, count))

    def show_preview(self, index: int, preview: JobPreview) -> None:
        """`index`: which picture of the job is forming."""
        self._candidates.reach(index).rough = preview
        self._show_one(index)

    def show_result(self, index: int, piece: PictureSource, shown: Shown) -> None:
        self._candidates.put(index, Candidate(piece, shown))
        self._show_one(index)

    def show_one(self, piece: PictureSource, shown: Shown) -> None:
        """One picture alone, from the strip."""
        if piece == self.document.piece:
            self._arrange(0)
        else:
            self._arrange(1)
            self.show_result(0, piece, shown)

    def stop(self) -> None:
        """The job has ended: places that stayed without a picture go, unless they are all there is."""
        self._candidates.keep_finished()
        self._show()

    def give_up(self) -> None:
        """The job has ended without a picture: what was there before it comes back."""
        self._arrange(0)
        if self._former:
            self.show_one(*self._former)

    def clear(self) -> None:
        self._former = None
        self._arrange(0)

    def show_progress(self, job: Job | None, waiting: int = 0) -> None:
        """The line below the picture; None hides it."""
        self._progress.show_job(job, waiting)

    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None:
        """(id, title) of the tasks that take a picture."""
        self._toolbar.set_targets(targets)
        self._refresh()

    def target_titles(self) -> list[str]:
        return self._toolbar.target_titles()

    def set_markable(self, markable: bool, extends: bool = False) -> None:
        """Whether the chosen task takes a mask, and extends pictures."""
        self.masks.setVisible(markable)
        self.masks.allow_frame(extends)
        if not markable:
            self.masks.choose("")
        self._show()

    # ---- what is dragged over it

    def tell_drop(self, own: str, other: str) -> None:
        """What becomes of a picture of the strip, and of one from another program."""
        self._drop_words = own, other

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data, within = event.mimeData(), event.source() in (self.canvas, *self.board.views)
        if not within and (data.hasUrls() or clipboard.has_pixels(data)):
            self._tell_landing(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._tell_landing(event)  # Shift may have been pressed

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._landing.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._landing.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        at = self.canvas.place(QPointF(self.canvas.mapFrom(self, event.position())))
        own = event.source() is not None
        self.dropped.emit(event.mimeData(), own, _with_shift(event), at)

    def _tell_landing(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._landing.setGeometry(self._stack.geometry().adjusted(8, 8, -8, -8))
        self._landing.tell(self._drop_words[event.source() is None], _with_shift(event))

    # ---- candidates

    def accept(self) -> None:
        """The marked picture becomes a layer of the document, or a document of its own."""
        candidate = self.candidate
        if candidate is None or candidate.piece is None or candidate.shown is None:
            return
        piece, shown = candidate.piece, candidate.shown
        area = self.document.place(piece, shown.full.size())
        if area is None:
            self._candidates.arrange(0)
            self.document.open(self.tr("Put the picture on the canvas"), piece, shown)
            return
        mask = next((name for name in piece.parents if Path(name).stem.startswith("mask-")), None)
        layer = Layer(shown, "", self.tr("Result"), piece.ref, piece.file, at=area.topLeft())
        if mask is None or area != self.document.bounds:
            self._add(layer)
            return
        path = Path(mask)
        layer = Layer(shown, "", self.tr("Edit"), piece.ref, piece.file, path, area.topLeft())

        def only_marked() -> Layer:
            from dataclasses import replace

            return replace(layer, shown=cut(shown, lambda: grey(path)))

        self._worker.run(only_marked, self._add, lambda error: self._add(layer))

    def _add(self, layer: Layer) -> None:
        self._candidates.arrange(0)
        self._alone = False
        self.document.add(self.tr("Accept"), layer)

    def discard(self) -> None:
        """The marked picture leaves the canvas; the library keeps it."""
        if self._candidates:
            self._candidates.discard()
            self._former = None
            self._show()

    def _want_more(self, by: float) -> None:
        if self.piece is not None:
            self.more_wanted.emit(self.piece, by)

    def step(self, by: int) -> None:
        """To the next picture of several."""
        if len(self._candidates) > 1:
            self._candidates.step(by)
            self._show()
            if view := self.view:
                view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a view has no use for."""
        key, candidate = event.key(), self.candidate
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps and len(self._candidates) > 1:
            self.step(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept() if candidate and candidate.piece else self._toggle_alone()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and candidate and candidate.piece:
            self.discard()
        else:
            super().keyPressEvent(event)

    # ---- arranging

    def _arrange(self, count: int) -> None:
        self._candidates.arrange(count)
        self._alone, self._before = False, None
        self.board.room(0)
        self._show()

    def _mark(self, index: int) -> None:
        self._candidates.at = index
        self.board.mark(index)
        self._refresh()

    def _open(self, index: int) -> None:
        self._candidates.at, self._alone = index, True
        self._show()
        self.canvas.setFocus()

    def _toggle_alone(self) -> None:
        if len(self._candidates) > 1:
            self._alone = False
            self._show()
            self.board.views[self._candidates.at].setFocus()
        else:
            self.canvas.zoom_to(1.0) if self.canvas.fitted else self.canvas.fit()

    @property
    def _side_by_side(self) -> bool:
        return len(self._candidates) > 1 and not self._alone

    def _show(self) -> None:
        """All of it anew."""
        if self._side_by_side:
            self.board.room(len(self._candidates))
            for number in range(len(self._candidates)):
                self._show_in_board(number)
            self._stack.setCurrentWidget(self.board)
        else:
            scene = self._scene()
            empty = not scene.layers and not self._candidates
            self._show_in_canvas(scene)
            self._stack.setCurrentWidget(self.welcome if empty else self.canvas)
        self._refresh()

    def _show_one(self, index: int) -> None:
        """Only one of the pictures has changed."""
        if self._side_by_side and len(self.board.views) == len(self._candidates):
            self._show_in_board(index)
            self._refresh()
        else:
            self._show()

    def _show_in_board(self, number: int) -> None:
        candidate, view = self._candidates[number], self.board.views[number]
        if candidate.shown is not None and candidate.piece is not None:
            if view.file != candidate.piece.file:
                view.show_picture(candidate.shown, candidate.piece.file)
        elif candidate.rough is not None:
            view.show_preview(candidate.rough.whole)

    def _show_in_canvas(self, scene: Scene) -> None:
        candidate = self.candidate
        self.canvas.file = self.piece.file if self.piece else None
        if [*scene.layers] != [*self.canvas.scene.layers]:
            self.canvas.compare(None)
            self.canvas.show_scene(scene)
        overlay = self.document.overlay if candidate is None and self.masks.isVisibleTo(self) else None
        if self.canvas.overlay is not overlay:
            self.canvas.show_overlay(overlay)
            self.masks.choose(self.masks.chosen if overlay is not None else "")
        self._show_border()
        self._compare()

    def _show_border(self) -> None:
        hidden = self.candidate is not None or self.masks.isHidden()
        self.canvas.show_border(QMargins() if hidden else self.document.frame)

    def _scene(self) -> Scene:
        candidate = self.candidate
        layers = [*self.document.layers]
        if candidate is None:
            return Scene(layers)
        if candidate.shown is None or candidate.piece is None:
            return self._forming(candidate.rough) if candidate.rough else Scene(layers)  # until then, what was there
        area = self.document.place(candidate.piece, candidate.shown.full.size())
        if area is None:
            return Scene([Layer(candidate.shown, file=candidate.piece.file)])
        return Scene([*layers, Layer(candidate.shown, file=candidate.piece.file, at=area.topLeft())])

    def _forming(self, preview: JobPreview) -> Scene:
        """An edit forms on the document, anything else alone."""
        edits = bool({*preview.sources} & {*self.document.refs})
        placed = job_preview.in_place(preview, self.document.layers, self.document.frame) if edits else None
        return placed or job_preview.alone(preview)

    # ---- before and after

    def set_mode(self, mode: Mode | None) -> None:
        """How what is shown is compared with what it was made from; None for not at all."""
        self._mode = mode
        self.canvas.compare(None)
        self._compare()

    def show_before(self, piece: PictureSource, shown: Shown) -> None:
        self._before = piece, shown
        self._compare()

    def _compare(self) -> None:
        self._toolbar.show_mode(self._mode)
        if self._mode is None or self.canvas.comparison is not None or self._side_by_side:
            return
        scene = self._scene_before()
        if scene is not None:
            self.masks.choose("")
            words = self.tr("before"), self.tr("after")
            self.canvas.compare(BeforeAfter(scene, self._mode, words, self.canvas))

    def _scene_before(self) -> Scene | None:
        candidate = self.candidate
        if candidate is None:
            return before.of_document(self.document.layers)
        if candidate.piece is None or candidate.shown is None:
            return None
        area = self.document.place(candidate.piece, candidate.shown.full.size())
        if area is not None:
            return before.of_result(self.document.layers, area)
        if self._before is None or self._before[0] != candidate.piece:
            self.before_wanted.emit(candidate.piece)
            return None
        return before.of_source(self._before[1], candidate.shown)

    # ---- the mask

    def _overlay_for(self) -> "MaskOverlay | None":
        """The mask of what is shown; a picture that is only looked at becomes the document first."""
        candidate = self.candidate
        if candidate is not None:
            if candidate.shown is None or self._side_by_side:
                return None
            self.accept()
            if self.candidate is not None:  # it becomes a layer as soon as it is cut out
                return None
        self.set_mode(None)
        return self.document.need_overlay()

    # ---- below the picture

    def _save_what_is_shown(self) -> None:
        if self.piece is not None or (self.candidate is None and self.document.layers):
            self.save_wanted.emit(self.piece, self.candidate is None)

    def _tell(self, signal: Any) -> None:
        if self.piece is not None:
            signal.emit(self.piece)

    def _connect_footer(self) -> None:
        toolbar = self._toolbar
        toolbar.stepped.connect(self.step)
        toolbar.compared.connect(self.set_mode)
        toolbar.use_wanted.connect(lambda task: self.use_wanted.emit(self.piece, task))
        toolbar.copy_wanted.connect(lambda: self._tell(self.copy_wanted))
        toolbar.reveal_wanted.connect(lambda: self._tell(self.reveal_wanted))
        toolbar.save_wanted.connect(self._save_what_is_shown)
        toolbar.values_wanted.connect(self.show_values)
        self.values.closed.connect(lambda: self.show_values(False))

    def offer_values(self, offered: bool) -> None:
        """Whether there is a task whose values can stand at the picture."""
        self._values_offered = offered
        self.show_values(self.wants_values)

    def show_values(self, wanted: bool) -> None:
        """Whether the bar with the values is wanted at all."""
        self.wants_values = wanted
        self._toolbar.values.setChecked(wanted)
        self.values.setVisible(wanted and self._values_offered)

    def _refresh(self) -> None:
        self.board.mark(self._candidates.at if self._side_by_side else -1)
        self._toolbar.show_place(self._candidates.at, len(self._candidates))
        has_piece, candidate = self.piece is not None, self.candidate
        made = candidate is not None and candidate.shown is not None
        can_save = has_piece or (candidate is None and bool(self.document.layers))
        can_compare = (made or len(self.document.layers) > 1) and not self._side_by_side
        self._toolbar.show_picture(has_piece, can_save, can_compare)
        self.choices.show_for(made, bool(candidate and candidate.piece and candidate.piece.parents))
        self.turned.emit()


def _with_shift(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
