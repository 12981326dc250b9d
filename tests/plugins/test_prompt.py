"""Prompts that are longer than CLIP reads at once, and weights in them: what reaches the model, and what is told."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from tiny import tokenizer
from zoo import Zoo

from studio import api
from studio.diffusion import build_pipeline, understood
from studio.diffusion._emphasis import Fragment, fragments, has_weights
from studio.diffusion._prompt import parted
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

LONG = "a cat on a mat, " * 14 + "and a dog"  # a token a letter: three chunks
NEGATIVE = "rain " * 20
CHUNK = 75
STARTER = Path(__file__).parents[2] / "resources" / "starter"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a cat", [("a cat", 1)]),
        ("a (cat)", [("a ", 1), ("cat", 1.1)]),
        ("a (cat:1.4) here", [("a ", 1), ("cat", 1.4), (" here", 1)]),
        ("(a (red:2) cat:.5)", [("a ", 0.5), ("red", 1.0), (" cat", 0.5)]),
        ("((cat))", [("cat", 1.1 * 1.1)]),
        ("[cat] dog", [("cat", 1 / 1.1), (" dog", 1)]),
        (r"a \(cat\) \[x\]", [("a (cat) [x]", 1)]),
        ("sad :( cat", [("sad :( cat", 1)]),
        ("cat) [dog", [("cat) [dog", 1)]),
        ("time: 12:30", [("time: 12:30", 1)]),
        ("(cat:blue)", [("cat:blue", 1.1)]),
        ("cat:1.2)", [("cat:1.2)", 1)]),
        ("(cat: -0.5 )", [("cat", -0.5)]),
        ("", []),
        ("()", []),
    ],
)
def test_the_grammar_of_weights(prompt: str, expected: list[tuple[str, float]]) -> None:
    found = [(fragment.text, pytest.approx(fragment.weight)) for fragment in fragments(prompt)]
    assert found == expected


@given(st.text(alphabet="ab:,.1 ()[]\\"))
def test_no_word_of_a_prompt_is_ever_lost(prompt: str) -> None:
    text = "".join(fragment.text for fragment in fragments(prompt))
    assert [letter for letter in text if letter in "ab"] == [letter for letter in prompt if letter in "ab"]


def test_brackets_without_a_number_are_no_explicit_weight() -> None:
    assert has_weights("a (cat:1.2)")
    assert not has_weights("a (cat) [dog] 12:30 :)")


def test_a_prompt_is_parted_behind_commas_or_words_and_never_within_one() -> None:
    clip = tokenizer()
    (whole,) = parted(clip, [Fragment("a cat")])
    assert [clip.decode([token]) for token, _ in whole] == ["a", "c", "a", "t"] or len(whole) == 4
    first, second = parted(clip, [Fragment("x" * 68 + ", " + "y" * 20)])
    assert (len(first), len(second)) == (69, 20)
    first, second = parted(clip, [Fragment("x" * 70 + " " + "y" * 20, 1.3)])
    assert (len(first), len(second)) == (70, 20)
    assert {weight for _, weight in first} == {1.3}
    assert [len(chunk) for chunk in parted(clip, [Fragment("x" * 80)])] == [75, 5]
    assert parted(clip, []) == [[]]


def create(service: ModelService, model: Path, prompt: str, **params: Any) -> tuple[Image.Image, list[str]]:
    ctx = FakeContext(models=service)
    call = {"prompt": prompt, "seed": 7, "steps": 2, "model": str(model), "size": "64x64", **params}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    assert isinstance(result.image, Image.Image)
    return result.image, ctx.notes


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())


def chunks(prompt: str, count: int) -> list[list[int]]:
    """Ids with start, end and padding, as A1111 feeds them; parted by hand where `parted` would."""
    clip = tokenizer()
    parts = parted(clip, [Fragment(prompt)])
    rows = [[clip.bos_token_id, *(token for token, _ in part), clip.eos_token_id] for part in parts]
    rows += [[clip.bos_token_id, clip.eos_token_id]] * (count - len(rows))
    return [row + [clip.pad_token_id] * (77 - len(row)) for row in rows]


@pytest.mark.parametrize("name", ["sd15", "sd21", "sdxl"])
@pytest.mark.parametrize("negative", ["", NEGATIVE])
@torch.no_grad()
def test_a_long_prompt_is_what_diffusers_makes_of_its_chunks_embeddings(
    zoo: Zoo, service: ModelService, name: str, negative: str
) -> None:
    ours, notes = create(service, zoo[name], LONG, negative_prompt=negative)
    assert notes == []
    pipeline = diffusers.DiffusionPipeline.from_pretrained(zoo[name], dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    call: dict[str, Any] = {}
    for prefix, prompt in (("", LONG), ("negative_", negative)):
        rows = [torch.tensor([row]) for row in chunks(prompt, 3)]
        if name != "sdxl":
            call[f"{prefix}prompt_embeds"] = torch.cat([pipeline.text_encoder(row)[0] for row in rows], dim=1)
        elif prompt:  # SDXL takes zeros for none
            first = [pipeline.text_encoder(row, output_hidden_states=True) for row in rows]
            second = [pipeline.text_encoder_2(row, output_hidden_states=True) for row in rows]
            hidden = [torch.cat([each.hidden_states[-2] for each in made], dim=1) for made in (first, second)]
            call[f"{prefix}prompt_embeds"] = torch.cat(hidden, dim=-1)
            call[f"{prefix}pooled_prompt_embeds"] = second[0].text_embeds
    theirs = pipeline(
        **call, width=64, height=64, num_inference_steps=2, guidance_scale=5.0 if name == "sdxl" else 7.5,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]  # fmt: skip
    assert difference(ours, theirs) == 0


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_the_end_of_a_long_prompt_counts(zoo: Zoo, service: ModelService, name: str) -> None:
    one, _ = create(service, zoo[name], LONG)
    other, _ = create(service, zoo[name], LONG + " in the snow at night")
    assert difference(one, other) > 0


def test_every_family_that_reads_long_prompts_refines_with_one(zoo: Zoo, service: ModelService) -> None:
    for name in ("sd15", "sdxl", "sdxl-refiner", "sd-x4"):
        ctx = FakeContext(models=service, pictures={"picture": Image.new("RGB", (64, 64), "teal")})
        call = {"prompt": LONG, "negative_prompt": NEGATIVE, "image": "picture", "steps": 4, "seed": 1, "size": "64x64"}
        assert len(list(Refine().run(Refine.Params(**call, model=str(zoo[name])), ctx))) == 1
        assert ctx.notes == []


def test_brackets_that_are_escaped_are_read_as_diffusers_reads_them(zoo: Zoo, service: ModelService) -> None:
    ours, _ = create(service, zoo["sd15"], r"a cat \(red\)")
    pipeline = diffusers.DiffusionPipeline.from_pretrained(zoo["sd15"], dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    theirs = pipeline(
        "a cat (red)", width=64, height=64, num_inference_steps=2, generator=torch.Generator("cpu").manual_seed(7)
    ).images[0]
    assert difference(ours, theirs) == 0


def encoded(service: ModelService, model: Path, prompt: str, **named: Any) -> torch.Tensor:
    with service.lease(api.Model(str(model))) as lease:
        pipeline = build_pipeline(FakeContext(), lease, "text-to-image")
        made: torch.Tensor = pipeline.encode_prompt(prompt, device="cpu", num_images_per_prompt=1,
                                                    do_classifier_free_guidance=False, **named)[0][0]  # fmt: skip
        return made


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_a_weight_moves_its_words_and_no_others(zoo: Zoo, service: ModelService, name: str) -> None:
    plain, empty = encoded(service, zoo[name], "a cat"), encoded(service, zoo[name], "")
    cat = slice(2, 5)  # start, a, then three letters
    assert torch.equal(encoded(service, zoo[name], "a (cat:1)"), plain)
    for weight in (0.0, 0.5, 1.6):
        weighed = encoded(service, zoo[name], f"a (cat:{weight})")
        torch.testing.assert_close(weighed[cat], (empty + weight * (plain - empty))[cat])
        changed = (weighed != plain).any(dim=1)
        assert changed[cat].all()
        assert not changed[:2].any()
        assert not changed[5:].any()


def test_weights_change_the_picture_and_raw_words_stay_in_the_parameters(zoo: Zoo, service: ModelService) -> None:
    plain, _ = create(service, zoo["sd15"], "a red cat")
    weighed, notes = create(service, zoo["sd15"], "a (red:1.8) cat")
    assert difference(plain, weighed) > 0
    assert notes == []
    assert TextToImage.Params(prompt="a (red:1.8) cat").prompt == "a (red:1.8) cat"


@torch.no_grad()
def test_break_begins_another_chunk(zoo: Zoo, service: ModelService) -> None:
    made = encoded(service, zoo["sd15"], "a cat BREAK a dog")
    parts = [encoded(service, zoo["sd15"], prompt) for prompt in ("a cat", "a dog")]
    assert torch.equal(made, torch.cat(parts))
    assert torch.equal(encoded(service, zoo["sd15"], " BREAK a cat BREAK BREAK "), parts[0])
    _, notes = create(service, zoo["sd15"], "a cat BREAK a dog")
    assert notes == []
    _, (note,) = create(service, zoo["flux"], "a cat BREAK a dog")
    assert "“BREAK”" in note


def test_words_weigh_in_stable_diffusion_3_in_all_of_its_encoders(zoo: Zoo, service: ModelService) -> None:
    plain, empty, weighed = (
        encoded(service, zoo["sd3"], prompt, prompt_2=None, prompt_3=None)
        for prompt in ("a red cat", "", "a (red:1.6) cat")
    )
    changed = torch.nonzero((weighed != plain).any(dim=1)).flatten().tolist()
    t5 = [77 + place for place in (2, 3, 4, 5)]  # ▁ r e d behind ▁ a: a token a letter
    assert changed == [2, 3, 4, *(place for place in changed if place >= 77)]
    assert set(changed[3:]) <= set(range(t5[0], t5[-1] + 1))
    assert len(changed) > 5
    torch.testing.assert_close(weighed[changed], (empty + 1.6 * (plain - empty))[changed])
    ours, notes = create(service, zoo["sd3"], "a red cat")
    heavier, more = create(service, zoo["sd3"], "a (red:1.6) cat", negative_prompt="[rain]")
    assert difference(ours, heavier) > 0
    assert notes == more == []


def test_the_prior_of_kandinsky_follows_weights_and_keeps_each_apart(zoo: Zoo, service: ModelService) -> None:
    ctx, made = FakeContext(models=service), {}
    for prompt in ("a red cat", "a (red:1) cat", "a (red:1.6) cat", "a (red:0.4) cat", "a red cat"):
        call = {"prompt": prompt, "seed": 7, "steps": 2, "model": str(zoo["kandinsky"]), "size": "64x64"}
        (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
        assert isinstance(result.image, Image.Image)
        before = made.setdefault(prompt, result.image)
        assert difference(before, result.image) == 0, "the embeddings that were kept are those of these weights"
    assert difference(made["a red cat"], made["a (red:1) cat"]) == 0
    assert difference(made["a red cat"], made["a (red:1.6) cat"]) > 0
    assert difference(made["a (red:0.4) cat"], made["a (red:1.6) cat"]) > 0
    assert ctx.notes == []


def test_embeddings_that_were_kept_are_those_of_the_same_weights(zoo: Zoo, service: ModelService) -> None:
    ctx = FakeContext(models=service)
    with service.lease(api.Model(str(zoo["sd15"]))) as lease:
        pipeline = build_pipeline(ctx, lease, "text-to-image")
        kept = {}
        for prompt in ("a red cat", "a (red:1.5) cat", "a (red:1.6) cat", "a (red:1.5) cat"):
            made = pipeline.encode_prompt(prompt, "cpu", 1, False)[0]
            assert kept.setdefault(prompt, made) is made, "it was encoded again"
    assert len({tensor.abs().sum().item() for tensor in kept.values()}) == 3


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("a (red:1.4) cat", "a (red:1.4) cat"),
        ("(kitty:1.3) wearing a hat, green backdrop", "a (cat:1.3) wearing a hat on a green background"),
        ("一只(红色:1.2)的猫", "一只(红色:1.2)的猫"),
    ],
)
def test_weights_stay_at_words_that_are_read_as_others(prompt: str, read: str) -> None:
    declared = json.loads((STARTER / "studio.json").read_text("utf-8"))
    lease = SimpleNamespace(defaults=declared)
    ctx = FakeContext()
    assert understood(ctx, lease, prompt) == read  # type: ignore[arg-type]  # all that it looks at
    assert not any("weight" in note for note in ctx.notes)
    understood(ctx, lease, "a (nice:1.5) red cat")  # type: ignore[arg-type]
    assert "The weight of “nice” has no word left that it could stand at, so it does not count." in ctx.notes


def test_a_model_that_knows_no_weights_says_so(zoo: Zoo, service: ModelService) -> None:
    _, notes = create(service, zoo["flux"], "a (red:1.8) cat")
    assert notes == ["FLUX.1 dev does not support weights: brackets and numbers such as (word:1.2) are read as text."]
    assert create(service, zoo["flux"], "a (red) cat")[1] == []


def test_what_is_cut_of_a_negative_prompt_is_told_too(zoo: Zoo, service: ModelService) -> None:
    _, notes = create(service, zoo["pixart-sigma"], "a cat", negative_prompt="x" * 310)
    assert [note.partition(";")[0] for note in notes] == ["The model reads the first 298 tokens of a prompt"]


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_painting_reads_long_prompts_and_keeps_what_it_read(zoo: Zoo, service: ModelService, name: str) -> None:
    pictures = {"photo": Image.new("RGB", (64, 64), "teal"), "mask": Image.new("L", (64, 64), 255)}
    ctx, calls = FakeContext(models=service, pictures=pictures), []
    call = {"image": "photo", "mask": "mask", "prompt": LONG, "steps": 2, "model": str(zoo[name])}
    list(Inpaint().run(Inpaint.Params(**call, seed=1), ctx))
    with service.lease(api.Model(str(zoo[name]))) as lease:
        handle = lease["text_encoder"].register_forward_hook(lambda *_: calls.append(1))
        list(Inpaint().run(Inpaint.Params(**call, seed=2), ctx))
        handle.remove()
    assert calls == []
    assert not any("left out" in note for note in ctx.notes)
