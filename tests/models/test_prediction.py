"""What a checkpoint's network predicts: from the file beside it, its metadata, its markers, its numbers, its name."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import original
import pytest
import torch
from built_in import BUILT_IN
from diffusers import EDMEulerScheduler, EulerDiscreteScheduler
from original import save_header
from safetensors.torch import load_file, save_file
from studio_text_to_image import TextToImage

from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.families import name_words
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.prediction import prediction_of, spread_of
from studio.models.service import ModelService
from studio.models.single_file import read_file
from studio.settings import SaidOfModel, Settings
from studio.testing import FakeContext

A1111 = 'model:\n  params:\n    parameterization: "v"\n'
SGM = "model:\n  params:\n    scaling_config:\n      target: sgm.modules.diffusionmodules.denoiser_scaling."


@pytest.mark.parametrize(
    ("metadata", "beside", "markers", "told"),
    [
        ({}, None, (), ""),
        ({}, A1111, (), "v"),
        ({}, A1111 + "    zero_terminal_snr: true\n", (), "v-zero-snr"),
        ({}, SGM + "VScaling\n", (), "v"),
        ({}, SGM + "EpsScaling\n", ("v_pred",), "epsilon"),
        ({}, SGM + "VScalingWithEDMcNoise\n", (), "edm-v"),
        ({}, "model:\n  target: ldm.LatentDiffusion\n", (), "epsilon"),
        ({}, "notes: none of ours\n", ("v_pred",), "v"),
        ({"modelspec.prediction_type": "v"}, None, (), "v"),
        ({"modelspec.prediction_type": "epsilon"}, None, ("v_pred",), "epsilon"),
        ({"modelspec.architecture": "stable-diffusion-v2-768-v"}, None, (), "v"),
        ({"modelspec.prediction_type": "v", "ss_zero_terminal_snr": "True"}, None, (), "v-zero-snr"),
        ({}, None, ("v_pred",), "v"),
        ({}, None, ("v_pred", "ztsnr"), "v-zero-snr"),
        ({}, None, ("edm_vpred.sigma_max", "edm_vpred.sigma_min"), "edm-v"),
    ],
)
def test_what_says_it(
    tmp_path: Path, metadata: dict[str, str], beside: str | None, markers: tuple[str, ...], told: str
) -> None:
    file = save_header({"a": (1,), **dict.fromkeys(markers, (0,))}, tmp_path / "model.safetensors", **metadata)
    if beside:
        file.with_suffix(".yaml").write_text(beside)
    assert prediction_of(file, read_header(file)) == told


@pytest.mark.parametrize(("scale", "told"), [(0.2, "v"), (0.01, "epsilon"), (0.0, ""), (float("nan"), "")])
def test_the_spread_of_one_tensor_tells_the_editions_of_stable_diffusion_2(
    tmp_path: Path, scale: float, told: str
) -> None:
    numbers = torch.linspace(-1, 1, 320).half() * scale
    name = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"
    save_file({name: numbers}, tmp_path / "model.safetensors")
    file = tmp_path / "model.safetensors"
    assert spread_of(file, read_header(file)) == told


def checkpoint(tmp_path: Path, pipeline: Any, name: str) -> Path:
    return original.save(pipeline, tmp_path / f"{name}.safetensors")


@pytest.mark.parametrize(
    ("name", "side"), [("v2-1_512-ema-pruned", 512), ("sd21-base-x", 512), ("v2-1_768-ema-pruned", 768), ("mine", 768)]
)
def test_a_name_decides_what_nothing_else_does(tmp_path: Path, name: str, side: int) -> None:
    entry = read_file(checkpoint(tmp_path, original.sd21(), name), "model", BUILT_IN)
    assert entry.defaults["width"] == side // 8 * 2  # the tiny VAE halves a side instead of dividing it by eight
    assert ("does not tell" in entry.note) == (name == "mine")


def scheduling(tmp_path: Path, file: Path, said: SaidOfModel | None = None) -> dict[str, Any]:
    return dict(read_file(file, "model", BUILT_IN, *([said] if said else [])).about.scheduling)


def test_velocity_of_every_family_reaches_its_scheduler(tmp_path: Path) -> None:
    sd15 = checkpoint(tmp_path, original.sd15(), "sd15")
    assert scheduling(tmp_path, sd15) == {}
    sd15.with_suffix(".yaml").write_text(A1111)
    assert scheduling(tmp_path, sd15)["prediction_type"] == "v_prediction"
    marked = checkpoint(tmp_path, original.sdxl(), "noob")
    save_file(load_file(marked) | {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}, marked)
    made = scheduling(tmp_path, marked)
    assert (made["prediction_type"], made["rescale_betas_zero_snr"]) == ("v_prediction", True)
    entry = read_file(marked, "model", BUILT_IN)
    assert (entry.about.title, entry.defaults["steps"], entry.note) == ("Stable Diffusion XL", 30, "")
    said = SaidOfModel(prediction="epsilon")  # the user wins
    assert scheduling(tmp_path, marked, said) == {"prediction_type": "epsilon"}
    with pytest.raises(UserError, match="it predicts 'edm-v', which Stable Diffusion 1.5 is not run with"):
        scheduling(tmp_path, sd15, SaidOfModel(prediction="edm-v"))


@pytest.mark.parametrize(
    ("markers", "made", "options"),
    [
        (
            ("edm_vpred.sigma_max", "edm_vpred.sigma_min"), EDMEulerScheduler,
            {"sigma_min": 0.002, "sigma_max": 120.0, "sigma_data": 1.0},
        ),
        (("v_pred", "ztsnr"), EulerDiscreteScheduler, {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}),
        (("v_pred",), EulerDiscreteScheduler, {}),
    ],
    ids=["edm", "zero-snr", "velocity"],
)  # fmt: skip
def test_a_checkpoint_gives_the_picture_that_its_markers_mean(
    tmp_path: Path, markers: tuple[str, ...], made: Any, options: dict[str, Any]
) -> None:
    """Against diffusers with the scheduler set by hand."""
    pipeline = original.sdxl()
    extra = {marker: torch.zeros(()) for marker in markers}
    file = original.save(pipeline, tmp_path / "model.safetensors", **extra)
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN))
    call = {"prompt": "a cat", "seed": 7, "model": str(file), "size": "64x64", "steps": 3}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    pipeline.scheduler = made.from_config(pipeline.scheduler.config, prediction_type="v_prediction", **options)
    expected = pipeline(
        "a cat", width=64, height=64, num_inference_steps=3, generator=torch.Generator("cpu").manual_seed(7)
    ).images[0]
    assert np.array_equal(np.asarray(result.image), np.asarray(expected))


@pytest.mark.parametrize(
    ("pipeline", "here", "published"),
    [
        (original.sd15, "cond_stage_model.transformer.", "cond_stage_model.transformer.text_model."),
        (original.sd21, "conditioner.embedders.0.model.", "cond_stage_model.model."),
    ],
    ids=["before text_model", "SD Turbo"],
)
def test_text_encoders_under_other_names_are_the_same(tmp_path: Path, pipeline: Any, here: str, published: str) -> None:
    plain = original.save(pipeline(), tmp_path / "plain.safetensors")
    other = tmp_path / "other.safetensors"
    save_file({name.replace(published, here): tensor for name, tensor in load_file(plain).items()}, other)
    spec = read_file(plain, "model", BUILT_IN).components["text_encoder"]
    assert spec.section is not None
    renamed = replace(spec, path=other, section=replace(spec.section, renamed=(here, published)))
    expected, found = load(spec, "cpu").state_dict(), load(renamed, "cpu").state_dict()
    assert list(found) == list(expected)
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
    if pipeline is original.sd15:  # the tiny SD Turbo is as narrow as no real one, and not told as one
        assert read_file(other, "model", BUILT_IN).components["text_encoder"] == renamed


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dreamshaperXL_v21TurboDPMSDE", ("turbo", "21")),
        ("wildcardxXLTURBO", ("xlturbo",)),
        ("realvisxlV50_v50LightningBakedvae", ("lightning", "realvisxlv50")),
        ("realisticVisionV60B1_v51HyperVAE", ("hyper",)),
        ("sd_xl_turbo_1.0_fp16", ("turbo", "sd-xl-turbo-1-0-fp-16")),
    ],
)
def test_names_are_taken_apart_as_people_write_them(name: str, found: tuple[str, ...]) -> None:
    assert set(found) <= set(name_words(name))


FEW: dict[str, tuple[str, int, float]] = {
    "dreamshaperXL_v21TurboDPMSDE": ("Stable Diffusion XL, with Turbo", 6, 2.0),
    "wildcardxXLTURBO": ("Stable Diffusion XL, with Turbo", 6, 2.0),
    "realvisxlV50_v50LightningBakedvae": ("SDXL Lightning", 4, 0.0),
    "ponyRealism_v22VAE_dmd2": ("SDXL DMD2", 4, 0.0),
    "sd_xl_turbo_1.0_fp16": ("SDXL Turbo", 1, 0.0),
    "hyperrealismXL": ("Stable Diffusion XL", 30, 5.0),
    "hyper-realistic-xl": ("Stable Diffusion XL", 30, 5.0),
    "turbonator": ("Stable Diffusion XL", 30, 5.0),
}


def test_few_steps_by_a_name_are_an_assumption_that_is_said(tmp_path: Path) -> None:
    file = checkpoint(tmp_path, original.sdxl(), "first")
    for name, expected in FEW.items():
        file = file.rename(tmp_path / f"{name}.safetensors")
        entry = read_file(file, "model", BUILT_IN)
        defaults = entry.defaults
        assert (entry.about.title, defaults["steps"], defaults["guidance_scale"]) == expected, name
        assert ("was assumed" in entry.note) == (expected[0] != "Stable Diffusion XL")
        assert "Stable Diffusion XL" in entry.choices
        if name == "sd_xl_turbo_1.0_fp16":
            assert (defaults["width"], defaults["height"]) == (512, 512)


def test_a_trailing_scheduler_makes_no_few_step_model(tmp_path: Path) -> None:
    folder = tmp_path / "painter"
    original.sdxl().save_pretrained(folder)
    file = folder / "scheduler/scheduler_config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps(config | {"timestep_spacing": "trailing"}))
    entry = read_model(folder, "model", BUILT_IN)
    assert (entry.about.title, entry.defaults["steps"]) == ("Stable Diffusion XL", 30)
    assert "nothing else says that it is one" in entry.note
    zero = {"timestep_spacing": "trailing", "rescale_betas_zero_snr": True, "prediction_type": "v_prediction"}
    file.write_text(json.dumps(config | zero))
    assert read_model(folder, "model", BUILT_IN).note == ""
