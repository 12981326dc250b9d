"""What stands on the canvas, and what is marked there, is what the form of the chosen task takes."""

from studio.desktop.features.canvas_form_sync.sync import CanvasFormSync
from studio.desktop.workbench import Workbench

__all__ = ["CanvasFormSync", "install"]


def install(workbench: Workbench) -> None:
    CanvasFormSync(workbench)
