"""CandidateBar: what can be done with a picture that is not part of the document yet."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.actions.table import Actions
from studio.desktop.widgets.button_fit import fit

ACTIONS = (
    "candidate.ok", "candidate.cancel", "candidate.play", "candidate.vary", "candidate.zoom-in", "candidate.zoom-out",
)  # fmt: skip
ACCEPT = "candidate/accept"
"""The menu of what a picture becomes that was not made from the document."""
FURTHER = 0.15
"""How much further a step leads, on the scale of the distance."""


class CandidateBar(QFrame):
    """Below the picture; hidden while there is nothing to choose."""

    accepted = Signal(bool)
    """Whether it becomes a layer of the document that it was not made from; else it is one of its own."""
    accepted_as = Signal()
    """Somebody has chosen what such a picture becomes."""
    discarded = Signal()
    play_wanted = Signal()
    more_wanted = Signal(float)
    """Another one, so much further away."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._made = self._varies = self._has_source = self._stands_apart = self._plays = False
        self.as_layer = False
        """Whether a picture that was not made from the document becomes a layer of it when it is accepted."""
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Result"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(4)
        self._add_actions()
        self._buttons = [tool_button(actions, id, self, "segment", named=True) for id in ACTIONS]
        self.accept, self.discard, self.play, self.more, self.closer, self.further = self._buttons
        self._menu = ActionMenu(actions, ACCEPT, self)
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
                "candidate.ok", self.tr("Accept"), self._accept, "ok", about=self._about, now=self._words,
                enabled=made, shortcut=enter, section=section,
            ),
            Action(
                "candidate.cancel", self.tr("Discard"), self.discarded.emit, "cancel",
                about=self.tr("Remove it from the canvas; it stays in the library"),
                enabled=made, shortcut=delete, section=section,
            ),
            self._choice("document", self.tr("Accept as new document"), self.tr("As new document"), as_layer=False),
            self._choice("layer", self.tr("Accept as layer"), self.tr("As layer"), as_layer=True),
            Action(
                "candidate.play", self.tr("Play"), self.play_wanted.emit, "play",
                about=self.tr("Play the pictures as an animation, and export it"),
                enabled=lambda: self._made and self._plays, section=section,
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

    def _choice(self, name: str, title: str, text: str, *, as_layer: bool) -> Action:
        def run() -> None:
            self.as_layer = as_layer
            self.accepted_as.emit()
            self._accept()

        return Action(
            f"candidate.{name}", title, run, "layers" if as_layer else "file", text,
            enabled=lambda: self._made and self._stands_apart, checked=lambda: self.as_layer is as_layer,
            choice=ACCEPT, menu=MenuPlace(ACCEPT), section=Section.CANDIDATE,
        )  # fmt: skip

    def _accept(self) -> None:
        self.accepted.emit(self._stands_apart and self.as_layer)

    def _words(self) -> str:
        """What becomes of it, where there are two ways."""
        if not self._stands_apart:
            return self.tr("Accept")
        return self.tr("Accept as layer") if self.as_layer else self.tr("Accept as new document")

    def _about(self) -> str:
        if not self._stands_apart:
            return self.tr("Apply it to the canvas")
        if self.as_layer:
            return self.tr("Add it as a layer over the picture on the canvas; the arrow offers a new document instead")
        return self.tr("Open it beside the document on the canvas; the arrow offers a layer instead")

    def allow_more(self, varies: bool) -> None:
        """Whether there is a task that makes pictures like a picture."""
        self._varies = varies

    def allow_play(self, plays: bool) -> None:
        """Whether the pictures are a sequence."""
        self._plays = plays
        self._actions.refresh("candidate.play")
        self.play.setVisible(plays)
        self._fit()

    def show_for(self, made: bool, has_source: bool, stands_apart: bool) -> None:
        """A finished picture, whether it was made from another one, and whether it is not of the document there."""
        self._made, self._has_source, self._stands_apart = made, has_source, stands_apart
        self.setVisible(made)
        self._actions.refresh(*ACTIONS, "candidate.document", "candidate.layer")
        self.accept.setMenu(self._menu if stands_apart else None)  # type: ignore[arg-type]  # None takes it off
        popup = QToolButton.ToolButtonPopupMode
        self.accept.setPopupMode(popup.MenuButtonPopup if stands_apart else popup.DelayedPopup)
        self.play.setVisible(self._plays)
        for button in (self.closer, self.further):
            button.setVisible(self._varies and has_source)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self, self._buttons, self.width())
        self.closer.setToolButtonStyle(self.further.toolButtonStyle())  # a pair
