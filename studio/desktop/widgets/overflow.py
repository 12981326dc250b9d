"""Overflow: the buttons for which a bar has no room go into a menu at its end, and never get smaller."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QToolButton, QWidget

from studio.desktop.style import theme


class Overflow(QToolButton):
    """Of one bar with a layout. `spared`: the buttons that may go, the first to go first."""

    def __init__(self, bar: QWidget, spared: Sequence[QAbstractButton]) -> None:
        super().__init__(bar)
        self._bar, self._order = bar, [*spared]
        self._spared = [*spared]
        self._unwanted: set[QAbstractButton] = set()
        self.setProperty("role", "tool")
        self.setIcon(theme.icon("more"))
        self.setAccessibleName(self.tr("More tools"))
        self.setToolTip(self.accessibleName())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._list = QMenu(self)
        self._list.aboutToShow.connect(self._fill)
        self.setMenu(self._list)
        self.hide()

    def want(self, button: QAbstractButton, wanted: bool) -> None:
        """Whether a button of the bar is offered at all."""
        if (button not in self._unwanted) != wanted:
            (self._unwanted.discard if wanted else self._unwanted.add)(button)
            self.fit()

    def wants(self, button: QAbstractButton) -> bool:
        return button not in self._unwanted

    def prefer(self, button: QAbstractButton | None) -> None:
        """The one that is in use stays in the bar for longest."""
        order = sorted(self._order, key=lambda one: one is button)
        if order != self._spared:
            self._spared = order
            self.fit()

    @property
    def kept(self) -> list[QAbstractButton]:
        """Those that are offered, but only in the menu."""
        return [button for button in self._spared if button.isHidden() and button not in self._unwanted]

    def fit(self) -> None:
        """For the present width of the bar."""
        for button in self._spared:
            button.setVisible(button not in self._unwanted)
        self.hide()
        if self._fits():
            return
        self.show()
        for button in self._spared:
            button.hide()
            if self._fits():
                break
        self._fill()

    def _fits(self) -> bool:
        layout = self._bar.layout()
        if layout is None:
            return True
        layout.invalidate()
        return layout.minimumSize().width() <= self._bar.width()

    def _fill(self) -> None:
        self._list.clear()
        for button in reversed(self.kept):
            menu = button.menu() if isinstance(button, QToolButton) else None
            title = button.accessibleName().replace("&", "&&")
            if menu is not None:
                inner = self._list.addMenu(button.icon(), title)
                inner.addActions(menu.actions())  # the menu itself stays the button's
                inner.setEnabled(button.isEnabled())
                continue
            action = self._list.addAction(button.icon(), title)
            action.setEnabled(button.isEnabled())
            action.setCheckable(button.isCheckable())
            action.setChecked(button.isChecked())
            action.triggered.connect(lambda _=False, button=button: button.click())
