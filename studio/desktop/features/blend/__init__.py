"""The blend board: pictures at the corners, and a puck between them that says how much of each."""

from studio.desktop.features.blend.dialog import BlendFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    BlendFeature(workbench)
