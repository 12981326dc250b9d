"""HelpDialog and AboutDialog: one page each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from studio import resource
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme


class HelpDialog(QDialog):
    """How things are done, in the window's language."""

    def __init__(self, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.page = QTextBrowser(self)
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.setAccessibleName(self.tr("Help"))
        folder = resource.folder() / "help"
        file = folder / f"{language}.md"
        self.page.setMarkdown((file if file.is_file() else folder / "en.md").read_text(encoding="utf-8"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.scaled(20), theme.scaled(16), theme.scaled(12), theme.scaled(16))
        column.addWidget(self.page)
        self.resize(theme.scaled(680), theme.scaled(640))


class AboutDialog(QDialog):
    """What this is, and what somebody who helps asks for."""

    def __init__(self, facts: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._facts = facts
        self.setWindowTitle(self.tr("About Open Image Studio"))
        name, about = QLabel("Open Image Studio"), plain_label("")
        name.setProperty("role", "strong")
        words = self.tr(
            "Makes pictures from text and from other pictures, on your own machine. Apache License 2.0; the bundled "
            "model and the libraries have licences of their own."
        )
        about.setText(words)
        table = QFormLayout()
        table.setHorizontalSpacing(16)
        for title, value in facts:
            label = plain_label(value)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            table.addRow(title, label)
        self.copy = QPushButton(self.tr("Copy details"), self)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(name)
        column.addWidget(about)
        column.addLayout(table)
        column.addLayout(buttons)
        self.setMinimumWidth(theme.scaled(520))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{title}: {value}" for title, value in self._facts))
