"""Features on the workbench: one that nobody knows of is added, and each of ours can be left out."""

import pkgutil
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from rig import Rig

from studio.desktop import features, main_window
from studio.desktop.actions.action import Action
from studio.desktop.workbench import Workbench
from studio.jobs import Job
from studio.messages import Saved

Install = Callable[[Workbench], None]


class Counter(QObject):
    """A feature as somebody else would write it: counts the pictures that were saved, in a panel of its own."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._notices, self.label = workbench.notices, QLabel("0")
        workbench.docks.add("counter", "Counter", "info", self.label)
        workbench.actions.add(Action("count", "Count anew", self.reset))
        workbench.session.jobs.saved.connect(self._saved)

    def reset(self) -> None:
        self.label.setText("0")

    def _saved(self, job: Job, saved: Saved) -> None:
        self.label.setText(str(int(self.label.text()) + 1))
        self._notices.show_line("counter", "info", f"{self.label.text()} pictures.")


def install(workbench: Workbench) -> None:
    Counter(workbench)


def opened(qtbot: QtBot, app: QApplication, monkeypatch: pytest.MonkeyPatch, installs: tuple[Install, ...]) -> Rig:
    monkeypatch.setattr(main_window, "FEATURES", installs)
    return Rig(qtbot, app)


def test_a_new_feature_has_a_panel_an_action_and_a_notice(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, studio_home: object
) -> None:
    rig = opened(qtbot, qapp, monkeypatch, (*features.FEATURES, install))
    counter, window = rig.feature(Counter), rig.window
    rig.make(count=2)
    rig.wait(lambda: counter.label.text() == "2")
    assert window.notices.text("counter") == "2 pictures."
    window.dock_area.reveal(counter.label)
    assert counter.label.isVisible()
    titles = [one.title for one in window.action_table.listed() if one.id == "count"]
    assert titles == ["Count anew"]
    window.preferred.emit({"keys": {"count": "F9"}})
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert counter.label.text() == "0"
    rig.studio.close()


@pytest.mark.parametrize("without", features.FEATURES, ids=lambda install: install.__module__.rpartition(".")[2])
def test_without_any_one_of_them_the_window_makes_pictures(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, studio_home: object, without: Install
) -> None:
    others = tuple(one for one in features.FEATURES if one is not without)
    rig = opened(qtbot, qapp, monkeypatch, others)
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece is not None and rig.window.viewer.piece.ref == record.id)
    rig.window.forms.choose("variation")
    assert rig.window.forms.task is not None
    assert rig.window.action_table.listed()
    rig.studio.close()


def test_each_of_the_folder_is_named() -> None:
    there = {module.name for module in pkgutil.iter_modules(features.__path__)}
    named = {install.__module__.removeprefix("studio.desktop.features.") for install in features.FEATURES}
    assert there == {name for name in named if "." not in name}
