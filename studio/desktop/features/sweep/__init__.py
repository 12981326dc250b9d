"""Sweeps: one or two parameters through some values each, and the pictures of it in a grid."""

from studio.desktop.features.sweep.runner import SweepFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    SweepFeature(workbench)
