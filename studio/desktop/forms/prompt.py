"""Prompt: words on several lines, with those written before, and how much of them the model reads."""

from collections.abc import Iterator, Mapping
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, Qt, QTimer, QTranslator
from PySide6.QtGui import QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QBoxLayout,
    QLabel,
    QMenu,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.prompt_text import PromptText, utf16_index
from studio.desktop.forms.seed import tool
from studio.desktop.forms.text import LONGEST, length_problem
from studio.desktop.forms.token_counter import TokenCount
from studio.desktop.forms.token_counting import TokenCounting
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.form import FormField

HISTORY = 50
SHOWN_IN_MENU = 15
LINES = 5
COUNTING_MS = 200


class PromptEditor(Editor):
    """A prompt; None where that is allowed and nothing was written."""

    def __init__(self, field: FormField, counting: TokenCounting, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._counting = counting
        self._empty: Any = MISSING
        self._history: list[str] = []
        self._recalled, self._draft = 0, ""
        self._cut: int | None = None
        lines = 2 if field.default == "" else LINES  # what may stay empty takes less room
        self.words = PromptText(lines, field.max_length or LONGEST, self)
        self.words.setAccessibleName(field.title)
        self.words.setAccessibleDescription(field.description)
        self._show_hint(None)
        self.words.submitted.connect(self.submitted)
        self.words.refused.connect(self.refused)
        self.words.recalled.connect(self.recall)
        self.setFocusProxy(self.words)
        self._tokens = QLabel(self)
        self._tokens.setTextFormat(Qt.TextFormat.PlainText)
        self._tokens.setProperty("role", "hint")
        self._note = QLabel(self)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "warning")
        self._note.hide()
        self.older = self._history_button()
        self._lay_out()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(COUNTING_MS)
        self._waiting.timeout.connect(self._count)
        self.words.textChanged.connect(self._typed)

    def _history_button(self) -> QToolButton:
        button = tool("history", self.tr("Recent prompts (Alt+Up, Alt+Down)"), self)
        self._menu = QMenu(button)
        self._menu.setToolTipsVisible(False)
        self._menu.aboutToShow.connect(self._fill_menu)
        button.setMenu(self._menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setEnabled(False)
        return button

    def be_compact(self) -> None:
        """Two lines, its corner at its side, Enter to submit; what is not read is told by the count."""
        self.words.be_compact()
        self._beside.setDirection(QBoxLayout.Direction.BottomToTop)
        self._beside.setSpacing(0)
        self._beside.setAlignment(self._tokens, Qt.AlignmentFlag.AlignHCenter)
        self._beside.setAlignment(self.older, Qt.AlignmentFlag.AlignHCenter)
        self._compact = True

    _compact = False

    def _lay_out(self) -> None:
        self.corner = QWidget(self)
        self._beside = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._tokens)
        row.addWidget(self.older)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self._note)

    # ---- value

    def value(self) -> Any:
        text = self.words.text()
        if text or self._empty is not MISSING:
            return text or self._empty
        return MISSING if self.field.required else ""

    def set_value(self, value: Any) -> None:
        self._empty = MISSING if value is MISSING else None if value is None and self.field.nullable else ""
        text = "" if value is MISSING or value is None else str(value)
        if text != self.words.text():
            self.words.setPlainText(text)

    def problem(self) -> str:
        text = self.words.text()
        if self.field.required and not text.strip() and not self.field.nullable:
            return self.tr("“{title}” is still empty; write a description.").format(title=self.field.title)
        return length_problem(self.field, text)

    # ---- history

    def remember(self) -> None:
        """Keep the text as one that was used."""
        text = self.words.text()
        if text.strip():
            self._set_history([text, *(old for old in self._history if old != text)][:HISTORY])

    def add_words(self, words: str) -> None:
        """Behind what was written, unless they stand there already; the cursor follows them."""
        text = self.words.text()
        if words.casefold() not in text.casefold():
            cursor = self.words.textCursor()
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(f", {words}" if text.strip() else words)
            self.words.setTextCursor(cursor)
        self.words.setFocus()

    def recall(self, steps: int) -> None:
        """An older text, or for negative steps a newer one; the newest is what was being written."""
        at = self._recalled + steps
        if not 0 <= at <= len(self._history):
            return
        if self._recalled == 0:
            self._draft = self.words.text()
        text = self._history[at - 1] if at else self._draft
        if at and text == self.words.text() and at + steps in range(len(self._history) + 1):
            at += steps
            text = self._history[at - 1] if at else self._draft
        self._replace(text)
        self._recalled = at

    def _replace(self, text: str) -> None:
        """As one step that can be undone."""
        cursor = self.words.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for text in self._history[:SHOWN_IN_MENU]:
            action = self._menu.addAction(action_text(one_line(text, 70)))
            action.triggered.connect(lambda _=False, text=text: self._replace(text))

    def _set_history(self, history: list[str]) -> None:
        self._history, self._recalled = history, 0
        self.older.setEnabled(bool(history))

    def state(self) -> dict[str, Any]:
        return {"history": self._history} if self._history else {}

    def restore(self, state: Mapping[str, Any]) -> None:
        history = state.get("history")
        if isinstance(history, list):
            self._set_history([text for text in history if isinstance(text, str) and len(text) <= LONGEST][:HISTORY])

    # ---- tokens

    @property
    def tokens(self) -> str:
        """The count as it is shown: used / limit; '' where it is not known."""
        return self._tokens.text()

    @property
    def note(self) -> str:
        """What is said about the end that will not be read; '' when all is read."""
        return "" if self._note.isHidden() else self._note.text()

    def use_model(self, model: ModelInfo | None) -> None:
        self._counting.use(model)
        self._show_hint(model)
        self._waiting.start()

    def _show_hint(self, model: ModelInfo | None) -> None:
        """In an empty editor: what to write, and of a model that knows only some things, which."""
        hint = one_line(self.field.description, 200)
        known = _known(model) if self.field.required else []
        if known:
            words = self.tr("This model knows: {things}.")
            first = known[0] if len(known[0]) <= MOST_SEEN else known[0][:MOST_SEEN].rpartition(",")[0] + ", …"
            seen = "; ".join([first, *known[1:]])
            hint = "\n".join(filter(None, (hint, words.format(things=one_line(seen, 200)))))
            self.words.setToolTip(tooltip(words.format(things=one_line("; ".join(known), 1000))))
        else:
            self.words.setToolTip("")
        self.words.set_hint(hint)

    def _typed(self) -> None:
        self._recalled = 0
        self._waiting.start()
        self.changed.emit()

    def _count(self) -> None:
        text = self.words.text()
        self._counting.count(text, lambda count: self._show_count(text, count))

    def _show_count(self, text: str, count: TokenCount | None) -> None:
        # The form may have been made anew (other tasks, another language) while a thread counted.
        if not shiboken6.isValid(self.words) or text != self.words.text():
            return
        if count is None:
            self._tokens.setText("")
        elif count.limit:
            self._tokens.setText(f"{count.used} / {count.limit}")
            self._tokens.setToolTip(self.tr("Tokens in the text, and how many the model reads"))
        else:
            self._tokens.setText(str(count.used))
            self._tokens.setToolTip(self.tr("Tokens in the text; this model has no limit"))
        cut = count.cut if count else None
        self._note.setVisible(cut is not None and not self._compact)
        if cut is not None and count is not None:
            words = self.tr("The model reads {limit} tokens; it will not read: {rest}")
            within = "…" if text[cut - 1 : cut].isalnum() else ""
            self._note.setText(words.format(limit=count.limit, rest=f"“{within}{one_line(text[cut:], 120)}”"))
            if self._compact:
                self._tokens.setToolTip(tooltip(self._note.text()))
        self._warn(cut is not None)
        self._grey_out(text, cut)

    def _warn(self, warned: bool) -> None:
        """Whether the count says that there is too much."""
        role = "warning" if warned else "hint"
        if self._tokens.property("role") != role:
            self._tokens.setProperty("role", role)
            self._tokens.style().polish(self._tokens)

    def _grey_out(self, text: str, cut: int | None) -> None:
        """What is not read stands in a weaker colour."""
        if cut == self._cut:
            return
        self._cut = cut
        marks = []
        if cut is not None:
            mark = QTextEdit.ExtraSelection()
            weak = QTextCharFormat()
            weak.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
            cursor = self.words.textCursor()
            cursor.setPosition(utf16_index(text, cut))
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor, mark.format = cursor, weak
            marks.append(mark)
        self.words.setExtraSelections(marks)


MOST_SEEN = 46
"""Letters of what a model knows that an empty editor has room for; all of it is in the tooltip."""
KINDS = ("objects", "accessories", "backgrounds", "sizes", "places")
"""Of a model's words, those that say what it can draw."""


def _known(model: ModelInfo | None) -> list[str]:
    """What a model with a vocabulary can draw, kind by kind, in the language of the window; [] for all others."""
    vocabulary = model.defaults.get("vocabulary") if model else None
    if not isinstance(vocabulary, dict):
        return []
    app = QCoreApplication.instance()
    translators = app.findChildren(QTranslator) if app else []
    languages = ["zh", "en"] if any(one.language().startswith("zh") for one in translators) else ["en", "zh"]
    kinds = [vocabulary[kind] for kind in KINDS if isinstance(vocabulary.get(kind), dict)]
    return [names for kind in kinds if (names := ", ".join(_names(kind, languages)))]


def _names(kind: dict[str, Any], languages: list[str]) -> Iterator[str]:
    """The first word for each thing."""
    for entry in kind.values():
        if isinstance(entry, dict):
            names = next((entry[language] for language in languages if entry.get(language)), None)
            if isinstance(names, list) and names:
                yield str(names[0])
