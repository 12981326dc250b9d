"""CandidateBar: what can be done with a picture that is not part of the document yet."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.desktop.actions.action import Action, DefaultShortcut, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.widgets.button_fit import fit

ACTIONS = (
    "candidate.ok", "candidate.cancel", "candidate.layer", "candidate.vary", "candidate.zoom-in", "candidate.zoom-out",
)  # fmt: skip
FURTHER = 0.15
"""How much further a step leads, on the scale of the distance."""


class CandidateBar(QFrame):
    """Below the picture; hidden while there is nothing to choose."""

    accepted = Signal()
    discarded = Signal()
    layer_wanted = Signal()
    """It shall lie over the document that it was not made from."""
    more_wanted = Signal(float)
    """Another one, so much further away."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._made = self._varies = self._has_source = self._stands_apart = False
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Result"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(4)
        self._add_actions()
        self._buttons = [tool_button(actions, id, self, "segment", named=True) for id in ACTIONS]
        self.accept, self.discard, self.as_layer, self.more, self.closer, self.further = self._buttons
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)

    def _add_actions(self) -> None:
        def made() -> bool:
            return self._made

        def varies() -> bool:
            return self._made and self._varies

        def again() -> bool:
            return varies() and self._has_source

        enter, delete = (
            DefaultShortcut(keys, Scope.CANVAS, built_in=True) for keys in (("Return",), ("Del", "Backspace"))
        )
        section = Section.CANDIDATE
        for action in (
            Action(
                "candidate.ok", self.tr("Accept"), self.accepted.emit, "ok", about=self.tr("Apply it to the canvas"),
                enabled=made, shortcut=enter, section=section,
            ),
            Action(
                "candidate.cancel", self.tr("Discard"), self.discarded.emit, "cancel",
                about=self.tr("Remove it from the canvas; it stays in the library"),
                enabled=made, shortcut=delete, section=section,
            ),
            Action(
                "candidate.layer", self.tr("Add as layer"), self.layer_wanted.emit, "layers",
                about=self.tr("Add it as a layer over the picture on the canvas"),
                enabled=lambda: self._made and self._stands_apart, section=section,
            ),
            Action(
                "candidate.vary", self.tr("More"), lambda: self.more_wanted.emit(0.0), "vary",
                about=self.tr("More like this"), enabled=varies, section=section,
            ),
            Action(
                "candidate.zoom-in", self.tr("Closer"), lambda: self.more_wanted.emit(-FURTHER), "zoom-in",
                about=self.tr("Make more, closer to the original"), enabled=again, section=section,
            ),
            Action(
                "candidate.zoom-out", self.tr("Further"), lambda: self.more_wanted.emit(FURTHER), "zoom-out",
                about=self.tr("Make more, further from the original"), enabled=again, section=section,
            ),
        ):  # fmt: skip
            self._actions.add(action)

    def allow_more(self, varies: bool) -> None:
        """Whether there is a task that makes pictures like a picture."""
        self._varies = varies

    def show_for(self, made: bool, has_source: bool, stands_apart: bool) -> None:
        """A finished picture, whether it was made from another one, and whether it is not of the document there."""
        self._made, self._has_source, self._stands_apart = made, has_source, stands_apart
        self.setVisible(made)
        self._actions.refresh(*ACTIONS)
        self.as_layer.setVisible(stands_apart)
        for button in (self.closer, self.further):
            button.setVisible(self._varies and has_source)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self, self._buttons, self.width())
        self.closer.setToolButtonStyle(self.further.toolButtonStyle())  # a pair
