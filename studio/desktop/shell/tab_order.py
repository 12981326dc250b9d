"""Reading: the order in which people read what lies on a screen, by which Tab goes; Qt's is that of construction."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

PART = "read-by-itself"
"""Property of a widget with lines of its own, that lies beside others."""


def reachable(area: QWidget) -> list[QWidget]:
    """What Tab gets to in an area, by lines from the top, in each from the left; what scrolls is a part by itself."""
    top = area.window()
    parts: dict[QWidget, list[QWidget]] = {}
    for widget in (area, *area.findChildren(QWidget)):
        if _takes_tab(widget, top):
            parts.setdefault(_part(widget, area), []).append(widget)
    found = []
    for part in _sorted(parts, top):
        found += parts[part] if parts[part] == [part] else _sorted(parts[part], top)
    return found


def _takes_tab(widget: QWidget, top: QWidget) -> bool:
    return (
        widget.isVisible()  # first: most are not
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.window() is top  # a floating panel is a window of its own
    )


def _part(widget: QWidget, area: QWidget) -> QWidget:
    """What scrolls around it, in which it may lie far below what can be seen, or has lines of its own; else itself."""
    found = widget
    around: QWidget | None = widget
    while around is not None and around is not area:
        around = around.parentWidget()
        if isinstance(around, QScrollArea) or (around is not None and around.property(PART)):
            found = around
    return found


def _sorted(widgets: Iterable[QWidget], top: QWidget) -> list[QWidget]:
    places = {widget: QRect(widget.mapTo(top, QPoint()), widget.size()) for widget in widgets}
    return [widget for line in _lines(places) for widget in line]


def scroll_to(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


def _lines(places: dict[QWidget, QRect]) -> Iterable[list[QWidget]]:
    """A line is as high as the widget that begins it: what lies beside that belongs to it."""
    left = sorted(places, key=lambda widget: (places[widget].top(), places[widget].left()))
    while left:
        bottom = places[left[0]].bottom()
        line = [widget for widget in left if places[widget].top() < bottom]
        yield sorted(line, key=lambda widget: places[widget].left())
        left = [widget for widget in left if widget not in line]


def place(area: QWidget) -> tuple[int, int]:
    """Of areas that lie beside each other: from the left, and from above."""
    corner = area.mapToGlobal(area.rect().topLeft())
    return corner.x(), corner.y()
