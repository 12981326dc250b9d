"""Help and About: a page that says how things are done, and what this program is, in the settings."""

from studio.desktop.features.help.feature import HelpFeature
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    HelpFeature(workbench)
