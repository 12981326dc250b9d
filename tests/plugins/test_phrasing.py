"""Free words in English and Chinese are brought to a phrasing that the starter has learned; learned ones stay."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from built_in import BUILT_IN
from studio_starter import heldout
from studio_starter.evaluate import questions
from studio_starter.export import as_json
from studio_starter.world import LANGUAGES, LARGE, SMALL, World
from studio_starter.world.render import PAINT
from studio_text_to_image import TextToImage

from studio import api
from studio.diffusion.phrasing import Reader
from studio.diffusion.phrasing.color import css, nearest
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

FOLDER = Path(__file__).parents[2] / "resources" / "starter"
READER = Reader({"vocabulary": SMALL.vocabulary, "phrasing": SMALL.phrasing})


def read(prompt: str) -> str:
    return READER.read(prompt).prompt


def test_what_ships_declares_what_the_world_says() -> None:
    text = (FOLDER / "studio.json").read_text("utf-8")
    about = json.loads(text)
    assert about["vocabulary"] == json.loads(json.dumps(SMALL.vocabulary))
    assert about["phrasing"] == json.loads(json.dumps(SMALL.phrasing))
    assert as_json(about) + "\n" == text


def test_all_prompts_of_the_evaluation_stay_as_they_are() -> None:
    """So that the card's table of 2,000 prompts holds."""
    asked = [question.prompts[language].text for question in questions(SMALL, 2000) for language in LANGUAGES]
    assert [text for text in asked if READER.read(text).prompt != text or READER.read(text).notes] == []


@pytest.mark.parametrize("world", [SMALL, LARGE], ids=lambda world: world.name)
def test_all_captions_of_single_things_are_known(world: World) -> None:
    rng, reader = random.Random(8), Reader({"vocabulary": world.vocabulary, "phrasing": world.phrasing})
    scenes = [scene for scene in (world.sample(rng) for _ in range(500)) if len(scene.things) == 1]
    texts = [world.caption(scene, rng, language).text for scene in scenes for language in LANGUAGES]
    assert [text for text in texts if not reader.is_learned(text)] == []


FREE = {
    "red house, green backdrop": "a red house on a green background",
    "a picture of one star coloured yellow in front of blue": "a yellow star on a blue background",
    "kitty wearing a hat, green backdrop": "a cat wearing a hat on a green background",
    "please draw me a nice picture of a tiny red bunny on a pale blue wall": "a small red rabbit on a blue background",
    "the background is blue and the cat is red": "a red cat on a blue background",
    "a cat that is red, with a blue hat, on green": "a red cat wearing a blue hat on a green background",
    "a blue hat on a red cat": "a red cat wearing a blue hat",
    "green: a cat on white": "a green cat on a white background",
    "a cat, red, green background": "a red cat on a green background",
    "a HUGE owl, colour #ff8800, backdrop navy": "a large orange owl on a blue background",
    "a mushroom with white dots in the background, pixelated": "pixel art of a mushroom on a white dotted background",
    "grey castle under the stars in watercolours": "a watercolor of a gray castle at night",
    "an automobile hued purple against a pink wall": "a purple car on a pink background",
    "saddle brown chair in front of aquamarine stripes": "a brown chair on a turquoise striped background",
    "a snowman coloured rose": "a pink snowman",
    "a rose before a white wall": "a flower on a white background",
    "the cat's hat is red": "a cat wearing a red hat",
    "small blue birds at the right edge of a yellow canvas": "a small blue bird on the right on a yellow background",
    "gold crown on black velvet": "a yellow crown on a black background",
    "a car with blue as the background": "a car on a blue background",
    "red and yellow drum": "a yellow drum",
    "a boat painted red in a landscape": "a red boat in a landscape",
    "a tree painted red background: blue": "a red tree on a blue background",
    "a cat coloured red somewhere on blue": "a red cat on a blue background",
    "a dog with white fur": "a white dog",
    "an owl in blue outdoors": "a blue owl in a landscape",
    "a cat in front of green hills": "a cat in a landscape",
    "一个绿色的杯子放在粉色背景前": "一个绿色的杯子，粉色背景",
    "猫的颜色是红色，背景是蓝色": "一只红色的猫，蓝色背景",
    "红猫，绿底": "一只红色的猫，绿色背景",
    "请帮我画一只很可爱的小兔子，它是紫色的，戴着黄色的帽子，背景是白色": "一只戴着黄色帽子的紫色的兔子，白色背景",
    "在蓝色的墙前面有一棵橙色的树": "一棵橙色的树，蓝色背景",
    "一只红色的戴着蓝色围巾的狗在绿色背景前": "一只围着蓝色围巾的红色的狗，绿色背景",
    "红色的船背景是蓝色": "一艘红色的船，蓝色背景",
    "夜里的灰色城堡": "一座灰色的城堡，夜晚背景",
    "水彩风格的粉色蘑菇，背景有白色圆点": "水彩画：一朵粉色的蘑菇，白色圆点背景",
    "左边有一只巨大的黑色鲸鱼": "一头大大的黑色的鲸鱼在左边",
    "放在黄色前的一朵花": "一朵花，黄色背景",
    "用白色做背景的棕色椅子": "一把棕色的椅子，白色背景",
    "手里拿着红色气球的企鹅，绿色的墙": "一只拿着红色气球的企鹅，绿色背景",
}


@pytest.mark.parametrize(("prompt", "phrase"), FREE.items())
def test_free_words_are_brought_to_a_learned_phrasing(prompt: str, phrase: str) -> None:
    found = READER.read(prompt)
    assert found.prompt == phrase
    assert found.notes[0] == f"Read as “{phrase}”."
    assert READER.is_learned(phrase)
    assert READER.read(phrase).prompt == phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_as_people_write_them_are_read_right(language: str) -> None:
    """Not what is drawn, which `studio starter evaluate --held-out` measures, but what the rules make of the words."""
    rng, right, count = random.Random(12), 0, 300
    for _ in range(count):
        scene = SMALL.sample(rng)
        found = READER.concepts(heldout.prompt(scene, rng, language).text)
        [thing] = scene.things
        told = {"objects": thing.color, "accessories": thing.worn_color, "backgrounds": scene.ground}
        colors = {kind: color for kind, color in told.items() if color}
        right += next(iter(found.objects), "") == thing.object and found.colors.items() >= colors.items()
    assert right / count > 0.9


@pytest.mark.parametrize(
    ("prompt", "phrase", "said"),
    [
        ("a red blue cup", "a blue cup", "“red blue” names two colours of one thing; the last one was taken."),
        ("红色蓝色的杯子", "一个蓝色的杯子", "“红色 蓝色” names two colours"),
        ("a red cup and 一个杯子", "a red cup", "Read as"),
        ("{c} {x} a red cat {n} <|endoftext|>", "a red cat", "does not know “c”, “x”"),
        ("a red cat riding a unicorn, backdrop blue", "a red cat on a blue background", "know “riding”, “unicorn”"),
        ("cat with a hat on and a dog", "a cat wearing a hat", "draws one thing at a time"),
        ("red chair wearing some hat", "a red chair", "only with one of these: cat, dog"),
        ("please draw me a nice picture of", "please draw me a nice picture of", "names nothing to draw"),
        ("请画一张好看的图", "请画一张好看的图", "names nothing to draw"),
        ("?!", "?!", "names nothing to draw"),
        ("a red dragon on a blue background", "a red dragon on a blue background", "does not know “dragon”"),
    ],
)
def test_what_cannot_be_read_is_said(prompt: str, phrase: str, said: str) -> None:
    found = READER.read(prompt)
    assert found.prompt == phrase
    assert said in " ".join(found.notes)


def test_a_thousand_adjectives_are_a_sensible_picture() -> None:
    assert read("gorgeous shiny red " * 1000 + "cat") == "a red cat"
    assert read("非常红色的" * 1000 + "猫") == "一只红色的猫"


@pytest.mark.parametrize("prompt", ["", "  ", "\n"])
def test_nothing_stays_nothing(prompt: str) -> None:
    assert READER.read(prompt).prompt == prompt


def test_a_model_that_declares_no_phrasing_is_given_what_was_typed() -> None:
    prompt = "red house, green backdrop"
    assert Reader({"vocabulary": SMALL.vocabulary}).read(prompt).prompt == prompt
    assert Reader({}).read(prompt).notes == ()


def test_a_model_of_pairs_is_given_pairs_as_they_were_typed() -> None:
    reader = Reader({"vocabulary": LARGE.vocabulary, "phrasing": LARGE.phrasing})
    prompt = "kitty here, a doggy there"
    assert reader.read(prompt).prompt == prompt
    assert reader.read("a kitty coloured red").prompt == "a red cat"


@pytest.mark.parametrize(
    ("value", "name"),
    [("#f00", "red"), ("navy", "blue"), ("#000", "black"), ("silver", "gray"), ("crimson", "red"),
     ("teal", "turquoise"), ("orchid", "pink"),
     ("gold", "yellow"), ("chartreuse", "green"), ("indigo", "purple"), ("sienna", "brown")],
)  # fmt: skip
def test_other_colours_go_to_the_nearest(value: str, name: str) -> None:
    assert nearest(css().get(value, value), PAINT) == name


@pytest.mark.skipif(not (FOLDER / "unet").exists(), reason="the starter's weights are not in this checkout")
def test_the_picture_is_that_of_the_phrase_and_the_words_are_kept(tmp_path: Path) -> None:
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)

    def drawn(prompt: str) -> tuple[api.Result, FakeContext]:
        ctx = FakeContext(models=service)
        params = TextToImage.Params(prompt=prompt, model="starter", seed=5, steps=2)
        [result] = TextToImage().run(params, ctx)
        assert params.prompt == prompt
        return result, ctx

    free, said = drawn("kitty wearing a hat, green backdrop")
    learned, silent = drawn("a cat wearing a hat on a green background")
    assert np.array_equal(np.asarray(free.image), np.asarray(learned.image))
    assert said.notes == ["Read as “a cat wearing a hat on a green background”."]
    assert silent.notes == []
