"""The shipped starter: its size, its layout, and that it draws what it is asked for."""

import json
import random
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from safetensors import safe_open
from spandrel import ModelLoader
from studio_starter import convert, tokenizer
from studio_starter.adopt import adopt
from studio_starter.command import starter as starter_command
from studio_starter.enlarging import compare, upscalers
from studio_starter.evaluate import Evaluation, evaluate, judge_score, load_judge, questions, renders, scale_of
from studio_starter.pipeline import Starter, to_images
from studio_starter.redraw import Redraw
from studio_starter.training import Run
from studio_starter.world import SMALL

RESOURCES = Path(__file__).parents[2] / "resources"
FOLDER, JUDGE = RESOURCES / "starter", RESOURCES / "starter-judge"
MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the starter's weights are not in this checkout")


@pytest.fixture(scope="module")
def starter() -> Starter:
    return Starter(FOLDER)


def test_weights_keep_to_their_size() -> None:
    sizes = [file.stat().st_size for folder in (FOLDER, JUDGE) for file in folder.rglob("*.safetensors")]
    assert sum(sizes) <= 40 * MIB
    assert max(sizes) <= 15 * MIB


def test_weights_are_stored_in_the_dtype_they_run_in() -> None:
    about = json.loads((FOLDER / "studio.json").read_text("utf-8"))
    stored = {"bfloat16": "BF16", "float32": "F32"}[about["dtype"]]
    for part in ("unet", "movq", "prior_prior", "prior_image_encoder", "prior_text_encoder", "upscaler"):
        for file in (FOLDER / part).glob("*.safetensors"):
            with safe_open(file, framework="pt") as weights:
                assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {stored}  # noqa: SIM118


def test_every_part_of_the_layout_is_there() -> None:
    index = json.loads((FOLDER / "model_index.json").read_text("utf-8"))
    assert index["_class_name"] == "KandinskyV22CombinedPipeline"
    assert all((FOLDER / part).is_dir() for part in index if not part.startswith("_"))
    assert index["movq"] == ["studio.engine.loaders.codec", "PatchCodec"]


def test_widths_agree(starter: Starter) -> None:
    prior, unet = starter.prior.prior, starter.decoder.unet
    assert prior.config.embedding_dim == starter.prior.text_encoder.config.hidden_size
    assert prior.config.embedding_dim == unet.config.encoder_hid_dim
    assert prior.config.num_embeddings == starter.prior.tokenizer.model_max_length
    assert starter.prior.text_encoder.config.eos_token_id == starter.prior.tokenizer.eos_token_id


def test_open_clip_stands_on_the_same_weights(starter: Starter) -> None:
    module = convert.from_export(FOLDER, scale_of(FOLDER))
    text, vision = starter.prior.text_encoder, starter.prior.image_encoder
    ids = tokenizer.encode(starter.prior.tokenizer, ["a cat wearing a hat", "一只戴着帽子的猫"])
    pixels = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.allclose(text.float()(ids).text_embeds, module.encode_text(ids), atol=1e-4)
        assert torch.allclose(vision.float()(pixels).image_embeds, module.encode_image(pixels), atol=1e-4)
    text.to(starter.prior.prior.dtype)
    vision.to(starter.prior.prior.dtype)


def test_open_clips_tokenizer_gives_the_same_ids(starter: Starter) -> None:
    from open_clip.tokenizer import HFTokenizer

    texts = ["a red mushroom on a blue background", "一只戴着帽子的猫", ""]
    theirs = HFTokenizer(str(FOLDER / "prior_tokenizer"), context_length=32)(texts)
    assert torch.equal(theirs, tokenizer.encode(starter.prior.tokenizer, texts))


def test_the_image_processor_prepares_as_training_did(starter: Starter) -> None:
    from studio_starter.data import draw, unit

    scale = scale_of(FOLDER)
    scene = scale.world.sample(random.Random(1))
    pixels = torch.from_numpy(draw(scale.world, scene, scale.side).copy())[None]
    [image] = to_images(unit(pixels))
    found = starter.prior.image_processor(image, return_tensors="pt").pixel_values
    assert torch.allclose(found, unit(pixels), atol=1e-5)


def test_the_upscaler_is_known_to_spandrel() -> None:
    found = ModelLoader(device="cpu").load_from_file(str(FOLDER / "upscaler" / "model.safetensors"))
    assert (found.architecture.id, found.scale) == ("Compact", 4)


@pytest.mark.parametrize("factor", [2, 4])
def test_the_upscalers_for_peoples_pictures_are_known_to_spandrel(factor: int) -> None:
    found = ModelLoader(device="cpu").load_from_file(str(upscalers(FOLDER)[factor]))
    assert (found.architecture.id, found.scale) == ("Compact", factor)


@pytest.mark.parametrize("factor", [2, 4])
def test_enlarging_is_better_than_lanczos(factor: int) -> None:
    """The model card's table, which comes out the same on every machine but for rounding."""
    gains = {name: own - lanczos for name, (own, lanczos) in compare(upscalers(FOLDER)[factor]).items()}
    assert len(gains) == 3
    assert gains.pop("photographs") >= 0.3
    assert min(gains.values()) >= 1.0


def test_a_redrawn_render_stays_where_it_is(tmp_path: Path) -> None:
    """What the upscaler learns from: the decoder's hand, on the render's outlines."""
    scale = scale_of(FOLDER)
    adopt(FOLDER, tmp_path, scale, everything=True)
    redraw, rng = Redraw(tmp_path, scale, Run()), random.Random(5)
    small = renders(scale.world, [scale.world.sample(rng) for _ in range(4)], scale.side)
    errors = [float((redraw(small, strength, 1) - small).pow(2).mean()) for strength in (0.1, 0.4)]
    apart = float((small.roll(1, 0) - small).pow(2).mean())
    assert 0 < errors[0] < errors[1] < apart / 4
    assert torch.equal(redraw(small, 0.1, 1), redraw(small, 0.1, 1))


def test_equal_seeds_draw_equal_pictures(starter: Starter) -> None:
    prompts, seeds = ["a blue car", "红蘑菇"], [3, 4]
    first = starter.draw(prompts, seeds, steps=4, prior_steps=4)
    assert first.shape == (2, 3, 256, 256)
    assert torch.equal(first, starter.draw(prompts, seeds, steps=4, prior_steps=4))


def test_the_judge_knows_fresh_renders() -> None:
    scores = judge_score(load_judge(JUDGE, scale_of(FOLDER)), 240)
    assert scores.pop("size") >= 0.94  # what is aside is between small and medium
    assert min(scores.values()) >= 0.97


def test_what_a_prompt_does_not_name_is_not_marked() -> None:
    world = scale_of(FOLDER).world
    for question in questions(world, 60):
        for language in ("en", "zh"):
            rows = {one.row for one in world.asked(question.scene, question.prompts[language])}
            if world.name == "small":
                [thing] = question.scene.things
                assert ("accessory" in rows) == (thing.object in world.extent.wearers)
                assert ("accessory color" in rows) == (thing.worn is not None)


@pytest.mark.slow
def test_it_draws_what_it_is_asked_for() -> None:
    """A small part of the model card's table; the bounds lie below its intervals."""
    table = evaluate(FOLDER, JUDGE, 24)
    for language in ("en", "zh"):
        rows = table[language]
        assert rows["object"]["share"] >= 0.8
        assert rows["color"]["share"] >= 0.8
        assert rows["background"]["share"] >= 0.8
        assert rows["place"]["share"] >= 0.8
        assert rows["style"]["share"] >= 0.75
        assert rows["size"]["share"] >= 0.7


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return Evaluation(FOLDER, JUDGE)


@pytest.mark.slow
def test_pictures_of_one_prompt_differ_as_renders_do(evaluation: Evaluation) -> None:
    assert 0.5 < evaluation.diversity(3, 8)["share"] < 1.4


@pytest.mark.slow
def test_a_variation_keeps_the_object_and_is_no_copy(evaluation: Evaluation) -> None:
    found = evaluation.variation(20)
    assert found["share"] >= 0.8
    assert found["moved"] > 0.2


@pytest.mark.slow
def test_clip_finds_a_renders_caption_and_a_captions_render(evaluation: Evaluation) -> None:
    for found in evaluation.retrieval(1, 50).values():
        assert found["to text"]["share"] >= 0.8
        assert found["to picture"]["share"] >= 0.8


def test_a_sheet_draws_a_picture_of_each_prompt(tmp_path: Path) -> None:
    prompts, file = tmp_path / "prompts.txt", tmp_path / "sheet.png"
    prompts.write_text("a red star\n蓝色的房子\n", "utf-8")
    call = ["sheet", str(FOLDER), str(file), "--prompts", str(prompts), "--size", "64"]
    assert CliRunner().invoke(starter_command, call).exit_code == 0
    with Image.open(file) as page:
        drawn = [page.crop((left, 0, left + 64, 64)) for left in (0, 68)]
    assert all(len(picture.getcolors(64 * 64) or ()) > 100 for picture in drawn)
    assert drawn[0].tobytes() != drawn[1].tobytes()


def test_a_sheet_of_one_style_asks_for_that_style_only(tmp_path: Path) -> None:
    assert {one.scene.style for one in questions(SMALL, 6, style="neon")} == {"neon"}
    file = tmp_path / "sheet.png"
    found = CliRunner().invoke(starter_command, ["sheet", str(FOLDER), str(file), "--style", "oil"])
    assert found.exit_code == 1
    assert "no style “oil”" in found.output
    assert "watercolor" in found.output
    assert not file.exists()
