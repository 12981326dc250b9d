"""Outcomes come to whoever asked, and to nobody where that has been closed."""

import functools
import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.desktop.shell.worker import Worker
from studio.errors import UserError


class Asking(QLabel):
    def show_text(self, text: str) -> None:
        self.setText(text)

    def ways(self, worker: Worker, work: Callable[[], str]) -> None:
        """Every way in which the window's code asks."""

        def nested(then: Callable[[str], None]) -> Callable[[str], None]:
            return lambda text: then(text)

        worker.run(work, self.show_text)
        worker.run(work, lambda text: self.setText(text))
        worker.run(work, nested(self.show_text))
        worker.run(work, functools.partial(self.show_text))
        worker.run(work, self.setText)


@pytest.fixture
def worker(qapp: object) -> Iterator[Worker]:
    made = Worker(threads=1)
    yield made
    made.close()


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_closed_widget_asked_for_is_dropped(worker: Worker, qtbot: QtBot, fails: bool) -> None:
    go, heard = threading.Event(), []

    def work() -> str:
        go.wait(5)
        if fails:
            raise UserError("It is not there.")
        return "found"

    closed, open_label = Asking("closed"), Asking("open")
    qtbot.addWidget(open_label)
    closed.ways(worker, work) if not fails else worker.run(work, heard.append, lambda error: closed.setText(str(error)))
    worker.run(work, open_label.setText, lambda error: open_label.setText(str(error)))
    shiboken6.delete(closed)
    go.set()
    qtbot.waitUntil(lambda: open_label.text() == ("It is not there." if fails else "found"))
    assert heard == []


def test_every_way_of_asking_is_answered(worker: Worker, qtbot: QtBot) -> None:
    said: list[str] = []

    class Noting(Asking):
        def setText(self, text: str) -> None:
            said.append(text)

    label = Noting("")
    qtbot.addWidget(label)
    label.ways(worker, lambda: "found")
    qtbot.waitUntil(lambda: said == ["found"] * 5)
