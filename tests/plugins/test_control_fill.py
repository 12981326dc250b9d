"""ControlNets in edits: those that fill what is masked, equal to diffusers' own, and those that cannot."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import control_zoo
import diffusers
import numpy as np
import pytest
import torch
from control_place import SIDE, Place, difference, photograph
from parity import for_painting
from PIL import Image
from zoo import Zoo

from studio.errors import UserError

PART = (16, 16, 48, 48)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def masked() -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, PART)
    return mask


def small(folder: Path, tmp_path: Path) -> Path:
    """A copy of the model that is made for pictures as small as the photograph."""
    shutil.copytree(folder, tmp_path / "base")
    return for_painting(tmp_path / "base", photograph())


def check(place: Place, theirs: Image.Image, *controls: dict[str, Any]) -> None:
    """The part is what diffusers paints there; the rest is the photograph's."""
    ours = place.edited(*controls, mask=masked())
    assert difference(ours.crop(PART), theirs.crop(PART)) == 0
    kept = np.asarray(masked()) == 0
    assert (np.asarray(ours)[kept] == np.asarray(photograph())[kept]).all()
    assert difference(ours, place.edited(mask=masked())) > 0
    place.check_weights()


def loaded(zoo: Zoo, name: str, made: str) -> Any:
    return getattr(diffusers, made).from_pretrained(zoo[name], dtype=torch.float32)


def test_stable_diffusion_3(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "sd3", "StableDiffusion3Pipeline")
    torch.manual_seed(1)  # nothing is added to the last block, so there must be two
    deeper = diffusers.SD3Transformer2DModel.from_config({**pipeline.transformer.config, "num_layers": 2})
    pipeline.register_modules(transformer=deeper.eval())
    pipeline.save_pretrained(tmp_path / "base")
    place = Place(
        tmp_path, for_painting(tmp_path / "base", photograph()),
        plain=control_zoo.transformer(pipeline, 1, num_layers=1),
        fill=control_zoo.transformer(pipeline, 2, num_layers=1, extra_conditioning_channels=1),
        more=control_zoo.transformer(pipeline, 3, num_layers=1, extra_conditioning_channels=1),
    )  # fmt: skip
    fill, more = (place.net(diffusers.SD3ControlNetModel, name) for name in ("fill", "more"))
    config = place.folder / "fill" / "config.json"  # as that of alimama-creative/SD3-Controlnet-Inpainting
    config.write_text(config.read_text().replace('"extra_conditioning_channels": 1', '"_extra": 1'))
    call = {"control_image": [photograph()] * 2, "control_mask": masked(), "controlnet_conditioning_scale": [0.7, 0.4]}
    theirs = place.theirs("StableDiffusion3ControlNetInpaintingPipeline", "controlnet", [fill, more], **call)
    check(place, theirs, {"control": "fill", "weight": 0.7}, {"control": "more", "weight": 0.4})
    with pytest.raises(UserError, match="is painted by Stable Diffusion 3.5 with a ControlNet that was trained"):
        place.edited({"control": "plain"}, mask=masked())
    with pytest.raises(UserError, match="there is none to fill here; use it in Edit"):
        place.draw({"control": "fill"})
    with pytest.raises(UserError, match="'fill' fills the part to paint by what it sees around it, and reads no other"):
        place.edited({"control": "fill", "hint": "canny"}, mask=masked())
    place.ctx.notes.clear()
    place.edited({"control": "fill"}, mask=masked(), strength=0.5)
    assert any("the strength changed nothing" in note for note in place.ctx.notes)


def test_qwen_image(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "qwen-image", "QwenImagePipeline")
    # of each patch, the mask besides
    made = control_zoo.transformer(pipeline, 1, num_layers=1, extra_condition_channels=4)
    place = Place(tmp_path, small(zoo["qwen-image"], tmp_path), fill=made,
                  plain=control_zoo.transformer(pipeline, 2, num_layers=1))  # fmt: skip
    net = place.net(diffusers.QwenImageControlNetModel, "fill")
    theirs = place.theirs(
        "QwenImageControlNetInpaintPipeline", "controlnet", net, control_image=photograph(), control_mask=masked(),
        controlnet_conditioning_scale=0.7, guidance_scale=None, true_cfg_scale=3.0, negative_prompt=" ",
    )  # fmt: skip
    check(place, theirs, {"control": "fill", "weight": 0.7})
    with pytest.raises(UserError, match="painted by Qwen-Image with a ControlNet that was trained for inpainting"):
        place.edited({"control": "plain"}, mask=masked())
    with pytest.raises(UserError, match="Qwen-Image follows one picture at a time"):
        place.edited({"control": "fill"}, {"control": "fill"}, mask=masked())


def test_z_image(zoo: Zoo, tmp_path: Path) -> None:
    """Version 2 of its union net sees the mask and what lies around it besides, and draws whole pictures too."""
    pipeline = loaded(zoo, "z-image", "ZImagePipeline")
    channels = pipeline.vae.config.latent_channels
    size = {"control_layers_places": [0], "control_refiner_layers_places": [0]}
    place = Place(
        tmp_path, small(zoo["z-image"], tmp_path),
        plain=control_zoo.transformer(pipeline, 1, control_in_dim=channels, **size),
        union=control_zoo.transformer(pipeline, 2, control_in_dim=2 * channels + 1, **size),
    )  # fmt: skip
    net = place.net(diffusers.ZImageControlNetModel, "union")
    edges = place.ctx.control_picture(photograph(), "canny").image
    theirs = place.theirs("ZImageControlNetInpaintPipeline", "controlnet", net, image=photograph(),
                          mask_image=masked(), control_image=edges, controlnet_conditioning_scale=0.7)  # fmt: skip
    check(place, theirs, {"control": "union", "hint": "canny", "weight": 0.7})
    theirs = place.theirs("ZImageControlNetPipeline", "controlnet", net, control_image=photograph(),
                          controlnet_conditioning_scale=1.0)  # fmt: skip
    assert difference(place.draw({"control": "union"}), theirs) == 0
    with pytest.raises(UserError, match="painted by Z-Image with a ControlNet that was trained for inpainting"):
        place.edited({"control": "plain"}, mask=masked())


@pytest.mark.filterwarnings("ignore:.FluxPosEmbed.:FutureWarning")
def test_flux(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "flux", "FluxPipeline")
    place = Place(tmp_path, small(zoo["flux"], tmp_path),
                  plain=control_zoo.transformer(pipeline, 1, num_layers=1, num_single_layers=1))  # fmt: skip
    net = place.net(diffusers.FluxControlNetModel, "plain")
    theirs = place.theirs(
        "FluxControlNetInpaintPipeline", "controlnet", [net], image=photograph(), mask_image=masked(), strength=1.0,
        control_image=[photograph()], control_mode=[None], controlnet_conditioning_scale=[0.7],
    )  # fmt: skip
    check(place, theirs, {"control": "plain", "weight": 0.7})
