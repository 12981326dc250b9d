"""Seed: a new one for each picture, or one that is kept; with a die, a lock, and that of the last picture."""

import random
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.number import NumberEntry, read_number
from studio.desktop.style import theme
from studio.desktop.style.label_text import tooltip
from studio.form import FormField, is_within

RANDOM = -1
DRAWN_BELOW = 2**32  # more than enough to choose from, and short enough to be told to somebody


class SeedEditor(Editor):
    """-1, shown as an empty line, draws a new seed for each job."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._last: int | None = None
        self._unset: Any = RANDOM
        self.entry = NumberEntry(self)
        self.entry.setAccessibleName(field.title)
        self.entry.textChanged.connect(self._typed)
        self.entry.stepped.connect(self._step)
        self.entry.refused.connect(self.refused)
        self.entry.editingFinished.connect(self.left)
        self.dice = tool("dice", self.tr("New random seed"), self)
        self.dice.clicked.connect(self.draw)
        self.again = tool("history", self.tr("The seed of the last picture"), self)
        self.again.clicked.connect(lambda: self._last is not None and self.set_value(self._last))
        self.again.setEnabled(False)
        self.again.hide()
        self.lock = tool("unlock", self.tr("Keep the seed: the same seed makes the same picture"), self)
        self.lock.setCheckable(True)
        self.lock.clicked.connect(self._lock)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.entry, 1)
        for button in (self.dice, self.again, self.lock):
            row.addWidget(button)
        self.setFocusProxy(self.entry)
        self._show_hint()

    def value(self) -> Any:
        text = self.entry.text().strip()
        if not text:
            return self._unset
        number = read_number(text, whole=True)
        return text if number is None else number

    def set_value(self, value: Any) -> None:
        if value in (RANDOM, None) or value is MISSING:
            self._unset = None if value is None and self.field.nullable else RANDOM
            value = ""
        self.entry.setText(str(value))

    def problem(self) -> str:
        value = self.value()
        if isinstance(value, str) or (value is not None and not is_within(self.field, value)):
            words = self.tr(
                "“{title}” must be a whole number from 0 up to {most}, not {value}; leave it empty for a random one."
            )
            return words.format(title=self.field.title, most=int(self.field.maximum or 0), value=str(value)[:40])
        return ""

    def show_last(self, seed: int) -> None:
        """The seed of the picture that was made last."""
        self._last = seed
        self.again.setEnabled(True)
        self.again.show()
        self.again.setToolTip(tooltip(self.tr("The seed of the last picture: {seed}").format(seed=seed)))
        self._show_hint()

    def draw(self) -> None:
        """Another seed, which stays."""
        self.set_value(random.SystemRandom().randrange(DRAWN_BELOW))

    def state(self) -> dict[str, Any]:
        return {} if self._last is None else {"last": self._last}

    def restore(self, state: Any) -> None:
        last = state.get("last")
        if isinstance(last, int) and not isinstance(last, bool) and is_within(self.field, last):
            self.show_last(last)

    def _lock(self, keep: bool) -> None:
        if not keep:
            self.set_value(RANDOM)
        elif self._last is not None:
            self.set_value(self._last)
        else:
            self.draw()

    def _step(self, count: int) -> None:
        value = self.value()
        if isinstance(value, int) and value >= 0 and is_within(self.field, value + count) and value + count >= 0:
            self.set_value(value + count)

    def _typed(self) -> None:
        kept = bool(self.entry.text().strip())
        self.lock.setChecked(kept)
        self.lock.setIcon(theme.icon("lock" if kept else "unlock"))
        self.changed.emit()

    def _show_hint(self) -> None:
        told = self._last is not None and self._last < DRAWN_BELOW  # a longer one would be cut; the button tells it
        words = self.tr("random · last {seed}") if told else self.tr("random")
        self.entry.setPlaceholderText(words.format(seed=self._last))


def tool(icon: str, name: str, parent: QWidget) -> QToolButton:
    """A small button with a picture; its name is its tooltip."""
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size(18))
    button.setAccessibleName(name)
    button.setToolTip(tooltip(name))
    button.setAutoRaise(True)
    button.setProperty("role", "tool")
    return button
