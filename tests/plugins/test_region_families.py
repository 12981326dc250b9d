"""Words for regions in families without a UNet for CLIP's words: what is predicted for each, composed by the masks."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import control_zoo
import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import FluxPipeline
from parity import for_painting, photograph_of
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_upscale import Upscale
from tiny import TinyModels
from zoo import Zoo

from studio import api
from studio.errors import UserError
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, WORDS, SIDE = "a red mushroom", "a large blue house by the sea", 64
SEVERAL = ("flux2-klein", "sd3", "qwen-image", "z-image", "chroma", "sana", "pixart-sigma")


def half(left: bool) -> Image.Image:
    made = Image.new("L", (SIDE, SIDE))
    made.paste(255, (0, 0, SIDE // 2, SIDE) if left else (SIDE // 2, 0, SIDE, SIDE))
    return made


PICTURES = {
    "white": Image.new("L", (20, 20), 255), "left": half(True), "right": half(False),
    "photo": photograph_of(SIDE, SIDE), "large": photograph_of(128, 64),
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def ctx(service: ModelService) -> FakeContext:
    return FakeContext(models=service, pictures=PICTURES)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def draw(ctx: FakeContext, model: Path, *regions: tuple[str, str, float], task: Any = TextToImage, **more: Any) -> Any:
    told = [{"prompt": words, "mask": mask, "weight": weight} for words, mask, weight in regions]
    size = {"size": f"{SIDE}x{SIDE}"} if task in (TextToImage, Refine) else {}
    asked = {"prompt": PROMPT, "model": str(model), "seed": 7, "steps": 2, **size, **more}
    made = [np.asarray(each.image).astype(int) for each in task().run(task.Params(**asked, region=told), ctx)]
    return made[0] if len(made) == 1 else made


def content(service: ModelService, model: Path) -> str:
    """Of all weights of a model."""
    digest = hashlib.sha256()
    with service.lease(api.Model(str(model))) as lease:
        for part in lease.components().values():
            for name, tensor in sorted(part.state_dict().items()) if hasattr(part, "state_dict") else []:
                digest.update(name.encode() + tensor.float().numpy().tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("name", SEVERAL)
def test_in_all_families_a_region_of_everything_is_its_words_own_picture(
    ctx: FakeContext, zoo: Zoo, name: str
) -> None:
    words = draw(ctx, zoo[name], prompt=WORDS, steps=1)
    assert (draw(ctx, zoo[name], (WORDS, "white", 1.0), steps=1) == words).all()
    left = np.abs(draw(ctx, zoo[name], (PROMPT, "left", 1.0), prompt=WORDS, steps=1) - words).mean(axis=(0, 2))
    assert left[: SIDE // 2].mean() > left[SIDE // 2 :].mean()


@pytest.mark.parametrize("name", ["kandinsky", "flux"])
def test_words_act_where_their_region_is(ctx: FakeContext, zoo: Zoo, name: str) -> None:
    plain = draw(ctx, zoo[name])
    whole = draw(ctx, zoo[name], (WORDS, "white", 1.0))
    assert (whole == draw(ctx, zoo[name], prompt=WORDS)).all()
    assert (whole != plain).any()
    left, right = (np.abs(draw(ctx, zoo[name], (WORDS, side, 1.0)) - plain).mean(axis=(0, 2))
                   for side in ("left", "right"))  # fmt: skip
    assert left[: SIDE // 2].mean() > left[SIDE // 2 :].mean()
    assert right[SIDE // 2 :].mean() > right[: SIDE // 2].mean()
    assert (draw(ctx, zoo[name]) == plain).all()


def test_what_is_composed_is_what_somebody_would_write_who_has_only_diffusers(ctx: FakeContext, zoo: Zoo) -> None:
    """FLUX: two predictions a step, mixed by the left half."""
    pipeline = FluxPipeline.from_pretrained(zoo["flux"], dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    network, mask = pipeline.transformer, torch.zeros(1, SIDE // 4, SIDE // 4, 1)  # of the tiny VAE: 2 pixels, by pairs
    mask[:, :, : SIDE // 8] = 1
    mask = mask.reshape(1, -1, 1)
    embeds, pooled, _ = pipeline.encode_prompt(prompt=WORDS, prompt_2=None)
    own = network.forward

    def both(*given: Any, **named: Any) -> Any:
        other = own(*given, **named | {"encoder_hidden_states": embeds, "pooled_projections": pooled})[0]
        return (mask * other + (1 - mask) * own(*given, **named)[0],)

    network.forward = both
    with torch.no_grad():
        theirs = pipeline(PROMPT, num_inference_steps=2, guidance_scale=3.5, width=SIDE, height=SIDE,
                          generator=torch.Generator().manual_seed(7)).images[0]  # fmt: skip
    ours = draw(ctx, zoo["flux"], (WORDS, "left", 1.0), guidance_scale=3.5)
    assert np.abs(ours - np.asarray(theirs).astype(int)).max() == 0


def test_with_a_controlnet(zoo: Zoo, tmp_path: Path) -> None:
    pipeline = FluxPipeline.from_pretrained(zoo["flux"], dtype=torch.float32)
    net = control_zoo.transformer(pipeline, 1, num_layers=1, num_single_layers=1)
    net.save_pretrained(tmp_path / "nets" / "plain")
    service = ModelService(Settings(home=tmp_path, device="cpu", models=(str(tmp_path / "nets"),)), BUILT_IN)
    service.wait_for_scan()
    ctx = FakeContext(models=service, pictures=PICTURES)
    more = {"control": [{"control": "plain", "image": "photo", "weight": 0.8}]}
    plain = draw(ctx, zoo["flux"], **more)
    left = np.abs(draw(ctx, zoo["flux"], (WORDS, "left", 1.0), **more) - plain).mean(axis=(0, 2))
    assert left[: SIDE // 2].mean() > left[SIDE // 2 :].mean()
    assert (draw(ctx, zoo["flux"], (PROMPT, "left", 1.0), **more) == plain).all()
    assert (draw(ctx, zoo["flux"], (WORDS, "left", 1.0)) != draw(ctx, zoo["flux"], (WORDS, "left", 1.0), **more)).any()


def test_each_picture_of_several_and_the_model_after_it(ctx: FakeContext, service: ModelService, zoo: Zoo) -> None:
    before = content(service, zoo["flux"])
    both = draw(ctx, zoo["flux"], (WORDS, "left", 0.8), count=2)
    assert (both[0] == draw(ctx, zoo["flux"], (WORDS, "left", 0.8))).all()
    assert (both[1] == draw(ctx, zoo["flux"], (WORDS, "left", 0.8), seed=8)).all()
    assert content(service, zoo["flux"]) == before


def test_drafts_remember_each_region_apart(ctx: FakeContext, zoo: Zoo) -> None:
    more = {"draft": "first-block", "steps": 4}
    drafted = draw(ctx, zoo["flux"], (WORDS, "white", 1.0), **more)
    assert (drafted == draw(ctx, zoo["flux"], prompt=WORDS, **more)).all()
    assert (draw(ctx, zoo["flux"], (WORDS, "left", 1.0), **more) != draw(ctx, zoo["flux"], **more)).any()


@pytest.mark.parametrize("name", ["kandinsky", "flux", "flux-kontext", "z-image"])
def test_refining(ctx: FakeContext, zoo: Zoo, name: str) -> None:
    more = {"task": Refine, "image": "photo"} | ({} if name == "flux-kontext" else {"strength": 0.9})
    whole = draw(ctx, zoo[name], (WORDS, "white", 1.0), **more)
    assert (whole == draw(ctx, zoo[name], prompt=WORDS, **more)).all()
    assert (draw(ctx, zoo[name], (WORDS, "left", 1.0), **more) != whole).any()


@pytest.mark.parametrize("name", ["kandinsky", "sd15", "flux", "flux-fill"])
def test_editing_a_part(ctx: FakeContext, zoo: Zoo, name: str) -> None:
    more = {"task": Inpaint, "image": "large", "mask": "half", "match_color": False, "blend": 0}
    ctx._pictures["half"] = Image.new("L", (128, 64))  # type: ignore[index]
    ctx._pictures["half"].paste(255, (64, 0, 128, 64))
    model = for_painting(zoo[name], PICTURES["large"])  # which says that it is made for as many pixels
    whole = draw(ctx, model, (WORDS, "white", 1.0), **more)
    assert (whole == draw(ctx, model, prompt=WORDS, **more)).all()
    assert not ctx.notes
    assert (draw(ctx, model, (WORDS, "left", 1.0), **more) != whole).any()
    assert ctx.notes == [f"The region “{WORDS}” lies outside of the mask, so hardly anything of it will be seen."]


def test_enlarging_reads_them_in_each_window(ctx: FakeContext, tiny_models: TinyModels) -> None:
    more = {"task": Upscale, "image": "photo", "strength": 0.9, "guidance_scale": 4.0, "tile": 64, "overlap": 16}
    plain = draw(ctx, tiny_models.sd15, **more)
    whole = draw(ctx, tiny_models.sd15, (WORDS, "white", 1.0), **more)
    assert (whole == draw(ctx, tiny_models.sd15, prompt=WORDS, **more)).all()
    left = np.abs(draw(ctx, tiny_models.sd15, (WORDS, "left", 1.0), **more) - plain).mean(axis=(0, 2))
    assert left[:SIDE].mean() > left[SIDE:].mean()


def test_what_cannot_be_is_refused(ctx: FakeContext, zoo: Zoo) -> None:
    with pytest.raises(UserError, match="reads no words for regions here") as told:
        draw(ctx, zoo["Ideogram4Pipeline"], (WORDS, "left", 1.0))
    assert told.value.field == "region"
    with pytest.raises(UserError, match="enlarges without words for regions") as told:
        draw(ctx, zoo["sd-x4"], (WORDS, "left", 1.0), task=Upscale, image="photo")
    assert told.value.field == "region"
    with pytest.raises(UserError, match="A region has no words"):
        draw(ctx, zoo["flux"], ("  ", "left", 1.0))
    with pytest.raises(UserError, match="A region has no words"):
        draw(ctx, zoo["flux"], ("[red:blue:0.5]", "left", 1.0))
    assert any("[red:blue:0.5]" in note for note in ctx.notes)
