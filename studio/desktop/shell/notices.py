"""Notices: lines at the top of the window that say what happened and what can be done; never a dialog."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from studio.desktop.style import theme
from studio.desktop.style.bidi import straight
from studio.desktop.style.sentence import say
from studio.errors import UserError

FADING_MS = 8000
"""So long a line stays that only says that all went well; what went wrong stays until it is read."""
ICONS = {"ok": "ok", "warning": "warning", "error": "error", "info": "info"}


@dataclass(frozen=True)
class NoticeAction:
    """A button of a notice."""

    label: str
    run: Callable[[], object]
    keep: bool = False
    """Whether the notice stays when the button was pressed."""


class Notices(QWidget):
    """A column of lines, one for each key; a new one with the same key takes the old one's place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[str, Notice] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setAccessibleName(self.tr("Notices"))
        self.hide()

    def show_line(
        self, key: str, kind: str, text: str, actions: Sequence[NoticeAction] = (), details: str = ""
    ) -> None:
        """`kind` is ok, info, warning or error. `details` are shown when they are asked for."""
        self.remove(key)
        line = self._lines[key] = Notice(kind, text, actions, details, self)
        line.gone = lambda: self.remove(key)
        self._column.addWidget(line)
        if kind == "ok" and not actions:
            line.fade(FADING_MS)
        self.show()

    def show_error(self, key: str, error: UserError) -> None:
        """One that no field shows."""
        self.show_line(key, "error", error.message)

    def attempt(self, act: Callable[[], object]) -> None:
        """Do it, and tell if it was refused."""
        try:
            act()
        except UserError as error:
            self.show_error("act", error)

    def remove(self, key: str) -> None:
        if line := self._lines.pop(key, None):
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.setVisible(bool(self._lines))

    def retract(self, *keys: str) -> None:
        """Errors whose cause may be gone: what is tried again says it again."""
        for key in keys:
            if (line := self._lines.get(key)) and line.kind == "error":
                self.remove(key)

    def text(self, key: str) -> str:
        """What the line says; '' when there is none."""
        line = self._lines.get(key)
        return line.text if line else ""

    def keys(self) -> list[str]:
        return [*self._lines]


class Notice(QFrame):
    """One line: an icon, a sentence, its buttons, and one to close it."""

    def __init__(self, kind: str, text: str, actions: Sequence[NoticeAction], details: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text = straight(say(text))
        self.gone: Callable[[], None] = self.deleteLater
        self.setProperty("role", "notice")
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.kind, self._picture = kind, QLabel()
        self._draw_picture()
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._label = plain_label(text, self)
        row.addWidget(self._label, 1)
        if details:
            actions = [*actions, NoticeAction(self.tr("Details"), self._toggle_details, keep=True)]
        for action in actions:
            row.addWidget(self._button(action), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close(), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.addLayout(row)
        self._details = plain_label(details, self)
        self._details.setProperty("role", "code")
        self._details.hide()
        column.addWidget(self._details)

    def fade(self, after_ms: int) -> None:
        fading = QTimer(self)
        fading.setSingleShot(True)
        fading.timeout.connect(lambda: self.gone())
        fading.start(after_ms)

    def _draw_picture(self) -> None:
        self._picture.setPixmap(theme.icon(ICONS[self.kind]).pixmap(QSize(18, 18)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_picture()  # a label keeps pixels, in the colours of the theme that held

    def _button(self, action: NoticeAction) -> QPushButton:
        button = QPushButton(action.label, self)

        def pressed() -> None:
            action.run()
            if not action.keep:
                self.gone()

        button.clicked.connect(pressed)
        return button

    def _close(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon("cancel"))
        button.setAccessibleName(self.tr("Dismiss"))
        button.setToolTip(self.tr("Dismiss"))
        button.clicked.connect(lambda: self.gone())
        return button

    def _toggle_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())


def plain_label(text: str, parent: QWidget | None = None) -> QLabel:
    """Text from anywhere, shown as it is: never markup, wrapped, and selectable."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label
