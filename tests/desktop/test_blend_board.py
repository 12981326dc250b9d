"""The blend board: a puck between the pictures says how much of each, and the form and nine previews follow."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from rig import CREATE, MODEL, Rig

from studio.descriptions import TaskInfo
from studio.desktop.features.blend import weights
from studio.desktop.features.blend.dialog import BlendFeature
from studio.library import Recipe
from studio.messages import Finished, Ready, Saved, Started, Submit

BLEND = TaskInfo(
    "blend",
    "Blend",
    {
        "type": "object",
        "properties": {
            "image": {
                "type": "array", "items": {"type": "string", "widget": "image"}, "default": [], "maxItems": 4,
                "role": "blend_picture",
            },
            "weight": {
                "type": "array", "items": {"type": "number"}, "default": [], "maxItems": 4, "role": "blend_weight"
            },
            "count": {"type": "integer", "default": 4, "minimum": 1, "maximum": 16, "role": "count"},
            "seed": {"type": "integer", "default": -1, "widget": "seed", "role": "seed"},
        },
    },
    builtin=True,
)  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4])
def test_weights_are_whole_at_their_picture_and_one_together(count: int) -> None:
    corners = {2: [(0, 0.5), (1, 0.5)], 3: [(0, 0), (1, 0), (0.5, 1)], 4: [(0, 0), (1, 0), (0, 1), (1, 1)]}[count]
    for number, (x, y) in enumerate(corners):
        assert weights.weights(count, x, y)[number] == 1.0
    for x, y in weights.places(count):
        assert sum(weights.weights(count, x, y)) == pytest.approx(1.0, abs=0.002)


def pictures(rig: Rig, count: int) -> list[str]:
    assert rig.library is not None
    colors = ("red", "green", "blue", "white")
    return [rig.library.save(Image.new("RGB", (64, 48), color), Recipe("x")).id for color in colors[:count]]


def test_the_puck_fills_the_form_and_nine_previews_fill_the_board(rig: Rig) -> None:
    rig.client.emit(Ready([CREATE, BLEND], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("blend") is not None)
    window = rig.window
    assert not rig.button("blend").isVisible()
    window.forms.choose("blend")
    assert rig.button("blend").isVisible()
    QTest.mouseClick(rig.button("blend"), Qt.MouseButton.LeftButton)
    assert "there are 0" in window.notices.text("job")
    refs = pictures(rig, 4)
    rig.fill(image=refs)
    QTest.mouseClick(rig.button("blend"), Qt.MouseButton.LeftButton)
    dialog = rig.feature(BlendFeature).dialog
    assert dialog is not None
    rig.wait(lambda: len(dialog.board._corners) == 4)
    form = window.task_panel.form
    assert form is not None
    QTest.mouseClick(dialog.board, Qt.MouseButton.LeftButton, pos=dialog.board.spot(1, 0).toPoint() + QPoint(30, -30))
    assert form.values()["weight"] == [0, 1, 0, 0]
    for _ in range(10):
        QTest.keyClick(dialog.board, Qt.Key.Key_Left)
    assert form.values()["weight"] == pytest.approx([0.5, 0.5, 0, 0])
    dialog.preview.click()
    jobs = [*rig.session.jobs]
    assert len(jobs) == 9
    library = rig.session.settings.library_dir
    assert all(job.folder and not Path(job.folder).is_relative_to(library) for job in jobs)
    assert jobs[4].params["weight"] == [0.25] * 4
    assert {(job.params["count"], job.params["seed"]) for job in jobs} == {(1, 1)}
    first = next(order for order in rig.client.sent if isinstance(order, Submit))
    rig.client.emit(Started(first.job, {}))
    assert rig.library is not None
    record = rig.library.save(Image.new("RGB", (64, 64), "pink"), Recipe("blend"))
    rig.client.emit(Saved(first.job, record.id, str(record.path), 0, 64, 64, 1))
    rig.client.emit(Finished(first.job, 1.0))
    rig.wait(lambda: 0 in dialog.board._previews)
    dialog.close()
    rig.session.jobs.cancel_all()
    rig.wait(lambda: not rig.session.jobs.pending)
