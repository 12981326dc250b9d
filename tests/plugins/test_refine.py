"""Image to image: what strength means, which sizes there are, and what diffusers would stumble over."""

import shutil
import struct
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from crafted import chunk, png
from diffusers import AutoencoderKL
from parity import photograph_of
from PIL import Image
from studio_text_to_image import Refine, TextToImage
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext, check_task


@pytest.fixture
def service(tmp_path: Path) -> ModelService:
    return ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)


def context(service: ModelService, picture: Image.Image | None = None, **options: Any) -> FakeContext:
    return FakeContext(models=service, pictures={"picture": picture or photograph_of(64, 64)}, **options)


def refine(ctx: FakeContext, model: Path | str, **params: Any) -> list[api.Result]:
    call = {
        "prompt": "a cat",
        "seed": 7,
        "steps": 4,
        "strength": 0.5,
        "image": "picture",
        "model": str(model),
        **params,
    }
    return list(Refine().run(Refine.Params(**call), ctx))


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image).astype(int)


def test_the_starter_refines_and_the_task_keeps_its_contract() -> None:
    """The starter's latents have 16 channels, which diffusers takes for pixels."""
    params = {"prompt": "a cat", "image": "picture", "steps": 4, "strength": 0.5, "seed": 7}
    (result,) = check_task(Refine, params, partial(FakeContext, pictures={"picture": photograph_of(256, 256)}))
    assert pixels(result.image).std() > 10


def test_strength_0_gives_the_picture_back_with_a_note(service: ModelService) -> None:
    ctx = context(service, photograph_of(77, 33))
    (result,) = refine(ctx, "no-such-model", strength=0, prompt="")
    assert np.array_equal(pixels(result.image), pixels(photograph_of(77, 33)))
    assert ctx.notes == ["At strength 0 nothing changes: this is the picture that was given."]


PQ, P3, LINEAR, USUAL = (
    chunk(b"cICP", bytes([9, 16, 0, 1])), chunk(b"cICP", bytes([12, 13, 0, 1])),
    chunk(b"gAMA", struct.pack(">I", 100_000)), chunk(b"gAMA", struct.pack(">I", 45_455)),
)  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), [(LINEAR, 128), (USUAL, 55), (P3, 55), (PQ, 33)])
def test_strength_0_shows_the_colours_that_the_file_says(
    service: ModelService, tmp_path: Path, said: bytes, expected: int
) -> None:
    """All greys: P3's are those of sRGB."""
    (tmp_path / "g.png").write_bytes(png(64, 64, 8, 2, [bytes([55] * 192)] * 64, said))
    (result,) = refine(context(service), "no-such-model", strength=0, image=str(tmp_path / "g.png"))
    assert np.abs(pixels(result.image) - expected).max() <= (0 if said is USUAL else 1)
    assert result.icc is None


def test_strength_0_takes_what_no_png_holds(service: ModelService, tmp_path: Path) -> None:
    photograph_of(64, 64).convert("CMYK").save(tmp_path / "print.jpg")
    (result,) = refine(context(service), "no-such-model", strength=0, image=str(tmp_path / "print.jpg"))
    assert isinstance(result.image, Image.Image)
    assert result.image.mode == "RGB"


@pytest.mark.parametrize("name", ["sd15", "flux", "kandinsky"])
def test_a_strength_that_leaves_no_step_takes_more_steps(zoo: Zoo, service: ModelService, name: str) -> None:
    ctx = context(service)
    refine(ctx, zoo[name], steps=3, strength=0.3, size="64x64")
    assert "At strength 0.3, 3 steps leave none to run; 4 were taken." in ctx.notes


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_the_less_strength_the_nearer_to_the_picture(zoo: Zoo, service: ModelService, name: str) -> None:
    """Against what the model's own codec makes of the picture: its weights are random."""
    ctx = context(service)
    results = [
        refine(ctx, zoo[name], strength=strength, steps=20, size="64x64")[0].image for strength in (0.05, 0.5, 1.0)
    ]
    nearest = pixels(results[0])
    assert np.abs(nearest - pixels(results[1])).mean() < np.abs(nearest - pixels(results[2])).mean()


def test_a_picture_of_another_size_is_brought_to_one_that_the_model_makes(zoo: Zoo, service: ModelService) -> None:
    ctx = context(service, photograph_of(301, 150))
    (result,) = refine(ctx, zoo["sd15"])
    width, height = result.image.size  # type: ignore[union-attr]
    assert width % 8 == height % 8 == 0
    assert width * height == pytest.approx(64 * 64, rel=0.15)
    assert width / height == pytest.approx(2, rel=0.1)
    assert f"The picture was brought from 301x150 to {width}x{height} pixels for this model." in ctx.notes


def test_a_chosen_size_crops_the_picture_and_does_not_squeeze_it(zoo: Zoo, service: ModelService) -> None:
    (result,) = refine(context(service, photograph_of(128, 64)), zoo["sd15"], size="64x64")
    assert result.image.size == (64, 64)  # type: ignore[union-attr]
    with pytest.raises(api.UserError, match="nearest legal size is 64x64"):
        refine(context(service), zoo["sd15"], size="65x64")


@pytest.mark.parametrize("name", ["flux", "sdxl-refiner", "kandinsky", "sd-x4"])
def test_cancel_works_at_every_step_and_leaves_the_model_as_it_was(zoo: Zoo, service: ModelService, name: str) -> None:
    params: dict[str, Any] = {"strength": None, "size": "64x64"}
    ctx = context(service)
    (before,) = refine(ctx, zoo[name], **params)
    assert ctx.steps[-1].done == ctx.steps[-1].total
    for step in range(0, len(ctx.steps), 3):
        with pytest.raises(api.Cancelled):
            refine(context(service, cancel_at=step), zoo[name], **params)
    (after,) = refine(context(service), zoo[name], **params)
    assert np.array_equal(pixels(before.image), pixels(after.image))


def test_models_that_edit_by_words_take_no_strength(zoo: Zoo, service: ModelService) -> None:
    with pytest.raises(api.UserError, match="edits by the prompt alone and has no strength") as caught:
        refine(context(service), zoo["flux2-klein"])
    assert caught.value.field == "strength"


@pytest.mark.parametrize("name", ["flux", "qwen-image", "z-image", "sana", "pixart-sigma", "chroma", "sd3"])
def test_a_new_seed_encodes_nothing_again(
    zoo: Zoo, service: ModelService, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ctx, calls = context(service), []
    encoder = "text_encoder_2" if name == "flux" else "text_encoder"

    def create(**params: Any) -> None:
        call = {"prompt": "a cat", "seed": 7, "steps": 2, "model": str(zoo[name]), "size": "64x64", **params}
        list(TextToImage().run(TextToImage.Params(**call), ctx))

    create()
    with service.lease(api.Model(str(zoo[name]))) as lease:
        kind = type(lease[encoder])
    forward = kind.forward
    # On the class: a hook on the component would be noticed, and the component given up.
    monkeypatch.setattr(kind, "forward", lambda *args, **named: calls.append(1) or forward(*args, **named))
    create(seed=8)
    assert calls == []
    create(prompt="a dog")
    assert calls


def test_what_a_family_cannot_be_told_is_noted(zoo: Zoo, service: ModelService) -> None:
    ctx = context(service)
    refine(ctx, zoo["flux"], negative_prompt="a house", size="64x64")
    assert any("has no negative prompt" in note for note in ctx.notes)


def test_a_long_prompt_is_measured_by_the_encoder_that_reads_furthest(zoo: Zoo, service: ModelService) -> None:
    ctx = context(service)
    refine(ctx, zoo["flux"], prompt="x" * 400, size="64x64")
    assert ctx.notes == []
    refine(ctx, zoo["flux"], prompt="x" * 600, size="64x64")
    assert any("reads the first 510 tokens" in note for note in ctx.notes)


def test_a_part_in_another_dtype_runs_in_that_of_the_unet(zoo: Zoo, service: ModelService, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(zoo["sd15"], tmp_path / "mixed"))
    AutoencoderKL.from_pretrained(folder / "vae", dtype=torch.float16).save_pretrained(folder / "vae")
    (mixed,) = refine(context(service), folder)
    assert pixels(mixed.image).std() > 1
