"""PromptText: the letters of a prompt, and what keys do with them."""

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from studio.desktop.forms.prompt_weight import reweighted
from studio.desktop.forms.text import too_long

MOST_LINES, COMPACT_LINES = 12, 2


class PromptText(QPlainTextEdit):
    """Grows with its text. Tab leaves it, Ctrl+Enter submits, Alt+Up and Alt+Down ask for older and newer texts,
    Ctrl+Up and Ctrl+Down let what is selected weigh more or less."""

    submitted = Signal()
    refused = Signal(str)
    recalled = Signal(int)

    def __init__(self, lines: int, longest: int, parent: QWidget | None = None, most: int = MOST_LINES) -> None:
        super().__init__(parent)
        self._lines, self._longest, self._most = lines, longest, most
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hint, self._compact = "", False
        self.document().documentLayout().documentSizeChanged.connect(lambda: self._grow())
        self._grow()

    def be_compact(self) -> None:
        """As high as it is, whatever is written; Enter submits, Shift+Enter begins a line."""
        self._compact = True
        self._lines = self._most = COMPACT_LINES
        self._grow()

    def set_hint(self, text: str) -> None:
        """What an empty one shows; where it may not grow, each line is cut where it ends."""
        self._hint = text
        self._show_hint()

    def _show_hint(self) -> None:
        room = self.viewport().width() - 2 * int(self.document().documentMargin())
        metrics, lines = self.fontMetrics(), self._hint.splitlines()[: self._lines]
        cut = "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)
        self.setPlaceholderText(cut if self._compact else self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._compact:
            self._show_hint()

    def text(self) -> str:
        """What was written; Qt's toPlainText would make plain spaces of those that must not break."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and (control or (self._compact and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)):
            self.submitted.emit()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.recalled.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        elif control and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.weigh(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        menu.addAction(self.tr("Increase weight") + "\tCtrl+↑", lambda: self.weigh(1))
        menu.addAction(self.tr("Decrease weight") + "\tCtrl+↓", lambda: self.weigh(-1))
        menu.popup(event.globalPos())

    def weigh(self, steps: int) -> None:
        """Let what is selected, or the word at the cursor, weigh more or less; one step that can be undone."""
        cursor, text = self.textCursor(), self.text()
        begin, finish = (text_index(text, place) for place in (cursor.selectionStart(), cursor.selectionEnd()))
        changed, start, end = reweighted(text, begin, finish, steps)
        if changed != text:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(changed)
        cursor.setPosition(utf16_index(changed, start))
        cursor.setPosition(utf16_index(changed, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text only, and never so much that the window would stand still over it."""
        text = source.text()
        room = self._longest - self.document().characterCount() + 1 + len(self.textCursor().selectedText())
        if len(text) > room:
            self.refused.emit(too_long(len(text), self._longest))
        elif text:
            self.insertPlainText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    def _grow(self) -> None:
        """Room for all lines, within reason."""
        count = min(max(self._lines, round(self.document().size().height())), self._most)
        margins = 2 * (int(self.document().documentMargin()) + self.frameWidth()) + 4
        self.setFixedHeight(count * self.fontMetrics().lineSpacing() + margins)


def utf16_index(text: str, index: int) -> int:
    """Where Qt, which counts in UTF-16, has the letter of that index."""
    return len(text[:index].encode("utf-16-le")) // 2


def text_index(text: str, place: int) -> int:
    """The index of the letter that Qt has there."""
    return len(text.encode("utf-16-le")[: 2 * place].decode("utf-16-le", "ignore"))
