"""Examples: what one value of a task does to a picture, in a row of small pictures to choose from."""

from studio.desktop.features.examples.maker import ExampleMaker
from studio.desktop.workbench import Workbench


def install(workbench: Workbench) -> None:
    ExampleMaker(workbench)
