"""The playground in a real Chromium (Qt's), as its user works with it: python browser.py URL TOKEN FOLDER

Prints one JSON object of what was seen; pictures of the page go into FOLDER.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

PATIENCE_S = 40.0


class LoggedPage(QWebEnginePage):
    """Keeps what the page complains of."""

    def __init__(self, profile: QWebEngineProfile, parent: Any) -> None:
        super().__init__(profile, parent)
        self.complaints: list[str] = []

    def javaScriptConsoleMessage(self, level: Any, message: str, line: int, source: str) -> None:
        self.complaints.append(f"{message} ({source}:{line})")


class Browser:
    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.view = QWebEngineView()
        self.page = LoggedPage(QWebEngineProfile(self.view), self.view)
        self.view.setPage(self.page)
        self.view.resize(1100, 1400)
        self.view.show()
        self.view.load(url)

    def js(self, code: str) -> Any:
        found: list[Any] = []
        loop = QEventLoop()
        self.page.runJavaScript(code, lambda value: (found.append(value), loop.quit()))
        QTimer.singleShot(5000, loop.quit)
        loop.exec()
        return found[0] if found else None

    def wait(self, code: str) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self.js(code)):
            assert time.monotonic() < deadline, (code, self.page.complaints, self.js("document.body.innerText"))
            QTest.qWait(50)
        return found

    def paint(self) -> None:
        """A stroke over the middle of the picture, with the mouse."""
        self.js("document.getElementById('canvas').scrollIntoView()")
        place = json.loads(self.js("JSON.stringify(document.getElementById('canvas').getBoundingClientRect())"))
        x, y, width, height = (place[name] for name in ("x", "y", "width", "height"))
        target, middle = self.view.focusProxy(), y + height / 2
        places = [QPoint(round(x + width * share), round(middle)) for share in (0.3, 0.4, 0.5, 0.6)]
        QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
        for place in places[1:]:
            QTest.mouseMove(target, place)
            QTest.qWait(30)
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[-1])
        self.wait("paper.isPainted")

    def keep(self, name: str) -> None:
        QTest.qWait(200)
        self.view.grab().save(str(self.folder / f"{name}.png"))


IDLE = "document.getElementById('cancel').hidden && document.querySelectorAll('#results img').length"


def main(url: str, token: str, folder: str) -> None:
    app = QApplication([])
    browser = Browser(f"{url}/", Path(folder))
    browser.wait("document.getElementById('entry')?.hidden === false")
    browser.js("document.getElementById('token').value = 'wrong'; document.querySelector('#entry button').click()")
    browser.wait("document.querySelector('#entry p').textContent === say('badToken')")
    browser.view.load(f"{url}/?again#token={token}")
    browser.wait("document.getElementById('studio')?.hidden === false")
    seen: dict[str, Any] = {"hash": browser.js("location.hash")}
    browser.js("document.getElementById('prompt').value = 'a red cup'; document.getElementById('count').value = 2")
    browser.js("document.getElementById('create').click()")
    seen["created"] = browser.wait(IDLE)
    seen["history"] = browser.wait("document.querySelectorAll('#history img').length")
    browser.keep("created")
    browser.js("document.querySelector('#results button').click()")
    browser.wait("!document.getElementById('paper').hidden && paper.picture !== null")
    browser.paint()
    browser.keep("mask")
    browser.js("document.getElementById('count').value = 1; document.getElementById('create').click()")
    seen["edited"] = browser.wait(f"document.querySelectorAll('#results img').length === 1 && {IDLE}")
    browser.js("document.getElementById('count').value = 3; document.getElementById('vary').click()")
    seen["varied"] = browser.wait(f"document.querySelectorAll('#results img').length === 3 && {IDLE}")
    browser.js("document.getElementById('drop').click(); document.getElementById('prompt').value = ''")
    browser.js("document.getElementById('create').click()")
    seen["refused"] = browser.wait("document.getElementById('status').textContent")
    before = browser.js("document.documentElement.lang")
    browser.js("document.getElementById('language').click()")
    seen["languages"] = [before, browser.js("document.documentElement.lang")]
    seen["words"] = browser.js("document.getElementById('create').textContent")
    style = "getComputedStyle(document.documentElement).getPropertyValue('{}').trim()"
    seen["colours"] = [browser.js(style.format(name)) for name in ("--accent", "--window")]
    browser.keep("chinese")
    seen["complaints"] = browser.page.complaints
    print(json.dumps(seen), flush=True)  # noqa: T201 - what the test reads
    browser.view.deleteLater()
    QTest.qWait(50)
    del app
    os._exit(0)  # Chromium's own threads end with the process


main(*sys.argv[1:])
