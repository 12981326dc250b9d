"""ControlNets: equal to diffusers' own to the last bit, up to three at once; wrong ones are refused in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import control_zoo
import diffusers
import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from PIL import Image
from studio_inpaint import Inpaint
from studio_picture_operations import OPERATIONS
from studio_text_to_image import Refine, TextToImage
from studio_upscale import Upscale
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl

from studio import api
from studio.errors import UserError
from studio.models.service import ModelService
from studio.plugin_host.operations import PictureOperations, with_operations
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, STEPS, SEED = "a red mushroom", 3, 7


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


BUILT = {each.id: each for each in OPERATIONS}
LABELS = ("ready", *BUILT)
MADE = [name for name in LABELS if name == "ready" or not BUILT[name].weights]
"""Without a file of weights."""


def hint(picture: Image.Image, name: str) -> Image.Image:
    return PictureOperations(BUILT).control_picture(picture, name).image


def photograph(width: int = 64, height: int = 64) -> Image.Image:
    down, across = np.mgrid[0:height, 0:width]
    array = np.stack([down * 255 // height, across * 255 // width, ((down - 30) ** 2 + (across - 30) ** 2 < 300) * 200])
    return Image.fromarray(np.moveaxis(array, 0, -1).astype("uint8"))


@dataclass
class Place:
    model: Path
    folder: Path
    ctx: FakeContext

    def draw(self, *controls: dict[str, Any], task: Any = TextToImage, **more: Any) -> Image.Image:
        given = {"prompt": PROMPT, "model": str(self.model), "seed": SEED, "steps": STEPS, "guidance_scale": 4.0}
        size = {} if task is Refine else {"size": "64x64"}
        params = task.Params(**given, **size, **more, control=[{"image": "photo", **each} for each in controls])
        (result,) = task().run(params, self.ctx)
        made: Image.Image = result.image
        return made

    def theirs(self, name: str, *controls: tuple[str, str, float, float, float], **more: Any) -> Image.Image:
        nets = [diffusers.ControlNetModel.from_pretrained(self.folder / net) for net, *_ in controls]
        pipeline = getattr(diffusers, name).from_pretrained(self.model, controlnet=nets, dtype=torch.float32)
        pipeline.set_progress_bar_config(disable=True)
        for part in pipeline.components.values():
            if isinstance(part, torch.nn.Module):
                part.requires_grad_(False).eval()
        place = "control_image" if "Img2Img" in name else "image"
        call = {
            place: [hint(photograph(), each[1]) for each in controls], "width": 64, "height": 64,
            "controlnet_conditioning_scale": [each[2] for each in controls],
            "control_guidance_start": [each[3] for each in controls],
            "control_guidance_end": [each[4] for each in controls],
        }  # fmt: skip
        return pipeline(
            PROMPT, num_inference_steps=STEPS, guidance_scale=4.0, generator=torch.Generator().manual_seed(SEED),
            **call, **more,
        ).images[0]  # fmt: skip


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())


def place_of(tmp_path: Path, model: Path, pipeline: Any) -> Place:
    folder = tmp_path / "nets"
    for seed, name in enumerate(("edges", "lines", "colours")):
        control_zoo.plain(pipeline, seed).save_pretrained(folder / name)
    settings = Settings(home=tmp_path / "home", device="cpu", models=(str(folder),))
    service = ModelService(settings, BUILT_IN)
    service.wait_for_scan()
    pictures = {"photo": photograph(), "wide": photograph(128, 64), "clear": Image.new("RGBA", (64, 64))}
    return Place(model, folder, FakeContext(models=service, pictures=pictures))


@pytest.fixture
def sd15(tiny_models: TinyModels, tmp_path: Path) -> Place:
    return place_of(tmp_path, tiny_models.sd15, stable_diffusion())


def test_pictures_equal_diffusers_own(sd15: Place) -> None:
    plain = sd15.draw()
    one = sd15.draw({"control": "edges", "hint": "canny", "weight": 0.8})
    name = "StableDiffusionControlNetPipeline"
    assert difference(one, sd15.theirs(name, ("edges", "canny", 0.8, 0.0, 1.0))) == 0
    assert difference(one, plain) > 1
    three = sd15.draw(
        {"control": "edges", "hint": "canny", "weight": 0.5},
        {"control": "lines", "hint": "soft-edge", "end": 0.7},
        {"control": "colours", "hint": "palette", "weight": 0.3, "start": 0.4},
    )
    theirs = sd15.theirs(
        name, ("edges", "canny", 0.5, 0.0, 1.0), ("lines", "soft-edge", 1.0, 0.0, 0.7),
        ("colours", "palette", 0.3, 0.4, 1.0),
    )  # fmt: skip
    assert difference(three, theirs) == 0
    assert difference(sd15.draw(), plain) == 0
    assert difference(sd15.draw({"control": "edges", "weight": 0}), plain) == 0


def test_a_refined_picture_follows_another(sd15: Place) -> None:
    ours = sd15.draw({"control": "edges", "hint": "lineart"}, task=Refine, image="photo", strength=0.9)
    more = {"image": photograph(), "strength": 0.9}
    theirs = sd15.theirs("StableDiffusionControlNetImg2ImgPipeline", ("edges", "lineart", 1.0, 0.0, 1.0), **more)
    assert difference(ours, theirs) == 0


def test_sdxl_follows_too(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = place_of(tmp_path, tiny_models.sdxl, stable_diffusion_xl())
    ours = place.draw({"control": "edges", "hint": "canny"}, {"control": "lines", "weight": 0.5},
                      {"control": "colours", "hint": "palette", "end": 0.7})  # fmt: skip
    theirs = place.theirs("StableDiffusionXLControlNetPipeline", ("edges", "canny", 1.0, 0.0, 1.0),
                          ("lines", "ready", 0.5, 0.0, 1.0), ("colours", "palette", 1.0, 0.0, 0.7))  # fmt: skip
    assert difference(ours, theirs) == 0


def test_it_is_leased_and_counted_like_any_component(sd15: Place) -> None:
    sd15.draw({"control": "edges"}, {"control": "edges", "hint": "canny"})
    service: Any = sd15.ctx._models
    nets = [row for row in service.report().components if row.title.startswith("ControlNetModel")]
    assert len(nets) == 1
    assert nets[0].bytes > 0
    loaded = service.loaded_bytes
    sd15.draw({"control": "edges"})
    assert service.loaded_bytes == loaded


def test_it_is_called_after_its_folder_and_counted_before(sd15: Place) -> None:
    service: Any = sd15.ctx._models
    assert {info.id: info.kind for info in service.infos()}.items() >= {
        ("edges", "controlnet"),
        ("lines", "controlnet"),
    }
    one, two = (
        service.control_bytes(
            str(sd15.model), "text-to-image", [api.Control(control=name, image="x") for name in names]
        )
        for names in (("edges",), ("edges", "lines", "edges"))
    )
    file = sd15.folder / "edges" / "diffusion_pytorch_model.safetensors"
    assert 0.9 * file.stat().st_size < one <= file.stat().st_size
    assert two == 2 * one


# ---- what is given


def refusal(place: Place, *controls: dict[str, Any], **more: Any) -> str:
    with pytest.raises(UserError) as caught:
        place.draw(*controls, **more)
    assert caught.value.field == "control"
    return str(caught.value.message)


def test_a_picture_of_another_shape_is_cut_and_told(sd15: Place) -> None:
    sd15.draw({"control": "edges", "image": "wide"})
    assert "The control picture has 128x64 pixels; it was cropped to the shape of 64x64." in sd15.ctx.notes


def test_what_is_transparent_is_white(sd15: Place) -> None:
    assert hint(Image.new("RGBA", (8, 8)), "ready").getpixel((0, 0)) == (255, 255, 255)
    sd15.draw({"control": "edges", "image": "clear", "hint": "canny"})


def test_a_picture_of_16_bits_is_that_of_its_8(sd15: Place, tmp_path: Path) -> None:
    grey = np.asarray(photograph().convert("L"))
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    Image.fromarray(grey).save(tmp_path / "flat.png")
    deep, flat = (sd15.draw({"control": "edges", "image": str(tmp_path / f"{name}.png")}) for name in ("deep", "flat"))
    assert difference(deep, flat) == 0


def test_a_picture_that_is_none_is_named(sd15: Place, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "letter.png").write_text("Dear reader")
    for name, told in (
        ("empty", "“empty.png” is empty (0 bytes); choose another file"),
        ("gone", "“gone.png” does not exist (any more)"),
        ("letter", "“letter.png” is not a picture in any format that is known here"),
    ):  # fmt: skip
        with pytest.raises(UserError) as caught:
            sd15.draw({"control": "edges", "image": str(tmp_path / f"{name}.png")})
        assert str(caught.value.message).startswith(told)


def test_wrong_ones_are_refused(sd15: Place, tmp_path: Path) -> None:
    control_zoo.plain(stable_diffusion_xl(), 1).save_pretrained(sd15.folder / "large")
    large = str(sd15.folder / "large" / "diffusion_pytorch_model.safetensors")
    assert "does not fit sd15: its cross_attention_dim is 64, the model's 32." in refusal(sd15, {"control": large})
    assert "There is no ControlNet 'nobody'; installed are: " in refusal(sd15, {"control": "nobody"})
    foreign = sd15.folder / "colours" / "config.json"
    own = foreign.read_text()
    foreign.write_text(own.replace("ControlNetModel", "FluxControlNetModel"))
    assert "is a FluxControlNetModel, which sd15 does not follow" in refusal(sd15, {"control": "colours"})
    foreign.write_text(own)
    (sd15.folder / "edges" / "config.json").unlink()
    assert "does not tell how it is built" in refusal(sd15, {"control": "edges"})
    assert "it never acts; let it start before it ends" in refusal(sd15, {"control": "lines", "start": 0.5, "end": 0.5})
    (sd15.folder / "lines" / "diffusion_pytorch_model.safetensors").unlink()
    assert "The ControlNet 'lines' is missing: there is no file " in refusal(sd15, {"control": "lines"})
    starter = Place(Path("starter"), sd15.folder, sd15.ctx)
    assert "The model 'Starter' does not support ControlNet here" in refusal(starter, {"control": "colours"})


# ---- the pictures


@pytest.mark.parametrize("name", MADE)
def test_every_hint_is_a_picture_of_the_same_size(name: str) -> None:
    for size in ((64, 48), (1, 1), (3, 200)):
        made = hint(photograph(*size), name)
        assert (made.size, made.mode) == (size, "RGB")


def test_lines_are_white_on_black_and_nothing_is_made_of_a_plain_picture() -> None:
    house = Image.new("RGB", (128, 128), (200, 200, 210))
    house.paste((60, 40, 30), (40, 50, 90, 110))
    for name in ("canny", "lineart", "soft-edge", "scribble"):
        assert np.asarray(hint(Image.new("RGB", (64, 64), (90, 120, 40)), name)).max() == 0, name
        made = np.asarray(hint(house, name))
        assert made.max() > 250, name
        assert made.mean() < 60, name


def test_the_form_offers_the_operations_of_all_plugins_by_their_titles() -> None:
    titles = {each.id: each.title for each in OPERATIONS}
    schema = with_operations(TextToImage.Params.model_json_schema(), titles)
    hint = schema["$defs"]["Control"]["properties"]["hint"]
    assert hint["enum"] == [*LABELS]
    assert hint["labels"]["canny"] == "Edges (Canny)"
    assert with_operations(api.Params.model_json_schema(), titles) == api.Params.model_json_schema()


# ---- edits


def edited(place: Place, *controls: dict[str, Any], **more: Any) -> Image.Image:
    """All of the picture painted anew, so that nothing is put back."""
    params = Inpaint.Params(
        prompt=PROMPT, model=str(place.model), seed=SEED, steps=STEPS, guidance_scale=4.0, image="photo", mask="mask",
        strength=1.0, match_color=False, blend=0, control=list(controls), **more,
    )  # fmt: skip
    (result,) = Inpaint().run(params, place.ctx)
    made: Image.Image = result.image
    return made


def test_an_edit_follows_as_diffusers_does(sd15: Place) -> None:
    sd15.ctx._pictures["mask"] = Image.new("L", (64, 64), 255)  # type: ignore[index]
    ours = edited(sd15, {"control": "edges", "hint": "canny", "weight": 0.8, "end": 0.7}, {"control": "lines"})
    theirs = sd15.theirs("StableDiffusionControlNetPipeline", ("edges", "canny", 0.8, 0.0, 0.7),
                         ("lines", "ready", 1.0, 0.0, 1.0))  # fmt: skip
    assert difference(ours, theirs) == 0
    assert difference(ours, edited(sd15)) > 1


def test_a_net_that_fills_sees_what_is_not_masked(sd15: Place) -> None:
    mask = Image.new("L", (64, 64))
    mask.paste(255, (20, 20, 50, 50))
    sd15.ctx._pictures["mask"] = mask  # type: ignore[index]
    ours = edited(sd15, {"control": "edges", "shows": "inpaint"})
    assert difference(ours, edited(sd15)) > 1
    kept = np.asarray(mask) == 0
    assert (np.asarray(ours)[kept] == np.asarray(photograph())[kept]).all()
    assert "Only Edit has a part to paint" in refusal(sd15, {"control": "edges", "shows": "inpaint"})
    with pytest.raises(UserError, match="There is no control picture"):
        sd15.draw({"control": "edges", "image": None})


# ---- enlarging


def enlarged(place: Place, *controls: dict[str, Any], **more: Any) -> Image.Image:
    params = Upscale.Params(
        image="small", model=str(place.model), prompt=PROMPT, seed=SEED, steps=4, guidance_scale=4.0, strength=0.75,
        control=list(controls), **more,
    )  # fmt: skip
    (result,) = Upscale().run(params, place.ctx)
    made: Image.Image = result.image
    return made


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_enlarging_by_a_tile_net_is_what_diffusers_makes(tiny_models: TinyModels, tmp_path: Path, family: str) -> None:
    pipeline = stable_diffusion() if family == "sd15" else stable_diffusion_xl()
    place = place_of(tmp_path, getattr(tiny_models, family), pipeline)
    small = photograph(32, 32)
    place.ctx._pictures["small"] = small  # type: ignore[index]
    ours = enlarged(place, {"control": "edges", "hint": "tile", "weight": 0.7})
    net = diffusers.ControlNetModel.from_pretrained(place.folder / "edges")
    name = f"StableDiffusion{'' if family == 'sd15' else 'XL'}ControlNetImg2ImgPipeline"
    theirs = getattr(diffusers, name).from_pretrained(place.model, controlnet=[net], dtype=torch.float32)
    large = small.resize((64, 64), Image.Resampling.LANCZOS)
    with torch.no_grad():
        expected = theirs(
            PROMPT, image=large, control_image=[hint(large, "tile")], strength=0.75, num_inference_steps=4,
            guidance_scale=4.0, controlnet_conditioning_scale=[0.7], generator=torch.Generator().manual_seed(SEED),
            width=64, height=64,
        ).images[0]  # fmt: skip
    assert difference(ours, expected) == 0


def test_windows_agree_and_what_is_transparent_stays(sd15: Place) -> None:
    picture = photograph(70, 40)
    picture.putalpha(128)
    sd15.ctx._pictures["small"] = picture  # type: ignore[index]
    made = enlarged(sd15, {"control": "edges", "hint": "tile"}, tile=64, overlap=16)
    assert (made.size, made.mode) == ((140, 80), "RGBA")
    assert made.getchannel("A").getextrema() == (128, 128)
    assert not sd15.ctx.notes
    enlarged(sd15, tile=64, overlap=16)
    assert any(note.startswith("Without a tile ControlNet") for note in sd15.ctx.notes)
