"""ViewerToolbar: below the picture: zoom, stepping, comparing, and where the picture can go on to."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from studio.desktop.actions.action import NO_SHORTCUT, Action, DefaultShortcut, MenuPlace, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.comparison import Mode
from studio.desktop.canvas.view import CanvasView
from studio.desktop.style import theme
from studio.desktop.widgets.button_fit import fit
from studio.desktop.widgets.cut_label import CutLabel
from studio.desktop.widgets.overflow import Overflow

COMPARE, USE, VIEW = "viewer/compare", "viewer/use", "viewer/view"
"""The menus of three of its buttons."""
SHOWN = (
    "stage.copy", "stage.reveal", "stage.save", "stage.previous", "stage.next", "stage.zoom-out", "stage.zoom-in",
    "stage.zoom-fit", "stage.actual",
)  # fmt: skip
"""The actions that depend on what is shown, with those of the two menus."""


class ViewerToolbar(QFrame):
    """Works on the view that `view` gives, which may be none."""

    stepped = Signal(int)
    compared = Signal(object)
    """A Mode, or None for only the picture."""
    use_wanted = Signal(str)
    copy_wanted = Signal()
    save_wanted = Signal()
    reveal_wanted = Signal()

    def __init__(self, view: Callable[[], CanvasView | None], actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._actions = view, actions
        self._targets: list[tuple[str, str]] = []
        self._has_file = self._can_save = self._can_compare = self._several = False
        self._mode: Mode | None = None
        self.setProperty("role", "tools")
        self._place, self._zoom = QLabel(), QLabel()
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self._place, self._zoom):
            label.setProperty("role", "hint")
        self._status = CutLabel(self)
        self._status.setProperty("role", "hint")
        self._add_actions()
        self._previous, self._next, self._zoom_out, self._zoom_in, self._fit, self._copy, self._reveal = (
            tool_button(actions, f"stage.{name}", self)
            for name in ("previous", "next", "zoom-out", "zoom-in", "zoom-fit", "copy", "reveal")
        )
        self._save = tool_button(actions, "stage.save", self, named=True)
        self._comparing = self._menu_button("compare", self._compare_title, COMPARE)
        self._use = self._menu_button("use-as-input", self._use_title, USE)
        self._guides = self._menu_button("ruler", self.tr("View: rulers, grid, rotation"), VIEW)
        self._use.setText(self.tr("Use in…"))
        self._use.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        spared = (self._reveal, self._guides, self._copy, self._comparing, self._use, self._save, self._fit)
        self._overflow = Overflow(self, spared)
        self._lay_out()

    def _add_actions(self) -> None:
        def several() -> bool:
            return self._several

        back, on = self.tr("Previous picture"), self.tr("Next picture")
        self._add("stage.previous", back, lambda: self.stepped.emit(-1), "previous", several)
        self._add("stage.next", on, lambda: self.stepped.emit(1), "next", several)
        self._add_view_actions()
        self._add_menu_actions()
        has_file, can_save = lambda: self._has_file, lambda: self._can_save
        copy, save = DefaultShortcut(("Ctrl+Shift+C",)), DefaultShortcut(("Ctrl+S",))
        self._add("stage.copy", self.tr("Copy picture"), self.copy_wanted.emit, "copy", can_save, copy)
        self._add("stage.save", self.tr("Save as…"), self.save_wanted.emit, "save", can_save, save)
        self._add("stage.reveal", self.tr("Show in folder"), self.reveal_wanted.emit, "reveal", has_file)

    def _add_menu_actions(self) -> None:
        self._compare_title, self._use_title = self.tr("Before and after"), self.tr("Use as input for another task")
        words = {
            Mode.SLIDER: self.tr("Split view"),
            Mode.BESIDE: self.tr("Side by side"),
            Mode.FLICKER: self.tr("Toggle"),
            None: self.tr("Off"),
        }
        for mode, text in words.items():
            self._actions.add(self._compare_action(mode, text))

    def _add_view_actions(self) -> None:
        for name, title, act, keys in (
            ("zoom-out", self.tr("Zoom out"), CanvasView.zoom_out, ("-",)),
            ("zoom-in", self.tr("Zoom in"), CanvasView.zoom_in, ("+", "=")),
            ("zoom-fit", self.tr("Fit to window"), CanvasView.fit, ("0",)),
        ):
            shortcut = DefaultShortcut(keys, Scope.CANVAS, built_in=True)
            self._add(f"stage.{name}", title, self._on_view(act), name, self._shows_picture, shortcut)
        self._actions.add(
            Action(
                "stage.actual", self.tr("Actual size (100 %)"),
                self._on_view(_show_actual), enabled=lambda: self._view() is not None,
                shortcut=DefaultShortcut(("1",), Scope.CANVAS, built_in=True), section=Section.CANVAS,
            )
        )  # fmt: skip

    def _add(
        self, id: str, title: str, run: Callable[[], object], icon: str, enabled: Callable[[], bool],
        shortcut: DefaultShortcut = NO_SHORTCUT,
    ) -> None:  # fmt: skip
        self._actions.add(Action(id, title, run, icon, enabled=enabled, shortcut=shortcut, section=Section.PICTURE))

    def _compare_action(self, mode: Mode | None, text: str) -> Action:
        return Action(
            f"compare.{mode.value if mode else 'off'}", f"{self._compare_title}: {text}",
            lambda: self.compared.emit(mode), text=text, enabled=lambda: self._can_compare,
            checked=lambda: self._mode is mode, menu=MenuPlace(COMPARE), section=Section.PICTURE,
        )  # fmt: skip

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 1)
        row.setSpacing(4)
        for widget in (self._zoom_out, self._zoom, self._zoom_in, self._fit, self._guides, self._comparing):
            row.addWidget(widget)
        for widget in (self._previous, self._place, self._next):
            row.addWidget(widget)
        row.addWidget(self._status, 1)
        for tool in (self._use, self._copy, self._save, self._reveal, self._overflow):
            row.addWidget(tool)

    # ---- where the picture can go

    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None:
        """(id, title) of the tasks that take a picture."""
        self._targets = [*targets]
        self._actions.replace("use.", (self._use_action(id, title) for id, title in targets))
        self._fill(self._use)

    def _use_action(self, id: str, title: str) -> Action:
        return Action(
            f"use.{id}", f"{self._use_title}: {title}", lambda: self.use_wanted.emit(id), "use-as-input", title,
            enabled=lambda: self._can_save, menu=MenuPlace(USE), section=Section.PICTURE,
        )  # fmt: skip

    def target_titles(self) -> list[str]:
        return [title for _, title in self._targets]

    # ---- what is shown

    def show_place(self, at: int, count: int) -> None:
        """Which of several pictures is marked."""
        self._several = count > 1
        for widget in (self._previous, self._place, self._next):
            widget.setVisible(self._several)
        self._place.setText(f"{at + 1} / {count}")
        self.refit()

    def show_picture(self, has_file: bool, can_save: bool, can_compare: bool) -> None:
        """`has_file`: one file has all that is shown; what has none is put together when it is needed."""
        self._has_file, self._can_save, self._can_compare = has_file, can_save, can_compare
        self._use.setEnabled(can_save and bool(self._targets))
        self._comparing.setEnabled(can_compare)
        self._guides.setEnabled(self._shows_picture())
        menus = [action.id for action in self._actions if action.menu and action.menu.menu in (COMPARE, USE)]
        self._actions.refresh(*SHOWN, *menus)
        self._show_percent()

    def _shows_picture(self) -> bool:
        view = self._view()
        return view is not None and bool(view.scene.layers) and not view.forming

    def show_zoom(self) -> None:
        self._actions.refresh("stage.zoom-out", "stage.zoom-in", "stage.zoom-fit")
        self._show_percent()

    def _show_percent(self) -> None:
        view = self._view()
        self._zoom.setText(f"{view.zoom * 100:.0f}%" if view is not None and self._shows_picture() else "")

    def show_mode(self, mode: Mode | None) -> None:
        self._mode = mode
        self._actions.refresh(*(f"compare.{other}" for other in ("slider", "beside", "flicker", "off")))

    def show_status(self, text: str) -> None:
        """In the room that the tools leave."""
        self._status.show_text(text)

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

    def _menu_button(self, icon: str, title: str, menu: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(ActionMenu(self._actions, menu, button))
        self._fill(button)
        return button

    @staticmethod
    def _fill(button: QToolButton) -> None:
        """Now, not only when it opens: the menu of the overflow shows it too."""
        menu = button.menu()
        if isinstance(menu, ActionMenu):
            menu.fill()

    def _on_view(self, act: Callable[[CanvasView], object]) -> Callable[[], None]:
        def run() -> None:
            if view := self._view():
                act(view)

        return run


def _show_actual(view: CanvasView) -> None:
    view.setFocus()
    view.zoom_to(1.0)
