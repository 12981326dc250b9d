"""Examples of a value: made on request, kept for the picture, taken with a click."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rig import CREATE, MODEL, THIRD, Rig
from test_canvas import DISTANT, EDIT

from studio.descriptions import TaskInfo
from studio.desktop.features.examples import plan
from studio.desktop.forms import Form
from studio.desktop.forms.image_field import ImageField
from studio.desktop.forms.task_fields import SEED
from studio.desktop.viewer.example_strip import ExampleStrip
from studio.form import read
from studio.library import Recipe, Record
from studio.messages import Failed, Finished, Ready, Saved, Started, Submit

CHANGE = TaskInfo(
    "text-diff",
    "Change by text",
    {
        "type": "object",
        "required": ["image", "before", "after"],
        "properties": {
            "image": {"type": "string", "widget": "image", "role": "source", "title": "Picture"},
            "before": {"type": "string", "widget": "text", "role": "before"},
            "after": {"type": "string", "widget": "prompt", "role": "prompt"},
            "amount": {
                "type": "number",
                "default": 0.5,
                "minimum": 0,
                "maximum": 1,
                "role": "strength",
                "title": "Amount",
            },
            "count": {"type": "integer", "default": 2, "minimum": 1, "maximum": 16, "role": "count"},
            "seed": {"type": "integer", "default": -1, "widget": "seed", "role": "seed"},
            "keep_as": {"type": "string", "default": "", "role": "name"},
        },
    },
    builtin=True,
)


@pytest.fixture
def picture(rig: Rig) -> Record:
    """On the stage of a window that knows the tasks above."""
    rig.client.emit(Ready([CREATE, DISTANT, EDIT, CHANGE], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("text-diff") is not None)
    assert rig.library is not None
    record = rig.library.save(Image.new("RGB", (64, 48), "red"), Recipe("x"))
    rig.window.viewer_controller.show_record(record)
    rig.wait(lambda: rig.window.viewer.piece is not None)
    return record


def strip(rig: Rig) -> ExampleStrip:
    return rig.window.viewer.examples


def open_for(rig: Rig, task: str, **values: Any) -> None:
    rig.window.forms.choose(task)
    form = rig.window.task_panel.form
    assert form is not None
    form.set_values({**form.values(), **values})
    rig.window.viewer.values.examples.click()


def orders(rig: Rig) -> list[Submit]:
    """All that have been ordered, the engine being given two at a time."""
    return [Submit(job.id, job.task, job.params) for job in rig.session.jobs]


def answer(rig: Rig, end: Callable[[str], Any] | None = None) -> None:
    """The engine makes the job that it has had longest."""
    rig.wait(rig.client.pending)
    job = rig.client.pending()[0]
    rig.client.emit(Started(job, {}))
    if end is None:
        assert rig.library is not None
        record = rig.library.save(Image.new("RGB", (64, 64), "pink"), Recipe("variation"))
        rig.client.emit(Saved(job, record.id, str(record.path), 0, 64, 64, 1))
        rig.client.emit(Finished(job, 1.0))
    else:
        rig.client.emit(end(job))
    rig.wait(lambda: job not in rig.client.pending())


def test_only_a_share_of_one_picture_has_examples() -> None:
    assert plan.find(read(CREATE)) is None
    assert plan.find(read(EDIT)) is None
    assert plan.find(read(THIRD)) is None
    near_to_far = plan.find(read(DISTANT))
    assert near_to_far is not None
    assert near_to_far.values == (0.2, 0.5, 0.8)
    way = plan.find(read(CHANGE))
    assert way is not None
    assert (way.number.name, len(way.values), way.values[-1]) == ("amount", 7, 1.0)


def test_near_middle_and_far_are_made_from_the_picture_that_is_shown_and_a_click_takes_one(
    rig: Rig, picture: Record
) -> None:
    open_for(rig, "variation", strength=0.4)
    assert strip(rig).isVisible()
    assert [cell.accessibleName() for cell in strip(rig).cells] == ["near · 0.2", "middle · 0.5", "far · 0.8"]
    assert not rig.client.pending()  # only when it is asked for
    strip(rig).make.click()
    rig.wait(lambda: len(orders(rig)) == 3)
    name = plan.find(read(DISTANT))
    assert name is not None
    assert [order.params[name.number.name] for order in orders(rig)] == [0.2, 0.5, 0.8]
    assert {order.params["image"] for order in orders(rig)} == {picture.id}
    assert {order.params["seed"] for order in orders(rig)} == {SEED}
    library = rig.session.settings.library_dir
    assert all(job.folder and not Path(job.folder).is_relative_to(library) for job in rig.session.jobs)
    for _ in range(3):
        answer(rig)
    rig.wait(lambda: all(cell.picture is not None for cell in strip(rig).cells))
    assert rig.window.viewer.piece is not None
    assert rig.window.viewer.piece.ref == picture.id  # they stand in their row, not on the stage
    assert not strip(rig).make.isEnabled()
    QTest.mouseClick(strip(rig).cells[2], Qt.MouseButton.LeftButton)
    form = rig.window.task_panel.form
    assert form is not None
    assert form.values()[name.number.name] == 0.8
    assert [cell.is_set for cell in strip(rig).cells] == [False, False, True]


def test_what_was_made_is_kept_for_the_picture_and_for_nothing_else(rig: Rig, picture: Record) -> None:
    open_for(rig, "variation", image=picture.id)
    strip(rig).make.click()
    rig.wait(lambda: len(orders(rig)) == 3)
    for _ in range(3):
        answer(rig)
    rig.wait(lambda: all(cell.picture is not None for cell in strip(rig).cells))
    assert rig.library is not None
    other = rig.library.save(Image.new("RGB", (64, 48), "blue"), Recipe("x"))
    form = rig.window.task_panel.form
    assert form is not None
    form.set_values({**form.values(), "image": other.id})
    assert [cell.picture for cell in strip(rig).cells] == [None] * 3
    form.set_values({**form.values(), "image": picture.id})
    assert all(cell.picture is not None for cell in strip(rig).cells)
    rig.window.forms.choose("text-to-image")
    assert not strip(rig).isVisible()
    assert rig.window.viewer.values.examples.isHidden()
    rig.window.forms.choose("variation")
    rig.window.viewer.values.examples.click()
    assert all(cell.picture is not None for cell in strip(rig).cells)


def test_seven_strengths_of_a_change_by_words_keep_nothing(rig: Rig, picture: Record) -> None:
    open_for(rig, "text-diff", image=picture.id, before="winter", keep_as="my idea")
    form = rig.window.task_panel.form
    assert isinstance(form, Form)
    well = form.editor("image")
    assert isinstance(well, ImageField)
    rig.wait(lambda: well.look)
    strip(rig).make.click()
    assert not orders(rig)  # the new words are missing
    assert form.error("after")
    form.set_values({**form.values(), "after": "summer"})
    rig.wait(lambda: well.look)
    strip(rig).make.click()
    assert len(orders(rig)) == 7
    assert {(order.params["before"], order.params["after"], order.params["count"]) for order in orders(rig)} == {
        ("winter", "summer", 1)
    }
    assert not any("keep_as" in order.params for order in orders(rig))
    assert all(cell.waits for cell in strip(rig).cells)
    answer(rig, lambda job: Failed(job, "It did not work; try again.", user=True))
    rig.wait(lambda: strip(rig).cells[0].failed)
    assert strip(rig).make.text() == "Stop"
    strip(rig).make.click()
    rig.wait(lambda: not rig.session.jobs.pending)
    assert not any(cell.waits for cell in strip(rig).cells)
    assert strip(rig).make.isEnabled()
