"""Transform: switches the handles by which the chosen layer is moved, scaled and turned on the canvas."""

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action, DefaultShortcut, Section
from studio.desktop.canvas.transform_tool import TransformTool
from studio.desktop.workbench import Workbench


class Transform(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self._tool: TransformTool | None = None
        workbench.actions.add(
            Action(
                "layer.transform", self.tr("Transform layer"), self.switch, "transform",
                about=self.tr("Move, scale and rotate the layer with handles on the canvas"),
                enabled=self._can, checked=lambda: self._tool is not None, shortcut=DefaultShortcut(("Ctrl+T",)),
                section=Section.LAYERS,
            )
        )  # fmt: skip
        workbench.viewer.turned.connect(self._follow)
        workbench.document.shown.connect(self._follow)

    def _can(self) -> bool:
        viewer = self._workbench.viewer
        return viewer.candidate is None and bool(self._workbench.document.layers)

    def switch(self) -> None:
        if self._tool is not None:
            self._end()
            return
        viewer = self._workbench.viewer
        if (view := viewer.view) is None:
            return
        viewer.masks.choose("")
        self._tool = TransformTool(view, self._workbench.document, self._end)
        view.use(self._tool)
        view.setFocus()
        self._workbench.actions.refresh("layer.transform")

    def _end(self) -> None:
        """By itself, or because another tool was taken."""
        tool, self._tool = self._tool, None
        if tool is None:
            return
        view = self._workbench.viewer.view
        if view is not None and view.tool is tool:
            view.use(None)
        self._workbench.actions.refresh("layer.transform")

    def _follow(self) -> None:
        if self._tool is not None and not self._can():
            self._end()
        self._workbench.actions.refresh("layer.transform")


def install(workbench: Workbench) -> None:
    Transform(workbench)
