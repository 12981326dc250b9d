"""Words for regions, in a form: each is painted with the mask tools, in a window on its canvas."""

import pytest
from form_host import make_form
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from test_mask import drag

from studio import api
from studio.desktop.forms.region_editor import RegionEditor


class Create(api.Params):
    prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
    model: api.ModelRef = api.ModelField("text-to-image")
    region: list[api.Region] = api.RegionField(advanced=False)


class Refine(Create):
    image: api.ImageRef = api.Field(role=api.Role.SOURCE)


def entry(form) -> RegionEditor:
    form.editor("region").add.click()
    return form.editor("region").entries[-1].editor


def paint(qtbot, one: RegionEditor) -> QImage:
    """A stroke across the middle of what the painter shows, as a mask."""
    mask = one.parts["mask"]
    mask.paint()
    qtbot.waitUntil(lambda: mask.painter is not None and mask.painter.isVisible())
    painter = mask.painter
    painter.bar.hardness_slider.setValue(100)
    painter.bar.size_slider.setValue(20)
    drag(painter.canvas, (20, 30), (70, 30))
    qtbot.mouseClick(painter.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(mask.value(), str) and mask.look is not None)
    return QImage(mask.value())


def test_words_and_a_mask_are_sent_and_what_lacks_is_said(form_of, tmp_path):
    form = form_of(Create)
    one = entry(form)
    assert form.problem() == ("region", "Say what is to be seen in the region, or remove the entry.")
    one.parts["prompt"].set_value("a red cup")
    assert form.problem() == ("region", "Paint the region of “a red cup”, or remove the entry.")
    Image.new("L", (40, 30), 255).save(tmp_path / "left.png")
    one.parts["mask"].set_value(str(tmp_path / "left.png"))
    one.parts["weight"].set_value(0.6)
    assert form.values()["region"] == [{"prompt": "a red cup", "mask": str(tmp_path / "left.png"), "weight": 0.6}]
    form.set_values({"region": []})
    form.set_values({"region": [{"prompt": "a house", "mask": str(tmp_path / "left.png"), "weight": 1.0}]})
    assert form.values()["region"][0]["prompt"] == "a house"


def test_it_is_painted_over_the_picture_that_is_refined(qtbot, form_of, tmp_path):
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "photo.png")
    form = form_of(Refine)
    form.set_values({"image": str(tmp_path / "photo.png")})
    qtbot.waitUntil(lambda: form.editor("image").seen is not None)
    made = paint(qtbot, entry(form))
    assert (made.width(), made.height()) == (90, 60)
    assert QColor(made.pixel(0, 0)).lightness() == 0


@pytest.fixture
def form_of(qtbot, host):
    def make(params):
        form = make_form(qtbot, host, params)
        form.set_values({"prompt": "a cat", "model": "starter"})
        return form

    return make
