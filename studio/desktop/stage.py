"""Stage: the middle of the window, where pictures form, are looked at, and go on from."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desktop import theme
from studio.desktop.job import Job
from studio.desktop.notice import plain_label
from studio.desktop.pixel import Shown
from studio.desktop.view import PictureView


@dataclass(frozen=True)
class Piece:
    """A picture of the library on the stage."""

    ref: str
    file: Path


class Stage(QWidget):
    """Shows the pictures of one job side by side, or one picture; `piece` is the one that actions are about."""

    cancel_wanted = Signal()
    copy_wanted = Signal(object)
    save_wanted = Signal(object)
    reveal_wanted = Signal(object)
    use_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Stage"))
        self._views: list[PictureView] = []
        self._pieces: list[Piece | None] = []
        self._at = 0
        self._alone = False
        self._before: tuple[Piece, Shown] | None = None
        self._board = QWidget()
        self._grid = QGridLayout(self._board)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._empty = Welcome(self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._board)
        self._progress = ProgressLine(self)
        self._progress.cancelled.connect(self.cancel_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._progress)
        column.addWidget(self._tools())
        self._refresh()

    # ---- what is shown

    @property
    def piece(self) -> Piece | None:
        """The picture that is marked."""
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    @property
    def view(self) -> PictureView | None:
        return self._views[self._at] if self._at < len(self._views) else None

    @property
    def pieces(self) -> list[Piece | None]:
        """All that stand side by side; None for one that is still being made."""
        return [*self._pieces]

    def say(self, text: str) -> None:
        """What an empty stage tells."""
        self._empty.say(text)

    def begin(self, count: int) -> None:
        """Room for the pictures of a job."""
        view, piece = self.view, self.piece
        if view is not None and piece is not None and view.shown is not None:
            self._before = (piece, view.shown)
        self._arrange(max(1, count))

    def show_preview(self, index: int, preview: QImage) -> None:
        """`index`: which picture of the job is forming."""
        self._room_for(index)
        self._views[index].show_preview(preview)

    def show_result(self, index: int, piece: Piece, shown: Shown) -> None:
        self._room_for(index)
        self._pieces[index] = piece
        self._views[index].show_picture(shown, piece.file)
        self._refresh()

    def show_one(self, piece: Piece, shown: Shown) -> None:
        """One picture alone, from the strip."""
        self._arrange(1)
        self.show_result(0, piece, shown)

    def stop(self) -> None:
        """The job has ended: places that stayed without a picture go, unless they are all there is."""
        kept = [(view, piece) for view, piece in zip(self._views, self._pieces, strict=True) if piece]
        if kept and len(kept) < len(self._views):
            shown = [(piece, view) for view, piece in kept]
            for view, piece in zip(self._views, self._pieces, strict=True):
                if piece is None:
                    self._grid.removeWidget(view)
                    view.deleteLater()
            self._pieces = [piece for piece, _ in shown]
            self._views = [view for _, view in shown]
            self._at = min(self._at, len(self._views) - 1)
            self._lay_out()
        self._refresh()

    def give_up(self) -> None:
        """The job has ended without a picture: what was there before it comes back."""
        if self._before:
            self.show_one(*self._before)
        else:
            self._arrange(0)

    def clear(self) -> None:
        self._before = None
        self._arrange(0)

    def show_progress(self, job: Job | None, waiting: int = 0) -> None:
        """The line below the picture; None hides it."""
        self._progress.show_job(job, waiting)

    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None:
        """(id, title) of the tasks that take a picture."""
        self._targets.clear()
        for id, title in targets:
            action = self._targets.addAction(theme.icon("use-as-input"), title.replace("&", "&&"))
            action.triggered.connect(lambda _=False, id=id: self.use_wanted.emit(self.piece, id))
        self._refresh()

    def target_titles(self) -> list[str]:
        return [action.text().replace("&&", "&") for action in self._targets.actions()]

    def _room_for(self, index: int) -> None:
        if index >= len(self._views):
            self._add_views(index + 1 - len(self._views))
        self._stack.setCurrentWidget(self._board)

    # ---- arranging

    def _arrange(self, count: int) -> None:
        for view in self._views:
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views, self._pieces, self._at, self._alone = [], [], 0, False
        self._add_views(count)
        self._stack.setCurrentWidget(self._board if count else self._empty)
        self._refresh()

    def _add_views(self, count: int) -> None:
        for _ in range(count):
            view = PictureView(self._board)
            view.chosen.connect(lambda view=view: self._mark(self._views.index(view)))
            view.opened.connect(self._toggle_alone)
            view.zoomed.connect(self._refresh_zoom)
            self._views.append(view)
            self._pieces.append(None)
        self._lay_out()

    def _lay_out(self) -> None:
        for view in self._views:
            self._grid.removeWidget(view)
        columns = math.ceil(math.sqrt(len(self._views))) or 1
        for number, view in enumerate(self._views):
            view.setVisible(not self._alone or number == self._at)
            view.setAccessibleName(self.tr("Picture {0} of {1}").format(number + 1, len(self._views)))
            if self._alone:
                self._grid.addWidget(view, 0, 0)
            else:
                self._grid.addWidget(view, number // columns, number % columns)
        self._refresh()

    def _mark(self, index: int) -> None:
        self._at = index
        self._refresh()

    def _toggle_alone(self) -> None:
        if len(self._views) > 1:
            self._alone = not self._alone
            self._lay_out()
        elif view := self.view:
            view.zoom_to(1.0) if view.fitted else view.fit()

    def step(self, by: int) -> None:
        """To the next picture of several."""
        if len(self._views) > 1:
            self._at = (self._at + by) % len(self._views)
            self._lay_out()
            self._views[self._at].setFocus()

    # ---- tools

    def _tools(self) -> QWidget:
        bar = QFrame(self)
        bar.setProperty("role", "tools")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(4)
        self._previous = self._tool("previous", self.tr("Previous picture"), lambda: self.step(-1))
        self._next = self._tool("next", self.tr("Next picture"), lambda: self.step(1))
        self._place = QLabel()
        self._zoom_out = self._tool("zoom-out", self.tr("Smaller (-)"), self._on_view(PictureView.zoom_out))
        self._zoom = QLabel()
        self._zoom.setMinimumWidth(44)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom_in = self._tool("zoom-in", self.tr("Larger (+)"), self._on_view(PictureView.zoom_in))
        self._fit = self._tool("zoom-fit", self.tr("Fit into the window (0)"), self._on_view(PictureView.fit))
        for label in (self._place, self._zoom):
            label.setProperty("role", "hint")
        for widget in (self._zoom_out, self._zoom, self._zoom_in, self._fit, self._previous, self._place, self._next):
            row.addWidget(widget)
        row.addStretch(1)
        self._use = self._tool("use-as-input", self.tr("Use as input for another task"), None)
        self._use.setText(self.tr("Use as input for…"))
        self._use.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._use.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._targets = QMenu(self._use)
        self._use.setMenu(self._targets)
        self._copy = self._tool("copy", self.tr("Copy the picture (Ctrl+Shift+C)"), self._emit(self.copy_wanted))
        self._save = self._tool("save", self.tr("Save as… (Ctrl+S)"), self._emit(self.save_wanted))
        self._save.setText(self.tr("Save as…"))
        self._save.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._reveal = self._tool("reveal", self.tr("Show the file in its folder"), self._emit(self.reveal_wanted))
        self._add_keys()
        for tool in (self._use, self._copy, self._save, self._reveal):
            row.addWidget(tool)
        return bar

    def _on_view(self, act: Callable[[PictureView], None]) -> Callable[[], None]:
        def run() -> None:
            if view := self.view:
                act(view)

        return run

    def _emit(self, signal: object) -> object:
        return lambda: self.piece and signal.emit(self.piece)  # type: ignore[attr-defined]

    def _add_keys(self) -> None:
        for keys, tool in (("Ctrl+Shift+C", self._copy), ("Ctrl+S", self._save)):
            action = QAction(tool.accessibleName(), self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(tool.click)
            self.addAction(action)

    def _tool(self, icon: str, title: str, run: object) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if callable(run):
            button.clicked.connect(lambda: run())
        return button

    def _refresh(self) -> None:
        several = len(self._views) > 1
        for number, view in enumerate(self._views):
            view.marked = several and not self._alone and number == self._at
            view.update()
        for tool in (self._previous, self._next):
            tool.setVisible(several)
        self._place.setVisible(several)
        self._place.setText(f"{self._at + 1} / {len(self._views)}")
        has_piece = self.piece is not None
        for tool in (self._copy, self._save, self._reveal):
            tool.setEnabled(has_piece)
        self._use.setEnabled(has_piece and not self._targets.isEmpty())
        self._refresh_zoom()

    def _refresh_zoom(self) -> None:
        view = self.view
        shown = view is not None and view.picture is not None
        for tool in (self._zoom_out, self._zoom_in, self._fit):
            tool.setEnabled(shown)
        self._zoom.setText(f"{view.zoom * 100:.0f}%" if view is not None and shown else "")


class Welcome(QWidget):
    """What an empty stage says: how to begin, or what is waited for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self.tr("What would you like to see?"))
        self._title.setProperty("role", "headline")
        self._text = plain_label("")
        self._text.setProperty("role", "hint")
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addStretch(1)

    def say(self, text: str) -> None:
        self._text.setText(text)


class ProgressLine(QFrame):
    """How far the running job is, how long it may take, and the way to end it."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "progress")
        self._stage = plain_label("")
        self._stage.setWordWrap(False)
        self._time = QLabel()
        self._time.setProperty("role", "hint")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress of the job"))
        self._cancel = QToolButton()
        self._cancel.setIcon(theme.icon("cancel"))
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._cancel.setToolTip(self.tr("Cancel this job (Esc)"))
        self._cancel.setAccessibleName(self.tr("Cancel this job"))
        self._cancel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self._stage)
        row.addWidget(self._bar, 1)
        row.addWidget(self._time)
        row.addWidget(self._cancel)
        self.hide()

    def show_job(self, job: Job | None, waiting: int) -> None:
        self.setVisible(job is not None)
        if job is None:
            return
        self._stage.setText(self._told(job.stage))
        share = job.done / job.total if job.total else 0.0
        self._bar.setRange(0, 1000 if job.total else 0)  # 0: it moves to and fro while nothing is known
        self._bar.setValue(round(share * 1000))
        parts = [f"{share * 100:.0f}%"] if job.total else []
        if job.eta_s is not None:
            parts.append(self.tr("about {0} left").format(duration(job.eta_s)))
        if waiting:
            parts.append(self.tr("{0} waiting").format(waiting))
        self._time.setText(" · ".join(parts))

    def _told(self, stage: str) -> str:
        """The stages that many tasks have, in words; others as the task calls them."""
        words = {
            "": self.tr("Preparing"),
            "prior": self.tr("Finding the picture in the words"),
            "decoder": self.tr("Drawing"),
            "codec": self.tr("Developing"),
            "upscaler": self.tr("Enlarging"),
            "loading": self.tr("Loading the model"),
        }
        return words.get(stage, f"{stage[:1].upper()}{stage[1:60]}")


def duration(seconds: float) -> str:
    """5 s, 2 min 5 s, 1 h 2 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
