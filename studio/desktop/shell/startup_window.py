"""Shell: the window's frame, on the screen before anything that takes time has been imported."""

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from studio.desktop.style import tokens

SIZE = (1360, 860)  # pixels
GRIP = 48
"""Pixels of the title that must be seen to be taken hold of."""


class StartupWindow(QMainWindow):
    """Shows the name of the program until `setCentralWidget` gives it something better."""

    painted = Signal()
    """For the first time."""
    closed = Signal()

    def __init__(self, theme: str, geometry: str) -> None:
        super().__init__()
        self._painted = False
        self.setWindowTitle("Open Image Studio")
        dark = theme == "dark" or (theme != "light" and QApplication.palette().window().color().lightness() < 128)
        self.setStyleSheet(f"QMainWindow {{ background: {tokens.colour('window', dark)} }}")
        name = QLabel("Open Image Studio", self)
        name.setStyleSheet(f"color: {tokens.colour('muted', dark)}; font-size: 17pt; padding-left: 40px")
        self.setCentralWidget(name)
        if not geometry or not self.restoreGeometry(QByteArray.fromBase64(geometry.encode())):
            self.resize(*SIZE)
        elif not self._can_be_taken():
            self.showNormal()
            self._come_back()

    def _can_be_taken(self) -> bool:
        """Whether some of its upper edge is on a screen that is there."""
        edge = self.frameGeometry()
        edge.setHeight(GRIP)
        return any((screen.availableGeometry() & edge).width() >= GRIP for screen in QApplication.screens())

    def _come_back(self) -> None:
        """The screen that it was on is gone."""
        room = QApplication.primaryScreen().availableGeometry()
        self.resize(self.size().boundedTo(room.size()))
        self.move(room.center() - self.rect().center())

    def kept_geometry(self) -> str:
        """For the next Shell."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
