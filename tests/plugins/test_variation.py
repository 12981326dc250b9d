"""The verbs of variation on tiny real models of Kandinsky 2.2, against diffusers called directly where they compare."""

import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import KandinskyV22Pipeline, KandinskyV22PriorPipeline
from PIL import Image
from studio_text_to_image import TextToImage
from studio_variation import Blend, Interpolate, TextDiff, Vary
from studio_variation.verbs import IDEA_FROM
from tiny import TinyModels

from studio import api
from studio.diffusion import CLIP_VIEW, Clip, StepProgress
from studio.models.service import ModelService
from studio.models.tensor_storage import storages
from studio.settings import Settings
from studio.testing import FakeContext, check_task


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def gradient(seed: int, size: tuple[int, int] = (90, 70)) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 255, (3, 4, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


PICTURES = {
    "one": gradient(1), "other": gradient(2), "third": gradient(3), "dot": Image.new("RGB", (1, 1), "red"),
    "line": gradient(4, (3, 700)), "clear": Image.new("RGBA", (20, 20), (255, 0, 0, 0)),
    "half": Image.merge("RGBA", [*gradient(5).split(), Image.linear_gradient("L").resize((90, 70))]),
}  # fmt: skip


@pytest.fixture
def ctx(service: ModelService) -> FakeContext:
    return FakeContext(pictures=PICTURES, models=service)


@pytest.fixture
def model(tiny_models: TinyModels) -> str:
    return str(tiny_models.kandinsky_pair)


def run(task: type[api.Task], ctx: FakeContext, model: str, **params: Any) -> list[api.Result]:
    asked = {"model": model, "seed": 7, "steps": 4, "size": "64x64", **params}
    made = task().run(task.Params(**asked), ctx)
    return list(made)  # type: ignore[arg-type]


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image).astype(int)


# ---- CLIP


def test_open_clip_gives_the_embeddings_of_the_towers_and_shares_their_storage(
    ctx: FakeContext, service: ModelService, model: str
) -> None:
    for ref in (model, "starter"):
        with service.lease(api.Model(ref, "variation", derived=(CLIP_VIEW,))) as lease:
            clip = Clip(ctx, lease)
            pictures = lease["image_processor"]([PICTURES["one"]], return_tensors="pt").pixel_values
            ids = lease["tokenizer"](
                ["a cat", "帽子"], padding="max_length", truncation=True, return_tensors="pt"
            ).input_ids
            with torch.inference_mode():
                image = lease["image_encoder"](pictures.to(lease.dtype)).image_embeds
                text = lease["text_encoder"](ids).text_embeds
            assert torch.equal(clip.of_pictures([PICTURES["one"]]), image)
            ours = clip.of_texts(["a cat", "帽子"])
            assert torch.cosine_similarity(ours.float(), text.float()).min() > 0.9999
            towers = {**storages(lease["text_encoder"]), **storages(lease["image_encoder"])}
            own = {place: size for place, size in storages(lease["clip"]).items() if place not in towers}
            mask = lease["clip"].attn_mask.nbytes
            assert sum(own.values()) - mask < 0.01 * sum(towers.values())  # biases, packed


def test_a_second_tool_on_the_same_base_loads_nothing(tmp_path: Path, model: str) -> None:
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    ctx = FakeContext(pictures=PICTURES, models=service)
    run(TextToImage, ctx, model, prompt="a cat")
    loaded, used = service.loaded_bytes, service.resident_bytes
    assert loaded > 0
    run(Vary, ctx, model, image="one", count=1)
    assert service.loaded_bytes == loaded
    assert service.resident_bytes - used < 40_000  # three biases packed, and a mask


# ---- vary


def directly(folder: Path, picture: Image.Image, seed: int) -> Image.Image:
    """A variation as diffusers' documentation makes one: the picture's embedding, decoded from noise."""
    prior = KandinskyV22PriorPipeline.from_pretrained(folder.parent / "kandinsky-2-2-prior", dtype=torch.float32)
    decoder = KandinskyV22Pipeline.from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        seen = prior.image_processor([picture], return_tensors="pt").pixel_values
        embedding = prior.image_encoder(seen).image_embeds
    return decoder(
        image_embeds=embedding, negative_image_embeds=prior.get_zero_embed(), width=128, height=64,
        num_inference_steps=4, guidance_scale=4.0, generator=torch.Generator("cpu").manual_seed(seed),
    ).images[0]  # fmt: skip


def test_where_no_pixel_is_left_of_the_source_it_is_diffusers_own_variation(ctx: FakeContext, model: str) -> None:
    results = run(Vary, ctx, model, image="one", distance=IDEA_FROM, size="128x64", count=2)
    for result, seed in zip(results, (7, 8), strict=True):
        assert result.seed == seed
        assert np.array_equal(pixels(result.image), pixels(directly(Path(model), PICTURES["one"], seed)))


def test_each_result_carries_its_distance_its_parent_and_the_seed_that_makes_it_alone(
    ctx: FakeContext, model: str
) -> None:
    several = run(Vary, ctx, model, image="one", distance=0.6, count=3)
    (alone,) = run(Vary, ctx, model, image="one", distance=0.6, count=1, seed=9)
    assert several[2].seed == 9
    assert np.array_equal(pixels(several[2].image), pixels(alone.image))
    assert all(result.parents == ("one",) for result in several)
    assert all(0 <= result.values["clip_distance"] <= 2 for result in several)
    assert several[1].values["spread"] > 0
    assert any("apart (mean CLIP distance)" in note for note in ctx.notes)


def test_nearer_means_nearer_in_pixels_too(ctx: FakeContext, service: ModelService, model: str) -> None:
    source = run(Vary, ctx, model, image="one", distance=0, count=1, steps=20)[0].image
    differences = [
        np.abs(
            pixels(run(Vary, ctx, model, image="one", distance=far, count=1, steps=20)[0].image) - pixels(source)
        ).mean()
        for far in (0.2, IDEA_FROM)
    ]
    assert differences[0] < differences[1]


@pytest.mark.parametrize("image", ["dot", "line", "half"])
def test_strange_pictures_make_sensible_variations(ctx: FakeContext, model: str, image: str) -> None:
    (result,) = run(Vary, ctx, model, image=image, count=1)
    assert result.image.size == (64, 64)


def test_a_picture_of_nothing_is_refused(ctx: FakeContext, model: str) -> None:
    with pytest.raises(api.UserError, match="transparent all over") as caught:
        run(Vary, ctx, model, image="clear")
    assert caught.value.field == "image"


def test_spread_pictures_begin_with_the_first_seed_and_can_be_made_alone(ctx: FakeContext, model: str) -> None:
    results = run(Vary, ctx, model, image="one", distance=0.9, count=2, spread=True)
    assert results[0].seed == 7
    assert 7 < (results[1].seed or 0) < 15
    assert ctx.steps[-1].done == ctx.steps[-1].total
    (alone,) = run(Vary, ctx, model, image="one", distance=0.9, count=1, seed=results[1].seed)
    assert np.array_equal(pixels(results[1].image), pixels(alone.image))


@pytest.mark.parametrize("distance", [0, 0.4, 1])
def test_drafts_count_as_progress_at_every_distance(ctx: FakeContext, model: str, distance: float) -> None:
    run(Vary, ctx, model, image="one", distance=distance, count=2, spread=True, steps=9)
    assert ctx.steps[-1].done == ctx.steps[-1].total
    totals = [step.done for step in ctx.steps]
    assert totals == sorted(set(totals))


def test_words_that_are_cut_are_told_once(ctx: FakeContext, model: str) -> None:
    run(Blend, ctx, model, image=["one"], text=["word " * 40], count=2, spread=True)
    assert sum("The model reads the first" in note for note in ctx.notes) == 1


def test_spread_texts_to_images_are_measured(ctx: FakeContext, model: str) -> None:
    results = run(TextToImage, ctx, model, prompt="a cat", count=3, spread=True)
    assert [set(result.values) for result in results] == [set(), {"spread"}, {"spread"}]
    assert results[0].seed == 7
    assert ctx.steps[-1].done == ctx.steps[-1].total
    plain = run(TextToImage, ctx, model, prompt="a cat", seed=results[2].seed)
    assert np.array_equal(pixels(plain[0].image), pixels(results[2].image))


def test_spread_needs_a_prior(tiny_models: TinyModels, ctx: FakeContext) -> None:
    with pytest.raises(api.UserError, match="has no prior") as caught:
        run(TextToImage, ctx, str(tiny_models.sd15), prompt="a cat", spread=True)
    assert caught.value.field == "spread"


# ---- the other verbs


def test_a_blend_with_all_weight_on_one_is_that_one(ctx: FakeContext, model: str) -> None:
    both = run(Blend, ctx, model, image=["one", "other"], weight=[0.0, 1.0], count=1)
    alone = run(Blend, ctx, model, image=["other"], count=1)
    assert np.abs(pixels(both[0].image) - pixels(alone[0].image)).max() <= 1
    assert both[0].parents == ("one", "other")
    assert set(both[0].values) == {"clip_distance_1", "clip_distance_2"}


def test_pictures_and_words_blend(ctx: FakeContext, model: str) -> None:
    (result,) = run(Blend, ctx, model, image=["one", "one", "half"], text=["a cat"], weight=[1, 2, 1, 3], count=1)
    assert len([name for name in result.values if name.startswith("clip_distance_")]) == 4
    assert ctx.steps[-1].done == ctx.steps[-1].total


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "one to four"),
        ({"image": ["one"] * 4, "text": ["a cat"]}, "one to four"),
        ({"image": ["one"], "text": [" "]}, "texts is empty"),
        ({"image": ["one", "other"], "weight": [1]}, "1 weights for 2"),
        ({"image": ["one", "other"], "weight": [0, 0]}, "at least one above 0"),
        ({"image": ["one", "other"], "weight": [2, -1]}, "0 or more"),
    ],
)
def test_blends_that_mean_nothing_are_refused(ctx: FakeContext, model: str, params: dict[str, Any], said: str) -> None:
    with pytest.raises(api.UserError, match=said):
        run(Blend, ctx, model, **params)


def test_an_interpolation_ends_at_its_pictures(ctx: FakeContext, service: ModelService, model: str) -> None:
    results = run(Interpolate, ctx, model, image="one", other="other", count=3)
    assert [result.values["share"] for result in results] == [0, 0.5, 1]
    assert results[0].parents == ("one", "other")
    assert np.abs(pixels(results[0].image) - round_trip(ctx, service, model, "one")).mean() < 1.5
    assert np.abs(pixels(results[2].image) - round_trip(ctx, service, model, "other")).mean() < 1.5


def test_a_text_diff_of_amount_0_is_the_picture(ctx: FakeContext, service: ModelService, model: str) -> None:
    words = {"before": "winter", "after": "summer"}
    (same,) = run(TextDiff, ctx, model, image="one", amount=0, **words)
    assert np.abs(pixels(same.image) - round_trip(ctx, service, model, "one")).mean() < 1.5
    results = run(TextDiff, ctx, model, image="one", amount=0.8, count=2, **words)
    assert [result.values["amount"] for result in results] == [0.4, 0.8]
    assert ctx.steps[-1].done == ctx.steps[-1].total
    with pytest.raises(api.UserError, match="is empty"):
        run(TextDiff, ctx, model, image="one", before="", after="summer")


def round_trip(ctx: FakeContext, service: ModelService, model: str, name: str) -> np.ndarray:
    """What the codec makes of a picture: nothing can come nearer."""
    from studio_variation.decoder import Decoder
    from studio_variation.workspace import network

    with service.lease(api.Model(model)) as lease:
        decoder = Decoder(ctx, lease, StepProgress(ctx, 9), network(ctx, lease))
        return pixels(decoder.picture(decoder.encode(PICTURES[name], (64, 64))))


def test_unlike_changes_the_picture_and_names_its_parent(ctx: FakeContext, model: str) -> None:
    plain = run(Vary, ctx, model, image="one", count=1)[0]
    unlike = run(Vary, ctx, model, image="one", count=1, unlike="other", unlike_text="a cat")[0]
    assert unlike.parents == ("one", "other")
    assert not np.array_equal(pixels(plain.image), pixels(unlike.image))
    assert ctx.steps[-1].done == ctx.steps[-1].total


def test_the_same_picture_twice_is_a_blend_and_a_way_of_that_picture(
    ctx: FakeContext, service: ModelService, model: str
) -> None:
    (blend,) = run(Blend, ctx, model, image=["one", "one"], count=1)
    (alone,) = run(Blend, ctx, model, image=["one"], count=1)
    assert np.abs(pixels(blend.image) - pixels(alone.image)).max() <= 1
    way = run(Interpolate, ctx, model, image="one", other="one", count=2)
    assert np.abs(pixels(way[1].image) - round_trip(ctx, service, model, "one")).mean() < 1.5


def test_a_way_without_its_own_noise_is_drawn_from_the_seed(ctx: FakeContext, model: str) -> None:
    first, last = run(Interpolate, ctx, model, image="one", other="other", own_noise=False, count=2)
    (alone,) = run(Blend, ctx, model, image=["other"], count=1)
    assert np.abs(pixels(last.image) - pixels(alone.image)).max() <= 1
    assert not np.array_equal(pixels(first.image), pixels(last.image))


def test_words_of_one_meaning_show_no_way(ctx: FakeContext, model: str) -> None:
    with pytest.raises(api.UserError, match="mean the same"):
        run(TextDiff, ctx, model, image="one", before="a cat", after="a cat")


@pytest.mark.parametrize("task", [Vary, Blend, Interpolate, TextDiff])
def test_no_picture_is_made_of_no_numbers(
    ctx: FakeContext, service: ModelService, model: str, task: type[api.Task]
) -> None:
    image: Any = ["one"] if task is Blend else "one"
    more = {Interpolate: {"other": "other"}, TextDiff: {"before": "a", "after": "b"}}.get(task, {})
    with service.lease(api.Model(model)) as lease:
        bias = lease["unet"].conv_out.bias
        kept = bias.clone()
        bias.data.fill_(float("nan"))
        try:
            with pytest.raises(api.UserError, match=r"invalid numbers \(NaN\)"):
                run(task, ctx, model, image=image, **more)
        finally:
            bias.data.copy_(kept)


# ---- embeddings that are kept


def test_a_kept_blend_is_taken_where_a_picture_is(ctx: FakeContext, model: str) -> None:
    (blend,) = run(Blend, ctx, model, image=["one", "other"], count=1, keep_as="Morgenröte 1")
    path = blend.values["embedding"]
    assert Path(path).name == "Morgenröte 1.safetensors"
    assert Path(path).stat().st_size < 1000  # a vector, and no pixels
    (again,) = run(Blend, ctx, model, image=[path], count=1)
    assert np.abs(pixels(again.image) - pixels(blend.image)).max() <= 1
    for task, more in ((Vary, {"count": 1}), (TextDiff, {"before": "a", "after": "b"})):
        assert run(task, ctx, model, image=path, **more)[0].parents == (path,)
    assert run(Interpolate, ctx, model, image=path, other="one")[4].parents == (path, "one")
    assert run(Vary, ctx, model, image="one", unlike=path, count=1)
    with pytest.raises(api.UserError, match="already; choose another name"):
        run(Vary, ctx, model, image="one", keep_as="Morgenröte 1")


def test_an_embedding_of_another_clip_is_refused(ctx: FakeContext, model: str) -> None:
    path = run(Blend, ctx, model, image=["one"], count=1, keep_as="foreign")[0].values["embedding"]
    with pytest.raises(api.UserError, match="another CLIP") as caught:
        run(Vary, ctx, "starter", image=path, size="auto")
    assert caught.value.code == "other_clip"


# ---- the contract


@pytest.mark.parametrize(
    ("task", "params"),
    [
        (Vary, {"image": "one", "count": 2, "spread": True}),
        (Blend, {"image": ["one"], "text": ["a cat"], "count": 1}),
        (Interpolate, {"image": "one", "other": "other", "count": 2}),
        (TextDiff, {"image": "one", "before": "winter", "after": "summer"}),
    ],
)
def test_every_verb_keeps_the_contract_and_stops_within_a_step(
    service: ModelService, model: str, task: type[api.Task], params: dict[str, Any]
) -> None:
    context = partial(FakeContext, pictures=PICTURES, models=service, previews=True)
    assert check_task(task, {"model": model, "seed": 7, "steps": 3, "size": "64x64", **params}, context)


def test_an_embedding_that_version_0_1_kept_is_taken(ctx: FakeContext, tmp_path: Path) -> None:
    """Of the starter that ships, by code that read CLIP's towers in two ways."""
    home = zipfile.ZipFile(Path(__file__).parents[1] / "data" / "home-0.1.zip")
    kept = home.extract("library/embeddings/mushroom idea.safetensors", tmp_path)
    (made,) = run(Vary, ctx, "starter", image=kept, size="auto", steps=2, count=1)
    assert made.parents == (kept,)
    found = ctx.embedding(kept)
    assert found is not None
    with ctx.model(api.Model("starter", "variation", derived=(CLIP_VIEW,))) as lease:
        assert found.clip != Clip(ctx, lease).identity  # which has been of the image tower alone since
        assert Clip(ctx, lease).knows(found.clip)
