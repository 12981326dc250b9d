"""What everybody can reach and read: the panels by keyboard, both themes as the system turns, odd names as they are."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget
from rig import Rig

from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.features.recipe import RecipeFeature
from studio.desktop.library.recipe_panel import RecipePanel
from studio.desktop.style import theme, tokens

PATIENCE_S = 60
ODD = '<b>bold</b> <img src="file:///etc/passwd"> [a](http://b) &amp; \u202egnp.exe\u202c ‏עברית‏ 🍄 e\u0301'


def test_f6_goes_from_panel_to_panel_and_round(rig: Rig) -> None:
    window = rig.window
    rig.make()
    rig.wait(lambda: window.viewer.piece)
    window.forms.open(True)
    window.side.setCurrentIndex(0)
    areas: dict[str, QWidget] = {
        "bar": window.bar, "bench": window.task_panel, "stage": window.viewer, "strip": window.filmstrip,
        "side": window.side, "rail": window.rail,
    }  # fmt: skip

    def here() -> str:
        focused = QApplication.focusWidget()
        return next((name for name, area in areas.items() if focused and area.isAncestorOf(focused)), "nowhere")

    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)  # one can write at once
    assert here() == "stage"
    visited = []
    for _ in areas:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        visited.append(here())
    assert visited == ["strip", "side", "rail", "bar", "bench", "stage"]


def paper(rig: Rig) -> QColor:
    """What the panel at the left is painted on."""
    rig.window.forms.open(True)
    return rig.window.task_panel.grab().toImage().pixelColor(3, 3)


def test_the_window_turns_dark_and_light_while_it_is_open(rig: Rig, qapp: QApplication) -> None:
    window, language = rig.window, rig.session.settings.language
    window.notices.show_line("line", "warning", "a line with an icon")
    icons = []
    for mode in ("dark", "light", "dark"):
        window.preferred.emit({"theme": mode, "language": language})
        assert theme.is_dark() == (mode == "dark")
        assert paper(rig) == QColor(tokens.colour("panel", mode == "dark"))
        assert qapp.palette().color(QPalette.ColorRole.Text) == QColor(tokens.colour("text", mode == "dark"))
        (icon,) = [label for label in window.notices.findChildren(QLabel) if not label.pixmap().isNull()]
        icons.append(icon.pixmap().toImage())
    assert icons[0] == icons[2] != icons[1]  # what is kept as pixels is drawn anew
    assert rig.studio.window is window  # the same window, with all that stands in it


def test_what_the_system_says_counts_only_where_it_was_chosen(rig: Rig, qapp: QApplication) -> None:
    """The platforms of tests know no scheme of the system; that it has changed is all that they can say."""
    hints, language = qapp.styleHints(), rig.session.settings.language
    rig.window.preferred.emit({"theme": "dark", "language": language})
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.is_dark()
    rig.window.preferred.emit({"theme": "auto", "language": language})
    qapp.setPalette(QColor("black"))
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.is_dark()


def test_an_odd_prompt_is_shown_as_it_was_written_and_never_read_as_markup(rig: Rig) -> None:
    window = rig.window
    (record,) = rig.make(prompt=ODD)
    rig.wait(lambda: rig.feature(RecipePanel).record is not None and window.filmstrip.list.selected() is not None)
    assert rig.feature(RecipePanel).record.recipe.params["prompt"] == ODD  # type: ignore[union-attr]
    window.side.setCurrentWidget(rig.feature(QueuePanel))
    labels = [label for label in window.findChildren(QLabel) if "bold" in label.text()]
    assert len(labels) >= 2  # in the recipe and in the queue
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    assert all("<b>bold</b>" in label.text() for label in labels)
    tips = [widget.toolTip() for widget in window.findChildren(QWidget) if "bold" in widget.toolTip()]
    assert not [tip for tip in tips if "<b>bold" in tip]
    rig.feature(RecipeFeature).fill_form(record)
    (words,) = [edit for edit in window.viewer.values.findChildren(QPlainTextEdit) if "bold" in edit.toPlainText()]
    assert words.toPlainText() == ODD
    rig.session.pictures.search("<B>BOLD</b> 🍄 עברית é")
    rig.wait(lambda: rig.session.pictures.total == 1)


@pytest.mark.slow
def test_an_engine_does_not_outlive_a_window_that_is_killed(studio_home: Path) -> None:
    """The real program: `python -m studio`, killed as hard as it goes."""
    window = psutil.Popen([sys.executable, "-m", "studio"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_S
        engines: list[psutil.Process] = []
        while not engines and time.monotonic() < deadline:
            time.sleep(0.1)
            engines = [one for one in window.children() if "studio.engine" in one.cmdline()]
        assert engines, "no engine was started"
    finally:
        os.kill(window.pid, signal.SIGKILL)
        window.wait(PATIENCE_S)
    _, alive = psutil.wait_procs(engines, timeout=15)
    for engine in alive:
        engine.kill()
    assert not alive, "the engine outlived its window"
