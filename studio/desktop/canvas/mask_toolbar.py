"""MaskToolbar: the tools that mark on a canvas, what they are set to, and the acts on all of the mask."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.desktop.actions.action import NO_SHORTCUT, Action, DefaultShortcut, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.shortcuts import press
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.extend_frame import FrameTool
from studio.desktop.canvas.smart_select import SmartSelect
from studio.desktop.canvas.undo import MaskCommand, StateCommand
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker
from studio.desktop.widgets.control import Slider
from studio.desktop.widgets.overflow import Overflow
from studio.desktop.widgets.slider_bar import NamedSlider, SliderBar

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.brush_tool import BrushTool
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.desktop.canvas.mask_tool import MaskTool
    from studio.document.mask import Change, Mask

TOOLS = ("brush", "eraser", "lasso", "rectangle", "smart", "frame")
ACTIONS = tuple(f"mask.{name}" for name in (*TOOLS, "knobs", "invert", "clear"))
SLIDERS = 3
LARGEST_FEATHER = 128
FEATHER_MERGING = 2**30
"""Plus a number of the mask: settings of its edge that follow each other are one step."""


class MaskToolbar(QFrame):
    """Works on `view`. `overlay_for` gives the mask when a tool is first chosen; None where nothing can be marked."""

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
        overlay_for: "Callable[[], MaskOverlay | None]",
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.view, self.stack = view, stack
        self._overlay_for, self._actions = overlay_for, actions
        self._chosen = ""
        self._allowed, self._frame_allowed, self._spare_sliders = True, False, False
        self._radius, self._hardness = 0.0, 0.8
        self._smart = SmartSelect(view, worker, self)
        self._smart.marked.connect(self.marked)
        self._smart.refused.connect(self.refused)
        self.setProperty("role", "maskbar")
        self.setAccessibleName(self.tr("Mask"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)
        self._add_actions()
        self._add_brush_actions()
        self.buttons = {name: tool_button(actions, f"mask.{name}", self, "tool") for name in TOOLS}
        for button in self.buttons.values():
            row.addWidget(button)
        self._row, self._sliders = row, self._make_sliders()
        row.addWidget(self._sliders, 3)
        row.addSpacing(4)
        self.invert = tool_button(actions, "mask.invert", self, "tool")
        self.clear = tool_button(actions, "mask.clear", self, "tool")
        row.addWidget(self.invert)
        row.addWidget(self.clear)
        spared = ("frame", "rectangle", "lasso", "smart")
        self._overflow = Overflow(self, (self.clear, self.invert, *(self.buttons[name] for name in spared)))
        self._overflow.want(self.buttons["frame"], False)
        row.addWidget(self._overflow)
        row.addStretch(1)

    def _make_sliders(self) -> SliderBar:
        size = NamedSlider(self.tr("Size"), 2, 400, self._resize, self)
        hardness = NamedSlider(self.tr("Hardness"), 0, 100, self._harden, self)
        feather = NamedSlider(self.tr("Feather"), 0, LARGEST_FEATHER, self._feather, self)
        self.size_slider, self.hardness_slider, self.feather_slider = size.slider, hardness.slider, feather.slider
        self.hardness_slider.setValue(round(100 * self._hardness))
        return SliderBar([size, hardness, feather], tool_button(self._actions, "mask.knobs", self, "tool"), self)

    def _add_actions(self) -> None:
        for name, title, key in (
            ("brush", self.tr("Brush"), "B"),
            ("eraser", self.tr("Eraser"), "E"),
            ("lasso", self.tr("Lasso"), "L"),
            ("rectangle", self.tr("Rectangle"), "R"),
            ("smart", self.tr("Smart select: click an object, or draw a box around it"), "S"),
            ("frame", self.tr("Extend the picture: drag the handles of the frame"), "F"),
        ):
            self._add_tool(name, title, key)
        invert, clear = self.tr("Invert"), self.tr("Clear")
        title = self.tr("Size, hardness, feather")
        self._add("knobs", title, lambda: self._sliders.open(), "settings", self._has_spare_sliders, NO_SHORTCUT)
        for name, title, key, work in (
            ("invert", invert, "I", lambda mask: mask.invert()),
            ("clear", clear, "Ctrl+Backspace", lambda mask: mask.fill(0)),
        ):
            run, shortcut = functools.partial(self._do, title, work), DefaultShortcut((key,), Scope.CANVAS)
            self._add(name, title, run, name, self._is_allowed, shortcut)

    def _add(
        self, name: str, title: str, run: Callable[[], object], icon: str, enabled: Callable[[], bool],
        shortcut: DefaultShortcut,
    ) -> None:  # fmt: skip
        self._actions.add(
            Action(f"mask.{name}", title, run, icon, enabled=enabled, shortcut=shortcut, section=Section.MASK)
        )

    def _add_tool(self, name: str, title: str, key: str) -> None:
        self._actions.add(
            Action(
                f"mask.{name}", title, lambda: self.choose("" if self._chosen == name else name), name,
                enabled=lambda: self._allowed and (name != "frame" or self._frame_allowed),
                checked=lambda: self._chosen == name, shortcut=DefaultShortcut((key,), Scope.CANVAS),
                section=Section.MASK,
            )
        )  # fmt: skip

    def _add_brush_actions(self) -> None:
        """The brush has these keys itself, and no buttons."""
        for id, title, key in (
            ("brush.smaller", self.tr("Brush: smaller"), "["), ("brush.larger", self.tr("Brush: larger"), "]"),
            ("brush.softer", self.tr("Brush: softer"), "{"), ("brush.harder", self.tr("Brush: harder"), "}"),
        ):  # fmt: skip
            self._actions.add(
                Action(
                    id, title, functools.partial(self._press, key), enabled=lambda: self.brush is not None,
                    shortcut=DefaultShortcut((key,), Scope.CANVAS, built_in=True), section=Section.BRUSH,
                )
            )  # fmt: skip

    def _press(self, key: str) -> None:
        self.view.setFocus()
        press(self.view, key)

    def _is_allowed(self) -> bool:
        return self._allowed

    def _has_spare_sliders(self) -> bool:
        return self._allowed and self._spare_sliders

    def allow(self, allowed: bool) -> None:
        """Whether anything can be marked; else the bar is hidden, and no tool chosen."""
        self._allowed = allowed
        self.setVisible(allowed)
        self._actions.refresh(*ACTIONS)
        if not allowed:
            self.choose("")

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
        self._sliders.show_only(next((count for count in (3, 2, 1) if self._sliders.needs(count) <= room), 0))
        self._spare_sliders = self._sliders.shown < SLIDERS
        self._actions.refresh("mask.knobs")
        self._overflow.fit()

    # ---- tools

    @property
    def chosen(self) -> str:
        """The tool that is in use; '' for none."""
        return self._chosen

    @property
    def brush(self) -> "BrushTool | None":
        tool = self.view.tool
        return tool if self.chosen in ("brush", "eraser") else None  # type: ignore[return-value]  # as it was made

    def choose(self, name: str) -> None:
        """Use a tool, or with '' none."""
        overlay = self._need_overlay() if name else None
        self._chosen = name if overlay is not None else ""
        self._actions.refresh(*ACTIONS)
        if overlay is None:
            self.view.use(None)
            return
        self._start_size(overlay)
        self.view.use(FrameTool(self.view, self.framed.emit) if name == "frame" else self._make(name, overlay))
        self.view.setFocus()

    def _need_overlay(self) -> "MaskOverlay | None":
        """The mask, seen on the view; None where there is nothing to mark."""
        overlay = self._overlay_for()
        if overlay is not None:
            overlay.feathered.connect(self._show_feather, Qt.ConnectionType.UniqueConnection)
            if self.view.overlay is not overlay:
                self.view.show_overlay(overlay)
        return overlay

    def allow_frame(self, allowed: bool) -> None:
        """Whether the picture can be extended."""
        self._frame_allowed = allowed
        self._actions.refresh("mask.frame")
        self._overflow.want(self.buttons["frame"], allowed)
        self._fit()
        if not allowed and self.chosen == "frame":
            self.choose("")

    def _make(self, name: str, overlay: "MaskOverlay") -> "MaskTool":
        from studio.desktop.canvas import brush_tool, selection_tools  # first needed after the first paint
        from studio.document.brush import Brush  # numpy comes with it, first needed after the first paint

        match name:
            case "lasso":
                return selection_tools.LassoTool(self.view, overlay, self.stack)
            case "rectangle":
                return selection_tools.BoxTool(self.view, overlay, self.stack)
            case "smart":
                return selection_tools.SmartTool(self.view, overlay, self.stack, self._smart.select)
        brush = brush_tool.BrushTool(self.view, overlay, self.stack, Brush(self._radius, self._hardness))
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
        if (overlay := self._need_overlay()) is not None:

            def show(px: object) -> None:
                overlay.set_feather(float(px))  # type: ignore[arg-type]  # one of the two below

            before, merging = overlay.feather_px, FEATHER_MERGING + id(overlay) // 16 % 2**29
            overlay.set_feather(pixels)
            self.stack.push(StateCommand(self.tr("Feather"), before, pixels, show, merging, done=True))
            self.marked.emit()

    # ---- acts

    def _do(self, text: str, work: "Callable[[Mask], object]") -> None:
        overlay = self._need_overlay()
        if overlay is None:
            return

        change: Change = overlay.act(work)
        if not change.is_empty:
            self.stack.push(MaskCommand(overlay, change, text))


def _set(slider: Slider, value: int) -> None:
    slider.blockSignals(True)
    slider.setValue(value)
    slider.blockSignals(False)
    slider.update()
