"""Vary through a reference: diffusers' own pictures by an IP-Adapter and by Redux, near and far, and measured."""

import shutil
from pathlib import Path
from typing import Any

import control_zoo
import diffusers
import numpy as np
import pytest
import reference_zoo
import torch
from built_in import BUILT_IN
from diffusers import FluxPipeline, FluxPriorReduxPipeline, UNet2DConditionModel
from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
from parity import photograph_of
from PIL import Image, ImageOps
from safetensors.torch import load_file
from studio_text_to_image import TextToImage
from studio_variation import Blend, Vary
from studio_variation.by_reference import LEAST_WEIGHT
from studio_variation.verbs import IDEA_FROM
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl
from transformers import CLIPImageProcessor, SiglipImageProcessor, SiglipVisionModel
from zoo import Zoo

from studio import api
from studio.models.image_encoders import SIGLIP, image_encoders
from studio.models.loaders.component import load
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PICTURE, OTHER = photograph_of(64, 64), ImageOps.mirror(photograph_of(64, 64))
STEPS = 4


def context(tmp_path: Path, folder: Path) -> FakeContext:
    service = ModelService(Settings(home=tmp_path / "home", device="cpu", models=(str(folder),)), BUILT_IN)
    service.wait_for_scan()
    return FakeContext(pictures={"one": PICTURE, "two": OTHER}, models=service)


@pytest.fixture
def ctx(tiny_models: TinyModels, tmp_path: Path) -> FakeContext:
    return with_adapter(tmp_path, tiny_models.sd15)


def with_adapter(tmp_path: Path, model: Path) -> FakeContext:
    folder = tmp_path / "adapters"
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    reference_zoo.save(reference_zoo.plain(unet), folder / "plain.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "image_encoder")
    return context(tmp_path, folder)


def vary(ctx: FakeContext, model: Path, **params: Any) -> list[api.Result]:
    asked = {"model": str(model), "image": "one", "seed": 7, "steps": STEPS, "size": "64x64", "count": 1, **params}
    return list(Vary().run(Vary.Params(**asked), ctx))


def directly(model: Path, file: Path, weight: float, net: Any = None, **more: Any) -> np.ndarray:
    kind = "Img2ImgPipeline" if ("image" in more and net is None) or "strength" in more else "Pipeline"
    large = "XL" if "text_encoder_2" in (model / "model_index.json").read_text() else ""
    name = f"StableDiffusion{large}{'' if net is None else 'ControlNet'}{kind}"
    nets = {} if net is None else {"controlnet": [net]}
    pipeline = getattr(diffusers, name).from_pretrained(model, dtype=torch.float32, **nets)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.register_modules(image_encoder=reference_zoo.image_encoder())
    tensors = load_file(file)
    given = {part: {key[len(part) + 1 :]: value for key, value in tensors.items() if key.startswith(f"{part}.")}
             for part in ("image_proj", "ip_adapter")}  # fmt: skip
    pipeline.load_ip_adapter(given, "", "", image_encoder_folder=None)
    pipeline.set_ip_adapter_scale(weight)
    size = {} if "image" in more and net is None else {"width": 64, "height": 64}
    made = pipeline(
        "", ip_adapter_image=PICTURE, num_inference_steps=STEPS, generator=torch.Generator().manual_seed(7), **size,
        **more,
    )  # fmt: skip
    return np.asarray(made.images[0])


def test_near_it_keeps_pixels_and_far_it_weighs_less(ctx: FakeContext, tiny_models: TinyModels, tmp_path: Path) -> None:
    file = tmp_path / "adapters" / "plain.safetensors"
    results = [vary(ctx, tiny_models.sd15, distance=each)[0] for each in (IDEA_FROM * 0.71, IDEA_FROM, 1.0)]
    near, idea, far = (np.asarray(result.image) for result in results)
    assert np.array_equal(near, directly(tiny_models.sd15, file, 1.0, image=PICTURE, strength=0.5))
    assert np.array_equal(idea, directly(tiny_models.sd15, file, 1.0))
    assert np.array_equal(far, directly(tiny_models.sd15, file, LEAST_WEIGHT))
    assert str(results[0].values["reference"]).startswith("plain (")
    assert ctx.steps[-1].done == ctx.steps[-1].total


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_a_variation_follows_the_picture_too(tiny_models: TinyModels, tmp_path: Path, family: str) -> None:
    model, made = getattr(tiny_models, family), stable_diffusion() if family == "sd15" else stable_diffusion_xl()
    ctx = with_adapter(tmp_path, model)
    control_zoo.plain(made, 1).save_pretrained(tmp_path / "adapters" / "edges")
    models: Any = ctx._models
    models.refresh()
    models.wait_for_scan()
    net = diffusers.ControlNetModel.from_pretrained(tmp_path / "adapters" / "edges")
    control = [{"control": "edges", "hint": "canny", "weight": 0.7}]
    edges = ctx.control_picture(PICTURE, "canny").image
    file, scale = tmp_path / "adapters" / "plain.safetensors", {"controlnet_conditioning_scale": [0.7]}
    (far,) = vary(ctx, model, distance=1.0, control=control)
    expected = directly(model, file, LEAST_WEIGHT, net, image=[edges], **scale)
    assert np.array_equal(np.asarray(far.image), expected)
    (near,) = vary(ctx, model, distance=IDEA_FROM * 0.71, control=control)
    expected = directly(model, file, 1.0, net, image=PICTURE, control_image=[edges], strength=0.5, **scale)
    assert np.array_equal(np.asarray(near.image), expected)


def test_the_distance_is_measured_by_the_encoder_that_reads_it(ctx: FakeContext, tiny_models: TinyModels) -> None:
    (result,) = vary(ctx, tiny_models.sd15, distance=0.8)
    encoder = reference_zoo.image_encoder()
    processor = CLIPImageProcessor(size=56, crop_size=56)
    with torch.inference_mode():
        one, other = (
            encoder(processor(each, return_tensors="pt").pixel_values).image_embeds for each in (PICTURE, result.image)
        )
    expected = 1 - torch.cosine_similarity(one, other).item()
    assert result.values["clip_distance"] == pytest.approx(expected, abs=1e-4)
    nearest, *_ = vary(ctx, tiny_models.sd15, distance=0.0)
    assert nearest.values["clip_distance"] < result.values["clip_distance"]


def test_unlike_others_and_kept_ones(ctx: FakeContext, tiny_models: TinyModels) -> None:
    plain, *_ = vary(ctx, tiny_models.sd15, distance=0.7, keep_as="mine")
    path = str(plain.values["embedding"])
    again, *_ = vary(ctx, tiny_models.sd15, distance=0.7, image=path)
    assert np.array_equal(np.asarray(again.image), np.asarray(plain.image))
    unlike, *_ = vary(ctx, tiny_models.sd15, distance=0.7, unlike="two")
    more, *_ = vary(ctx, tiny_models.sd15, distance=0.7, reference=[{"reference": "plain", "image": "two"}])
    words, *_ = vary(ctx, tiny_models.sd15, distance=0.7, unlike_text="a cat")
    made = {np.asarray(each.image).tobytes() for each in (plain, unlike, more, words)}
    assert len(made) == 4
    assert unlike.parents == ("one", "two")
    two = vary(ctx, tiny_models.sd15, distance=0.7, count=2)
    assert [each.seed for each in two] == [7, 8]
    assert "spread" in two[1].values


def test_what_it_cannot_do_is_said(ctx: FakeContext, tiny_models: TinyModels, tmp_path: Path) -> None:
    with pytest.raises(api.UserError, match="through 'plain', which cannot do what 'spread' asks") as told:
        vary(ctx, tiny_models.sd15, count=2, spread=True)
    assert told.value.field == "spread"
    with pytest.raises(api.UserError, match=r"The model .* cannot do blend \(it can do: text-to-image"):
        list(Blend().run(Blend.Params(image=["one"], model=str(tiny_models.sd15), seed=1), ctx))
    (tmp_path / "empty").mkdir()
    bare = context(tmp_path / "other", tmp_path / "empty")
    with pytest.raises(api.UserError, match="through a file of the kind IP-Adapter, and none is among the models"):
        vary(bare, tiny_models.sd15)


# ---- Redux, from its own files


@pytest.fixture
def flux(zoo: Zoo, tmp_path: Path) -> tuple[FakeContext, Path, Path]:
    redux, folder = zoo["flux-redux"], tmp_path / "redux"
    folder.mkdir()
    shutil.copy(redux / "image_embedder" / "diffusion_pytorch_model.safetensors", folder / "redux-dev.safetensors")
    shutil.copytree(redux / "image_encoder", folder / "siglip")
    return context(tmp_path, folder), redux.parent / "flux-for-redux", redux


def test_an_encoder_in_the_published_layout_is_read(zoo: Zoo, tmp_path: Path) -> None:
    tensors = load_file(zoo["flux-redux"] / "image_encoder" / "model.safetensors")
    named = {f"vision_model.{name}": each for name, each in tensors.items()}
    file = reference_zoo.save(named, tmp_path / "a/s.safetensors")
    shutil.copy(zoo["flux-redux"] / "image_encoder" / "config.json", tmp_path / "a")
    service: Any = context(tmp_path, file.parent)._models
    (found,) = image_encoders(service._catalogue, SIGLIP)
    made = load(found.spec, "cpu").state_dict()
    assert {name: tensor.sum() for name, tensor in made.items()} == {
        name: tensor.sum() for name, tensor in tensors.items()
    }


def read(redux: Path, picture: Image.Image) -> torch.Tensor:
    """(1, T, D): the tokens of a picture, by diffusers."""
    made = FluxPriorReduxPipeline.from_pretrained(redux, dtype=torch.float32)(picture)
    tokens: torch.Tensor = made.prompt_embeds[:, 512:]
    return tokens


def from_tokens(model: Path, tokens: torch.Tensor) -> np.ndarray:
    words = dict.fromkeys(("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"))
    pipeline = FluxPipeline.from_pretrained(model, dtype=torch.float32, **words)
    image = pipeline(
        prompt_embeds=torch.cat([torch.zeros(1, 512, 4096), tokens], dim=1), width=64, height=64, guidance_scale=3.5,
        pooled_prompt_embeds=torch.zeros(1, 768), num_inference_steps=STEPS, generator=torch.Generator().manual_seed(7),
    ).images[0]  # fmt: skip
    return np.asarray(image)


def test_flux_varies_through_redux(flux: tuple[FakeContext, Path, Path]) -> None:
    ctx, model, redux = flux
    (idea,), (far,) = (vary(ctx, model, distance=each) for each in (IDEA_FROM, 1.0))
    tokens = read(redux, PICTURE)
    assert np.array_equal(np.asarray(idea.image), from_tokens(model, tokens))
    assert np.array_equal(np.asarray(far.image), from_tokens(model, LEAST_WEIGHT * tokens))
    assert far.values["siglip_distance"] >= 0
    near, *_ = vary(ctx, model, distance=0.2)
    assert not np.array_equal(np.asarray(near.image), np.asarray(idea.image))
    assert ctx.steps[-1].done == ctx.steps[-1].total
    with pytest.raises(api.UserError, match="cannot weigh less than 0 there"):
        vary(ctx, model, unlike="two")
    told = [{"reference": "redux-dev", "image": "one", "layers": "style"}]
    with pytest.raises(api.UserError, match="no layers for its style"):
        draw(ctx, model, told)


def draw(ctx: FakeContext, model: Path, references: list[dict[str, Any]]) -> np.ndarray:
    asked = {"prompt": "a red cup", "model": str(model), "seed": 7, "steps": STEPS, "size": "64x64"}
    (result,) = TextToImage().run(TextToImage.Params(**asked, reference=references), ctx)
    return np.asarray(result.image)


def test_flux_reads_words_and_then_pictures(zoo: Zoo, tmp_path: Path) -> None:
    redux, folder, model = zoo["flux-redux"], tmp_path / "redux", zoo["flux"]
    torch.manual_seed(33)
    embedder = ReduxImageEncoder(redux_dim=16, txt_in_features=32)  # as wide as the words of this FLUX.1
    reference_zoo.save(embedder.state_dict(), folder / "redux-dev.safetensors")
    shutil.copytree(redux / "image_encoder", folder / "siglip")
    ctx = context(tmp_path, folder)
    encoder = SiglipVisionModel.from_pretrained(redux / "image_encoder").eval()
    processor = SiglipImageProcessor(size={"height": 28, "width": 28})

    def tokens(picture: Image.Image) -> torch.Tensor:
        states = encoder(processor(picture, return_tensors="pt").pixel_values).last_hidden_state
        found: torch.Tensor = embedder(states).image_embeds
        return found

    told = [{"reference": "redux-dev", "image": "one"}, {"reference": "redux-dev", "image": "two", "weight": 0.5}]
    plain, one = draw(ctx, model, []), draw(ctx, model, told)
    assert not np.array_equal(plain, one)
    pipeline = FluxPipeline.from_pretrained(model, dtype=torch.float32)
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False).eval()
    with torch.no_grad():
        words, pooled, _ = pipeline.encode_prompt("a red cup", None)
        embeds = torch.cat([words, tokens(PICTURE), 0.5 * tokens(OTHER)], dim=1)
    image = pipeline(
        prompt_embeds=embeds, pooled_prompt_embeds=pooled, width=64, height=64, num_inference_steps=STEPS,
        guidance_scale=3.5, generator=torch.Generator().manual_seed(7),
    ).images[0]  # fmt: skip
    assert np.array_equal(one, np.asarray(image))
