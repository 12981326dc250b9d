"""QuickSettingsBar: below the picture, the few values of the chosen task, and the one button that starts it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import TooltipOfButton, tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.shell.tab_order import PART
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line

if TYPE_CHECKING:  # its editors are not needed for the first paint
    from studio.desktop.forms.quick.row import QuickRow
    from studio.desktop.forms.quick.values import QuickValues

ACTIONS = ("values.more", "values.negative", "values.examples", "values.use-shown")
ROWS = 2
"""Of tools, beside two lines of text."""
NARROWEST = 190
"""Pixels of it, at least."""
LINE, GAP = 9, 4
"""Pixels that a line has beyond its letters, and between two lines."""


class QuickSettingsBar(QFrame):
    """As high with one task as with the other, so that the picture above keeps its place."""

    submitted = Signal()
    more_wanted = Signal()
    """All settings of the task shall be seen, or no longer."""
    image_wanted = Signal()
    """The picture that is shown shall be the one that the task begins from."""
    examples_wanted = Signal(bool)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._examples_offered = self._examples_open = self._shown_offered = self._more_open = False
        self._values: QuickValues | None = None
        self.setProperty("role", "values")
        self.setAccessibleName(self.tr("Prompt and values"))
        self._pages = QStackedWidget(self)
        self._pages.setMinimumHeight(ROWS * (self.fontMetrics().height() + LINE) + GAP)
        self._add_actions()
        self.more, self.negative, self.examples, self.use_shown = (
            tool_button(actions, id, self, "tool") for id in ACTIONS
        )
        self._tools: list[QAbstractButton] = []
        box = QWidget(self)
        box.setProperty(PART, True)
        self._grid = QGridLayout(box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._verb = ""
        self.button = QPushButton(self)
        self.button.setProperty("role", "primary")
        self.button.setEnabled(False)
        self.button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self.button.clicked.connect(self.submitted)
        TooltipOfButton(self.button, actions.qaction("generate"))
        self._command = QWidget(self)
        command = QHBoxLayout(self._command)
        command.setContentsMargins(0, 0, 0, 0)
        command.setSpacing(8)
        command.addStretch(0)
        command.addWidget(box)
        command.addWidget(self.button)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(8, 5, 8, 5)
        self._line.setSpacing(8)
        self._line.addWidget(self._pages, 1)
        self._line.addWidget(self._command)
        for tool in (self.more, self.negative, self.examples, self.use_shown):
            self.add_tool(tool)
        for tool in (self.negative, self.examples, self.use_shown):
            tool.hide()

    def _add_actions(self) -> None:
        examples = self.tr("Examples: this picture at several values")
        for action in (
            Action(
                "values.more", self.tr("All settings of this task"), self.more_wanted.emit, "settings",
                enabled=lambda: self._values is not None, checked=lambda: self._more_open, section=Section.VALUES,
            ),
            Action(
                "values.negative", self.tr("Add a negative prompt"), self._turn_negative, "remove",
                enabled=lambda: self._without is not None, checked=self._has_negative, section=Section.VALUES,
            ),
            Action(
                "values.examples", examples, lambda: self.examples_wanted.emit(not self._examples_open), "examples",
                enabled=lambda: self._examples_offered, checked=lambda: self._examples_open, section=Section.VALUES,
            ),
            Action(
                "values.use-shown", self.tr("Use the canvas"), self.image_wanted.emit, "use-as-input",
                enabled=lambda: self._shown_offered, section=Section.VALUES,
            ),
        ):  # fmt: skip
            self._actions.add(action)

    # ---- what stands in it

    def show_task(self, title: str, values: "QuickValues | None") -> None:
        """Those of another task, or of none."""
        if self._values is not None:
            self._values.negative_shown.disconnect(self._refresh_negative)
        self._values = values
        if values is not None:
            if self._pages.indexOf(values) < 0:
                self._pages.addWidget(values)
            self._pages.setCurrentWidget(values)
            values.negative_shown.connect(self._refresh_negative)
        self._pages.setVisible(values is not None)
        self._verb = action_text(one_line(title, 24))
        self.button.setAccessibleName(title)
        self._refresh_negative()
        self.refit()

    @property
    def rows(self) -> "list[QuickRow]":
        """The values of the chosen task."""
        return self._values.rows if self._values is not None else []

    @property
    def first(self) -> QWidget | None:
        """What is to be filled in first."""
        row = self._values.first if self._values is not None else None
        return row.editor.focus_widget() if row is not None else None

    def show_more_open(self, opened: bool) -> None:
        """Whether all settings can be seen now."""
        self._more_open = opened
        self._actions.refresh("values.more")

    # ---- what it should not show

    @property
    def _without(self) -> "QuickRow | None":
        return self._values.negative if self._values is not None else None

    def _has_negative(self) -> bool:
        return self._without is not None and not self._without.isHidden()

    def _turn_negative(self) -> None:
        """Open its place, or close it: what stands there stays, and so does its place."""
        if self._values is None or self._without is None:
            return
        wanted = not self._has_negative() or bool(self._without.editor.value())
        self._values.want_negative(wanted)
        if wanted:
            self._without.editor.focus_widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _refresh_negative(self) -> None:
        self.negative.setVisible(self._without is not None)
        self._actions.refresh(*ACTIONS)

    # ---- its tools

    def add_tool(self, button: QAbstractButton) -> None:
        """Beside the button that starts the job, before those that are there."""
        button.setParent(self._grid.parentWidget())
        button.setIconSize(theme.icon_size(theme.ICON_SIDE))
        self._tools.append(button)
        button.installEventFilter(self)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return False

    def _arrange(self) -> None:
        """In two rows, the first ones beside the button: those that are always there keep their places."""
        for tool in self._tools:
            self._grid.removeWidget(tool)
        shown = [tool for tool in self._tools if not tool.isHidden()]
        rows = 1 if self._is_below else ROWS
        columns = -(-len(shown) // rows)
        for at, tool in enumerate(shown):
            self._grid.addWidget(tool, at % rows, columns - 1 - at // rows)
        self.refit()

    def offer_examples(self, offered: bool) -> None:
        """Whether there is a value that examples can be made for."""
        self._examples_offered = offered
        self.examples.setVisible(offered)
        self._actions.refresh(*ACTIONS)

    def show_examples_open(self, opened: bool) -> None:
        """Whether the examples can be seen now."""
        self._examples_open = opened
        self._actions.refresh(*ACTIONS)

    def offer_shown(self, offered: bool) -> None:
        """Whether the task begins from another picture than that on the canvas."""
        if self._shown_offered != offered:
            self._shown_offered = offered
            self.use_shown.setVisible(offered)
            self._actions.refresh(*ACTIONS)

    # ---- room

    def minimumSizeHint(self) -> QSize:
        """It gives up its one line before it would make the window larger."""
        return QSize(theme.scaled(NARROWEST, 0.1), super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._actions.refresh(*ACTIONS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    @property
    def _is_below(self) -> bool:
        """Whether the button and the tools stand below the values."""
        return self._line.direction() == QBoxLayout.Direction.TopToBottom

    def refit(self) -> None:
        """The button beside the values, or below them; and the task's name on it, or where there is no room an icon."""
        room = self.contentsRect().width() - 2 * self._line.contentsMargins().left()
        if not self.isVisible() or room < 1:
            return
        self._name_button(True)
        needed = self._values.comfortable if self._values is not None else 0
        below = needed + self._line.spacing() + self._width_of_command > room
        if below != self._is_below:
            ways = QBoxLayout.Direction
            self._line.setDirection(ways.TopToBottom if below else ways.LeftToRight)
            self._arrange()
        self._name_button(not below or self._width_of_command <= room)

    @property
    def _width_of_command(self) -> int:
        if (layout := self._command.layout()) is not None:
            layout.invalidate()
        return self._command.sizeHint().width()

    def _name_button(self, named: bool) -> None:
        self.button.setText(self._verb if named else "")
        self.button.setIcon(QIcon() if named else theme.icon("next"))
