"""MaskBar: the tools that mark on a canvas, what they are set to, and the acts on all of the mask."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QUndoStack
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from studio.desktop.canvas.extend_frame import FrameTool
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.desktop.widgets.control import Slider
from studio.desktop.widgets.overflow import Overflow
from studio.desktop.widgets.slider_bar import NamedSlider, SliderBar

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.desktop.canvas.mask_tools import BrushTool, MaskTool
    from studio.document.mask import Area, Change, Mask, Shape

LARGEST_FEATHER = 128
FEATHER_MERGING = 2**30
"""Plus a number of the mask: settings of its edge that follow each other are one step."""


class MaskToolbar(QFrame):
    """Works on `view`. The mask comes from `veil_for` when a tool is first taken, and may be None: nothing to mark."""

    marked = Signal()
    """The mask has changed."""
    framed = Signal(object)
    """So far (QMargins) the picture is to be extended."""
    refused = Signal(str)

    def __init__(
        self,
        view: CanvasView,
        stack: QUndoStack,
        worker: Worker,
        veil_for: "Callable[[], MaskOverlay | None]",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.view, self.stack = view, stack
        self._worker, self._overlay_for = worker, veil_for
        self._radius, self._hardness = 0.0, 0.8
        self._cutting = 0
        self.setProperty("role", "maskbar")
        self.setAccessibleName(self.tr("Mask"))
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)
        for name, icon, title, key in (
            ("brush", "brush", self.tr("Brush (B)"), "B"),
            ("eraser", "eraser", self.tr("Eraser (E)"), "E"),
            ("lasso", "lasso", self.tr("Lasso (L)"), "L"),
            ("rectangle", "rectangle", self.tr("Rectangle (R)"), "R"),
            ("smart", "smart", self.tr("Smart select: click on a thing, or draw a box around it (S)"), "S"),
            ("frame", "frame", self.tr("Extend the picture by the handles of a frame (F)"), "F"),
        ):
            row.addWidget(self._choice(name, icon, title, key))
        self._row, self._knobs = row, self._make_knobs()
        row.addWidget(self._knobs, 3)
        row.addSpacing(4)
        self.invert = self._act("invert", self.tr("Invert (I)"), "I", lambda mask: mask.invert())
        self.clear = self._act("clear", self.tr("Clear (Ctrl+Backspace)"), "Ctrl+Backspace", lambda mask: mask.fill(0))
        row.addWidget(self.invert)
        row.addWidget(self.clear)
        spared = ("frame", "rectangle", "lasso", "smart")
        self._overflow = Overflow(self, (self.clear, self.invert, *(self.buttons[name] for name in spared)))
        self._overflow.want(self.buttons["frame"], False)
        row.addWidget(self._overflow)
        row.addStretch(1)

    def _make_knobs(self) -> SliderBar:
        size = NamedSlider(self.tr("Size"), 2, 400, self._resize, self)
        hardness = NamedSlider(self.tr("Hardness"), 0, 100, self._harden, self)
        feather = NamedSlider(self.tr("Feather"), 0, LARGEST_FEATHER, self._feather, self)
        self.size_slider, self.hardness_slider, self.feather_slider = size.slider, hardness.slider, feather.slider
        self.hardness_slider.setValue(round(100 * self._hardness))
        return SliderBar([size, hardness, feather], self.tr("Size, hardness, feather"), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many sliders as fit beside all the buttons; then, without sliders, as many buttons as fit."""
        margins, spacing = self._row.contentsMargins(), self._row.spacing()
        buttons = [
            button for button in (*self.buttons.values(), self.invert, self.clear) if self._overflow.wants(button)
        ]
        used = sum(button.sizeHint().width() + spacing for button in buttons) + 2 * spacing + 4
        room = self.width() - margins.left() - margins.right() - used
        self._knobs.show_only(next((count for count in (3, 2, 1) if self._knobs.needs(count) <= room), 0))
        self._overflow.fit()

    # ---- tools

    @property
    def chosen(self) -> str:
        """The tool that is in the hand; '' for none."""
        return next((name for name, button in self.buttons.items() if button.isChecked()), "")

    @property
    def brush(self) -> "BrushTool | None":
        tool = self.view.tool
        return tool if self.chosen in ("brush", "eraser") else None  # type: ignore[return-value]  # as it was made

    def choose(self, name: str) -> None:
        """Take a tool, or with '' put it down."""
        overlay = self._need_veil() if name else None
        for other, button in self.buttons.items():
            button.setChecked(other == name and overlay is not None)
        if overlay is None:
            self.view.use(None)
            return
        self._start_size(overlay)
        self.view.use(FrameTool(self.view, self.framed.emit) if name == "frame" else self._make(name, overlay))
        self.view.setFocus()

    def _need_veil(self) -> "MaskOverlay | None":
        """The mask, seen on the view; None where there is nothing to mark."""
        overlay = self._overlay_for()
        if overlay is not None:
            overlay.feathered.connect(self._show_feather, Qt.ConnectionType.UniqueConnection)
            if self.view.overlay is not overlay:
                self.view.show_overlay(overlay)
        return overlay

    def allow_frame(self, allowed: bool) -> None:
        """Whether the picture can be extended."""
        self._overflow.want(self.buttons["frame"], allowed)
        self._fit()
        if not allowed and self.chosen == "frame":
            self.choose("")

    def _make(self, name: str, overlay: "MaskOverlay") -> "MaskTool":
        from studio.desktop.canvas import mask_tools
        from studio.document.brush import Brush

        match name:
            case "lasso":
                return mask_tools.LassoTool(self.view, overlay, self.stack)
            case "rectangle":
                return mask_tools.BoxTool(self.view, overlay, self.stack)
            case "smart":
                return mask_tools.SmartTool(self.view, overlay, self.stack, self._select)
        brush = mask_tools.BrushTool(self.view, overlay, self.stack, Brush(self._radius, self._hardness))
        brush.erases = name == "eraser"
        brush.changed = lambda: self._show_brush(brush.brush)
        return brush

    def _start_size(self, overlay: "MaskOverlay") -> None:
        """A brush that goes with the picture, unless somebody chose one."""
        side = max(overlay.mask.width, overlay.mask.height)
        self.size_slider.blockSignals(True)
        self.size_slider.setMaximum(max(40, side // 2))
        self.size_slider.blockSignals(False)
        if not self._radius:
            self._radius = max(1.0, side / 20)
            _set(self.size_slider, round(2 * self._radius))
        _set(self.feather_slider, round(overlay.feather_px))

    def _select(self, box: "Area", click: tuple[float, float] | None, mark: "Callable[[Shape], None]") -> None:
        from studio.desktop.canvas import cutout
        from studio.desktop.canvas.layer import Scene

        overlay, scene = self.view.overlay, Scene([*self.view.scene.layers])
        if overlay is None:
            return
        self._cutting += 1
        number, origin = self._cutting, overlay.origin
        self.view.setCursor(Qt.CursorShape.BusyCursor)

        def done(shape: "Shape") -> None:
            self.view.use(self.view.tool)  # its own cursor again
            if number != self._cutting or self.view.overlay is not overlay:
                return
            if shape.level.any():
                mark(shape)
                self.marked.emit()
            else:
                self.refused.emit(self.tr("Nothing stands out there; draw a box around it, or use the brush."))

        self._worker.run(lambda: cutout.cut_out(scene, origin, box, click), done)

    # ---- what they are set to

    def _show_brush(self, brush: object) -> None:
        self._radius, self._hardness = brush.radius, brush.hardness  # type: ignore[attr-defined]  # a Brush
        _set(self.size_slider, round(2 * self._radius))
        _set(self.hardness_slider, round(100 * self._hardness))

    def _show_feather(self) -> None:
        """It was undone, or done again."""
        if self.view.overlay is not None:
            _set(self.feather_slider, round(self.view.overlay.feather_px))

    def _resize(self, diameter: int) -> None:
        self._radius = diameter / 2
        if tool := self.brush:
            tool.set_brush(tool.brush._replace(radius=self._radius))

    def _harden(self, percent: int) -> None:
        self._hardness = percent / 100
        if tool := self.brush:
            tool.set_brush(tool.brush._replace(hardness=self._hardness))

    def _feather(self, pixels: int) -> None:
        if (overlay := self._need_veil()) is not None:
            from studio.desktop.canvas.undo import StateCommand

            def show(px: object) -> None:
                overlay.set_feather(float(px))  # type: ignore[arg-type]  # one of the two below

            before, merging = overlay.feather_px, FEATHER_MERGING + id(overlay) // 16 % 2**29
            overlay.set_feather(pixels)
            self.stack.push(StateCommand(self.tr("Feather"), before, pixels, show, merging, done=True))
            self.marked.emit()

    # ---- acts

    def _do(self, text: str, work: "Callable[[Mask], object]") -> None:
        overlay = self._need_veil()
        if overlay is None:
            return
        from studio.desktop.canvas.undo import MaskCommand

        change: Change = overlay.act(work)
        if not change.is_empty:
            self.stack.push(MaskCommand(overlay, change, text))

    # ---- building

    def _choice(self, name: str, icon: str, title: str, key: str) -> QToolButton:
        button = _button(icon, title, self)
        button.setCheckable(True)
        button.clicked.connect(lambda on: self.choose(name if on else ""))
        self._shortcut(icon, key, button.click)
        self.buttons[name] = button
        return button

    def _act(self, icon: str, title: str, key: str, work: "Callable[[Mask], object]") -> QToolButton:
        button = _button(icon, title, self)
        text = title.partition(" (")[0]
        button.clicked.connect(lambda: self._do(text, work))
        self._shortcut(icon, key, button.click)
        return button

    def _shortcut(self, icon: str, key: str, run: Callable[[], object]) -> None:
        """Letters are for the canvas only: elsewhere they are written."""
        shortcut = QShortcut(QKeySequence(key), self.view)
        shortcut.setProperty("command", f"mask.{icon}")
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(run)


def _button(icon: str, title: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("role", "tool")
    button.setProperty("command", f"mask.{icon}")
    button.setIcon(theme.icon(icon))
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _set(slider: Slider, value: int) -> None:
    slider.blockSignals(True)
    slider.setValue(value)
    slider.blockSignals(False)
    slider.update()
