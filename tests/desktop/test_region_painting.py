"""Regions painted on the canvas: each in its colour, with its words; each stroke is in the form and can be undone."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtGui import QColor, QImage
from rig import MODEL, READY, Rig
from test_mask import drag

from studio import api
from studio.descriptions import TaskInfo
from studio.desktop.features.regions import RegionPainting
from studio.messages import Submit


class Created(api.Params):
    prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)
    count: int = api.Field(1, ge=1, le=4, role=api.Role.COUNT)
    model: api.ModelRef = api.ModelField("text-to-image")
    size: api.Size = "320x192"
    region: list[api.Region] = api.RegionField(advanced=False)


class Edited(Created):
    image: api.ImageRef = api.Field(role=api.Role.SOURCE)
    mask: api.MaskRef | None = api.Field(None, role=api.Role.MASK)


class Plain(api.Params):
    prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)


@pytest.fixture
def painting(rig: Rig) -> RegionPainting:
    tasks = [TaskInfo(name, name.title(), kind.model_json_schema())
             for name, kind in (("create", Created), ("edit", Edited), ("plain", Plain))]  # fmt: skip
    rig.client.emit(replace(READY, tasks=tasks, models=[MODEL]))
    feature = rig.feature(RegionPainting)
    forms = feature._workbench.forms
    rig.wait(lambda: forms.task is not None and forms.task.id == "create")
    rig.fill(model="starter")
    return feature


def given(rig: Rig) -> list[dict[str, Any]]:
    form = rig.window.task_panel.form
    assert form is not None
    found: list[dict[str, Any]] = form.values()["region"]
    return found


def stroke(rig: Rig, start: tuple[int, int], stop: tuple[int, int]) -> None:
    """In pixels of the picture."""
    canvas, masks = rig.window.viewer.canvas, rig.window.viewer.masks
    masks.choose("brush")
    masks.size_slider.setValue(20)
    masks.hardness_slider.setValue(100)
    drag(canvas, start, stop)


def level(entry: dict[str, Any], x: int, y: int) -> int:
    return QColor(QImage(entry["mask"]).pixel(x, y)).lightness()


def test_two_regions_on_an_empty_page_and_each_stroke_undone(rig: Rig, painting: RegionPainting) -> None:
    canvas, masks = rig.window.viewer.canvas, rig.window.viewer.masks
    assert not masks.isVisibleTo(rig.window.viewer)
    painting._workbench.actions.run("regions")
    assert (canvas.scene.bounds.width(), canvas.scene.bounds.height()) == (320, 192), "as large as what is made"
    assert painting.bar.isVisibleTo(rig.window.viewer)
    assert masks.chosen == "brush"
    stroke(rig, (40, 40), (80, 40))
    rig.wait(lambda: len(given(rig)) == 1 and "mask" in given(rig)[0])
    rig.qtbot.keyClicks(painting.bar.words, "a red cup")
    painting.bar.add.click()
    stroke(rig, (240, 120), (280, 120))
    rig.wait(lambda: len(given(rig)) == 2)
    rig.qtbot.keyClicks(painting.bar.words, "a jug")
    cup, jug = given(rig)
    assert [cup["prompt"], jug["prompt"]] == ["a red cup", "a jug"]
    assert [level(cup, 60, 40), level(cup, 260, 120), level(jug, 60, 40), level(jug, 260, 120)] == [255, 0, 0, 255]
    assert [chip.text().strip() for chip in painting.bar.chips] == ["a red cup", "a jug"]
    stroke(rig, (240, 30), (280, 30))
    rig.wait(lambda: level(given(rig)[1], 260, 30) == 255)
    rig.qtbot.wait(500)  # what a form's change waits for before it becomes a step
    rig.window.viewer.document.stack.undo()
    assert level(given(rig)[1], 260, 30) == 0
    assert level(given(rig)[1], 260, 120) == 255
    rig.wait(lambda: canvas.overlay is not None and not canvas.overlay.mask.is_empty)
    rig.window.viewer.document.stack.redo()
    assert level(given(rig)[1], 260, 30) == 255


def test_they_are_seen_while_they_are_painted_and_gone_otherwise(rig: Rig, painting: RegionPainting) -> None:
    canvas = rig.window.viewer.canvas
    rig.fill(prompt="a table", model="starter", size="320x192")
    painting._workbench.actions.run("regions")
    before = canvas.grab().toImage()
    stroke(rig, (40, 40), (120, 40))
    rig.wait(lambda: given(rig) and painting._regions[0].middle is not None)
    rig.qtbot.keyClicks(painting.bar.words, "a cup")
    painting.bar.add.click()
    assert canvas.grab().toImage() != before, "the first is still seen while the second is painted"
    assert rig.window.task_panel.form.values()["prompt"] == "a table", "all else stays as it was"
    rig.window.forms.generate()
    rig.wait(lambda: rig.client.pending())
    (job,) = rig.client.pending()
    assert not painting.bar.isVisibleTo(rig.window.viewer)
    assert canvas.overlay is None
    (order,) = [each for each in rig.client.sent if isinstance(each, Submit) and each.job == job]
    (sent,) = order.params["region"]
    assert (sent["prompt"], Path(sent["mask"]).is_file()) == ("a cup", True)
    assert not rig.window.viewer.masks.isVisibleTo(rig.window.viewer)


def test_edits_mask_comes_back_and_masks_from_files_are_shown(
    rig: Rig, painting: RegionPainting, tmp_path: Path
) -> None:
    forms, document = painting._workbench.forms, rig.window.viewer.document
    forms.choose("edit")
    painting._workbench.actions.run("regions")
    assert not painting.bar.isVisibleTo(rig.window.viewer)
    assert "Open a picture first" in rig.window.notices._lines["regions"].text
    Image.new("RGB", (96, 64), "teal").save(tmp_path / "photo.png")
    painting._workbench.opener.open_file(tmp_path / "photo.png")
    rig.wait(lambda: bool(document.layers))
    Image.new("L", (10, 10), 255).save(tmp_path / "all.png")
    rig.fill(region=[{"prompt": "a house", "mask": str(tmp_path / "all.png"), "weight": 0.5}])
    painting._workbench.actions.run("regions")
    canvas = rig.window.viewer.canvas
    rig.wait(lambda: canvas.overlay is not None and not canvas.overlay.mask.is_empty)
    assert (canvas.overlay.mask.width, canvas.overlay.mask.height) == (96, 64)
    rig.window.viewer.masks.clear.click()
    rig.wait(lambda: "mask" not in given(rig)[0])
    assert given(rig)[0]["weight"] == 0.5
    assert document.overlay is None or document.overlay.mask.is_empty
    painting.bar.done.click()
    stroke(rig, (20, 20), (60, 20))
    assert document.overlay is not None
    assert not document.overlay.mask.is_empty, "the brush is Edit's own again"


def test_the_form_asks_for_the_canvas_and_six_are_the_most(rig: Rig, painting: RegionPainting) -> None:
    form = rig.window.task_panel.form
    assert form is not None
    rig.fill(region=[{"prompt": f"thing {number}"} for number in range(6)])
    editor = form.editor("region").entries[3].editor
    editor.parts["mask"].paint()
    assert painting.bar.words.text() == "thing 3"
    assert not painting.bar.add.isEnabled()
    painting.bar.remove.click()
    assert [entry["prompt"] for entry in given(rig)] == [f"thing {number}" for number in (0, 1, 2, 4, 5)]
    assert painting.bar.add.isEnabled()
    painting._workbench.forms.choose("plain")
    assert not painting.bar.isVisibleTo(rig.window.viewer)


def test_a_result_is_painted_over_as_it_is(rig: Rig, painting: RegionPainting) -> None:
    (record,) = rig.make()
    candidates, canvas = rig.window.viewer.candidates, rig.window.viewer.canvas
    rig.wait(lambda: candidates.marked is not None and candidates.marked.shown is not None)
    painting._workbench.actions.run("regions")
    stroke(rig, (5, 5), (20, 5))
    rig.wait(lambda: bool(given(rig)))
    assert (QImage(given(rig)[0]["mask"]).width(), canvas.overlay is not None) == (record.width, True)
    assert candidates.marked is not None, "it is not accepted by being painted over"
    assert not rig.window.viewer.document.layers
    painting.bar.done.click()
    assert canvas.overlay is None
