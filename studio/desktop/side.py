"""Side: the panels beside the picture, of which one is open; by name, or by icon where there is no room for names."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from studio.desktop import theme


class SidePanel(QTabWidget):
    """`add_panel` takes the place of addTab; `title` of tabText, which may be empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: list[QIcon] = []
        self._titles: list[str] = []
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setDocumentMode(True)
        self.setAccessibleName(self.tr("Side panel"))
        bar = self.tabBar()
        bar.setDrawBase(False)
        bar.setUsesScrollButtons(False)
        bar.setElideMode(Qt.TextElideMode.ElideRight)
        bar.setAccessibleName(self.accessibleName())

    def add_panel(self, panel: QWidget, icon: str, title: str) -> None:
        self._icons.append(theme.icon(icon))
        self._titles.append(title)
        self.addTab(panel, title)
        self.setTabToolTip(self.count() - 1, title)
        self.tabBar().setAccessibleTabName(self.count() - 1, title)

    def title(self, number: int) -> str:
        return self._titles[number]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Names if all of them fit, else icons: a name that is cut ("Under t…") says less."""
        metrics, padding = self.tabBar().fontMetrics(), 22
        named = sum(metrics.horizontalAdvance(title) + padding for title in self._titles) <= self.width()
        for number, title in enumerate(self._titles):
            self.setTabText(number, title if named else "")
            self.setTabIcon(number, QIcon() if named else self._icons[number])
