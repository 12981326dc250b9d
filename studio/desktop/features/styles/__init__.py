"""The gallery of styles, for the form that is chosen."""

from studio.desktop.features.styles.feature import StylesFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    StylesFeature(workbench)
