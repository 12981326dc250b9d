"""QuickSettingsBar: below the picture, the values that the chosen task needs, and the button that starts it."""

import functools

from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import TooltipOfButton, tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.forms.quick.editor import QuickEditor, QuickNumberEditor, QuickTextEditor
from studio.desktop.forms.quick.pick import QuickFields
from studio.desktop.style.label_text import action_text, one_line

WORDS_WIDTH = 220
"""Pixels that a text has at least, where it stands on one line with the rest."""
ACTIONS = ("values.use-shown", "values.examples", "values.more", "values.hide")
ROUNDS = 3
"""Of fitting, at the most, where what comes or goes changes the width that there is."""


class QuickSettingsBar(QFrame):
    """Where the room ends, the last numbers are left out: the form has them all. Hidden while there is no task."""

    submitted = Signal()
    more_wanted = Signal()
    image_wanted = Signal()
    """The picture that is shown shall be the one that the task begins from."""
    examples_wanted = Signal(bool)
    closed = Signal()
    seen = Signal(bool)
    """Whether it can be seen now."""
    wanted_changed = Signal(bool)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._examples_offered = self._examples_open = self._shown_offered = False
        self.wanted, self._offered = True, False
        """Whether somebody wants to see it at all; whether there is a task whose values can stand here."""
        self.hide()
        self.setProperty("role", "values")
        self.setAccessibleName(self.tr("Values at the picture"))
        self._texts: list[QuickTextEditor] = []
        self._numbers: list[QuickNumberEditor] = []
        self._fitting = self._stale = False
        self._verb = ""
        self._add_actions()
        self.use_shown, self.examples, self.more, self.close_button = (
            tool_button(actions, id, self, "tool") for id in ACTIONS
        )
        self.button = QPushButton(self)
        self.button.setProperty("role", "verb")
        self.button.clicked.connect(self.submitted)
        TooltipOfButton(self.button, actions.qaction("generate"))
        self._words, self._row = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 6, 6)
        column.setSpacing(6)
        column.addLayout(self._words)
        column.addLayout(self._row)
        for row in (self._words, self._row):
            row.setSpacing(8)
        self._row.addStretch(0)
        self._row.addWidget(self.use_shown)
        self._row.addStretch(0)
        for widget in (self.examples, self.button, self.more, self.close_button):
            self._row.addWidget(widget)
        self._row.addStretch(0)
        for tool in (self.use_shown, self.examples):
            tool.hide()

    def _add_actions(self) -> None:
        def shown() -> bool:
            return not self.isHidden()

        examples = self.tr("Examples: this picture at several values")
        for action in (
            Action(
                "values.use-shown", self.tr("Use the canvas"), self.image_wanted.emit, "use-as-input",
                enabled=lambda: shown() and self._shown_offered, section=Section.VALUES,
            ),
            Action(
                "values.examples", examples, lambda: self.examples_wanted.emit(not self._examples_open), "examples",
                enabled=lambda: shown() and self._examples_offered, checked=lambda: self._examples_open,
                section=Section.VALUES,
            ),
            Action(
                "values.more", self.tr("More: all settings of this task"), self.more_wanted.emit, "more",
                enabled=shown, section=Section.VALUES,
            ),
            Action(
                "values.hide", self.tr("Hide this bar"), self.closed.emit, "cancel",
                enabled=shown, section=Section.VALUES,
            ),
        ):  # fmt: skip
            self._actions.add(action)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)
        self._actions.refresh(*ACTIONS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)
        self._actions.refresh(*ACTIONS)

    def show_task(self, title: str, picked: QuickFields) -> list[QuickEditor]:
        """Other fields; returns their editors here, in the order of `picked`."""
        for quick_editor in self.quick_editors:
            quick_editor.hide()
            quick_editor.deleteLater()
        self._texts = [QuickTextEditor(field, self) for field in picked.texts]
        self._numbers = [QuickNumberEditor(field, self) for field in picked.numbers]
        for number, quick_editor in enumerate(self._numbers):
            self._row.insertWidget(2 + number, quick_editor)
        for quick_editor in self.quick_editors:
            quick_editor.submitted.connect(self.submitted)
            quick_editor.show()
        self._verb = action_text(one_line(title, 24))
        self.button.setAccessibleName(title)
        self.refit()
        return self.quick_editors

    @property
    def quick_editors(self) -> list[QuickEditor]:
        return [*self._texts, *self._numbers]

    def want(self, wanted: bool) -> None:
        self.wanted = wanted
        self.setVisible(wanted and self._offered)
        self.wanted_changed.emit(wanted)

    def offer(self, offered: bool) -> None:
        """Whether there is a task whose values can stand here."""
        self._offered = offered
        self.setVisible(self.wanted and offered)

    def offer_examples(self, offered: bool) -> None:
        """Whether there is a value that examples can be made for."""
        self._examples_offered = offered
        self.examples.setVisible(offered)
        self._actions.refresh(*ACTIONS)
        self.refit()

    def show_examples_open(self, opened: bool) -> None:
        """Whether the examples can be seen now."""
        self._examples_open = opened
        self._actions.refresh(*ACTIONS)

    def offer_shown(self, offered: bool) -> None:
        """Whether the task could begin from the picture that is shown."""
        if self._shown_offered != offered:
            self._shown_offered = offered
            self.use_shown.setVisible(offered)
            self._actions.refresh(*ACTIONS)
            self.refit()

    @property
    def first(self) -> QuickEditor | None:
        """What is to be filled in first."""
        return next(iter(self.quick_editors), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def refit(self) -> None:
        """Words beside the rest, or above it; then what can be spared goes: the cross, sliders, numbers, the verb."""
        self._stale = True
        if self._fitting:  # a slider that comes or goes may resize the bar at once
            return
        self._fitting = True
        try:
            for _ in range(ROUNDS):
                if self._stale:
                    self._stale = False
                    self._fit()
        finally:
            self._fitting = False

    def _fit(self) -> None:
        self.button.setText(self._verb)
        self.close_button.show()
        for quick_editor in self._numbers:
            quick_editor.show()
            quick_editor.show_slider(True)
        self._place_words()
        spare = [self.close_button.hide]
        spare += [functools.partial(quick_editor.show_slider, False) for quick_editor in reversed(self._numbers)]
        spare += [quick_editor.hide for quick_editor in reversed(self._numbers)]
        spare.append(lambda: self.button.setText("➜"))
        for give_up in spare:
            self._row.invalidate()
            if self._row.minimumSize().width() <= self._room:
                break
            give_up()

    @property
    def _room(self) -> int:
        layout = self.layout()
        margins = layout.contentsMargins() if layout is not None else QMargins()
        return self.contentsRect().width() - margins.left() - margins.right()

    def _place_words(self) -> None:
        """On one line with the rest, or above it; a line without words stands in the middle."""
        self._row.invalidate()
        needed = self._row.minimumSize().width()
        for text in self._texts:
            there = self._row.indexOf(text) >= 0
            needed += WORDS_WIDTH - text.minimumSizeHint().width() if there else WORDS_WIDTH + self._row.spacing()
        beside = bool(self._texts) and needed <= self._room
        row = self._row if beside else self._words
        for number, text in enumerate(self._texts):
            if row.indexOf(text) < 0:
                row.insertWidget(number + 2 * int(beside), text, 1)
        above = bool(self._texts) and not beside
        for number, stretched in ((0, not self._texts), (self._row.indexOf(self.examples) - 1, above)):
            self._row.setStretch(number, int(stretched))
        self._row.setStretch(self._row.count() - 1, int(not self._texts))
