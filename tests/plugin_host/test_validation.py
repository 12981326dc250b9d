"""What is asked for against what a task takes: one sentence, naming the field, in our words."""

from typing import Any, Literal

import pytest

from studio import api, form
from studio.errors import UserError
from studio.plugin_host.validation import validate


class Params(api.Params):
    prompt: api.Prompt
    count: int = api.Field(1, ge=1, le=4)
    weight: float = api.Field(0.5, gt=0, lt=1)
    seed: api.Seed = -1
    mode: Literal["fast", "good"] = "good"
    tile: bool = False
    radius: int | None = None
    color: api.Color = "#000000"
    size: api.Size = "auto"
    images: list[api.ImageRef] = api.Field((), max_length=2)
    corners: list[int] = api.Field((1, 2), min_length=2)


FIELDS = form.parse(Params.model_json_schema())


def check(**given: Any) -> Any:
    return validate(Params, FIELDS, {"prompt": "a cat", **given})


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"count": 5}, "count", "count must be between 1 and 4, not 5."),
        ({"count": "3"}, "count", 'count must be a whole number, not "3".'),
        ({"count": True}, "count", "count must be a whole number, not true."),
        ({"weight": 1.0}, "weight", "weight must be more than 0 and less than 1, not 1.0."),
        ({"mode": "slow"}, "mode", 'mode must be one of fast, good, not "slow".'),
        ({"tile": 1}, "tile", "tile must be true or false, not 1."),
        ({"color": "red"}, "color", 'color must be #rrggbb, a colour like #ff8800, not "red".'),
        ({"size": "0 by 3"}, "size", 'size must be "auto" or WIDTHxHEIGHT'),
        ({"images": ["a", ""]}, "images", "images, entry 2, must not be empty."),
        ({"images": ["a", "b", "c"]}, "images", "images has 3 entries; at most 2 are allowed."),
        ({"corners": [1]}, "corners", "corners has 1 entry; at least 2 are needed."),
        ({"prompt": "x" * 32_001}, "prompt", "prompt has 32,001 characters; at most 32,000 are allowed."),
        ({"seed": -2}, "seed", "seed must be between -1 and 9223372036854775807, not -2."),
        ({"seed": True}, "seed", "seed must be a whole number, not true."),
        ({"colour": "#000000"}, "colour", "There is no parameter 'colour'; there are prompt, count"),
        ({"weight": float("nan")}, "weight", "weight must be a finite number, not nan."),
    ],
)
def test_one_sentence_that_names_the_field(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        check(**given)
    assert caught.value.field == field
    assert words in caught.value.message
    assert "\n" not in caught.value.message
    assert "pydantic" not in caught.value.message.lower()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UserError, match="prompt is missing") as caught:
        validate(Params, FIELDS, {})
    assert caught.value.field == "prompt"


def test_null_means_not_given_unless_it_is_a_value() -> None:
    params = check(count=None, radius=None, mode=None)
    assert (params.count, params.radius, params.mode) == (1, None, "good")


def test_a_seed_is_drawn_once_and_a_given_one_kept() -> None:
    drawn = {check().seed for _ in range(8)}
    assert len(drawn) == 8
    assert min(drawn) >= 0
    assert check(seed=0).seed == 0


def test_control_characters_leave_prompts_and_nothing_else_does() -> None:
    assert check(prompt="a\x00 <b>cat</b>\u202e\n").prompt == "a <b>cat</b>\u202e\n"
