"""Notation of other programs is named in one note, none of it is drawn, and the recipe keeps what was written."""

from pathlib import Path

import numpy as np
import pytest
from built_in import BUILT_IN
from PIL import Image
from studio_text_to_image import TextToImage
from studio_variation import Blend
from tiny import TinyModels

from studio import api
from studio.diffusion import readable
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

MIXED = "<lora:film:0.8> a cat BREAK a dog AND [red:blue:0.5] {a|b} embedding:neg #ff8800"


class Words(api.Params):
    prompt: api.Prompt = ""
    text: list[api.Prompt] = api.Field([])


def read(prompt: str) -> tuple[str, list[str]]:
    ctx = FakeContext()
    return readable(Words(prompt=prompt), ctx, "prompt").prompt, ctx.notes


def test_all_of_it_in_one_note() -> None:
    words, notes = read(MIXED)
    assert words == "a cat a dog"
    (note,) = notes
    for part in ("<lora:film:0.8>", "BREAK", "AND", "[red:blue:0.5]", "{a|b}", "embedding:neg", "#ff8800"):
        assert f"“{part}”" in note


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a cat, <lyco:x:1:0.5>, on a mat", "a cat, on a mat"),
        ("[cat|dog] in a [forest:city:10]", "in a"),
        ("[flowers:0.3] a vase [hat::0.7]", "a vase"),
        ("a __colour__ car", "a car"),
        ("/imagine prompt: a fox --ar 16:9 --tile", "a fox"),
        ("cat::2 dog::-.5", "cat dog"),
        ("a cat AND a dog", "a cat, a dog"),
        ("ADDCOMM a cat ADDROW a dog", "a cat a dog"),
        ("<lora:film:1>", ""),
        ("一只__颜色__的猫", "一只 的猫"),
        ("红色BREAK蓝色", "红色 蓝色"),
        ("猫 AND 狗", "猫, 狗"),
    ],
)
def test_what_is_left_out(prompt: str, words: str) -> None:
    assert read(prompt)[0] == words
    assert len(read(prompt)[1]) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat and a dog",
        "CATS AND DOGS",
        "a (red:1.2) car, [blurry], ((sharp))",
        "a sign that says <3",
        "time 10:30, ratio 4:3",
        "breakfast, a {cup}, mother-in-law",
        "issue #12, a #hashtag, C# code",
        "snake_case and __init__ed",
        "name: ________",
        "一只戴着帽子的猫：蓝色背景，[柔和]",
        "  two  spaces ",
    ],
)
def test_words_stay_as_they_are_written(prompt: str) -> None:
    assert read(prompt) == (prompt, [])


def test_a_model_that_reads_colours_in_digits_gets_them() -> None:
    ctx = FakeContext()
    params = readable(Words(prompt="a #ff8800 owl BREAK"), ctx, "prompt", colors=True)
    assert params.prompt == "a #ff8800 owl"
    assert "#ff8800" not in ctx.notes[0]


def test_in_a_list_of_texts_too() -> None:
    ctx = FakeContext()
    params = readable(Words(prompt="a cat", text=["a <lora:x:1> hat", "red"]), ctx, "prompt", "text")
    assert params.text == ["a hat", "red"]
    assert len(ctx.notes) == 1


@pytest.fixture
def service(tmp_path: Path) -> ModelService:
    return ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)


@pytest.mark.parametrize("model", ["sd15", "kandinsky"])
def test_the_picture_is_that_of_the_words_alone(tiny_models: TinyModels, service: ModelService, model: str) -> None:
    made = []
    for prompt in (MIXED, "a cat BREAK a dog" if model == "sd15" else "a cat a dog"):
        ctx = FakeContext(models=service)
        path = str(getattr(tiny_models, model))
        params = TextToImage.Params(prompt=prompt, model=path, size="64x64", steps=2, seed=7)
        (result,) = TextToImage().run(params, ctx)
        made.append(np.asarray(result.image))
        assert sum("notation" in note for note in ctx.notes) == (prompt == MIXED)
        assert params.prompt == prompt, "what goes into the recipe"
    assert np.array_equal(*made)


def test_a_prompt_of_nothing_else_is_empty(tiny_models: TinyModels, service: ModelService) -> None:
    params = TextToImage.Params(prompt="<lora:film:0.8>", model=str(tiny_models.sd15), size="64x64", steps=2)
    with pytest.raises(api.UserError, match="The prompt is empty"):
        list(TextToImage().run(params, FakeContext(models=service)))
    blend = Blend.Params(image=["photo"], text=["{a|b}"], model=str(tiny_models.kandinsky), count=1)
    ctx = FakeContext(models=service, pictures={"photo": Image.new("RGB", (64, 64), "red")})
    with pytest.raises(api.UserError, match="One of the texts is empty"):
        list(Blend().run(blend, ctx))
