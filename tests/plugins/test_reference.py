"""IP-Adapters: equal to diffusers' own to the last bit, up to four at once, negative ones; the base stays as it was."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import lora_zoo
import numpy as np
import pytest
import reference_zoo
import torch
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from original import save_header
from parity import photograph_of
from PIL import Image, ImageOps
from pydantic import ValidationError
from safetensors.torch import load_file
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from tiny import TinyModels, stable_diffusion
from transformers import CLIPImageProcessor
from zoo import Zoo

from studio import api
from studio.diffusion import image_identity
from studio.errors import UserError
from studio.models import reference_variant
from studio.models.reference_layers import parts_of_network
from studio.models.service import ModelService
from studio.models.single_file import read_file
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

    def theirs(
        self, name: str, adapters: list[str], scales: list[Any], pictures: list[str], *, lora: Path | None = None,
        **more: Any,
    ) -> Any:  # fmt: skip
        pipeline = getattr(diffusers, name).from_pretrained(self.model, dtype=torch.float32)
        if lora:
            pipeline.load_lora_weights(lora.parent, weight_name=lora.name)
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


def test_it_goes_with_a_lora(sd15: Place) -> None:
    lora_zoo.save(sd15.folder / "ink.safetensors", stable_diffusion(), seed=2)
    file = sd15.folder / "ink.safetensors"
    ours = sd15.draw({"reference": "plain", "weight": 0.7}, lora=[{"adapter": str(file)}])
    theirs = sd15.theirs("StableDiffusionPipeline", ["plain"], [0.7], ["photo"], lora=file)
    assert difference(ours, theirs) == 0
    assert difference(ours, sd15.draw({"reference": "plain", "weight": 0.7})) > 0


def test_a_negative_one_is_what_guidance_leads_away_from(sd15: Place) -> None:
    ours = sd15.draw({"reference": "plain", "weight": -0.6})
    encoder = reference_zoo.image_encoder()
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


def test_the_base_stays_and_another_weight_reads_no_file_again(sd15: Place) -> None:
    service: Any = sd15.ctx._models
    with sd15.ctx.model(api.Model(str(sd15.model), "text-to-image")) as lease:
        before = _bytes_of(lease["unet"])
    sd15.draw({"reference": "plain"})
    loaded, read = service.loaded_bytes, []
    load = reference_variant.sections
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference_variant, "sections", lambda tensors: (read.append(1), load(tensors))[1])
        one = sd15.draw({"reference": "plain", "weight": 0.3, "image": "other"})
    assert not read
    assert service.loaded_bytes == loaded
    assert difference(one, sd15.draw()) > 1
    with sd15.ctx.model(api.Model(str(sd15.model), "text-to-image")) as lease:
        assert _bytes_of(lease["unet"]) == before
        assert lease["unet"].encoder_hid_proj is None


def _bytes_of(module: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()


def test_two_references_of_one_file_hold_its_weights_once(sd15: Place) -> None:
    told = [api.Reference(reference="plain", image=each) for each in ("photo", "other")]
    with sd15.ctx.model(api.Model(str(sd15.model), "text-to-image", references=told)) as lease:
        processor = next(each for each in lease["unet"].attn_processors.values() if hasattr(each, "to_k_ip"))
        one, two = (layer.weight.data_ptr() for layer in processor.to_k_ip)
        assert one == two
        assert lease.references[0].encoder is lease.references[1].encoder


def test_a_kept_embedding_counts_where_the_clip_agrees(sd15: Place, tmp_path: Path) -> None:
    encoder = reference_zoo.image_encoder()
    pixels = CLIPImageProcessor(size=56, crop_size=56)(PICTURES["photo"], return_tensors="pt").pixel_values
    with torch.inference_mode():
        vector = tuple(encoder(pixels).image_embeds[0].tolist())
    own, other = (
        sd15.ctx.keep(api.Embedding(name, clip, vector))
        for name, clip in (("own", image_identity(encoder)), ("other", "0" * 32))
    )
    assert difference(sd15.draw({"reference": "plain", "image": own}), sd15.draw({"reference": "plain"})) == 0
    assert "was made with another CLIP than the one that 'plain' reads by" in refusal(
        sd15, {"reference": "plain", "image": other}
    )
    assert "reads more of a picture than its embedding" in refusal(sd15, {"reference": "plus", "image": own})


# ---- what is given


def refusal(place: Place, *references: dict[str, Any], **more: Any) -> str:
    with pytest.raises(UserError) as caught:
        place.draw(*references, **more)
    assert caught.value.field == "reference"
    return str(caught.value.message)


def test_wrong_ones_are_refused_in_one_sentence(sd15: Place, tiny_models: TinyModels) -> None:
    unet = UNet2DConditionModel.from_pretrained(tiny_models.sdxl / "unet")
    large = reference_zoo.save(reference_zoo.plain(unet), sd15.folder / "large.safetensors")
    own = UNet2DConditionModel.from_pretrained(tiny_models.sd15 / "unet")
    broken, lost = reference_zoo.plain(own), reference_zoo.plain(own)
    broken["ip_adapter.3.to_v_ip.weight"][0, 0] = float("nan")
    del lost["image_proj.proj.bias"]
    nan = reference_zoo.save(broken, sd15.folder / "nan.safetensors")
    half = reference_zoo.save(lost, sd15.folder / "half.safetensors")
    assert "does not fit sd15: it has 8 layers of attention, the model 4" in refusal(sd15, {"reference": str(large)})
    assert "holds numbers that are none (NaN or infinity) in ip_adapter.3" in refusal(sd15, {"reference": str(nan)})
    assert "lacks some of its tensors" in refusal(sd15, {"reference": str(half)})
    assert "There is no IP-Adapter 'nobody'; installed are: plain, plus" in refusal(sd15, {"reference": "nobody"})
    told = refusal(sd15, {"reference": "plain", "weight": -1}, guidance_scale=1.0)
    assert told.startswith("Without guidance there is nothing to lead away from")
    assert "The model 'Starter' does not support reference pictures" in refusal(
        Place(Path("starter"), sd15.folder, sd15.ctx), {"reference": "plain"}
    )
    for weight in (-3, float("nan")):
        with pytest.raises(ValidationError):
            api.Reference(reference="plain", image="photo", weight=weight)
    with pytest.raises(ValidationError):
        sd15.draw(*[{"reference": "plain"}] * 5)
    half.write_bytes(half.read_bytes()[:2000])
    assert "half.safetensors" in _any_refusal(sd15, {"reference": str(half)})
    (sd15.folder / "plus.safetensors").unlink()
    assert "The IP-Adapter 'plus' is missing: there is no file " in refusal(sd15, {"reference": "plus"})


def test_a_file_for_unets_that_names_no_base_does_not_fit_a_transformer(sd15: Place, zoo: Zoo) -> None:
    flux = Place(zoo["flux"], sd15.folder, sd15.ctx)
    assert "does not fit flux: it steers a UNet, which the model has none of" in refusal(flux, {"reference": "plain"})
    with pytest.raises(UserError, match="it steers a UNet"):  # taken by itself, since it may be for any base
        list(Vary().run(Vary.Params(image="photo", model=str(zoo["flux"]), count=1), sd15.ctx))


def test_what_is_there_and_of_another_kind_is_not_called_missing(sd15: Place, tiny_models: TinyModels) -> None:
    settings = Settings(home=sd15.folder, device="cpu", models=(str(sd15.folder), str(tiny_models.sd15)))
    service = ModelService(settings, BUILT_IN)
    service.wait_for_scan()
    place = Place(sd15.model, sd15.folder, FakeContext(models=service, pictures=PICTURES))
    assert refusal(place, {"reference": "sd15"}) == "'sd15' is no IP-Adapter; choose another file here."


def _any_refusal(place: Place, *references: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        place.draw(*references)
    return str(caught.value.message)


def test_the_image_encoder_that_is_missing_is_named(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = place_of(tmp_path, tiny_models.sd15)
    unet = UNet2DConditionModel.from_pretrained(tiny_models.sd15 / "unet")
    odd = reference_zoo.save(reference_zoo.plain(unet, reads=1024), place.folder / "odd.safetensors")
    told = refusal(place, {"reference": str(odd)})
    assert "reads pictures by a CLIP image encoder 1024 numbers wide (ViT-H), and none such is among" in told
    assert "model.safetensors (48)" in told


@pytest.mark.parametrize("name", ["ip-adapter_sd15", "flux1-redux-dev", "clip_vision_h"])
def test_published_files_are_told(tmp_path: Path, name: str) -> None:
    shapes = {
        "ip-adapter_sd15": {"ip_adapter.1.to_k_ip.weight": (320, 768), "image_proj.proj.weight": (3072, 1024)},
        "flux1-redux-dev": {"redux_up.weight": (12288, 1152), "redux_down.weight": (4096, 12288)},
        "clip_vision_h": {"vision_model.embeddings.patch_embedding.weight": (1280, 3, 14, 14),
                          "visual_projection.weight": (1024, 1280)},
    }  # fmt: skip
    file = save_header(shapes[name], tmp_path / f"{name}.safetensors")
    if name == "clip_vision_h":
        with pytest.raises(UserError, match="CLIP image encoder”, which is one part of a model; it is used with"):
            read_file(file, name, BUILT_IN)
        return
    made = read_file(file, name, BUILT_IN)
    base = "FLUX.1" if "flux" in name else "Stable Diffusion 1.5"
    assert (made.kind, made.base, made.info().references) == ("reference", base, False)


def test_layers_of_the_published_networks() -> None:
    attends, rises = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"
    small = {
        "down_block_types": [attends] * 3 + ["DownBlock2D"], "up_block_types": ["UpBlock2D", *[rises] * 3],
        "layers_per_block": 2,
    }  # fmt: skip
    large = {
        "down_block_types": ["DownBlock2D", attends, attends], "up_block_types": [rises, rises, "UpBlock2D"],
        "layers_per_block": 2, "addition_embed_type": "text_time",
    }  # fmt: skip
    assert parts_of_network("style-composition", large, "") == {
        "up_blocks.0.attentions.1.": 1.0, "down_blocks.2.attentions.1.": 1.0,
    }  # fmt: skip
    assert parts_of_network("composition", small, "") == {
        "down_blocks.2.attentions.0.": 0.25, "down_blocks.2.attentions.1.": 1.0,
    }  # fmt: skip
    assert [*parts_of_network("style", small, "")] == [
        "down_blocks.0.", "down_blocks.1.", "up_blocks.2.", "up_blocks.3.", "up_blocks.1.attentions.2.",
    ]  # fmt: skip
    with pytest.raises(UserError, match="no layers that are known to make the style"):
        parts_of_network("style", {"down_block_types": ["DownBlock2D"]}, "odd")
