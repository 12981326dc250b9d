"""The list of LoRAs in a form: what is offered, what is told, the words that call what was learned."""

from pathlib import Path

import pytest
from form_host import make_form
from msgspec.structs import replace
from PIL import Image

from studio import api
from studio.descriptions import AdapterFit, ModelInfo
from studio.desktop.forms.adapter import AdapterEditor


class Params(api.Params):
    prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
    model: api.ModelRef = api.ModelField("text-to-image")
    lora: list[api.Adapter] = api.AdapterField(advanced=False)


XL, SD15 = "Stable Diffusion XL", "Stable Diffusion 1.5"


def lora(name: str, base: str, **more: object) -> ModelInfo:
    return ModelInfo(name, name, "lora", f"/loras/{name}.safetensors", kind="lora", base=base, **more)


@pytest.fixture
def form(qtbot, host, tmp_path):
    picture = tmp_path / "film.png"
    Image.new("RGB", (40, 30), "#c04020").save(picture)
    host.known = [
        host.known[0],
        ModelInfo("xl", "My XL", "sdxl", "/xl", ["text-to-image"], {}, lora=XL),
        lora("film", XL, words=["kodak film", "grain"], picture=str(picture)),
        lora("ink", SD15),
        lora("any", ""),
    ]
    made = make_form(qtbot, host, Params)
    made.set_values({"prompt": "a cat", "model": "xl", "lora": []})
    return made


def entry(form, number: int = 0) -> AdapterEditor:
    editor = form.editor("lora").entries[number].editor
    assert isinstance(editor, AdapterEditor)
    return editor


def test_only_loras_that_may_fit_the_model_are_offered(form):
    form.editor("lora").add.click()
    one = entry(form)
    assert [info.id for info in one.chooser.fitting()] == ["film", "any"]
    assert form.problem() == ("lora", "Choose a LoRA, or remove this entry.")
    form.editor("model").set_value("starter")
    assert one.chooser.combo.currentText() == "This model does not support LoRA"


def test_loras_are_not_among_the_models(form):
    combo = form.editor("model").combo
    assert {combo.itemData(at) for at in range(combo.count())} == {"starter", "xl"}


def test_a_chosen_one_with_its_weight_is_sent_and_its_words_go_into_the_prompt(qtbot, form):
    form.editor("lora").add.click()
    one = entry(form)
    one.chooser.combo.activated.emit(one.chooser.combo.findData("film"))
    one.weight.set_value(-0.6)
    assert form.values()["lora"] == [{"adapter": "film", "weight": -0.6}]
    chips = [one._flow.itemAt(at).widget() for at in range(one._flow.count())]
    assert [chip.text() for chip in chips] == ["kodak film", "grain"]
    chips[0].click()
    chips[0].click()
    assert form.values()["prompt"] == "a cat, kodak film"
    qtbot.waitUntil(lambda: one.picture.pixmap().toImage().pixelColor(5, 5).name() == "#c04020")


def test_what_a_recipe_brought_is_kept_until_another_is_chosen(form):
    recorded = [{"adapter": "ink", "weight": 0.5, "text_weight": 0.2, "sha256": "a" * 64}]
    form.set_values({"model": "xl", "lora": recorded})
    one = entry(form)
    assert form.values()["lora"] == recorded
    assert one.chooser.about.text() == f"It is made for {SD15}, and the model is {XL}."
    one.chooser.combo.activated.emit(one.chooser.combo.findData("film"))
    assert form.values()["lora"] == [{"adapter": "film", "weight": 0.5}]


def test_one_that_is_gone_stays_and_is_told(form, host):
    form.set_values({"model": "xl", "lora": [{"adapter": "lost", "weight": 1.0}]})
    assert "This file is missing" in entry(form).chooser.about.text()
    assert form.values()["lora"] == [{"adapter": "lost", "weight": 1.0}]
    host.known = [*host.known, lora("lost", XL)]
    form.models_changed()
    assert entry(form).chooser.about.text() == ""


def test_a_model_says_which_loras_it_may_take():
    xl = ModelInfo("xl", "XL", "sdxl", "/xl", lora=XL)
    assert xl.takes(lora("a", XL))
    assert xl.takes(lora("b", ""))
    assert xl.takes(lora("c", f"FLUX.1 or {XL}"))
    assert not xl.takes(lora("d", SD15))
    assert not replace(xl, lora="").takes(lora("e", ""))


def test_a_plan_tells_how_many_layers_fit(rig):
    from studio.desktop.features.plan_line import PlanLine

    line = next(each for each in rig.window.findChildren(PlanLine))
    assert line._fit(AdapterFit("film", 187, 192)) == "LoRA film: 187 of 192 layers fit"
    assert line._fit(AdapterFit("film", problem="It does not fit.")) == "It does not fit."


def test_a_lora_without_a_picture_has_a_neutral_icon(form, host):
    host.known = [*host.known, lora("odd", XL, picture=str(Path("/nowhere.png")))]
    form.models_changed()
    form.set_values({"model": "xl", "lora": [{"adapter": "odd"}]})
    assert not entry(form).picture.pixmap().isNull()
