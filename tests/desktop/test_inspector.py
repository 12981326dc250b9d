"""Inspector: a job's stages are drawn as its task declares them; data of another shape is passed over."""

import base64
import time

import pytest
from crafted import encoded
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from studio import api, settings
from studio.descriptions import StageInfo, TaskInfo
from studio.desktop.features.inspector.panel import Inspector
from studio.form import read
from studio.jobs import Job
from studio.messages import Revealed
from studio.plugin_host import registry


def picture(color, side=64):
    return {"jpeg": base64.b64encode(encoded(Image.new("RGB", (side, side), color), "JPEG")).decode()}


def revealed(stage, **data):
    return Revealed("1", stage, data)


def story(count=1, steps=5):
    yield revealed("tokens", tokens=["a", "red", "cat"])
    yield revealed("words", labels=["cat", "dog", "red"], values=[0.4, -0.1, 0.8])
    for _ in range(count):
        for step in range(steps):
            yield revealed("prior", step=step + 1, similarity=(step + 1) / steps)
        for step in range(steps):
            yield revealed("denoise", step=step + 1, picture=picture((step * 50, 0, 0)))
        yield revealed("upscale", before=picture("red", 16), after=picture("blue"))


@pytest.fixture(scope="module")
def create():
    """The task of the built-in plugin, as it crosses to the window."""
    return read(registry.load(settings.load()).tasks["text-to-image"].info)


@pytest.fixture
def inspector(qtbot, create):
    inspector = Inspector()
    inspector.set_tasks([create])
    qtbot.addWidget(inspector)
    inspector.resize(360, 900)
    inspector.show()
    qtbot.waitExposed(inspector)
    return inspector


@pytest.fixture
def job():
    return Job("1", "text-to-image", {"prompt": "a red cat"}, reveal=True, written=("prompt",))


def shown(inspector):
    return [stage for stage, section in inspector.sections.items() if section.isVisible()]


def settled(qtbot, inspector):
    qtbot.waitUntil(lambda: not inspector._waiting)


def test_stages_appear_one_by_one(qtbot, inspector, job):
    assert shown(inspector) == []
    order = []
    for event in story():
        job.revealed.append(event)
        inspector.add(job, event)
        settled(qtbot, inspector)
        order += [stage for stage in shown(inspector) if stage not in order]
    assert order == ["tokens", "words", "prior", "denoise", "upscale"]
    assert inspector.sections["tokens"].chart.accessibleDescription() == "a · red · cat"
    assert inspector.sections["words"].chart.accessibleDescription() == "red 0.80, cat 0.40, dog -0.10"
    assert inspector.sections["prior"].chart.accessibleDescription() == "0.20, 0.40, 0.60, 0.80, 1.00"
    assert inspector.sections["denoise"].chart.accessibleDescription() == "Step 5 of 5"


def test_a_job_that_ran_before_is_shown_whole_and_another_takes_its_place(qtbot, inspector, job):
    job.revealed.extend(story(count=2))
    inspector.show_job(job)
    settled(qtbot, inspector)
    assert len(inspector.sections["prior"].curves) == 2
    assert [step for step, _ in inspector.sections["denoise"].frames] == [1, 2, 3, 4, 5]
    other = Job("2", "text-to-image", {"prompt": "a house"}, reveal=True)
    event = revealed("tokens", tokens=["a", "house"])
    other.revealed.append(event)
    inspector.add(other, event)
    assert shown(inspector) == ["tokens"]
    assert inspector.sections["tokens"].chart.accessibleDescription() == "a · house"
    inspector.show_job(None)
    assert shown(inspector) == []


def test_pictures_come_one_a_turn_so_that_the_window_stays_awake(qtbot, inspector, job):
    job.revealed.extend(story(steps=30))
    inspector.show_job(job)
    assert len(inspector.sections["denoise"].frames) == 1
    settled(qtbot, inspector)
    assert len(inspector.sections["denoise"].frames) == 30


def test_a_frame_under_the_pointer_or_by_keys_is_large(qtbot, inspector, job):
    job.revealed.extend(story())
    inspector.show_job(job)
    settled(qtbot, inspector)
    film = inspector.sections["denoise"].chart
    qtbot.mouseMove(film, film.place(1).center().toPoint())
    assert film.shown == 1
    film.setFocus()
    qtbot.keyClick(film, Qt.Key.Key_Right)
    assert film.shown == 2
    qtbot.keyClick(film, Qt.Key.Key_Home)
    assert film.accessibleDescription() == "Step 1 of 5"
    large = film.grab().toImage().pixelColor(50, 50)
    assert large.red() < 30


def test_the_line_between_before_and_after_is_dragged(qtbot, inspector, job):
    job.revealed.extend(story())
    inspector.show_job(job)
    settled(qtbot, inspector)
    comparison = inspector.sections["upscale"].chart
    frame = comparison.frame()
    at = QPoint(round(frame.left() + frame.width() * 0.8), round(frame.height() / 3))
    qtbot.mousePress(comparison, Qt.MouseButton.LeftButton, pos=at)
    assert abs(comparison.share - 0.8) < 0.02
    image = comparison.grab().toImage()
    left, right = image.pixelColor(at.x() - 20, at.y()), image.pixelColor(at.x() + 20, at.y())
    assert left.red() > 200 > left.blue()
    assert right.blue() > 200 > right.red()
    qtbot.keyClick(comparison, Qt.Key.Key_Home)
    assert comparison.share == 0


def test_strange_data_is_passed_over(qtbot, inspector, job):
    for stage, data in [
        ("tokens", {"tokens": "abc"}),
        ("tokens", {"tokens": [1, None, "<b>\u202ex</b>", " "]}),
        ("words", {"labels": ["a"], "values": ["x"]}),
        ("words", {"labels": [], "values": []}),
        ("prior", {"step": "1", "similarity": 0.5}),
        ("prior", {"step": 1, "similarity": "nan"}),
        ("denoise", {"step": 1, "picture": {"jpeg": "not base64"}}),
        ("denoise", {"step": 1, "picture": {"jpeg": base64.b64encode(b"no picture").decode()}}),
        ("denoise", {"picture": None}),
        ("upscale", {"before": {}, "after": 3}),
        ("elsewhere", {"anything": [1]}),
    ]:
        inspector.add(job, Revealed("1", stage, data))
        settled(qtbot, inspector)
    assert shown(inspector) == ["tokens"]
    assert inspector.sections["tokens"].chart.accessibleDescription() == "<b>\\u202ex</b> · ␣"


def test_long_lists_are_cut_and_do_not_freeze(qtbot, inspector, job):
    began = time.process_time()
    inspector.add(job, revealed("tokens", tokens=["word"] * 100_000))
    inspector.add(job, revealed("words", labels=["x"] * 100_000, values=[0.5] * 100_000))
    inspector.grab()
    assert time.process_time() - began < 5  # a freeze, and not a measure
    assert len(inspector.sections["words"].chart.accessibleDescription().split(", ")) == 400


def test_what_a_third_party_declares_is_drawn_and_what_it_does_not_is_passed_over(qtbot, inspector):
    stages = {
        "mixing": StageInfo("Mixing"),
        "hues": StageInfo("Looking", "bars", ["names", "shares"], "Hues", "How much of each."),
        "loss": StageInfo("Learning", "curve", ["epoch", "loss"], goal="no better"),
        "strokes": StageInfo("Painting", "frames", ["number", "canvas"]),
        "varnish": StageInfo("Varnishing", "comparison", ["dull", "shiny"]),
        "names": StageInfo("Naming", "texts", ["found"]),
        "sums": StageInfo("Counting", "values"),
    }
    inspector.set_tasks([read(TaskInfo("paint", "Paint", {"type": "object"}, stages=stages))])
    job = Job("1", "paint", {}, reveal=True)
    for stage, data in [
        ("mixing", {"anything": 1}),
        ("hues", {"names": ["red", "blue"], "shares": [0.9, 0.1]}),
        ("loss", {"epoch": 1, "loss": 0.5}),
        ("strokes", {"number": 1, "canvas": picture("red")}),
        ("varnish", {"dull": picture("red", 16), "shiny": picture("blue")}),
        ("names", {"found": ["ochre"]}),
        ("sums", {"strokes": 12, "share": 0.123456, "of": "oil", "odd": [1]}),
        ("unknown", {"found": ["x"]}),
    ]:
        inspector.add(job, Revealed("1", stage, data))
        settled(qtbot, inspector)
    assert shown(inspector) == ["hues", "loss", "strokes", "varnish", "names", "sums"]
    told = {name: section.chart.accessibleDescription() for name, section in inspector.sections.items()}
    assert told["hues"] == "red 0.90, blue 0.10"
    assert told["loss"] == "0.50"
    assert told["strokes"] == "Step 1 of 1"
    assert told["names"] == "ochre"
    assert told["sums"] == "strokes 12 · share 0.1235 · of oil"
    titles = [section.chart.accessibleName() for section in inspector.sections.values()]
    assert titles[:2] == ["1 · Hues", "2 · Learning"]


def test_another_task_has_other_sections_and_an_unknown_one_has_none(qtbot, inspector, job, create):
    job.revealed.extend(story())
    inspector.show_job(job)
    settled(qtbot, inspector)
    stranger = Job("2", "gone", {}, reveal=True)
    inspector.add(stranger, revealed("tokens", tokens=["a"]))
    assert inspector.sections == {}
    inspector.show_job(job)
    settled(qtbot, inspector)
    assert shown(inspector) == ["tokens", "words", "prior", "denoise", "upscale"]


def test_every_built_in_stage_that_is_drawn_is_named_in_the_windows_language(create):
    drawn = [stage for stage in create.info.stages.values() if stage.shows]
    assert [stage.shows for stage in drawn] == ["texts", "bars", "curve", "frames", "comparison"]
    assert all(stage.heading and stage.description for stage in drawn)
    assert set(api.DIFFUSION_STAGES) <= set(create.info.stages)
