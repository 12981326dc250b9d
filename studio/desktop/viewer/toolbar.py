"""Footer: below the picture: zoom, stepping, comparing, and where the picture can go on to."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from studio.desktop.canvas.comparison import Mode
from studio.desktop.canvas.view import CanvasView
from studio.desktop.style import theme
from studio.desktop.widgets.button_fit import fit
from studio.desktop.widgets.overflow import Overflow


class ViewerToolbar(QFrame):
    """Works on the view that `view` gives, which may be none."""

    stepped = Signal(int)
    compared = Signal(object)
    """A Mode, or None for only the picture."""
    use_wanted = Signal(str)
    copy_wanted = Signal()
    save_wanted = Signal()
    reveal_wanted = Signal()
    values_wanted = Signal(bool)

    def __init__(self, view: Callable[[], CanvasView | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.setProperty("role", "tools")
        self._previous = self._tool("previous", self.tr("Previous picture"), lambda: self.stepped.emit(-1))
        self._next = self._tool("next", self.tr("Next picture"), lambda: self.stepped.emit(1))
        self._place = QLabel()
        self._zoom_out = self._tool("zoom-out", self.tr("Smaller (-)"), self._on_view(CanvasView.zoom_out))
        self._zoom = QLabel()
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom_in = self._tool("zoom-in", self.tr("Larger (+)"), self._on_view(CanvasView.zoom_in))
        self._fit = self._tool("zoom-fit", self.tr("Fit into the window (0)"), self._on_view(CanvasView.fit))
        for label in (self._place, self._zoom):
            label.setProperty("role", "hint")
        self._comparing = self._compare_button()
        self.values = self._tool("values", self.tr("The bar with the values of the task"), None)
        self.values.setCheckable(True)
        self.values.clicked.connect(self.values_wanted)
        self._use = self._named("use-as-input", self.tr("Use as input for another task"), self.tr("Use in…"))
        self._use.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._targets = QMenu(self._use)
        self._use.setMenu(self._targets)
        self._copy = self._tool("copy", self.tr("Copy the picture (Ctrl+Shift+C)"), self.copy_wanted.emit)
        self._save = self._named("save", self.tr("Save as… (Ctrl+S)"), self.tr("Save as…"))
        self._save.clicked.connect(self.save_wanted)
        self._reveal = self._tool("reveal", self.tr("Show the file in its folder"), self.reveal_wanted.emit)
        spared = (self._reveal, self._copy, self._comparing, self._use, self._save, self.values, self._fit)
        self._overflow = Overflow(self, spared)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(4)
        for widget in (self._zoom_out, self._zoom, self._zoom_in, self._fit, self._comparing):
            row.addWidget(widget)
        for widget in (self._previous, self._place, self._next):
            row.addWidget(widget)
        row.addStretch(1)
        for tool in (self.values, self._use, self._copy, self._save, self._reveal, self._overflow):
            row.addWidget(tool)

    # ---- where the picture can go

    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None:
        """(id, title) of the tasks that take a picture."""
        self._targets.clear()
        for id, title in targets:
            action = self._targets.addAction(theme.icon("use-as-input"), title.replace("&", "&&"))
            action.setProperty("command", f"use.{id}")
            action.triggered.connect(lambda _=False, id=id: self.use_wanted.emit(id))

    def target_titles(self) -> list[str]:
        return [action.text().replace("&&", "&") for action in self._targets.actions()]

    # ---- what is shown

    def show_place(self, at: int, count: int) -> None:
        """Which of several pictures is marked."""
        for widget in (self._previous, self._place, self._next):
            widget.setVisible(count > 1)
        self._place.setText(f"{at + 1} / {count}")
        self.refit()

    def show_picture(self, has_file: bool, can_save: bool, can_compare: bool) -> None:
        for tool in (self._copy, self._reveal):
            tool.setEnabled(has_file)
        self._save.setEnabled(can_save)
        self._use.setEnabled(has_file and not self._targets.isEmpty())
        self._comparing.setEnabled(can_compare)
        self.show_zoom()

    def show_zoom(self) -> None:
        view = self._view()
        shown = view is not None and bool(view.scene.layers) and not view.forming
        for tool in (self._zoom_out, self._zoom_in, self._fit):
            tool.setEnabled(shown)
        self._zoom.setText(f"{view.zoom * 100:.0f}%" if view is not None and shown else "")

    def show_mode(self, mode: Mode | None) -> None:
        for other, action in self._modes.items():
            action.setChecked(other is mode)

    # ---- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def refit(self) -> None:
        """Names where there is room, then icons, then a menu."""
        fit(self, (self._use, self._save), self.width())
        # Not when it is made: it has no font of the window's then.
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance("3200%"))
        self._overflow.fit()

    # ---- building

    def _compare_button(self) -> QToolButton:
        button = self._tool("compare", self.tr("Before and after"), None)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        words = {
            Mode.SLIDER: self.tr("Part them by a line"),
            Mode.BESIDE: self.tr("Side by side"),
            Mode.FLICKER: self.tr("One after the other"),
            None: self.tr("Only the picture"),
        }
        self._modes: dict[Mode | None, QAction] = {}
        for mode, text in words.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setProperty("command", f"compare.{mode.value if mode else 'off'}")
            action.triggered.connect(lambda _=False, mode=mode: self.compared.emit(mode))
            self._modes[mode] = action
        button.setMenu(menu)
        return button

    def _on_view(self, act: Callable[[CanvasView], None]) -> Callable[[], None]:
        def run() -> None:
            if view := self._view():
                act(view)

        return run

    def _named(self, icon: str, title: str, text: str) -> QToolButton:
        button = self._tool(icon, title, None)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _tool(self, icon: str, title: str, run: object) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("command", f"stage.{icon}")
        button.setIcon(theme.icon(icon))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if callable(run):
            button.clicked.connect(lambda: run())
        return button
