"""Several documents in tabs above the canvas, and the history of the one that is shown."""

from studio.desktop.features.documents.history_panel import add_history
from studio.desktop.features.documents.tabs import DocumentTabs
from studio.desktop.workbench import Workbench

__all__ = ["DocumentTabs", "install"]


def install(workbench: Workbench) -> None:
    DocumentTabs(workbench)
    add_history(workbench)
