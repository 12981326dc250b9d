"""Sweeps: values as people write them, the jobs that they make, and the grid that fills."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rig import Rig

from studio.desktop.features.sweep import axis
from studio.desktop.features.sweep.runner import SweepFeature
from studio.errors import UserError
from studio.form import FormField
from studio.messages import Failed, Finished, Started, Submit
from studio.role import Role

NUMBER = FormField("s", "Strength", "number", "slider", minimum=0, maximum=1, step=0.25)
WHOLE = FormField("n", "Steps", "integer", "integer", minimum=1, maximum=50)
GUIDANCE = FormField("g", "Guidance", "number", "slider", minimum=0, maximum=30)
SEED = FormField("seed", "Seed", "integer", "seed", minimum=0, maximum=2**63 - 1, role=Role.SEED)
TEXT = FormField("p", "Prompt", "text", "prompt")
CHOICE = FormField("c", "Mode", "choice", "choice", choices=("fast", "slow"))


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        (NUMBER, "0, 0.5 ,1", (0, 0.5, 1)),
        (NUMBER, "0..1", (0, 0.25, 0.5, 0.75, 1)),
        (NUMBER, "0..1/3", (0, 0.5, 1)),
        (NUMBER, "0,25", (0.25,)),
        (NUMBER, "0,25, 0,5", (0.25, 0.5)),
        (NUMBER, "0,25; 0.5;1", (0.25, 0.5, 1)),
        (NUMBER, "0,25..0,75/3", (0.25, 0.5, 0.75)),
        (NUMBER, "0.25,0.5", (0.25, 0.5)),
        (NUMBER, "0,0.5,1", (0, 0.5, 1)),
        (GUIDANCE, "7,5", (7.5,)),
        (SEED, "9007199254740993, 9223372036854775806", (9007199254740993, 9223372036854775806)),
        (SEED, "9223372036854775805..9223372036854775807", tuple(2**63 - 3 + number for number in range(3))),
        (SEED, "0..9223372036854775806/3", (0, 4611686018427387903, 9223372036854775806)),
        (WHOLE, "5..3, 20", (5, 4, 3, 20)),
        (WHOLE, "7, 7", (7,)),
        (TEXT, "a cat | a dog, in winter", ("a cat", "a dog, in winter")),
        (CHOICE, "Slow, fast", ("slow", "fast")),
        (FormField("b", "Spread", "switch", "switch"), "yes, no", (True, False)),
    ],
)
def test_values_are_read_as_people_write_them(field: FormField, text: str, values: tuple[object, ...]) -> None:
    assert axis.read(field, text).values == values


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (NUMBER, "", "no values yet"),
        (NUMBER, "0, much", "“much” is no number"),
        (NUMBER, "0, 2", "2 is outside 0..1"),
        (WHOLE, "1..900", "the most"),
        (CHOICE, "fast, odd", "none of its choices"),
        (NUMBER, "0..1/many", "no count from 2 to 100"),
        (SEED, "1.5", "“1.5” is no number"),
        (SEED, "9223372036854775808", "9223372036854775808 is outside 0..9223372036854775807"),
    ],
)
def test_what_cannot_be_a_value_is_told_at_its_field(field: FormField, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        axis.read(field, text)
    assert caught.value.field == field.name


def test_a_sweep_of_two_settings_fills_a_grid(rig: Rig) -> None:
    window = rig.window
    rig.fill(prompt="a cat", count=3)
    QTest.mouseClick(rig.button("sweep"), Qt.MouseButton.LeftButton)
    dialog = rig.feature(SweepFeature).dialog
    assert dialog is not None
    (across, values), (down, others) = dialog.rows
    across.setCurrentIndex(across.findData("prompt"))
    values.setText("a cat | a dog")
    down.setCurrentIndex(down.findData("seed"))
    down.activated.emit(down.currentIndex())
    others.setText("1, x")
    assert not dialog.start.isEnabled()
    others.setText("1..3")
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    grid = rig.feature(SweepFeature).grid
    assert grid is not None
    jobs = [*rig.session.jobs]
    assert [(job.params["prompt"], job.params["seed"]) for job in jobs] == [
        (prompt, seed) for seed in (1, 2, 3) for prompt in ("a cat", "a dog")
    ]
    assert {job.params["count"] for job in jobs} == {1}
    rig.client.emit(Started(jobs[0].id, {}))
    rig.save(jobs[0].id)
    rig.client.emit(Finished(jobs[0].id, 1.0))
    rig.client.emit(Started(jobs[1].id, {}))
    rig.client.emit(Failed(jobs[1].id, "It went wrong."))
    rig.wait(lambda: not grid.cells[jobs[0].id].icon().isNull())
    rig.wait(lambda: grid.cells[jobs[1].id].text() == "failed")
    assert grid.cells[jobs[0].id].accessibleName() == "Prompt a cat, Seed 1"
    QTest.mouseClick(grid.cells[jobs[0].id], Qt.MouseButton.LeftButton)
    rig.wait(lambda: window.viewer.piece and window.viewer.piece.ref == jobs[0].saved[0].id)
    grid.close()
    rig.session.jobs.cancel_all()


def test_all_of_a_sweep_has_the_same_noise(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.feature(SweepFeature).ask()
    dialog = rig.feature(SweepFeature).dialog
    assert dialog is not None
    dialog.rows[0][0].setCurrentIndex(dialog.rows[0][0].findData("prompt"))
    dialog.rows[0][1].setText("a cat | a dog")
    dialog.start.click()
    seeds = {order.params["seed"] for order in rig.client.sent if isinstance(order, Submit)}
    assert len(seeds) == 1
    assert seeds != {-1}
    assert rig.feature(SweepFeature).grid is not None
    rig.feature(SweepFeature).grid.close()
    rig.session.jobs.cancel_all()
