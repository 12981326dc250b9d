"""Live: what is typed is drawn after a moment, by the last state; what people start comes first; only *Keep* keeps."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMargins, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from rig import Rig

from studio.desktop.canvas import job_preview
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.view import CanvasView
from studio.desktop.features.live.bar import LiveBar
from studio.desktop.features.live.feature import SLOWEST_S, LiveFeature
from studio.desktop.features.live.panel import LivePanel
from studio.desktop.features.queue_panel import QueuePanel
from studio.messages import Cancel, Finished, Plan, Planned, Saved, Started, Submit


@pytest.fixture
def live(rig: Rig) -> Rig:
    rig.fill(prompt="a cat")
    rig.feature(LivePanel).switch.setChecked(True)
    return rig


def asked(rig: Rig) -> list[Plan]:
    """What the engine was asked about for drawing live: its seed is a fixed one."""
    return [order for order in rig.client.sent if isinstance(order, Plan) and order.params.get("seed", -1) != -1]


def drawn(rig: Rig) -> list[Submit]:
    return [order for order in rig.client.sent if isinstance(order, Submit)]


def answer(rig: Rig, prompt: str, seconds: float | None = 1.0) -> None:
    rig.wait(lambda: asked(rig) and asked(rig)[-1].params["prompt"] == prompt)
    rig.client.emit(Planned(asked(rig)[-1].request, True, seconds=seconds))


def begin(rig: Rig, prompt: str) -> Submit:
    answer(rig, prompt)
    rig.wait(lambda: drawn(rig) and drawn(rig)[-1].params["prompt"] == prompt)
    order = drawn(rig)[-1]
    rig.client.emit(Started(order.job, {}))
    return order


def finish(rig: Rig, order: Submit) -> Path:
    folder = Path(order.folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{order.job}.png"
    Image.new("RGB", (32, 32), "red").save(path)
    rig.client.emit(Saved(order.job, "", str(path), 0, 32, 32, order.params["seed"]))
    rig.client.emit(Finished(order.job, 2.0))
    return path


def test_it_draws_what_stands_there_and_neither_list_nor_library_has_it(live: Rig) -> None:
    order = begin(live, "a cat")
    assert (order.params["count"], order.params["seed"] >= 0) == (1, True)
    assert not live.window.viewer.progress.isVisible()
    path = finish(live, order)
    (keep,) = [button for button in live.feature(LivePanel).findChildren(QPushButton) if button.text() == "Keep"]
    live.wait(lambda: not path.exists() and "2 s" in live.feature(LivePanel).status.text())
    live.wait(lambda: live.feature(LiveFeature)._drawn is not None)
    assert keep.isEnabled()
    assert not live.feature(QueuePanel)._rows
    assert live.library.count() == 0
    assert len(live.window.viewer.candidates) == 0


def test_the_last_letter_counts_and_what_is_drawn_of_an_earlier_state_is_cancelled(live: Rig) -> None:
    first = begin(live, "a cat")
    for text in ("a cat w", "a cat with", "a cat with a hat"):
        live.fill(prompt=text)
    second = begin_after_cancel(live, first, "a cat with a hat")
    assert [order.params["prompt"] for order in drawn(live)] == ["a cat", "a cat with a hat"]
    assert first.params["seed"] == second.params["seed"]


def begin_after_cancel(rig: Rig, first: Submit, prompt: str) -> Submit:
    rig.wait(lambda: any(isinstance(each, Cancel) and each.job == first.job for each in rig.client.sent))
    return begin(rig, prompt)


def test_what_people_start_comes_first_and_then_it_goes_on(live: Rig) -> None:
    first = begin(live, "a cat")
    live.window.forms.generate()
    live.wait(lambda: any(isinstance(each, Cancel) and each.job == first.job for each in live.client.sent))
    (row,) = live.feature(QueuePanel)._rows.values()
    live.fill(prompt="a dog")
    live.wait(lambda: "jobs in the queue" in live.feature(LivePanel).status.text())
    live.client.emit(Started(row.job.id, {}))
    live.client.emit(Finished(row.job.id, 1.0))
    assert begin(live, "a dog").params["prompt"] == "a dog"


def test_keep_is_an_order_like_any_other_with_the_same_seed(live: Rig) -> None:
    order = begin(live, "a cat")
    finish(live, order)
    live.wait(lambda: live.feature(LiveFeature)._drawn is not None)
    live.feature(LivePanel).keep_wanted.emit()
    kept = drawn(live)[-1]
    assert (kept.params, kept.folder) == (order.params, "")
    assert len(live.feature(QueuePanel)._rows) == 1


def test_a_model_that_is_too_slow_and_a_prompt_that_is_missing_are_said(live: Rig) -> None:
    answer(live, "a cat", seconds=SLOWEST_S + 30)
    live.wait(lambda: "42 s" in live.feature(LivePanel).status.text())
    assert not drawn(live)
    live.fill(prompt="")
    live.wait(lambda: "empty" in live.feature(LivePanel).status.text())
    live.feature(LivePanel).switch.setChecked(False)
    live.fill(prompt="a fish")
    live.qtbot.wait(700)
    assert not any(each.params["prompt"] == "a fish" for each in asked(live))


def over_a_document(rig: Rig) -> Submit:
    """Something is drawn live while a document of 48 × 32 pixels is on the canvas."""
    rig.make()
    rig.wait(lambda: rig.window.viewer.candidate and rig.window.viewer.candidate.shown)
    rig.window.viewer.accept()
    rig.wait(lambda: rig.session.document.layers and rig.window.viewer.candidate is None)
    rig.feature(LivePanel).switch.setChecked(True)
    rig.fill(prompt="a dog")
    order = begin(rig, "a dog")
    finish(rig, order)
    rig.wait(lambda: rig.window.viewer.canvas.live)
    return order


def colour(view: CanvasView) -> tuple[int, ...]:
    """What is seen in the middle of the picture."""
    image = view.grab().toImage()
    return image.pixelColor(view.transform().map(QPointF(24, 16)).toPoint() * image.devicePixelRatio()).getRgb()[:3]


def test_it_lies_over_the_canvas_and_is_no_part_of_the_document(rig: Rig) -> None:
    over_a_document(rig)
    viewer, document = rig.window.viewer, rig.session.document
    (layer,) = viewer.canvas.live
    assert layer.rect == QRect(8, 0, 32, 32)  # as large as it fits, in the middle
    assert colour(viewer.canvas) == (255, 0, 0)
    assert viewer.canvas.colour_at(QPointF(24, 16)) == QColor(200, 0, 60)  # what tools know
    assert document.scene.flattened().pixelColor(24, 16) == QColor(200, 0, 60)
    assert rig.feature(LiveBar).isVisible()
    assert viewer.room().contains(rig.feature(LiveBar).geometry())
    rig.window.action_table.run("live.canvas")
    assert colour(viewer.canvas) == (200, 0, 60)
    assert not rig.feature(LiveBar).isVisible()
    rig.window.action_table.run("live.canvas")
    assert colour(viewer.canvas) == (255, 0, 0)
    rig.feature(LivePanel).switch.setChecked(False)
    assert colour(viewer.canvas) == (200, 0, 60)


def test_a_stroke_is_seen_where_it_is_drawn_and_the_next_picture_takes_it_up(rig: Rig) -> None:
    over_a_document(rig)
    viewer = rig.window.viewer
    viewer.masks.choose("paint")
    viewer.masks.painting.colour.pick(QColor("#00ff00"))
    assert colour(viewer.canvas) == (255, 0, 0)
    at = viewer.canvas.transform().map(QPointF(24, 16)).toPoint()
    QTest.mousePress(viewer.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert colour(viewer.canvas) == (0, 255, 0)
    QTest.mouseRelease(viewer.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert colour(viewer.canvas) == (0, 255, 0)  # until there is a picture of it
    assert len(rig.session.document.layers) == 2
    rig.fill(prompt="a bird")
    finish(rig, begin(rig, "a bird"))
    rig.wait(lambda: colour(viewer.canvas) == (255, 0, 0))


def test_without_a_document_it_stands_on_the_canvas_alone(live: Rig) -> None:
    finish(live, begin(live, "a cat"))
    viewer = live.window.viewer
    live.wait(lambda: viewer.canvas.isVisible() and viewer.canvas.forming)
    assert viewer.piece is None  # nothing that could be saved or gone on from
    assert not live.session.document.layers
    live.window.forms.choose("variation")
    assert not viewer.canvas.isVisible()


@pytest.mark.parametrize("marked", [False, True])
def test_of_an_edit_only_what_it_changes_lies_over_the_picture(qapp: object, marked: bool) -> None:
    whole, mask = QImage(60, 40, QImage.Format.Format_RGB32), QImage(60, 40, QImage.Format.Format_Grayscale8)
    whole.fill(QColor("red"))
    mask.fill(0)
    for row in range(10):
        mask.scanLine(row)[:60] = b"\xff" * 60
    frame = QMargins(0, 0, 20, 0) if not marked else QMargins()
    layers = job_preview.over(
        JobPreview(whole, mask if marked else None), QRect(0, 0, 60 - frame.right(), 40), frame, edits=True
    )
    seen = Scene(layers, QRect(0, 0, 60, 40), see_through=True).flattened()
    assert seen.pixelColor(10, 30).alpha() == 0
    assert seen.pixelColor(10 if marked else 50, 4) == QColor("red")


def test_a_window_that_was_replaced_is_not_told_any_more(rig: Rig) -> None:
    rig.make()
    rig.wait(lambda: rig.window.viewer.candidate and rig.window.viewer.candidate.shown)
    first = rig.window
    first.preferred.emit({"text_percent": 150})
    rig.wait(lambda: rig.studio.window is not first and rig.window.viewer.candidate)
    rig.wait(lambda: rig.window.viewer.candidate and rig.window.viewer.candidate.shown)
    rig.window.viewer.accept()
    rig.wait(lambda: rig.session.document.layers and rig.window.viewer.candidate is None)
    assert not rig.window.notices.text("bug")
    rig.window.preferred.emit({"text_percent": 100})
