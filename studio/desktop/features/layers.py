"""The layers of the document, in a panel beside the picture."""

from PySide6.QtCore import QCoreApplication

from studio.desktop.actions.action import Scope
from studio.desktop.canvas.layer_acts import LayerActs
from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    session = workbench.session
    acts = LayerActs(workbench.document, session.worker, session.drafts_dir, workbench.window)
    acts.failed.connect(lambda error: workbench.notices.show_error("canvas", error))
    panel = LayerPanel(workbench.document, workbench.actions, acts, workbench.window)
    workbench.docks.add("layers", QCoreApplication.translate("LayerPanel", "Layers"), "layers", panel)
    workbench.shortcuts.serve(Scope.LAYERS, panel)
