"""Buttons of a bar that show their names where there is room for all of them, else their icons only."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

WHOLE, ICON = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly


def fit(bar: QWidget, buttons: Sequence[QToolButton], width: int) -> None:
    """For a bar of `width` pixels. Qt would cut a name in its middle ("Use a… for…"); icon and tooltip say more."""
    layout = bar.layout()
    if layout is None:
        return
    for button in buttons:
        button.setToolButtonStyle(WHOLE)
    for button in reversed(buttons):  # the last ones can be spared first
        if layout.sizeHint().width() <= width:
            break
        button.setToolButtonStyle(ICON)
