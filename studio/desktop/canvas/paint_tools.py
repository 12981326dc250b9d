"""PaintTools: the tools that change pixels (brush, eraser, pipette, text, shape, crop), made and set from one place."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.action import NO_SHORTCUT, Action, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.colour_button import ColourButton
from studio.desktop.canvas.crop_tool import CropTool
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.paint_options import BrushOptions, CropOptions, ShapeOptions
from studio.desktop.canvas.pipette_tool import PipetteTool
from studio.desktop.canvas.shape_tool import ShapeTool
from studio.desktop.canvas.text_layer_editor import TextLayerEditor
from studio.desktop.canvas.text_tool import TextTool
from studio.desktop.canvas.tool import Tool
from studio.desktop.canvas.view import CanvasView
from studio.document.figure import ShapeFigure
from studio.document.paint_state import BrushSetting, PaintState

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.paint_tool import PaintTool

NAMES = ("paint", "rub", "pipette", "text", "shape", "crop")
COLOURED = ("paint", "pipette", "text", "shape")
FRACTION = 40
"""A brush that nobody has set is so many times smaller than the longer side of the picture."""


class PaintTools(QObject):
    """`tool` is the one that is in use, if it is one of these."""

    def __init__(self, view: CanvasView, document: Document, actions: Actions, bar: QWidget) -> None:
        super().__init__(bar)
        self.view, self._document, self._actions = view, document, actions
        self.state = PaintState()
        self.tool: Tool | None = None
        self.spare_sliders = False
        """Whether some are in the panel only."""
        self._ratio = (0, 0)
        title = self.tr("Size, hardness, opacity")
        actions.add(
            Action("paint.knobs", title, lambda: self.brush.sliders.open(), "settings", enabled=self._has_spare_sliders,
                   shortcut=NO_SHORTCUT, section=Section.BRUSH)
        )  # fmt: skip
        self.colour = ColourButton(self.tr("Colour"), bar)
        self.colour.chosen.connect(self._recolour)
        self.brush = BrushOptions(
            self._resize, self._harden, self._fade, tool_button(actions, "paint.knobs", bar, "tool"), bar
        )
        self.shape = ShapeOptions(self._reshape, bar)
        self.crop = CropOptions(self._set_ratio, self._crop, bar)
        self._editor: TextLayerEditor | None = None
        self._pages: dict[str, QWidget] = {
            "paint": self.brush,
            "rub": self.brush,
            "shape": self.shape,
            "crop": self.crop,
        }
        document.shown.connect(self._follow)

    def restore(self, state: PaintState) -> None:
        """What was set when the window was last open."""
        self.state = state
        self.colour.recent = state.recent
        self.colour.set_colour(QColor(state.colour) if QColor(state.colour).isValid() else QColor("black"))
        self.shape.show_style(state.shape)
        guides = self.view.guides
        guides.rulers, guides.grid, guides.snap, guides.step = state.rulers, state.grid, state.snap, state.step
        self.view.show_guides()

    def kept(self) -> PaintState:
        """What is set now."""
        guides = self.view.guides
        return msgspec.structs.replace(
            self.state, brushes=dict(self.state.brushes), recent=[*self.colour.recent],
            rulers=guides.rulers, grid=guides.grid, snap=guides.snap, step=guides.step,
        )  # fmt: skip

    # ---- which

    def make(self, name: str) -> Tool:
        """A tool, ready to be used on the view."""
        match name:
            case "pipette":
                self.tool = PipetteTool(self.view, self.colour.pick)
            case "text":
                self._editor = self._editor or TextLayerEditor(self.view, self._document, self.colour)
                self.tool = TextTool(self.view, self._document, self._editor)
            case "shape":
                self.tool = ShapeTool(self.view, self._document, self._style)
            case "crop":
                self.tool = self._make_crop()
            case _:
                self.tool = self._make_brush(name)
        self._follow()
        return self.tool

    def _make_crop(self) -> CropTool:
        tool = CropTool(self.view, lambda area: self._document.set_area(self.tr("Crop"), area))
        tool.changed = lambda: self._show_crop(tool)
        tool.set_ratio(self._number(self._ratio))
        return tool

    def _make_brush(self, name: str) -> "PaintTool":
        from studio.desktop.canvas.paint_tool import PaintTool  # numpy comes with it
        from studio.document.brush import Brush

        side = max(*self._size, 1)
        setting = self.state.brush(name, self._size, BrushSetting(max(2.0, side / FRACTION)))
        tool = PaintTool(self.view, self._document, Brush(setting.radius, setting.hardness), self.colour.pick)
        tool.erases = name == "rub"
        tool.colour, tool.opacity = self.colour.colour, self.state.opacity
        tool.changed = lambda: self._changed(name, tool)
        tool.used = self.colour.use
        self.brush.size_slider.slider.setMaximum(max(40, side))
        self._show_brush(tool)
        return tool

    def put_away(self) -> None:
        self.tool = None

    def show_options(self, name: str) -> None:
        """Those of a tool; '' for none."""
        shown = self._pages.get(name)
        for page in {*self._pages.values()}:
            page.setVisible(page is shown)
        self.colour.setVisible(name in COLOURED)

    @property
    def _size(self) -> tuple[int, int]:
        bounds = self._document.bounds
        return bounds.width(), bounds.height()

    def _has_spare_sliders(self) -> bool:
        return self.spare_sliders

    # ---- the brush

    def _brush_tool(self) -> "PaintTool | None":
        return self.tool if hasattr(self.tool, "opacity") else None  # type: ignore[return-value]  # without numpy

    def _changed(self, name: str, tool: "PaintTool") -> None:
        self.state.remember(name, self._size, BrushSetting(tool.brush.radius, tool.brush.hardness))
        self._show_brush(tool)

    def _show_brush(self, tool: "PaintTool") -> None:
        self.brush.size_slider.set_value(round(2 * tool.brush.radius))
        self.brush.hardness.set_value(round(100 * tool.brush.hardness))
        self.brush.opacity.set_value(round(100 * self.state.opacity))

    def _resize(self, diameter: int) -> None:
        if tool := self._brush_tool():
            tool.set_brush(tool.brush._replace(radius=diameter / 2))

    def _harden(self, percent: int) -> None:
        if tool := self._brush_tool():
            tool.set_brush(tool.brush._replace(hardness=percent / 100))

    def _fade(self, percent: int) -> None:
        self.state.opacity = percent / 100
        if tool := self._brush_tool():
            tool.opacity = self.state.opacity

    # ---- colour and shape

    def _recolour(self) -> None:
        self.state.colour = self.colour.colour.name()
        if tool := self._brush_tool():
            tool.colour = self.colour.colour
        elif isinstance(self.tool, ShapeTool) and self.tool.chosen is not None:
            self._reshape(self.shape.style_)

    def _style(self) -> ShapeFigure:
        """Of the next shape."""
        self.colour.use()
        return self.shape.coloured(self.colour.colour)

    def _reshape(self, style: ShapeFigure) -> None:
        """The chosen shape, else the next one, is to look otherwise."""
        figure = self.shape.coloured(self.colour.colour)
        self.state.shape = msgspec.structs.replace(figure, x=0.0, y=0.0, to_x=0.0, to_y=0.0)
        if isinstance(self.tool, ShapeTool) and (chosen := self.tool.chosen) is not None:
            layer, now = chosen
            self.tool.change(msgspec.structs.replace(figure, x=now.x, y=now.y, to_x=now.to_x, to_y=now.to_y), layer)

    def _follow(self) -> None:
        """Another layer is chosen, or the picture has another size."""
        if isinstance(self.tool, ShapeTool):
            chosen = self.tool.chosen
            self.shape.show_style(chosen[1] if chosen else self.state.shape)
        elif isinstance(self.tool, CropTool) and self.tool.bounds != self._document.bounds:
            self.tool.follow(self._document.bounds, self._number(self._ratio))
        elif (tool := self._brush_tool()) is not None:
            self._show_brush(tool)

    # ---- crop

    def _set_ratio(self, pair: tuple[int, int]) -> None:
        self._ratio = pair
        if isinstance(self.tool, CropTool):
            self.tool.follow(self._document.bounds, self._number(pair))

    def _number(self, pair: tuple[int, int]) -> float:
        if pair == (-1, -1):
            return self._size[0] / max(1, self._size[1])
        return pair[0] / pair[1] if pair[1] else 0.0

    def _crop(self) -> None:
        if isinstance(self.tool, CropTool):
            self.tool.apply()

    def _show_crop(self, tool: CropTool) -> None:
        area = tool.area
        self.crop.show_size(area.width(), area.height(), whole=area == QRect(self._document.bounds))
