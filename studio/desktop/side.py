"""Side: the panels beside the picture, of which usually one is seen."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.desktop.deck import Deck
from studio.desktop.panel import Panel


class Side(QObject):
    """By number, in the order in which they were added, or by what is in them; wherever they lie by now."""

    def __init__(self, deck: Deck, panels: Sequence[Panel]) -> None:
        super().__init__(deck)
        self._deck, self.panels = deck, [*panels]

    def count(self) -> int:
        return len(self.panels)

    def title(self, number: int) -> str:
        return self.panels[number].title

    def setCurrentIndex(self, number: int) -> None:
        self._deck.reveal(self.panels[number])

    def setCurrentWidget(self, widget: QWidget) -> None:
        self._deck.reveal(widget)

    def currentWidget(self) -> QWidget | None:
        """The first of them that can be seen."""
        return next((panel.content for panel in self.panels if self.sees(panel)), None)

    def sees(self, widget: QWidget) -> bool:
        """Whether people can see it now."""
        panel = self._deck.panel_of(widget)
        return panel is not None and panel.in_sight

    def isAncestorOf(self, widget: QWidget) -> bool:
        bars = [bar for panel in self.panels if (bar := self._deck.tab_bar(panel))]
        return any(area is widget or area.isAncestorOf(widget) for area in (*self.panels, *bars))
