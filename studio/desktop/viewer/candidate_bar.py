"""ChoiceBar: what can be done with a picture that is not part of the document yet."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.desktop.style import theme
from studio.desktop.widgets.button_fit import fit

FURTHER = 0.15
"""How much further a step leads, on the scale of the distance."""


class CandidateBar(QFrame):
    """Below the picture; hidden while there is nothing to choose."""

    accepted = Signal()
    discarded = Signal()
    more_wanted = Signal(float)
    """Another one, so much further away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Candidate"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(4)
        row.addStretch(1)
        self.accept = self._button("ok", self.tr("Accept"), self.tr("Put it on the canvas (Enter)"), self.accepted.emit)
        self.discard = self._button(
            "cancel", self.tr("Discard"), self.tr("Take it off the canvas; the library keeps it (Delete)"),
            self.discarded.emit,
        )  # fmt: skip
        self.more = self._button("vary", self.tr("More"), self.tr("More like this"), lambda: self.more_wanted.emit(0.0))
        self.closer = self._button(
            "zoom-in", self.tr("Closer"), self.tr("The same again, nearer to its source"),
            lambda: self.more_wanted.emit(-FURTHER),
        )  # fmt: skip
        self.further = self._button(
            "zoom-out", self.tr("Further"), self.tr("The same again, further from its source"),
            lambda: self.more_wanted.emit(FURTHER),
        )  # fmt: skip
        for button in (self.accept, self.discard, self.more, self.closer, self.further):
            row.addWidget(button)
        row.addStretch(1)
        self._varies = False

    def allow_more(self, varies: bool) -> None:
        """Whether there is a task that makes pictures like a picture."""
        self._varies = varies

    def show_for(self, made: bool, has_source: bool) -> None:
        """A finished picture, and whether it was made from another one."""
        self.setVisible(made)
        self.more.setEnabled(self._varies)
        for button in (self.closer, self.further):
            button.setVisible(self._varies and has_source)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self, (self.accept, self.discard, self.more, self.closer, self.further), self.width())
        self.closer.setToolButtonStyle(self.further.toolButtonStyle())  # a pair

    def _button(self, icon: str, text: str, about: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "segment")
        button.setProperty("command", f"candidate.{icon}")
        button.setIcon(theme.icon(icon))
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(about or text)
        button.setAccessibleName(text)
        button.setAccessibleDescription(about)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: run())
        return button
