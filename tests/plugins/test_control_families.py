"""Union ControlNets, T2I-Adapters and the ControlNets of transformers: equal to diffusers' own to the last bit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import control_zoo
import diffusers
import numpy as np
import pytest
import torch
from control_place import PROMPT, SEED, SIDE, STEPS, Place, difference, photograph
from PIL import Image
from studio_picture_operations import OPERATIONS
from studio_text_to_image import Refine
from studio_upscale import Upscale
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl
from zoo import Zoo

from studio.errors import UserError
from studio.plugin_host.operations import PictureOperations


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_a_union_net_is_told_what_each_picture_shows(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = Place(tmp_path, tiny_models.sdxl, union=control_zoo.union(stable_diffusion_xl(), 1))
    net = place.net(diffusers.ControlNetUnionModel, "union")
    edges = place.ctx.control_picture(photograph(), "canny").image
    ours = place.draw({"control": "union", "hint": "canny", "weight": 0.7},
                      {"control": "union", "shows": "depth", "end": 0.5})  # fmt: skip
    theirs = place.theirs(
        "StableDiffusionXLControlNetUnionPipeline", "controlnet", [net, net],
        control_image=[edges, photograph()], control_mode=[3, 1], controlnet_conditioning_scale=[0.7, 1.0],
        control_guidance_start=[0.0, 0.0], control_guidance_end=[1.0, 0.5],
    )  # fmt: skip
    assert difference(ours, theirs) == 0
    assert difference(ours, place.draw()) > 1
    edited = place.edited({"control": "union", "hint": "canny", "weight": 0.7}, {"control": "union", "shows": "depth",
                                                                                 "end": 0.5})  # fmt: skip
    assert difference(edited, ours) == 0
    refined = place.draw({"control": "union", "hint": "scribble"}, task=Refine, image="photo", strength=0.9)
    scribble = place.ctx.control_picture(photograph(), "scribble").image
    theirs = place.theirs(
        "StableDiffusionXLControlNetUnionImg2ImgPipeline", "controlnet", [net], control_image=[scribble],
        control_mode=[2], image=photograph(), strength=0.9, controlnet_conditioning_scale=[1.0],
    )  # fmt: skip
    assert difference(refined, theirs) == 0
    place.check_weights()
    with pytest.raises(UserError, match="reads several kinds of pictures, and not one that shows 'ready'"):
        place.draw({"control": "union"})
    with pytest.raises(UserError, match="not one that shows 'tile'"):  # ProMax alone knows it
        place.draw({"control": "union", "hint": "tile"})


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_t2i_adapters(tmp_path: Path) -> None:
    base = control_zoo.attending()
    base.save_pretrained(tmp_path / "base")
    place = Place(tmp_path, tmp_path / "base", one=control_zoo.adapter(base, 1), two=control_zoo.adapter(base, 2))
    one, two = (place.net(diffusers.T2IAdapter, name) for name in ("one", "two"))
    edges = place.ctx.control_picture(photograph(), "canny").image
    ours = place.draw({"control": "one", "hint": "canny", "weight": 0.8})
    name = "StableDiffusionAdapterPipeline"
    assert difference(ours, place.theirs(name, "adapter", one, image=edges, adapter_conditioning_scale=0.8)) == 0
    assert difference(ours, place.draw()) > 1
    both = place.draw({"control": "one", "hint": "canny", "weight": 0.8}, {"control": "two", "weight": 0.5})
    theirs = place.theirs(name, "adapter", [one, two], image=[edges, photograph()],
                          adapter_conditioning_scale=[0.8, 0.5])  # fmt: skip
    assert difference(both, theirs) == 0
    assert difference(place.edited({"control": "one", "hint": "canny", "weight": 0.8},
                                   {"control": "two", "weight": 0.5}), both) == 0  # fmt: skip
    place.draw({"control": "one", "end": 0.5})
    assert any("follows a picture in all steps" in note for note in place.ctx.notes)


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_a_refined_picture_follows_t2i_adapters(tiny_models: TinyModels, tmp_path: Path, family: str) -> None:
    """Diffusers has no pipeline of that: the same is added to its own by a hook here. The UNet stays as it was."""
    base = control_zoo.attending() if family == "sd15" else stable_diffusion_xl()
    base.save_pretrained(tmp_path / "base")
    kind = "full_adapter" if family == "sd15" else "full_adapter_xl"
    place = Place(tmp_path, tmp_path / "base", one=control_zoo.adapter(base, 1, kind),
                  two=control_zoo.adapter(base, 2, kind))  # fmt: skip
    controls = [{"control": "one", "hint": "canny", "weight": 0.8}, {"control": "two", "weight": 0.5}]
    plain = place.draw(task=Refine, image="photo", strength=0.9)
    ours = place.draw(*controls, task=Refine, image="photo", strength=0.9)
    assert difference(ours, plain) > 0
    assert difference(place.draw(task=Refine, image="photo", strength=0.9), plain) == 0
    edges = place.ctx.control_picture(photograph(), "canny").image
    given = [pixels(edges), pixels(photograph())]
    nets = [place.net(diffusers.T2IAdapter, name) for name in ("one", "two")]
    with torch.no_grad():
        said = [[each * weight for each in net(picture)]
                for net, picture, weight in zip(nets, given, (0.8, 0.5), strict=True)]  # fmt: skip
    added = [torch.cat([a + b] * 2) for a, b in zip(*said, strict=True)]
    name = f"StableDiffusion{'' if family == 'sd15' else 'XL'}Img2ImgPipeline"
    pipeline = getattr(diffusers, name).from_pretrained(place.model, dtype=torch.float32)
    pipeline.unet.register_forward_pre_hook(
        lambda _unet, args, named: (args, named | {"down_intrablock_additional_residuals": [*added]}), with_kwargs=True
    )
    with torch.no_grad():
        theirs = pipeline(PROMPT, image=photograph(), strength=0.9, num_inference_steps=STEPS, guidance_scale=3.0,
                          generator=torch.Generator().manual_seed(SEED)).images[0]  # fmt: skip
        small = photograph().resize((SIDE // 2, SIDE // 2))
        place.ctx._pictures["small"] = small  # type: ignore[index]
        large = small.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        assert difference(ours, theirs) == 0
        added[:] = enlarging(nets[0], large)
        theirs = pipeline(PROMPT, image=large, strength=0.75, num_inference_steps=4, guidance_scale=3.0,
                          generator=torch.Generator().manual_seed(SEED)).images[0]  # fmt: skip
    params = Upscale.Params(
        image="small", model=str(place.model), prompt=PROMPT, seed=SEED, steps=4, guidance_scale=3.0, strength=0.75,
        control=[{"control": "one", "hint": "tile"}],
    )  # fmt: skip
    (result,) = Upscale().run(params, place.ctx)
    assert difference(result.image, theirs) == 0
    place.check_weights()


def enlarging(net: Any, large: Image.Image) -> list[torch.Tensor]:
    tile = PictureOperations({each.id: each for each in OPERATIONS}).control_picture(large, "tile").image
    return [torch.cat([each] * 2) for each in net(pixels(tile))]


def pixels(picture: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.stack([np.asarray(picture, np.float32) / 255])).permute(0, 3, 1, 2)


def test_t2i_adapters_of_sdxl(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = Place(tmp_path, tiny_models.sdxl, one=control_zoo.adapter(stable_diffusion_xl(), 1, "full_adapter_xl"))
    one = place.net(diffusers.T2IAdapter, "one")
    ours = place.draw({"control": "one", "weight": 0.8, "end": 0.5})
    theirs = place.theirs("StableDiffusionXLAdapterPipeline", "adapter", one, image=photograph(),
                          adapter_conditioning_scale=0.8, adapter_conditioning_factor=0.5)  # fmt: skip
    assert difference(ours, theirs) == 0
    assert difference(ours, place.draw()) > 0


def loaded(zoo: Zoo, name: str, made: str) -> Any:
    return getattr(diffusers, made).from_pretrained(zoo[name], dtype=torch.float32)


@pytest.mark.filterwarnings("ignore:.FluxPosEmbed.:FutureWarning")
def test_flux(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "flux", "FluxPipeline")
    size = {"num_layers": 1, "num_single_layers": 1}
    place = Place(tmp_path, zoo["flux"], plain=control_zoo.transformer(pipeline, 1, **size),
                  union=control_zoo.transformer(pipeline, 2, num_mode=5, **size))  # fmt: skip
    plain, union = (place.net(diffusers.FluxControlNetModel, name) for name in ("plain", "union"))
    edges = place.ctx.control_picture(photograph(), "canny").image
    ours = place.draw({"control": "plain", "weight": 0.7}, {"control": "union", "hint": "canny", "end": 0.5},
                      {"control": "union", "shows": "depth", "weight": 0.3})  # fmt: skip
    call = {
        "control_image": [photograph(), edges, photograph()], "control_mode": [None, 0, 2],
        "controlnet_conditioning_scale": [0.7, 1.0, 0.3], "control_guidance_start": [0.0, 0.0, 0.0],
        "control_guidance_end": [1.0, 0.5, 1.0],
    }  # fmt: skip
    assert difference(ours, place.theirs("FluxControlNetPipeline", "controlnet", [plain, union, union], **call)) == 0
    assert difference(ours, place.draw()) > 0
    refined = place.draw({"control": "plain"}, task=Refine, image="photo", strength=0.9)
    theirs = place.theirs("FluxControlNetImg2ImgPipeline", "controlnet", [plain], image=photograph(), strength=0.9,
                          control_image=[photograph()], control_mode=[None],
                          controlnet_conditioning_scale=[1.0])  # fmt: skip
    assert difference(refined, theirs) == 0
    place.check_weights()


def test_stable_diffusion_3(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "sd3", "StableDiffusion3Pipeline")
    torch.manual_seed(1)  # nothing is added to the last block, so there must be two
    deeper = diffusers.SD3Transformer2DModel.from_config({**pipeline.transformer.config, "num_layers": 2})
    pipeline.register_modules(transformer=deeper.eval())
    pipeline.save_pretrained(tmp_path / "base")
    place = Place(tmp_path, tmp_path / "base", plain=control_zoo.transformer(pipeline, 1, num_layers=1))
    net = place.net(diffusers.SD3ControlNetModel, "plain")
    hints = ("blur", "canny", "ready")
    made = [place.ctx.control_picture(photograph(), hint).image for hint in hints]
    for count in (1, 3):
        ours = place.draw(*({"control": "plain", "hint": hint, "weight": 0.7} for hint in hints[:count]))
        theirs = place.theirs("StableDiffusion3ControlNetPipeline", "controlnet", [net] * count,
                              control_image=made[:count], controlnet_conditioning_scale=[0.7] * count)  # fmt: skip
        assert difference(ours, theirs) == 0
    assert difference(ours, place.draw()) > 0
    place.check_weights()


def test_qwen_image(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "qwen-image", "QwenImagePipeline")
    place = Place(tmp_path, zoo["qwen-image"], plain=control_zoo.transformer(pipeline, 1, num_layers=1),
                  other=control_zoo.transformer(pipeline, 2, num_layers=1))  # fmt: skip
    net = place.net(diffusers.QwenImageControlNetModel, "plain")
    more = {"guidance_scale": None, "true_cfg_scale": 3.0, "negative_prompt": " "}
    ours = place.draw({"control": "plain", "weight": 0.7})
    theirs = place.theirs("QwenImageControlNetPipeline", "controlnet", net, control_image=photograph(),
                          controlnet_conditioning_scale=0.7, **more)  # fmt: skip
    assert difference(ours, theirs) == 0
    assert difference(ours, place.draw()) > 0
    edges = place.ctx.control_picture(photograph(), "canny").image
    several = place.draw({"control": "plain"}, {"control": "plain", "hint": "canny", "weight": 0.5},
                         {"control": "plain", "start": 0.5, "weight": 0.3})  # fmt: skip
    theirs = place.theirs("QwenImageControlNetPipeline", "controlnet", diffusers.QwenImageMultiControlNetModel([net]),
                          control_image=[photograph(), edges, photograph()],
                          controlnet_conditioning_scale=[1.0, 0.5, 0.3], control_guidance_start=[0.0, 0.0, 0.5],
                          control_guidance_end=[1.0, 1.0, 1.0], **more)  # fmt: skip
    assert difference(several, theirs) == 0
    place.check_weights()
    with pytest.raises(UserError, match="follows several pictures by one ControlNet only"):
        place.draw({"control": "plain"}, {"control": "other"})


def test_z_image_and_its_net_is_left_as_it_was(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = loaded(zoo, "z-image", "ZImagePipeline")
    channels = pipeline.vae.config.latent_channels
    made = control_zoo.transformer(pipeline, 1, control_layers_places=[0], control_in_dim=channels,
                                   control_refiner_layers_places=[0])  # fmt: skip
    place = Place(tmp_path, zoo["z-image"], plain=made)
    net = place.net(diffusers.ZImageControlNetModel, "plain")
    ours = [place.draw({"control": "plain", "weight": 0.7}) for _ in range(2)]
    theirs = place.theirs("ZImageControlNetPipeline", "controlnet", net, control_image=photograph(),
                          controlnet_conditioning_scale=0.7)  # fmt: skip
    assert [difference(each, theirs) for each in ours] == [0, 0]
    assert difference(ours[0], place.draw()) > 0
    place.check_weights()
    with pytest.raises(UserError, match="follows one picture at a time"):
        place.draw({"control": "plain"}, {"control": "plain"})


def test_files_of_two_kinds_do_not_go_together(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = Place(tmp_path, tiny_models.sd15, net=control_zoo.plain(stable_diffusion(), 1),
                  adapter=control_zoo.adapter(stable_diffusion(), 1))  # fmt: skip
    with pytest.raises(UserError, match="cannot follow a ControlNet and a T2I-Adapter together"):
        place.draw({"control": "net"}, {"control": "adapter"})
