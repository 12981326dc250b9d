"""What a lone file is told to be, by its header: every kind that people keep, and upscalers of every architecture."""

import contextlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import original
import pytest
import upscaler
from built_in import BUILT_IN
from headers import MODELS, OTHERS, UNDECIDED, Shapes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from original import save_header

from studio.api import Family, Signature
from studio.errors import UserError
from studio.models.detection import ARCHITECTURES
from studio.models.families import Families
from studio.models.single_file import identify, read_file


@pytest.mark.parametrize(("shapes", "title", "family", "opens"), MODELS, ids=[row[1] for row in MODELS])
def test_a_model_is_told_by_its_header(tmp_path: Path, shapes: Shapes, title: str, family: str, opens: bool) -> None:
    file = save_header(shapes, tmp_path / "model.safetensors")
    _, kind = identify(file, BUILT_IN)
    assert kind.family is not None
    assert (kind.signature.title, kind.family.id, bool(kind.signature.parts)) == (title, family, opens)
    if not opens:
        with pytest.raises(UserError, match="folder|which lacks") as caught:
            read_file(file, "model", BUILT_IN)
        assert title in caught.value.message
        assert caught.value.code == "unusable_model"


STEERING = {"ControlNet", "ControlNet for FLUX.1",
            *(f"ControlNet for Stable Diffusion {version}" for version in ("1.5", "2.1", "XL"))}  # fmt: skip
REFERENCES = {"IP-Adapter for Stable Diffusion 1.5": "Stable Diffusion 1.5", "FLUX.1 Redux": "FLUX.1"}
UNNAMED = "a model that its header does not name"
USED = {row.lora for row in BUILT_IN.rows()} | {"Stable Diffusion 2.1", "FLUX.1 or Qwen-Image", UNNAMED} - {""}
"""What LoRAs are for that are used together with a model."""


@pytest.mark.parametrize(("shapes", "title"), OTHERS, ids=[row[1] for row in OTHERS])
def test_what_is_no_model_by_itself_is_named_and_refused(tmp_path: Path, shapes: Shapes, title: str) -> None:
    file = save_header(shapes, tmp_path / "model.safetensors")
    if title in STEERING:
        made = read_file(file, "model", BUILT_IN)
        assert (made.kind, made.capabilities, made.base) == ("controlnet", (), title.partition(" for ")[2])
        return
    if title in REFERENCES:
        made = read_file(file, "model", BUILT_IN)
        assert (made.kind, made.capabilities, made.base) == ("reference", (), REFERENCES[title])
        return
    base = re.sub("^(LoRA|(LoHa|LoKr|DoRA|Full difference), a kind of LoRA,) for ", "", title)
    if base in USED:
        made = read_file(file, "model", BUILT_IN)
        assert (made.kind, made.capabilities, made.base) == ("lora", (), base if base != UNNAMED else "")
        return
    with pytest.raises(UserError, match="cannot be used as a model: it is of the kind") as caught:
        read_file(file, "model", BUILT_IN)
    assert f"“{title}”" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("metadata", "beside", "title", "predicts"),
    [
        ({}, None, "Stable Diffusion 2.1", "v_prediction"),
        ({}, 'model:\n  params:\n    parameterization: "v"\n', "Stable Diffusion 2.1", "v_prediction"),
        ({}, "model:\n  params:\n    linear_start: 0.00085\n", "Stable Diffusion 2.1 base", None),
        ({}, "parameterization: eps", "Stable Diffusion 2.1 base", None),
        ({"modelspec.prediction_type": "epsilon"}, None, "Stable Diffusion 2.1 base", None),
        ({"modelspec.architecture": "stable-diffusion-v2-768-v"}, None, "Stable Diffusion 2.1", "v_prediction"),
    ],
)
def test_what_stable_diffusion_2_predicts_is_said_or_assumed_aloud(
    tmp_path: Path, metadata: dict[str, str], beside: str | None, title: str, predicts: str | None
) -> None:
    file = save_header(UNDECIDED, tmp_path / "model.safetensors", **metadata)
    if beside:
        (tmp_path / "model.yaml").write_text(beside)
    _, kind = identify(file, BUILT_IN)
    assert kind.signature.title == title
    assert kind.signature.parts["scheduler"].config.get("prediction_type") == predicts
    assert ("does not tell" in kind.signature.note) == (not metadata and not beside)


def test_the_conditions_of_upscalers_are_spandrels_own() -> None:
    from spandrel import MAIN_REGISTRY

    theirs = {support.architecture.name: _plain(support.architecture._detect) for support in MAIN_REGISTRY}
    assert json.loads(ARCHITECTURES.read_bytes()) == theirs


def _plain(condition: Any) -> dict[str, Any]:
    return {condition._kind: [key if isinstance(key, str) else _plain(key) for key in condition._keys]}


@pytest.mark.parametrize(
    ("module", "architecture"),
    [(upscaler.compact(2), "RealESRGAN Compact"), (upscaler.span(2), "SPAN"), (upscaler.esrgan(), "ESRGAN")],
    ids=["compact", "span", "esrgan"],
)
def test_upscalers_are_told_by_architecture(tmp_path: Path, module: Any, architecture: str) -> None:
    file = upscaler.save_upscaler(module, tmp_path / "upscaler.safetensors")
    assert identify(file, BUILT_IN)[1].architecture == architecture
    entry = read_file(file, "model", BUILT_IN)
    assert entry.capabilities == ("upscale",)


def test_a_plugins_family_brings_signatures_of_its_own(tmp_path: Path) -> None:
    mine = Signature("My network", {"my.weight": (None, 7)}, why="which needs its folder")
    row = Family("mine", "Mine", ("MinePipeline",), {}, {"text-to-image": ""}, files=(mine,))
    families = Families()
    assert families.add([row]) == []
    file = save_header({"my.weight": (3, 7)}, tmp_path / "mine.safetensors")
    assert identify(file, families)[1].family == row
    with pytest.raises(UserError, match="“My network”, which needs its folder"):
        read_file(file, "mine", families)
    other = save_header({"my.weight": (3, 8)}, tmp_path / "other.safetensors")
    with pytest.raises(UserError, match="no model that the installed plugins know"):
        read_file(other, "other", families)


def test_a_signature_cannot_ask_for_a_class_off_the_list(tmp_path: Path) -> None:
    whole = next(each for row in BUILT_IN.rows() for each in row.files if each.title == "Stable Diffusion 1.5")
    parts = {part: replace(excerpt, class_name="Pipeline") for part, excerpt in whole.parts.items()}
    families = Families()
    families.add([Family("odd", "Odd", ("Odd",), {}, {"text-to-image": ""}, files=(replace(whole, parts=parts),))])
    file = save_header(MODELS[0][0], tmp_path / "odd.safetensors")
    with pytest.raises(UserError, match="a class that is not allowed"):
        read_file(file, "odd", families)


WHOLE = {
    name: {key: tuple(tensor.shape) for key, tensor in original.checkpoint(make()).items()}
    for name, make in (("sd21", original.sd21), ("sdxl", original.sdxl), ("refiner", original.refiner))
}
SIDES = st.lists(st.integers(0, 70), max_size=5).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(WHOLE)))
def test_whatever_a_header_says_the_file_is_a_model_or_one_sentence(tmp_path: Path, data: Any, name: str) -> None:
    """Names left out and shapes changed at random, of those that decide about a config."""
    shapes: Shapes = dict(WHOLE[name])
    telling = [key for key in shapes if ".0." in key or "position" in key or "projection" in key or "conv_" in key]
    for key in data.draw(st.lists(st.sampled_from(telling), max_size=6)):
        shapes.pop(key, None)
    for key in data.draw(st.lists(st.sampled_from(telling), max_size=3)):
        shapes[key] = data.draw(SIDES)
    file = save_header(shapes, tmp_path / "model.safetensors")
    with contextlib.suppress(UserError):  # anything else is a bug
        entry = read_file(file, "model", BUILT_IN)
        assert all(spec.estimated_bytes() >= 0 for spec in entry.components.values())


def test_a_checkpoint_without_the_layout_that_its_names_promise_is_refused(tmp_path: Path) -> None:
    file = save_header(MODELS[0][0], tmp_path / "odd.safetensors")  # a few names, no whole network
    with pytest.raises(UserError, match="its part 'unet' is not laid out like that of Stable Diffusion 1.5"):
        read_file(file, "odd", BUILT_IN)


def test_files_of_upscalers_belong_to_the_first_family_that_opens_them(tmp_path: Path) -> None:
    families = Families()
    file = tmp_path / "upscaler.safetensors"
    upscaler.save_upscaler(upscaler.compact(2), file)
    with pytest.raises(UserError, match="which no plugin opens that is switched on"):
        read_file(file, "model", families)
    mine = Family("mine", "Mine", (), {}, {"upscale": ""}, file_part="network")
    assert families.add([mine]) == []
    assert families.add([replace(mine, id="other")]) == [
        "Its family 'other' was left out: the file of an upscaler belongs to another one."
    ]
    entry = read_file(file, "model", families)
    assert (entry.family, entry.capabilities, list(entry.components)) == ("mine", ("upscale",), ["network"])
    assert mine in families.rows()
