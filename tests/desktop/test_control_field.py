"""The pictures that are followed, in a form: which ControlNets are offered, and the control picture, shown live."""

import pytest
from form_host import make_form
from PIL import Image

from studio import api
from studio.descriptions import ModelInfo
from studio.desktop.forms.control_editor import ControlEditor

XL, SD15 = "Stable Diffusion XL", "Stable Diffusion 1.5"


class Params(api.Params):
    prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
    model: api.ModelRef = api.ModelField("text-to-image")
    control: list[api.Control] = api.ControlField(advanced=False)


def net(name: str, base: str) -> ModelInfo:
    path = f"/nets/{name}/diffusion_pytorch_model.safetensors"
    return ModelInfo(name, name, "controlnet", path, kind="controlnet", base=base)


@pytest.fixture
def form(qtbot, host, tmp_path):
    Image.linear_gradient("L").point(lambda level: 255 * (level > 128)).save(tmp_path / "photo.png")
    xl = ModelInfo("xl", "My XL", "sdxl", "/xl", ["text-to-image"], {}, lora=XL, controls=["text-to-image"])
    host.known = [host.known[0], xl, net("canny-xl", XL), net("canny-15", SD15), net("odd", "")]
    made = make_form(qtbot, host, Params)
    made.set_values({"prompt": "a cat", "model": "xl"})
    return made


def entry(form) -> ControlEditor:
    form.editor("control").add.click()
    return form.editor("control").entries[0].editor


def test_a_net_and_a_picture_are_chosen_and_sent(qtbot, form, tmp_path):
    one = entry(form)
    assert [info.id for info in one.chooser.fitting()] == ["canny-xl", "odd"]
    assert form.problem() == ("control", "Choose a ControlNet, or remove this entry.")
    one.chooser.combo.activated.emit(one.chooser.combo.findData("canny-xl"))
    assert form.problem() == ("control", "“Picture” needs a picture: drop one there, or choose one.")
    one.parts["image"].set_value(str(tmp_path / "photo.png"))
    one.parts["hint"].set_value("canny")
    assert form.values()["control"] == [
        {"control": "canny-xl", "image": str(tmp_path / "photo.png"), "hint": "canny", "shows": "auto",
         "weight": 1.0, "start": 0.0, "end": 1.0}
    ]  # fmt: skip
    qtbot.waitUntil(lambda: form.problem() is None)


def test_the_control_picture_is_shown_as_it_will_be(qtbot, form, tmp_path):
    one = entry(form)
    one.parts["image"].set_value(str(tmp_path / "photo.png"))
    qtbot.waitUntil(lambda: not one.preview.pixmap().isNull())
    bright = one.preview.pixmap().toImage().pixelColor(60, 100).lightness()
    one.parts["hint"].set_value("canny")
    qtbot.waitUntil(lambda: one.preview.pixmap().toImage().pixelColor(60, 100).lightness() < 10)
    assert bright > 240


def test_what_a_recipe_brought_is_shown_and_told_when_it_does_not_fit(form, tmp_path):
    told = {"control": "canny-15", "image": str(tmp_path / "photo.png"), "hint": "tile", "shows": "lines",
            "weight": 0.5, "start": 0.1, "end": 0.9, "sha256": "a" * 64}  # fmt: skip
    form.set_values({"model": "xl", "control": [told]})
    one = form.editor("control").entries[0].editor
    assert one.chooser.about.text() == f"It is made for {SD15}, and the model is {XL}."
    assert {**form.values()["control"][0]} == told
    form.editor("model").set_value("starter")
    form.set_values({"model": "starter", "control": []})
    form.editor("control").add.click()
    one = form.editor("control").entries[0].editor
    assert one.chooser.combo.currentText() == "This model does not support ControlNet"
