"""Words that are still in the input method, as Chinese, Japanese and Korean are written: they are meant too."""

from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget


def commit(window: QWidget) -> None:
    """Put them into the text where they are being written, before it is read."""
    QGuiApplication.inputMethod().commit()
    for text in window.findChildren(QPlainTextEdit):  # which has lost the keyboard already when a button was clicked
        if written := text.textCursor().block().layout().preeditAreaText():
            event = QInputMethodEvent()
            event.setCommitString(written)
            QApplication.sendEvent(text, event)
            QGuiApplication.inputMethod().reset()
