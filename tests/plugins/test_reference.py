"""IP-Adapters: equal to diffusers' own to the last bit, up to four at once, negative ones; the base stays as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import reference_zoo
import torch
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from parity import photograph_of
from PIL import Image, ImageOps
from safetensors.torch import load_file
from studio_text_to_image import Refine, TextToImage
from tiny import TinyModels

from studio import api
from studio.errors import UserError
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, STEPS, SEED = "a red mushroom", 3, 7
PICTURES = {"photo": photograph_of(80, 60), "other": ImageOps.invert(photograph_of(60, 90))}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@dataclass
class Place:
    model: Path
    folder: Path
    ctx: FakeContext

    def draw(self, *references: dict[str, Any], task: Any = TextToImage, **more: Any) -> Image.Image:
        given = {"prompt": PROMPT, "model": str(self.model), "seed": SEED, "steps": STEPS, "guidance_scale": 4.0}
        size = {} if task is Refine else {"size": "64x64"}
        told = [{"image": "photo", **each} for each in references]
        (result,) = task().run(task.Params(**{**given, **size, **more}, reference=told), self.ctx)
        made: Image.Image = result.image
        return made

    def theirs(self, name: str, adapters: list[str], scales: list[Any], pictures: list[str], **more: Any) -> Any:
        pipeline = getattr(diffusers, name).from_pretrained(self.model, dtype=torch.float32)
        pipeline.set_progress_bar_config(disable=True)
        pipeline.register_modules(image_encoder=reference_zoo.image_encoder())
        files = [load_file(self.folder / f"{each}.safetensors") for each in adapters]
        dicts = [
            {part: {key[len(part) + 1 :]: value for key, value in file.items() if key.startswith(f"{part}.")}
             for part in ("image_proj", "ip_adapter")} for file in files
        ]  # fmt: skip
        pipeline.load_ip_adapter(dicts, [""] * len(dicts), [""] * len(dicts), image_encoder_folder=None)
        pipeline.set_ip_adapter_scale(scales)
        for part in pipeline.components.values():
            if isinstance(part, torch.nn.Module):
                part.requires_grad_(False).eval()
        call = {"width": 64, "height": 64} if "Img2Img" not in name else {}
        told = {"ip_adapter_image": [PICTURES[each] for each in pictures]} if pictures else {}
        return pipeline(
            PROMPT, num_inference_steps=STEPS, guidance_scale=4.0, generator=torch.Generator().manual_seed(SEED),
            **told, **call, **more,
        ).images[0]  # fmt: skip


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())


def place_of(tmp_path: Path, model: Path) -> Place:
    folder = tmp_path / "adapters"
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    reference_zoo.save(reference_zoo.plain(unet), folder / "plain.safetensors")
    reference_zoo.save(reference_zoo.plus(unet), folder / "plus.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "image_encoder")
    settings = Settings(home=tmp_path / "home", device="cpu", models=(str(folder),))
    service = ModelService(settings, BUILT_IN)
    service.wait_for_scan()
    return Place(model, folder, FakeContext(models=service, pictures=PICTURES))


@pytest.fixture
def sd15(tiny_models: TinyModels, tmp_path: Path) -> Place:
    return place_of(tmp_path, tiny_models.sd15)


def test_pictures_equal_diffusers_own_and_the_base_stays(sd15: Place) -> None:
    plain = sd15.draw()
    one = sd15.draw({"reference": "plain", "weight": 0.8})
    name = "StableDiffusionPipeline"
    assert difference(one, sd15.theirs(name, ["plain"], [0.8], ["photo"])) == 0
    assert difference(one, plain) > 1
    three = sd15.draw(
        {"reference": "plus", "weight": 0.5}, {"reference": "plain", "weight": 0.3, "image": "other"},
        {"reference": "plus", "image": "other", "weight": 1.5},
    )  # fmt: skip
    theirs = sd15.theirs(name, ["plus", "plain", "plus"], [0.5, 0.3, 1.5], ["photo", "other", "other"])
    assert difference(three, theirs) == 0
    assert difference(sd15.draw(), plain) == 0
    assert difference(sd15.draw({"reference": "plain", "weight": 0}), plain) == 0


def test_a_negative_one_is_what_guidance_leads_away_from(sd15: Place) -> None:
    ours = sd15.draw({"reference": "plain", "weight": -0.6})
    encoder = reference_zoo.image_encoder()
    processor = diffusers.StableDiffusionPipeline.from_pretrained  # noqa: F841
    from transformers import CLIPImageProcessor

    pixels = CLIPImageProcessor(size=56, crop_size=56)(PICTURES["photo"], return_tensors="pt").pixel_values
    with torch.inference_mode():
        found = encoder(pixels).image_embeds[:, None]
    away = torch.cat([found, torch.zeros_like(found)])
    theirs = sd15.theirs("StableDiffusionPipeline", ["plain"], [0.6], [], ip_adapter_image_embeds=[away])
    assert difference(ours, theirs) == 0
    assert difference(ours, sd15.draw({"reference": "plain", "weight": 0.6})) > 1


def test_style_and_composition_are_layers_of_the_unet(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = place_of(tmp_path, tiny_models.sdxl)
    name = "StableDiffusionXLPipeline"
    style = place.draw({"reference": "plain", "layers": "style"})
    # InstantStyle's dict for the style of SDXL, in the blocks that this UNet has.
    assert difference(style, place.theirs(name, ["plain"], [{"up": {"block_0": [0.0, 1.0]}}], ["photo"])) == 0
    composition = place.draw({"reference": "plain", "layers": "composition", "weight": 0.7})
    scale = [{"down": {"block_1": [0.7]}}]
    assert difference(composition, place.theirs(name, ["plain"], scale, ["photo"])) == 0
    both = place.draw({"reference": "plus", "layers": "style-composition"}, {"reference": "plain", "weight": 0.4})
    scales = [{"up": {"block_0": [0.0, 1.0]}, "down": {"block_1": [1.0]}}, 0.4]
    assert difference(both, place.theirs(name, ["plus", "plain"], scales, ["photo", "photo"])) == 0
    assert len({each.tobytes() for each in (style, composition, both)}) == 3


def test_a_refined_picture_is_like_another(sd15: Place) -> None:
    ours = sd15.draw({"reference": "plus"}, task=Refine, image="photo", strength=0.9, size="80x56")
    start = ImageOps.fit(PICTURES["photo"], (80, 56), Image.Resampling.LANCZOS)
    theirs = sd15.theirs("StableDiffusionImg2ImgPipeline", ["plus"], [1.0], ["photo"], image=start, strength=0.9)
    assert difference(ours, theirs) == 0
