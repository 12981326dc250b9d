"""Playback: pictures in their order are played, and saved as an animation."""

from studio.desktop.features.playback.feature import PlaybackFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    PlaybackFeature(workbench)
