"""Regions: parts of the picture with words of their own, painted on the canvas."""

from studio.desktop.features.regions.feature import RegionPainting
from studio.desktop.workbench import Workbench

__all__ = ["RegionPainting", "install"]


def install(workbench: Workbench) -> None:
    RegionPainting(workbench)
