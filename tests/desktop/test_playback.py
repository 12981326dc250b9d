"""Playback: a sequence plays in its order and way, waits where motion is not wanted, and is saved as it plays."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QToolButton
from rig import MODEL, Rig

from studio.descriptions import TaskInfo
from studio.desktop.features.playback.player import BACK, ONCE, Player
from studio.desktop.style import theme
from studio.messages import Finished, Ready, Saved, Started

WAY = TaskInfo("way", "Way", {"type": "object", "properties": {}}, sequence=True)
ONE = TaskInfo("one", "One", {"type": "object", "properties": {}})


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "moves", lambda: False)


@pytest.fixture
def player(rig: Rig, tmp_path: Path, calm: None) -> Player:
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        Image.new("RGB", (20, 10), (100 * number, 0, 0)).save(path)
    made = Player(paths, rig.session.worker, rig.window)
    made.show()
    rig.wait(lambda: all(made._images))
    return made


def walk(player: Player, steps: int) -> list[int]:
    seen = []
    for _ in range(steps):
        player._advance()
        seen.append(player.at)
    return seen


def test_it_goes_round_or_there_and_back_or_once(player: Player) -> None:
    assert not player.play.isChecked()  # motion is not wanted: it begins when it is asked to
    assert walk(player, 4) == [1, 2, 0, 1]
    player.ways.setCurrentIndex(player.ways.findData(BACK))
    assert walk(player, 5) == [2, 1, 0, 1, 2]
    player.ways.setCurrentIndex(player.ways.findData(ONCE))
    player.play.setChecked(True)
    assert player.at == 0
    assert walk(player, 3) == [1, 2, 2]
    assert not player.play.isChecked()
    player.close()


def test_it_plays_by_itself_at_its_speed_and_a_click_in_the_strip_stops_it(rig: Rig, player: Player) -> None:
    player.fps.setValue(60)
    player.play.click()
    rig.wait(lambda: player.at == 2)
    player.cells[1].click()
    assert (player.at, player.play.isChecked(), player._timer.isActive()) == (1, False, False)
    player.close()


def test_it_is_saved_as_it_plays_and_what_cannot_be_is_said(rig: Rig, player: Player, tmp_path: Path) -> None:
    player.ways.setCurrentIndex(player.ways.findData(BACK))
    player.fps.setValue(4)
    player.save(tmp_path / "way.gif")
    rig.wait(lambda: "Saved" in player.about.text())
    with Image.open(tmp_path / "way.gif") as made:
        assert (made.n_frames, made.info["duration"]) == (4, 250)
    player.save(tmp_path / "way.avi")
    rig.wait(lambda: "ends in .gif" in player.about.text())
    assert player.export.isEnabled()
    player.close()


@pytest.mark.parametrize("task", [WAY, ONE])
def test_only_a_sequence_offers_to_be_played(rig: Rig, tmp_path: Path, calm: None, task: TaskInfo) -> None:
    rig.client.emit(Ready([task], [], [MODEL], []))
    play: QToolButton = rig.window.viewer.choices.play
    job = rig.session.jobs.submit(task.id, {})
    rig.client.emit(Started(job.id, {}))
    for number in range(2):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (16, 16), (90 * number, 0, 0)).save(path)
        rig.client.emit(Saved(job.id, f"20261201-00000{number}-00000000", str(path), number, 16, 16, 1))
    rig.client.emit(Finished(job.id, 0.1))
    rig.wait(lambda: all(candidate.shown for candidate in rig.window.viewer.candidates))
    rig.wait(lambda: play.isVisibleTo(rig.window) == task.sequence)
    if task.sequence:
        play.click()
        player = rig.window.findChild(Player)
        assert len(player.pictures) == 2
        player.close()
