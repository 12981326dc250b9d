"""Editing: what is protected stays bit for bit, on every family; without protection it is text to image."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import KandinskyV22InpaintPipeline, KandinskyV22PriorPipeline, StableDiffusionInpaintPipeline
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw
from studio_inpaint import Inpaint
from studio_text_to_image import TextToImage
from tiny import TinyModels
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext, check_task

PROMPT = "a red cup"
PLAIN = ["kandinsky", "sd15", "sdxl"]
TRAINED = ["kandinsky_inpaint", "sd15_inpaint", "sd21_inpaint", "sdxl_inpaint"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def photo(size: tuple[int, int], mode: str = "RGB", seed: int = 0) -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], channels))
    if mode == "I;16":
        return Image.fromarray((noise[..., 0] * 251).astype(np.uint16))
    return Image.fromarray(noise.astype(np.uint8) if channels > 1 else noise[..., 0].astype(np.uint8))


def disc(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def run(
    service: ModelService, image: Image.Image | Path, mask: Image.Image | None, ctx: FakeContext | None = None,
    **params: Any,
) -> list[api.Result]:  # fmt: skip
    pictures = {} if mask is None else {"mask": mask}
    if isinstance(image, Image.Image):
        pictures["photo"] = image
    context = ctx or FakeContext(models=service, pictures=pictures)
    wanted = {"image": "photo" if isinstance(image, Image.Image) else str(image), "seed": 7, "steps": 2, **params}
    if mask is not None:
        wanted["mask"] = "mask"
    return list(Inpaint().run(Inpaint.Params(**wanted), context))


def pixels(image: Any) -> np.ndarray:
    assert isinstance(image, Image.Image)
    return np.asarray(image).astype(int)


# ---- what is protected


@pytest.mark.parametrize("prompt", ["", PROMPT])
@pytest.mark.parametrize("model", [*PLAIN, *TRAINED])
def test_protected_pixels_stay_and_masked_ones_change(
    tiny_models: TinyModels, service: ModelService, model: str, prompt: str
) -> None:
    image, mask = photo((100, 80)), disc((100, 80), (30, 20, 70, 60))
    (result,) = run(service, image, mask, model=str(getattr(tiny_models, model)), prompt=prompt)
    new, old, where = pixels(result.image), pixels(image), np.asarray(mask) > 0
    assert np.array_equal(new[~where], old[~where])
    assert (new[where] != old[where]).any(axis=1).mean() > 0.9
    assert result.parents == ("photo",)
    assert result.seed == 7
    assert 0 < result.values["seam"] < 1000


def random_mask(size: tuple[int, int], seed: int, soft: bool) -> np.ndarray:
    """Strokes, with hard or soft edges."""
    draws = np.random.default_rng(seed)
    mask = Image.new("L", size)
    for _ in range(int(draws.integers(1, 4))):
        x, y, w, h = (int(draws.integers(0, side + 1)) for side in (*size, *size))
        ImageDraw.Draw(mask).ellipse((x - w // 3, y - h // 3, x + w // 3, y + h // 3), fill=255)
    array = np.array(mask)
    if soft:
        array = (array * draws.random(array.shape)).astype(np.uint8)
    if not array.any():
        array[int(draws.integers(0, size[1])), int(draws.integers(0, size[0]))] = int(draws.integers(1, 256))
    return array


@given(
    width=st.integers(1, 150), height=st.integers(1, 150), seed=st.integers(0, 10**6), soft=st.booleans(),
    mode=st.sampled_from(["RGB", "RGBA", "L", "LA", "I;16", "RGB", "RGB"]), blend=st.sampled_from([None, 0, 5]),
    grow=st.sampled_from([None, 0, 20]), feather=st.sampled_from([0.0, 0.5, 3.0]), match_color=st.booleans(),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_any_mask_of_any_picture(
    tiny_models: TinyModels, service: ModelService, width: int, height: int, seed: int, soft: bool, mode: str,
    **values: Any,
) -> None:  # fmt: skip
    image, mask = photo((width, height), mode, seed), random_mask((width, height), seed, soft)
    (result,) = run(service, image, Image.fromarray(mask), model=str(tiny_models.sd15), steps=1, **values)
    assert isinstance(result.image, Image.Image)
    assert (result.image.mode, result.image.size) == (mode, image.size)
    assert np.array_equal(pixels(result.image)[mask == 0], pixels(image)[mask == 0])


def test_a_profile_stays_with_its_pixels(tiny_models: TinyModels, service: ModelService, tmp_path: Path) -> None:
    """The result has the picture's profile, the new pixels are in its colours, and no protected one is converted."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    image = photo((60, 50))
    image.save(tmp_path / "photo.png", icc_profile=profile)
    mask = disc((60, 50), (20, 10, 40, 40))
    (result,) = run(service, tmp_path / "photo.png", mask, model=str(tiny_models.sd15))
    where = np.asarray(mask) > 0
    assert result.icc == profile
    assert np.array_equal(pixels(result.image)[~where], pixels(image)[~where])


def test_an_exif_turned_picture_is_edited_upright(
    tiny_models: TinyModels, service: ModelService, tmp_path: Path
) -> None:
    upright, exif = photo((80, 50)), Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    mask = disc((80, 50), (50, 5, 75, 25))
    (result,) = run(service, tmp_path / "turned.png", mask, model=str(tiny_models.sd15))
    where = np.asarray(mask) > 0
    assert np.array_equal(pixels(result.image)[~where], pixels(upright)[~where])
    assert (pixels(result.image)[where] != pixels(upright)[where]).mean() > 0.9


@pytest.mark.slow
def test_a_photograph_of_6000_pixels(tiny_models: TinyModels, service: ModelService) -> None:
    image = Image.radial_gradient("L").resize((6000, 4000)).convert("RGB")
    mask = disc((6000, 4000), (3000, 1500, 3600, 2000))
    (result,) = run(service, image, mask, prompt=PROMPT)
    where = np.asarray(mask) > 0
    assert np.array_equal(np.asarray(result.image)[~where], np.asarray(image)[~where])
    assert result.values["work"] == "256x256"
    assert result.values["area"] == "1202x1202"


# ---- which part


def test_a_pngs_own_alpha_is_its_mask(tiny_models: TinyModels, service: ModelService) -> None:
    image, hole = photo((60, 50)), disc((60, 50), (20, 10, 40, 40))
    image.putalpha(hole.point(lambda value: 255 - value))
    (result,) = run(service, image, None, model=str(tiny_models.sd15))
    new, old, where = pixels(result.image), pixels(image), np.asarray(hole) > 0
    assert np.array_equal(new[~where], old[~where])
    assert new[..., 3].min() == 255


def test_hidden_colour_is_ignored(tiny_models: TinyModels, service: ModelService) -> None:
    """B6: what stands under alpha 0 has no say in the result."""
    hole, made = disc((60, 50), (20, 10, 40, 40)), []
    for hidden in ((0, 0, 0), (255, 0, 255)):
        image = photo((60, 50))
        image.paste(hidden, mask=hole)
        image.putalpha(hole.point(lambda value: 255 - value))
        made.append(pixels(run(service, image, None, model=str(tiny_models.sd15))[0].image))
    assert np.array_equal(made[0], made[1])


@pytest.mark.parametrize("model", ["kandinsky", "sd15"])
@pytest.mark.parametrize("edges", [{"right": 30}, {"left": 7, "top": 41}, {"bottom": 1}])
def test_extending(tiny_models: TinyModels, service: ModelService, model: str, edges: dict[str, int]) -> None:
    image = photo((70, 50))
    (result,) = run(service, image, None, model=str(getattr(tiny_models, model)), **edges)
    left, top = edges.get("left", 0), edges.get("top", 0)
    assert isinstance(result.image, Image.Image)
    assert result.image.size == (70 + left + edges.get("right", 0), 50 + top + edges.get("bottom", 0))
    assert np.array_equal(pixels(result.image)[top : top + 50, left : left + 70], pixels(image))
    assert pixels(result.image).std() > 0


def test_what_is_added_begins_from_its_surroundings(tiny_models: TinyModels, service: ModelService) -> None:
    """At a low strength what was there shines through: nothing black where nothing was, no colour hidden by alpha."""
    bright = Image.new("RGB", (64, 64), (230, 220, 240))
    changed = {"model": str(tiny_models.sd15), "prompt": PROMPT, "strength": 0.05, "steps": 20, "match_color": False}
    (extended,) = run(service, bright, None, right=20, **changed)
    black = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    black.paste(bright.crop((0, 0, 40, 64)), (0, 0))
    (uncovered,) = run(service, black, None, **changed)
    (white,) = run(service, bright, disc((64, 64), (20, 20, 40, 40)), **changed)
    painted = pixels(white.image)[25:35, 25:35].mean()
    assert abs(pixels(extended.image)[:, 70:].mean() - painted) < 25
    assert abs(pixels(uncovered.image)[:, 46:, :3].mean() - painted) < 25


def test_extending_and_a_mask_together(tiny_models: TinyModels, service: ModelService) -> None:
    image, mask = photo((70, 50)), disc((70, 50), (10, 10, 40, 40))
    (result,) = run(service, image, mask, model=str(tiny_models.sd15), left=20)
    where = np.asarray(mask) > 0
    inside = pixels(result.image)[:, 20:]
    assert np.array_equal(inside[~where], pixels(image)[~where])
    assert (inside[where] != pixels(image)[where]).mean() > 0.9


# ---- what is refused


def test_b1_a_mask_of_another_size(service: ModelService) -> None:
    with pytest.raises(api.UserError, match=r'512x512.*640x480.*"Scale the mask"') as caught:
        run(service, photo((640, 480)), Image.new("L", (512, 512), 255))
    assert (caught.value.code, caught.value.field) == ("invalid_mask_size", "mask")


def test_b1_a_mask_of_another_size_is_scaled_when_that_is_asked_for(
    tiny_models: TinyModels, service: ModelService
) -> None:
    image, small = photo((80, 60)), disc((40, 30), (10, 5, 30, 25))
    ctx = FakeContext(models=service, pictures={"photo": image, "mask": small})
    (result,) = run(service, image, small, ctx, model=str(tiny_models.sd15), scale_mask=True)
    assert "The mask was scaled from 40x30 to the picture's 80x60 pixels." in ctx.notes
    changed = (pixels(result.image) != pixels(image)).any(axis=2)
    expected = np.asarray(small.resize((80, 60), Image.Resampling.BILINEAR)) > 0
    assert not (changed & ~expected).any()
    assert changed[expected].mean() > 0.9


def test_b2_nothing_to_edit(service: ModelService) -> None:
    for mask in (Image.new("L", (40, 30)), None):
        with pytest.raises(api.UserError, match=r"mask is empty|nothing to repaint") as caught:
            run(service, photo((40, 30)), mask)
        assert (caught.value.code, caught.value.field) == ("empty_mask", "mask")


def test_b3_all_of_it_is_told(tiny_models: TinyModels, service: ModelService) -> None:
    ctx = FakeContext(models=service, pictures={"photo": photo((40, 30)), "mask": Image.new("L", (40, 30), 255)})
    run(service, photo((40, 30)), Image.new("L", (40, 30), 255), ctx, model=str(tiny_models.sd15))
    assert any("covers the whole picture" in note for note in ctx.notes)


def test_b11_a_model_that_cannot_edit(tiny_models: TinyModels, zoo: Zoo, service: ModelService) -> None:
    able: list[tuple[type[Any], Path, str]] = [
        (Inpaint, zoo["sdxl-refiner"], "inpaint"),
        (TextToImage, tiny_models.sd15_inpaint, "text-to-image"),
    ]
    for task, folder, cannot in able:
        context = FakeContext(models=service, pictures={"photo": photo((40, 30)), "mask": Image.new("L", (40, 30), 9)})
        given = {"image": "photo", "mask": "mask"} if task is Inpaint else {}
        asked = task.Params(prompt=PROMPT, model=str(folder), **given)
        with pytest.raises(api.UserError, match=rf"cannot do {cannot} \(it can do: .*choose another model") as caught:
            list(task().run(asked, context))
        assert (caught.value.code, caught.value.field) == ("unsupported_operation", "model")


def test_too_large_an_extension(service: ModelService) -> None:
    with pytest.raises(api.UserError, match="150 megapixels") as caught:
        run(service, Image.new("RGB", (9000, 8192)), None, right=8192, left=8192)
    assert caught.value.code == "too_large"


# ---- against diffusers


@pytest.mark.parametrize("model", PLAIN)
def test_a_full_mask_is_text_to_image(tiny_models: TinyModels, service: ModelService, model: str) -> None:
    """The loop makes what diffusers' own pipelines make, for every family's scheduler."""
    path = str(getattr(tiny_models, model))
    with service.lease(api.Model(path)) as lease:
        side = lease.defaults["width"]
    words = {"prompt": PROMPT, "model": path, "seed": 7, "steps": 4}
    (expected,) = TextToImage().run(TextToImage.Params(**words), FakeContext(models=service))
    (made,) = run(service, photo((side, side)), Image.new("L", (side, side), 255), **words)
    assert np.abs(pixels(made.image) - pixels(expected.image)).max() <= 1


def test_stable_diffusion_2_1_is_known_and_paints(zoo: Zoo, tiny_models: TinyModels, service: ModelService) -> None:
    """Predicting velocities, with four channels and with nine."""
    for folder in (zoo["sd21"], tiny_models.sd21_inpaint):
        with service.lease(api.Model(str(folder), "inpaint")) as lease:
            assert lease.family == "sd21"
    words = {"prompt": PROMPT, "model": str(zoo["sd21"]), "seed": 7, "steps": 4}
    (expected,) = TextToImage().run(TextToImage.Params(**words), FakeContext(models=service))
    white = Image.new("L", (64, 64), 255)
    (made,) = run(service, photo((64, 64)), white, **words)
    assert np.abs(pixels(made.image) - pixels(expected.image)).max() <= 1


@pytest.mark.parametrize("name", ["sd15_inpaint", "sd21_inpaint"])
def test_a_full_mask_on_trained_weights_is_diffusers_inpainting(
    tiny_models: TinyModels, service: ModelService, name: str
) -> None:
    size = (64, 64)
    folder, white = getattr(tiny_models, name), Image.new("L", size, 255)
    pipeline = StableDiffusionInpaintPipeline.from_pretrained(folder, dtype=torch.float32, safety_checker=None)
    image = Image.new("RGB", size, (127, 127, 127))
    # Its generator also draws the noise of two encodings, where ours takes their means, so these are handed over.
    with torch.no_grad():
        hidden = pipeline.vae.encode(torch.zeros(1, 3, 64, 64)).latent_dist.mode() * pipeline.vae.config.scaling_factor
    noise = torch.randn((1, 4, 32, 32), generator=torch.Generator("cpu").manual_seed(7))
    expected = pipeline(
        PROMPT, image=image, mask_image=white, width=64, height=64, num_inference_steps=4, guidance_scale=7.5,
        latents=noise, masked_image_latents=hidden, generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]  # fmt: skip
    (made,) = run(service, image, white, model=str(folder), prompt=PROMPT, steps=4)
    assert np.abs(pixels(made.image) - pixels(expected)).max() <= 1


def test_trained_kandinsky_is_diffusers_inpainting(tiny_models: TinyModels, service: ModelService) -> None:
    folder, size = tiny_models.kandinsky_inpaint, (512, 512)
    white = np.ones((512, 512), np.float32)
    image = Image.new("RGB", size, (127, 127, 127))
    prior = KandinskyV22PriorPipeline.from_pretrained(folder.parent / "kandinsky-2-2-prior", dtype=torch.float32)
    decoder = KandinskyV22InpaintPipeline.from_pretrained(folder, dtype=torch.float32)
    generator = torch.Generator("cpu").manual_seed(7)
    embeds = prior(PROMPT, guidance_scale=4.0, generator=generator, num_inference_steps=25)
    expected = decoder(
        **embeds, image=image, mask_image=white, width=512, height=512, num_inference_steps=2, guidance_scale=4.0,
        generator=generator,
    ).images[0]  # fmt: skip
    (made,) = run(service, image, Image.new("L", size, 255), model=str(folder), prompt=PROMPT)
    assert np.abs(pixels(made.image) - pixels(expected)).max() <= 1


# ---- as a job


@pytest.mark.parametrize("model", ["sd15", "sdxl"])
def test_previews_and_cancel_at_every_step(tiny_models: TinyModels, service: ModelService, model: str) -> None:
    pictures = {"photo": photo((64, 64)), "mask": disc((64, 64), (10, 10, 40, 40))}
    make = partial(FakeContext, models=service, pictures=pictures, previews=True)
    params = {"image": "photo", "mask": "mask", "seed": 7, "steps": 3, "model": str(getattr(tiny_models, model))}
    (watched,) = check_task(Inpaint, params, make)
    (plain,) = run(service, pictures["photo"], pictures["mask"], steps=3, model=params["model"])
    assert np.array_equal(pixels(watched.image), pixels(plain.image))


def test_cancel_within_the_prior(tiny_models: TinyModels, service: ModelService) -> None:
    pictures = {"photo": photo((64, 64)), "mask": disc((64, 64), (10, 10, 40, 40))}
    ctx = FakeContext(models=service, pictures=pictures, cancel_at=3)
    with pytest.raises(api.Cancelled):
        run(service, pictures["photo"], pictures["mask"], ctx, model=str(tiny_models.kandinsky), prompt=PROMPT)
    assert [step.stage for step in ctx.steps] == ["prior"] * 4


def test_each_of_several_pictures_has_its_own_seed(tiny_models: TinyModels, service: ModelService) -> None:
    image, mask = photo((64, 64)), disc((64, 64), (10, 10, 40, 40))
    model = str(tiny_models.sd15)
    both = run(service, image, mask, model=model, count=2)
    (second,) = run(service, image, mask, model=model, seed=8)
    assert [result.seed for result in both] == [7, 8]
    assert np.array_equal(pixels(both[1].image), pixels(second.image))
    assert not np.array_equal(pixels(both[0].image), pixels(both[1].image))


def test_removing_on_the_starter_leaves_the_background(service: ModelService) -> None:
    """A dark disc on a slope of blue is gone: what is left is near the slope."""
    slope = np.tile(np.linspace(120, 200, 256), (256, 1))
    clean = np.dstack([slope * 0.5, slope, np.full_like(slope, 230)]).astype(np.uint8)
    image = Image.fromarray(clean)
    ImageDraw.Draw(image).ellipse((90, 90, 170, 170), fill=(30, 10, 10))
    mask = disc((256, 256), (80, 80, 180, 180))
    (result,) = run(service, image, mask, steps=None)
    error = np.abs(pixels(result.image) - clean)[np.asarray(mask) > 0]
    assert error.mean() < 20 < np.abs(pixels(image) - clean)[np.asarray(mask) > 0].mean()


@pytest.mark.parametrize("extend", [0, 32])
def test_a_preview_is_the_whole_picture_with_the_edit_in_its_place(
    tiny_models: TinyModels, service: ModelService, extend: int
) -> None:
    picture, mask = Image.new("RGB", (320, 160), (0, 0, 250)), disc((320, 160), (250, 60, 290, 100))
    ctx = FakeContext(models=service, pictures={"photo": picture, "mask": mask}, previews=True)
    run(service, picture, mask, ctx, model=str(tiny_models.sd15), prompt=PROMPT, left=extend)
    previews = [step.preview for step in ctx.steps if step.preview is not None]
    assert previews
    for preview in previews:
        assert preview.size == (320 + extend, 160)
        protected = np.asarray(preview)[:, extend : extend + 240]
        assert (protected == (0, 0, 250)).all()  # far from the mask
        edited = np.asarray(preview)[70:90, extend + 262 : extend + 278]
        assert (edited != (0, 0, 250)).any()
        if extend:
            assert (np.asarray(preview)[:, :extend] != 0).any()  # the new edge forms too
