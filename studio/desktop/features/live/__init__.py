"""Live: a picture is drawn while one types or paints, and is nobody's until it is kept."""

from studio.desktop.features.live.feature import LiveFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    LiveFeature(workbench)
