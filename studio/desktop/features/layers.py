"""The layers of the document, in a panel beside the picture."""

from PySide6.QtCore import QCoreApplication

from studio.desktop.actions.default_shortcuts import Scope
from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    panel = LayerPanel(workbench.document, workbench.window)
    workbench.docks.add("layers", QCoreApplication.translate("LayerPanel", "Layers"), "layers", panel)
    workbench.actions.add_area(panel, Scope.LAYERS)
