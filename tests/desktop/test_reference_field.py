"""The pictures to be like, in a form: which IP-Adapters are offered, and what a recipe brings back."""

import pytest
from form_host import make_form
from PIL import Image

from studio import api
from studio.descriptions import ModelInfo
from studio.desktop.forms.reference_editor import ReferenceEditor

XL, SD15 = "Stable Diffusion XL", "Stable Diffusion 1.5"


class Params(api.Params):
    prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
    model: api.ModelRef = api.ModelField("text-to-image")
    reference: list[api.Reference] = api.ReferenceField(advanced=False)


def adapter(name: str, base: str) -> ModelInfo:
    return ModelInfo(name, name, "reference", f"/adapters/{name}.safetensors", kind="reference", base=base)


@pytest.fixture
def form(qtbot, host, tmp_path):
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "photo.png")
    xl = ModelInfo("xl", "My XL", "sdxl", "/xl", ["text-to-image"], {}, lora=XL, references=True)
    host.known = [host.known[0], xl, adapter("plus-xl", XL), adapter("plain-15", SD15), adapter("odd", "")]
    made = make_form(qtbot, host, Params)
    made.set_values({"prompt": "a cat", "model": "xl"})
    return made


def entry(form) -> ReferenceEditor:
    form.editor("reference").add.click()
    return form.editor("reference").entries[0].editor


def test_an_adapter_and_a_picture_are_chosen_and_sent(form, tmp_path):
    one = entry(form)
    assert [info.id for info in one.chooser.fitting()] == ["plus-xl", "odd"]
    assert form.problem() == ("reference", "Choose an IP-Adapter, or remove this entry.")
    one.chooser.combo.activated.emit(one.chooser.combo.findData("plus-xl"))
    assert form.problem() == ("reference", "“Picture” needs a picture: drop one there, or choose one.")
    one.parts["image"].set_value(str(tmp_path / "photo.png"))
    one.parts["layers"].set_value("style")
    one.parts["weight"].set_value(-0.4)
    assert form.values()["reference"] == [
        {"reference": "plus-xl", "image": str(tmp_path / "photo.png"), "weight": -0.4, "layers": "style"}
    ]


def test_what_a_recipe_brought_is_shown_and_told_when_it_does_not_fit(form, tmp_path):
    told = {"reference": "plain-15", "image": str(tmp_path / "photo.png"), "weight": 0.5, "layers": "composition",
            "sha256": "a" * 64}  # fmt: skip
    form.set_values({"model": "xl", "reference": [told]})
    one = form.editor("reference").entries[0].editor
    assert one.chooser.about.text() == "It is made for Stable Diffusion 1.5, and the model is Stable Diffusion XL."
    assert {**form.values()["reference"][0]} == told
    one.chooser.combo.activated.emit(one.chooser.combo.findData("plus-xl"))
    assert "sha256" not in form.values()["reference"][0]
    form.set_values({"model": "starter", "reference": []})
    assert entry(form).chooser.combo.currentText() == "This model does not support reference pictures"
