"""Viewer: the middle of the window, where pictures form, are looked at, worked on, and go on from."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QUndoStack
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.descriptions import StageInfo
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.comparison import Mode
from studio.desktop.canvas.document import Document, PictureSource
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.view import CanvasView
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.shell.overlay import MARGIN, Overlay
from studio.desktop.shell.qt_image import Shown
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.desktop.viewer import scenes
from studio.desktop.viewer.acceptance import Acceptance
from studio.desktop.viewer.candidate_bar import CandidateBar
from studio.desktop.viewer.candidate_grid import CandidateGrid
from studio.desktop.viewer.candidates import Candidate, Candidates
from studio.desktop.viewer.comparing import Comparing
from studio.desktop.viewer.drops import DropHandler
from studio.desktop.viewer.example_strip import ExampleStrip
from studio.desktop.viewer.masking import Masking
from studio.desktop.viewer.progress_line import ProgressLine
from studio.desktop.viewer.toolbar import ViewerToolbar
from studio.desktop.viewer.welcome import WelcomePage

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

PROGRESS_WIDTH, PROGRESS_LEAST = 640, 320
CHOICES_WIDTH = 640
"""Pixels for the buttons for results at most, so that the progress has one place whichever of them are there."""
GAP = 6
NARROWEST = 420
"""Pixels that the buttons for results, and the progress, need beside the examples."""
MOVING = (QEvent.Type.Resize, QEvent.Type.Move)
COMING = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class Viewer(QWidget):
    """Shows the document, and over it or in its place the pictures of one job; `piece` is what actions are about."""

    cancel_wanted = Signal()
    copy_wanted = Signal(object)
    """A PictureSource, or None for a document that is in no file."""
    save_wanted = Signal(object, bool)
    """A PictureSource, or None for a document that is in no file; and whether it is the document."""
    reveal_wanted = Signal(object)
    use_wanted = Signal(object, str)
    more_wanted = Signal(object, float)
    """Another one like this PictureSource, so much further away from its source."""
    refused = Signal(str)
    room_changed = Signal()
    turned = Signal()
    """Another picture is the one that actions are about, or another one is marked."""

    def __init__(self, document: Document, worker: Worker, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self._worker = document, worker
        self.setAccessibleName(self.tr("Canvas"))
        self.candidates = Candidates(self)
        self.candidates.replaced.connect(self._replaced)
        self.candidates.changed.connect(self._show)
        self.candidates.changed_at.connect(self._show_one)
        self._acceptance = Acceptance(document, worker, self.candidates.take_off, self)
        self.canvas = CanvasView(self)
        self.canvas.opened.connect(self._toggle_alone)
        self._live: JobPreview | None = None
        self.comparing = Comparing(document, self.canvas)
        self.grid = CandidateGrid(self)
        self.grid.chosen.connect(self._mark)
        self.grid.opened.connect(self._open)
        self.welcome = WelcomePage(actions, self)
        self._stack = QStackedWidget()
        for page in (self.welcome, self.canvas, self.grid):
            self._stack.addWidget(page)
        self._masking = Masking(document, self.canvas, self.candidates, self.accept, worker, actions, self)
        self._masking.begins.connect(lambda: self.set_mode(None))
        self.masks = self._masking.bar
        self.masks.refused.connect(self.refused)
        self.comparing.began.connect(lambda: self.masks.choose(""))
        self.choices = CandidateBar(actions, self)
        self.choices.accepted.connect(self._accept_as_chosen)
        self.choices.discarded.connect(self.discard)
        self.choices.more_wanted.connect(self._want_more)
        self.examples = ExampleStrip(actions, self)
        self.values = QuickSettingsBar(actions, self)
        self._toolbar = ViewerToolbar(lambda: self.view, actions, self)
        for zoomed in (self.canvas.zoomed, self.grid.zoomed):
            zoomed.connect(self._toolbar.show_zoom)
        self.progress = ProgressLine(actions, self)
        self.progress.cancelled.connect(self.cancel_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        keeps = self.masks.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # the picture has its place whatever the task is
        self.masks.setSizePolicy(keeps)
        column.addWidget(self.masks)
        column.addWidget(self._stack, 1)
        column.addWidget(self._toolbar)
        column.addWidget(self.values)
        self._connect_toolbar()
        self.drops = DropHandler(self, self.canvas, lambda: [self.canvas, *self.grid.views], self._inner_room)
        bottom, tall = Qt.AlignmentFlag.AlignBottom, self.choices.sizeHint().height()
        self._beside = Overlay(self.examples, self.room, bottom, right=True)
        self._line = Overlay(self.progress, self._lower_room, bottom, widest=PROGRESS_WIDTH, right=True)
        self._overlays = [self._beside, Overlay(self.choices, self._lower_room, bottom), self._line]
        self.canvas.viewport.below = tall + MARGIN
        self.grid.keep_free(tall + 2 * MARGIN)
        self._stack.installEventFilter(self)
        self.examples.installEventFilter(self)
        document.shown.connect(self._show)
        self._show()

    def room(self) -> QRect:
        """Where the picture is, in pixels of the viewer: what is told of it lies over it and moves nothing."""
        return self._stack.geometry()

    def _lower_room(self) -> QRect:
        """The same without what the examples lie over, as long as something fits beside them."""
        room = self.room()
        if not self.examples.isHidden() and (beside := self._room_beside()):
            room.setWidth(beside)
        return room

    def _room_beside(self) -> int:
        """Pixels at the left of the examples; 0 for fewer than what lies there needs."""
        beside = self.room().width() - self.examples.sizeHint().width() - MARGIN
        return beside if beside >= NARROWEST else 0

    def _inner_room(self) -> QRect:
        return self.room().adjusted(8, 8, -8, -8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (COMING if watched is self.examples else MOVING):
            self._part()
            for overlay in self._overlays:
                overlay.place()
            self.room_changed.emit()
        return False

    def _part(self) -> None:
        """Beside each other where there is room for it, else above each other."""
        above = self.choices.sizeHint().height() + GAP
        self._beside.away = 0 if self._room_beside() else above
        progress, spare = self._line, self._lower_room().width() - theme.scaled(CHOICES_WIDTH)
        progress.away = 0 if spare >= PROGRESS_LEAST else above
        progress.widest = min(PROGRESS_WIDTH, spare) if spare >= PROGRESS_LEAST else PROGRESS_WIDTH

    # ---- what is shown

    @property
    def piece(self) -> PictureSource | None:
        """The picture that is marked, else the document."""
        return self.candidate.piece if self.candidate else self.document.piece

    @property
    def candidate(self) -> Candidate | None:
        """The marked one of the pictures that are not part of the document."""
        return self.candidates.marked

    @property
    def view(self) -> CanvasView | None:
        """Where the marked picture, or the document, is seen."""
        if self.candidates.side_by_side and self.candidates.at < len(self.grid.views):
            return self.grid.views[self.candidates.at]
        return self.canvas if self.canvas.scene.layers else None

    def show_hint(self, text: str) -> None:
        """What an empty viewer shows."""
        self.welcome.show_hint(text)

    def show_status(self, text: str) -> None:
        """What is waited for, or what a job would take, in one line."""
        self._toolbar.show_status(text)

    def show_one(self, piece: PictureSource, shown: Shown) -> None:
        """One picture alone, from the strip."""
        if piece == self.document.piece:
            self.candidates.empty()
        else:
            self.candidates.show_one(piece, shown)

    def show_live(self, preview: JobPreview | None) -> None:
        """Over the document, as long as no result is; nothing takes it for part of the picture. None ends it."""
        if preview is not self._live:
            self._live = preview
            self._show()

    @property
    def shows_live(self) -> bool:
        return self._live is not None and not self.candidates

    def show_former(self) -> None:
        """The job has ended without a picture: what was there before it comes back."""
        self.candidates.empty()
        if former := self.candidates.former:
            self.show_one(*former)

    def set_stages(self, stages: Mapping[str, Mapping[str, StageInfo]]) -> None:
        """By task, what the stages of its jobs are called."""
        self.progress.set_stages(stages)

    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None:
        """(id, title) of the tasks that take a picture."""
        self._toolbar.set_targets(targets)
        self._refresh()

    def target_titles(self) -> list[str]:
        return self._toolbar.target_titles()

    def set_markable(self, markable: bool, extends: bool = False, paints: bool = False) -> None:
        """Whether the chosen task takes a mask, extends pictures, and works on the canvas at all."""
        self._masking.allow(markable, extends, paints)
        self._show()

    def mark_instead(
        self, overlay: "MaskOverlay | None", stack: QUndoStack | None = None, *, anywhere: bool = False,
        focus: bool = True,
    ) -> None:  # fmt: skip
        """The tools work on another mask, whose steps `stack` gets; None ends that. `anywhere`: also over a picture
        that is not part of the document."""
        if anywhere and self.candidates.side_by_side:
            self.candidates.show_alone(self.candidates.at)
        self._masking.mark_instead(overlay, stack, anywhere=anywhere, focus=focus)

    # ---- candidates

    def accept(self, then: Callable[[], object] = lambda: None) -> None:
        """The marked picture becomes a layer of the document, or a document of its own; `then` is called after it."""
        if self.candidate is not None:
            self._acceptance.accept(self.candidate, then)

    def _accept_as_chosen(self, as_layer: bool) -> None:
        if self.candidate is not None:
            self._acceptance.add(self.candidate) if as_layer else self._acceptance.accept(self.candidate, beside=True)

    def lay_over(self, bar: QWidget) -> None:
        """It gets the place of the buttons for results; one of them is to be hidden."""
        bar.setParent(self)
        self._overlays.append(Overlay(bar, self._lower_room, Qt.AlignmentFlag.AlignBottom))

    def add_bar(self, bar: QWidget) -> None:
        """Above everything else."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, bar)

    def discard(self) -> None:
        """The marked picture goes; the library keeps it, and undo brings it back."""
        self._acceptance.discard(self.candidates)

    def _want_more(self, by: float) -> None:
        if self.piece is not None:
            self.more_wanted.emit(self.piece, by)

    def step(self, by: int) -> None:
        """To the next picture of several."""
        if len(self.candidates) > 1:
            self.candidates.step(by)
            if view := self.view:
                view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a view has no use for."""
        key, candidate = event.key(), self.candidate
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps and len(self.candidates) > 1:
            self.step(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choices.accept.click() if candidate and candidate.piece else self._toggle_alone()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and candidate and candidate.piece:
            self.discard()
        else:
            super().keyPressEvent(event)

    # ---- arranging

    def _replaced(self) -> None:
        self.comparing.forget_source()
        self.grid.room(0)
        self._show()

    def _mark(self, index: int) -> None:
        self.candidates.at = index
        self.grid.mark(index)
        self._refresh()

    def _open(self, index: int) -> None:
        self.candidates.show_alone(index)
        self.canvas.setFocus()

    def _toggle_alone(self) -> None:
        if len(self.candidates) > 1:
            self.candidates.show_side_by_side()
            self.grid.views[self.candidates.at].setFocus()
        else:
            self.canvas.zoom_to(1.0) if self.canvas.fitted else self.canvas.fit()

    def _show(self) -> None:
        """All of it anew."""
        if self.candidates.side_by_side:
            self.grid.room(len(self.candidates))
            for number, candidate in enumerate(self.candidates):
                self.grid.show_candidate(number, candidate)
            self._stack.setCurrentWidget(self.grid)
        else:
            scene = scenes.shown(self.document, self.candidate, self._live)
            empty = not scene.layers and not self.candidates
            self._show_in_canvas(scene)
            self._stack.setCurrentWidget(self.welcome if empty else self.canvas)
        self._refresh()

    def _show_one(self, index: int) -> None:
        """Only one of the pictures has changed."""
        if self.candidates.side_by_side and len(self.grid.views) == len(self.candidates):
            self.grid.show_candidate(index, self.candidates[index])
            self._refresh()
        else:
            self._show()

    def _show_in_canvas(self, scene: Scene) -> None:
        self.canvas.file = self.piece.file if self.piece else None
        if not scene.shows(self.canvas.scene):
            self.canvas.compare(None)
            self.canvas.show_scene(scene)
        over = self._live if self.shows_live and self.document.layers else None
        self.canvas.show_live(scenes.live(self.document, over) if over else ())
        self._masking.show()
        self._compare()

    # ---- before and after

    def set_mode(self, mode: Mode | None) -> None:
        """How what is shown is compared with what it was made from; None for not at all."""
        self.comparing.set_mode(mode)
        self._compare()

    def show_before(self, piece: PictureSource, shown: Shown) -> None:
        self.comparing.show_source(piece, shown, self.candidate)

    def _compare(self) -> None:
        self._toolbar.show_mode(self.comparing.mode)
        if not self.candidates.side_by_side:
            self.comparing.show(self.candidate)

    # ---- what is dragged over it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.drop(event)

    # ---- below the picture

    def _save_what_is_shown(self) -> None:
        if self.piece is not None or (self.candidate is None and self.document.layers):
            self.save_wanted.emit(self.piece, self.candidate is None)

    def _emit_piece(self, signal: Any) -> None:
        if self.piece is not None:
            signal.emit(self.piece)

    def _connect_toolbar(self) -> None:
        toolbar = self._toolbar
        toolbar.stepped.connect(self.step)
        toolbar.compared.connect(self.set_mode)
        toolbar.use_wanted.connect(lambda task: self.use_wanted.emit(self.piece, task))
        toolbar.copy_wanted.connect(lambda: self.copy_wanted.emit(self.piece))
        toolbar.reveal_wanted.connect(lambda: self._emit_piece(self.reveal_wanted))
        toolbar.save_wanted.connect(self._save_what_is_shown)

    def _lies_over(self) -> bool:
        """Whether the marked picture would become a layer by itself."""
        piece, shown = (self.candidate.piece, self.candidate.shown) if self.candidate else (None, None)
        return bool(piece and shown and self.document.place(piece, shown.full.size()))

    def _refresh(self) -> None:
        self.grid.mark(self.candidates.at if self.candidates.side_by_side else -1)
        self._toolbar.show_place(self.candidates.at, len(self.candidates))
        has_piece, candidate = self.piece is not None, self.candidate
        made = candidate is not None and candidate.shown is not None
        can_save = has_piece or (candidate is None and bool(self.document.layers))
        can_compare = (made or len(self.document.layers) > 1) and not self.candidates.side_by_side
        self._toolbar.show_picture(has_piece, can_save, can_compare)
        has_source = bool(candidate and candidate.piece and candidate.piece.parents)
        self.choices.show_for(made, has_source, made and bool(self.document.layers) and not self._lies_over())
        self.turned.emit()
