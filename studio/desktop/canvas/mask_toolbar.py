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
from studio.desktop.canvas import paint_tools
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.extend_frame import FrameTool
from studio.desktop.canvas.paint_tools import PaintTools
from studio.desktop.canvas.smart_select import SmartSelect
from studio.desktop.canvas.tool import Tool
from studio.desktop.canvas.undo import MaskCommand, StateCommand
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.desktop.widgets.control import Slider
from studio.desktop.widgets.overflow import Overflow
from studio.desktop.widgets.slider_bar import NamedSlider, SliderBar
from studio.document.paint_state import BrushSetting

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.desktop.canvas.stroke_tool import StrokeTool
    from studio.document.mask import Change, Mask

TOOLS = ("brush", "eraser", "lasso", "rectangle", "ellipse", "smart", "frame")
SELECTIONS = ("lasso", "rectangle", "ellipse", "smart")
COMBINING = ("add", "subtract", "intersect")
ACTIONS = (
    *(f"mask.{name}" for name in (*TOOLS, *COMBINING, "knobs", "invert", "clear")),
    *(f"paint.{name}" for name in (*paint_tools.NAMES, "knobs")),
)
SLIDERS = 3
BRUSHES = ("brush", "eraser", "paint", "rub")
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
        *,
        document: Document | None = None,
        ready: Callable[[], bool] = lambda: False,
    ) -> None:
        """`ready` makes what is shown the `document`, and tells whether it can be painted on; without one there is
        only the mask."""
        super().__init__(parent)
        self.view, self.stack, self._ready = view, stack, ready
        self._has_document = document is not None
        self._overlay_for, self._actions = overlay_for, actions
        self._chosen = ""
        self._allowed, self._frame_allowed, self._spare_sliders = True, False, False
        self._paints = self._asked_for = False
        self._combining = "add"
        self._smart = SmartSelect(view, worker, self)
        self._smart.marked.connect(self.marked)
        self._smart.refused.connect(self.refused)
        self.setProperty("role", "maskbar")
        self.setAccessibleName(self.tr("Mask"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(4)
        self._add_actions()
        self._add_brush_actions()
        self.painting = PaintTools(view, document or Document(self), actions, self)
        self.buttons = {name: tool_button(actions, f"mask.{name}", self, "tool") for name in TOOLS}
        self.paint_buttons = {name: tool_button(actions, f"paint.{name}", self, "tool") for name in paint_tools.NAMES}
        self.combining = {name: tool_button(actions, f"mask.{name}", self, "tool") for name in COMBINING}
        self._line = _parting(self)
        for widget in (*self.buttons.values(), self._line, *self.paint_buttons.values(), self.painting.colour):
            row.addWidget(widget)
        for widget in self.combining.values():
            row.addWidget(widget)
        self._row, self._sliders = row, self._make_sliders()
        row.addWidget(self._sliders, 3)
        for page in (self.painting.brush, self.painting.shape, self.painting.crop):
            row.addWidget(page, 3)
        row.addSpacing(4)
        self.invert = tool_button(actions, "mask.invert", self, "tool")
        self.clear = tool_button(actions, "mask.clear", self, "tool")
        row.addWidget(self.invert)
        row.addWidget(self.clear)
        spared = (
            *(self.clear, self.invert),
            *(self.paint_buttons[name] for name in ("shape", "text", "crop", "rub", "pipette")),
            *(self.buttons[name] for name in ("frame", "ellipse", "rectangle", "lasso", "smart")),
            *self.combining.values(), *(self.buttons[name] for name in ("eraser", "brush")),
        )  # fmt: skip
        self._overflow = Overflow(self, spared)
        self._overflow.want(self.buttons["frame"], False)
        row.addWidget(self._overflow)
        row.addStretch(1)
        self._show_options()

    def _make_sliders(self) -> SliderBar:
        self._size = size = NamedSlider(self.tr("Size"), 2, 400, self._resize, self, "px")
        hardness = NamedSlider(self.tr("Hardness"), 0, 100, self._harden, self)
        feather = NamedSlider(self.tr("Feather"), 0, LARGEST_FEATHER, self._feather, self)
        self.size_slider, self.hardness_slider, self.feather_slider = size.slider, hardness.slider, feather.slider
        self.hardness_slider.setValue(80)
        return SliderBar([size, hardness, feather], tool_button(self._actions, "mask.knobs", self, "tool"), self)

    def _add_actions(self) -> None:
        for name, title, key in (
            ("brush", self.tr("Brush"), "B"),
            ("eraser", self.tr("Eraser"), "E"),
            ("lasso", self.tr("Lasso"), "L"),
            ("rectangle", self.tr("Rectangle"), "R"),
            ("ellipse", self.tr("Ellipse"), "O"),
            ("smart", self.tr("Smart select: click an object, or draw a box around it"), "S"),
            ("frame", self.tr("Extend the picture: drag the handles of the frame"), "F"),
        ):
            self._add_tool(f"mask.{name}", name, title, key)
        for name, title, key in (
            ("paint", self.tr("Colour brush"), "P"),
            ("rub", self.tr("Colour eraser"), "Shift+E"),
            ("pipette", self.tr("Pipette: take a colour from the picture (Alt+click with the brush)"), "I"),
            ("text", self.tr("Text"), "T"),
            ("shape", self.tr("Shape"), "U"),
            ("crop", self.tr("Crop"), "C"),
        ):
            self._add_tool(f"paint.{name}", name, title, key)
        self._add_combining()
        invert, clear = self.tr("Invert"), self.tr("Clear")
        title = self.tr("Size, hardness, feather")
        self._add("knobs", title, lambda: self._sliders.open(), "settings", self._has_spare_sliders, NO_SHORTCUT)
        for name, title, key, work in (
            ("invert", invert, "Ctrl+Shift+I", lambda mask: mask.invert()),
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

    def _add_tool(self, id: str, name: str, title: str, key: str) -> None:
        self._actions.add(
            Action(
                id, title, functools.partial(self._take_or_put_away, name), name,
                enabled=lambda: self._can_use(name), checked=lambda: self._chosen == name,
                shortcut=DefaultShortcut((key,), Scope.CANVAS),
                section=Section.MASK if name in TOOLS else Section.BRUSH,
            )
        )  # fmt: skip

    def _take_or_put_away(self, name: str) -> None:
        """Who asks for a tool that was in the hand by itself wants it, and not that it goes."""
        self.choose("" if self._chosen == name and self._asked_for else name)

    def _can_use(self, name: str) -> bool:
        if name in paint_tools.NAMES:
            return self._has_document and bool(self.view.scene.layers) and not self.view.forming
        return self._allowed and (name != "frame" or self._frame_allowed)

    def _add_combining(self) -> None:
        """What a selection does to what is marked already."""
        for name, title in (
            ("add", self.tr("Add to the selection (Shift)")),
            ("subtract", self.tr("Subtract from the selection (Alt)")),
            ("intersect", self.tr("Intersect with the selection (Shift+Alt)")),
        ):
            self._actions.add(
                Action(
                    f"mask.{name}", title, functools.partial(self.combine, name), f"select-{name}",
                    enabled=self._is_allowed, checked=lambda name=name: self._combining == name,  # type: ignore[misc]
                    choice="combining", section=Section.MASK,
                )
            )  # fmt: skip

    def combine(self, name: str) -> None:
        self._combining = name
        self._actions.refresh(*(f"mask.{other}" for other in COMBINING))
        if self._chosen in SELECTIONS:
            self._set_combining(self.view.tool)

    def _set_combining(self, tool: object) -> None:
        from studio.desktop.canvas.mask_tool import Combine  # numpy comes with it, first needed after the first paint

        tool.combine = Combine(self._combining)  # type: ignore[attr-defined]  # a MaskTool

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

    def allow(self, allowed: bool, paints: bool = False) -> None:
        """Whether anything can be marked, and whether the task works on what is painted; without either the bar shows
        itself only while one of its tools is in use."""
        self._allowed, self._paints = allowed, paints
        if not allowed and self._chosen in TOOLS:
            self.choose("")
        self._show_options()
        self._actions.refresh(*ACTIONS)

    @property
    def marks(self) -> bool:
        """Whether a mask can be made."""
        return self._allowed

    @property
    def is_painting(self) -> bool:
        """Whether a tool is in use that needs no mask."""
        return self._chosen in paint_tools.NAMES

    def _show_options(self) -> None:
        """Those of the tool that is in use."""
        painting = self.is_painting
        self.setVisible(self._allowed or self._paints or bool(self._chosen))
        for name, button in self.buttons.items():
            self._overflow.want(button, self._allowed and (name != "frame" or self._frame_allowed))
        for button in (self.invert, self.clear):
            self._overflow.want(button, self._allowed and not painting)
        for button in self.combining.values():
            self._overflow.want(button, self._allowed and self._chosen in SELECTIONS)
        for button in self.paint_buttons.values():
            self._overflow.want(button, self._has_document)
        self._line.setVisible(self._allowed and self._has_document)
        self._sliders.setVisible(self._allowed and not painting and self._chosen != "frame")
        self.painting.show_options(self._chosen)
        for slider in (self._size, self.hardness_slider):
            slider.setEnabled(self._chosen not in SELECTIONS)
        self._overflow.prefer(self.buttons.get(self._chosen) or self.paint_buttons.get(self._chosen))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many sliders as fit beside all the buttons; then, without sliders, as many buttons as fit."""
        margins, spacing = self._row.contentsMargins(), self._row.spacing()
        every = (
            *self.buttons.values(),
            *self.paint_buttons.values(),
            *self.combining.values(),
            self.invert,
            self.clear,
        )
        buttons = [button for button in every if self._overflow.wants(button)]
        used = sum(button.sizeHint().width() + spacing for button in buttons) + 2 * spacing + 24
        used += self.painting.colour.sizeHint().width() if self.painting.colour.isVisibleTo(self) else 0
        room = self.width() - margins.left() - margins.right() - used
        for sliders in (self._sliders, self.painting.brush.sliders):
            sliders.show_only(next((count for count in (3, 2, 1) if sliders.needs(count) <= room), 0))
        self._spare_sliders = self._sliders.shown < SLIDERS
        self.painting.spare_sliders = self.painting.brush.sliders.shown < SLIDERS
        self._actions.refresh("mask.knobs", "paint.knobs")
        self._overflow.fit()

    # ---- tools

    @property
    def chosen(self) -> str:
        """The tool that is in use; '' for none."""
        return self._chosen

    @property
    def brush(self) -> "StrokeTool | None":
        tool = self.view.tool
        return tool if self.chosen in BRUSHES else None  # type: ignore[return-value]  # as it was made

    @property
    def _mask_brush(self) -> "StrokeTool | None":
        return self.brush if self.chosen in TOOLS else None

    def choose(self, name: str, *, focus: bool = True) -> None:
        """Use a tool, or with '' none. `focus`: the canvas gets the keyboard."""
        overlay = self._need_overlay() if name in TOOLS else None
        there = overlay is not None or (name in paint_tools.NAMES and self._can_use(name) and self._ready())
        self._chosen, self._asked_for = name if there else "", focus
        self.painting.put_away()
        if not self._chosen:
            self.view.use(None)
        elif overlay is None:
            self.view.use(self.painting.make(name))
        else:
            self._start_size(overlay)
            self.view.use(FrameTool(self.view, self.framed.emit) if name == "frame" else self._make(name, overlay))
        self._show_options()
        self._actions.refresh(*ACTIONS)
        if self._chosen and focus:
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
        if not allowed and self.chosen == "frame":
            self.choose("")
        self._show_options()

    def _make(self, name: str, overlay: "MaskOverlay") -> "Tool":
        from studio.desktop.canvas import brush_tool, selection_tools  # first needed after the first paint
        from studio.document.brush import Brush  # numpy comes with it, first needed after the first paint

        match name:
            case "smart":
                tool: Tool = selection_tools.SmartTool(self.view, overlay, self.stack, self._smart.select)
            case "lasso" | "rectangle" | "ellipse":
                kinds = {
                    "lasso": selection_tools.LassoTool,
                    "rectangle": selection_tools.BoxTool,
                    "ellipse": selection_tools.EllipseTool,
                }
                tool = kinds[name](self.view, overlay, self.stack)
            case _:
                setting = self._setting(overlay)
                brush = brush_tool.BrushTool(self.view, overlay, self.stack, Brush(setting.radius, setting.hardness))
                brush.erases = name == "eraser"
                brush.changed = lambda: self._show_brush(brush.brush.radius, brush.brush.hardness)
                return brush
        self._set_combining(tool)
        return tool

    def _setting(self, overlay: "MaskOverlay") -> BrushSetting:
        """As it was last set on a picture of this size, else one that goes with the picture."""
        width, height = overlay.mask.width, overlay.mask.height
        return self.painting.state.brush("mask", (width, height), BrushSetting(max(1.0, max(width, height) / 20)))

    def _start_size(self, overlay: "MaskOverlay") -> None:
        side = max(overlay.mask.width, overlay.mask.height)
        self.size_slider.blockSignals(True)
        self.size_slider.setMaximum(max(40, side))
        self.size_slider.blockSignals(False)
        self._size.show_number(self.size_slider.value())
        setting = self._setting(overlay)
        self._show_values(setting.radius, setting.hardness)
        _set(self.feather_slider, round(overlay.feather_px))

    # ---- what they are set to

    def _show_values(self, radius: float, hardness: float) -> None:
        self._size.set_value(round(2 * radius))
        _set(self.hardness_slider, round(100 * hardness))

    def _show_brush(self, radius: float, hardness: float) -> None:
        """It has been set, on a picture of this size."""
        overlay = self.view.overlay
        if overlay is not None:
            size = overlay.mask.width, overlay.mask.height
            self.painting.state.remember("mask", size, BrushSetting(radius, hardness))
        self._show_values(radius, hardness)

    def _show_feather(self) -> None:
        """It was undone, or done again."""
        if self.view.overlay is not None:
            _set(self.feather_slider, round(self.view.overlay.feather_px))

    def _resize(self, diameter: int) -> None:
        if tool := self._mask_brush:
            tool.set_brush(tool.brush._replace(radius=diameter / 2))

    def _harden(self, percent: int) -> None:
        if tool := self._mask_brush:
            tool.set_brush(tool.brush._replace(hardness=percent / 100))

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


def _parting(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.VLine)
    line.setProperty("role", "parting")
    line.setFixedHeight(theme.scaled(20))
    return line


def _set(slider: Slider, value: int) -> None:
    slider.blockSignals(True)
    slider.setValue(value)
    slider.blockSignals(False)
    slider.update()
