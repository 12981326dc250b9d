"""Where less motion is wanted, by the system or by a setting, nothing moves by itself."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar
from rig import Rig
from test_canvas import save, show, studio

from studio import settings
from studio.desktop.canvas.comparison import Mode
from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.style import theme
from studio.messages import Started

__all__ = ["studio"]  # a fixture


@pytest.fixture(autouse=True)
def usual_again(qapp: QApplication) -> Iterator[None]:
    """The application outlives the test."""
    yield
    theme.apply(qapp, "auto", motion="full")
    theme.apply(qapp, "auto")


def choose(rig: Rig, motion: str) -> None:
    action = rig.window.action_table.qaction(f"motion.{motion}")
    action.trigger()


def test_the_setting_is_kept_and_the_system_is_followed_without_one(rig: Rig, qapp: QApplication) -> None:
    assert theme.moves() == (qapp.styleHints().accessibility().motionPreference() != Qt.MotionPreference.ReducedMotion)
    choose(rig, "reduced")
    assert not theme.moves()
    assert settings.load().motion == "reduced"
    assert qapp.cursorFlashTime() == 0
    assert not qapp.isEffectEnabled(Qt.UIEffect.UI_FadeMenu)
    choose(rig, "full")
    assert theme.moves()
    assert qapp.cursorFlashTime() > 0


@pytest.mark.parametrize(("motion", "busy"), [("full", True), ("reduced", False)])
def test_a_bar_that_knows_nothing_moves_only_if_it_may(rig: Rig, motion: str, busy: bool) -> None:
    choose(rig, motion)
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    rig.window.side.setCurrentWidget(rig.feature(QueuePanel))
    rig.client.emit(Started(rig.client.pending()[0], {}))

    def bars() -> list[QProgressBar]:
        return [bar for bar in rig.window.findChildren(QProgressBar) if bar.isVisible()]

    rig.wait(lambda: len(bars()) == 2)  # below the picture, and in the queue
    assert [bar.maximum() == 0 for bar in bars()] == [busy] * 2


def test_before_and_after_take_turns_by_a_key_instead_of_by_themselves(studio: Rig) -> None:
    choose(studio, "reduced")
    stage = studio.window.viewer
    source = save(studio)
    show(studio, save(studio, color="red", task="variation", params={"image": source.id}, parents=[source.id]))
    stage.set_mode(Mode.FLICKER)
    studio.wait(lambda: stage.canvas.comparison is not None)
    comparison = stage.canvas.comparison
    assert comparison is not None
    assert not comparison.isActive()
    assert not comparison.shows_before
    stage.canvas.setFocus()
    QTest.keyClick(stage.canvas, Qt.Key.Key_Right)
    assert comparison.shows_before
    QTest.mouseClick(stage.canvas, Qt.MouseButton.LeftButton)
    assert not comparison.shows_before


def test_panels_do_not_glide(rig: Rig) -> None:
    assert rig.window.dock_area.isAnimated() == theme.moves()
    choose(rig, "reduced")
    assert not rig.window.dock_area.isAnimated()
