"""What is written for a parameter, and what it becomes."""

import enum
from pathlib import Path
from typing import Any, Literal

import pytest

from studio import api, form
from studio.cli import option, value
from studio.cli.value import legal
from studio.errors import UserError
from studio.plugin_host.operations import with_operations


class Mode(enum.Enum):
    PLAIN = "plain"
    DARK = "dark"


class Params(api.Params):
    steps: int = api.Field(20, ge=1, le=150)
    scale: float = api.Field(4.0, gt=0, lt=30)
    radius: float | None = api.Field(None, ge=0)
    tile: bool = False
    soft: bool | None = None
    mode: Mode = Mode.PLAIN
    factor: Literal[2, 4] = 2
    text: str = ""
    seed: api.Seed = -1
    rows: list[list[int]] = api.Field([])
    image: api.ImageRef = "x"
    model: api.ModelRef = api.ModelField("inpaint")
    images: list[api.ImageRef] = api.Field([])
    lora: list[api.Adapter] = api.AdapterField()
    control: list[api.Control] = api.ControlField()
    reference: list[api.Reference] = api.ReferenceField()
    region: list[api.Region] = api.RegionField()


SCHEMA = with_operations(Params.model_json_schema(), {"canny": "Edges"})
FIELDS = {field.name: field for field in form.parse(SCHEMA)}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("steps", "7", 7),
        ("scale", "7.5", 7.5),
        ("radius", "none", None),
        ("radius", "0", 0.0),
        ("soft", "yes", True),
        ("soft", "none", None),
        ("mode", "dark", "dark"),
        ("factor", "4", 4),
        ("text", "none", "none"),
        ("seed", str(2**63 - 1), 2**63 - 1),
        ("rows", "[1, 2]", [1, 2]),
    ],
)
def test_values_are_read(name: str, text: str, expected: Any) -> None:
    assert value.read(FIELDS[name], text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("steps", "0"),
        ("steps", "151"),
        ("steps", "1000000"),
        ("steps", "2.5"),
        ("steps", ""),
        ("scale", "nan"),
        ("scale", "inf"),
        ("scale", "1e400"),
        ("scale", "0"),
        ("scale", "30"),
        ("scale", "-5"),
        ("seed", str(2**63)),
        ("seed", "-2"),
        ("seed", "a"),
        ("soft", "perhaps"),
        ("mode", "PLAIN"),
        ("factor", "3"),
        ("rows", "1"),
        ("text", "\udcff"),
    ],
)
def test_what_is_not_legal_is_refused_with_what_is(name: str, text: str) -> None:
    with pytest.raises(UserError) as refusal:
        value.read(FIELDS[name], text)
    assert refusal.value.field == name
    assert FIELDS[name].title in refusal.value.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("steps", "a whole number from 1 to 150"),
        ("scale", "a number above 0 and below 30"),
        ("radius", "a number from 0 or none"),
        ("soft", "yes or no or none"),
        ("mode", "plain or dark"),
        ("seed", "a whole number from -1 to 9223372036854775807"),
        ("text", "text"),
    ],
)
def test_the_legal_values_in_words(name: str, words: str) -> None:
    assert legal(FIELDS[name]) == words


def test_paths_become_absolute_and_ids_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "starter").mkdir()
    some_id = "01jd5w2k8v3x9y7z6q4r1t0m5n"
    assert value.absolute(FIELDS["image"], "a.png") == str(tmp_path / "a.png")
    assert value.absolute(FIELDS["image"], "../a.png") == f"{tmp_path}/../a.png"
    assert value.absolute(FIELDS["image"], some_id) == some_id
    assert value.absolute(FIELDS["images"], ["a.png", some_id]) == [str(tmp_path / "a.png"), some_id]
    assert value.absolute(FIELDS["model"], "starter") == "starter"
    assert value.absolute(FIELDS["model"], "./starter") == str(tmp_path / "starter")
    assert value.absolute(FIELDS["text"], "a/b") == "a/b"
    assert value.absolute(FIELDS["image"], 5) == 5  # the engine says what is wrong with it


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, "several times"),
        (2, None, "times, at least 2"),
        (None, 9, "times, at most 9"),
        (2, 9, "times, 2 to 9"),
    ],
)
def test_a_list_says_how_often_it_may_be_given(least: int | None, most: int | None, said: str) -> None:
    field = form.FormField("images", "Images", "list", "list", min_length=least, max_length=most, item=FIELDS["image"])
    [made] = option.make([field])
    assert str(made.help).endswith(said)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("lora", "film", {"adapter": "film"}),
        ("lora", "film:-0.8", {"adapter": "film", "weight": -0.8}),
        ("lora", "film:1:0.5", {"adapter": "film", "weight": 1.0, "text_weight": 0.5}),
        ("lora", "C:\\x.safetensors:0.8", {"adapter": "C:\\x.safetensors", "weight": 0.8}),
        ("lora", "a:b", {"adapter": "a:b"}),
        ("region", "a red cup = tea=left.png", {"prompt": "a red cup = tea", "mask": "left.png"}),
        ("region", "a red cup=left.png,weight=0.3", {"prompt": "a red cup", "mask": "left.png", "weight": 0.3}),
        ("region", "a cup, red=a,b.png,weight=0", {"prompt": "a cup, red", "mask": "a,b.png", "weight": 0.0}),
        ("region", "cup,weight=a,b.png", {"prompt": "cup,weight", "mask": "a,b.png"}),
        ("region", '{"prompt": "a cup", "mask": "l.png", "weight": 0.5}',
         {"prompt": "a cup", "mask": "l.png", "weight": 0.5}),
        ("reference", "plus=cat.png,weight=-0.5,layers=style",
         {"reference": "plus", "image": "cat.png", "weight": -0.5, "layers": "style"}),
        ("control", "edges=room.png", {"control": "edges", "image": "room.png"}),
        ("control", "edges=room.png,hint=canny,weight=0.5,end=0.8",
         {"control": "edges", "image": "room.png", "hint": "canny", "weight": 0.5, "end": 0.8}),
        ("control", '{"control": "e", "image": "a,b.png"}', {"control": "e", "image": "a,b.png"}),
    ],
)  # fmt: skip
def test_several_values_in_one_option(name: str, text: str, expected: dict[str, Any]) -> None:
    item = FIELDS[name].item
    assert item is not None
    assert value.read(item, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [("region", "=x"), ("region", "a cup"), ("region", "a cup=x,weight=2"), ("region", "a cup=x,weight=y"),
     ("reference", "plus"), ("reference", "p=x,layers=no"),
     ("lora", "film:9"), ("lora", ":1"), ("lora", "film:nan"), ("control", "edges"), ("control", "e=x,hint=no"),
     ("control", "e=x,other=1"), ("control", "{"), ("control", "e=x,weight=3")],
)  # fmt: skip
def test_what_such_an_option_refuses(name: str, text: str) -> None:
    item = FIELDS[name].item
    assert item is not None
    with pytest.raises(UserError):
        value.read(item, text)


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("region", "WORDS=MASK, then ,weight=0…1"), ("lora", "NAME:WEIGHT or NAME:WEIGHT:TEXT_WEIGHT"),
     ("control", "NAME=FILE, then any of ,hint=ready|canny ,shows=… ,weight=0…2 ,start=0…1 ,end=0…1"),
     ("reference", "NAME=FILE, then any of ,weight=-2…2 ,layers=all|style|composition|style-composition")],
)  # fmt: skip
def test_the_help_names_all_that_can_be_said(name: str, spelling: str) -> None:
    (made,) = option.make([FIELDS[name]])
    assert f": {spelling}; may be given several times" in str(made.to_info_dict()["help"])


def test_paths_within_such_an_option_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = [{"control": "edges", "image": "room.png", "hint": "canny"}]
    assert value.absolute(FIELDS["control"], given) == [{**given[0], "image": str(tmp_path / "room.png")}]
    loras = [{"adapter": "film", "weight": 1.0}, {"adapter": "./film.safetensors"}]
    assert value.absolute(FIELDS["lora"], loras) == [loras[0], {"adapter": str(tmp_path / "film.safetensors")}]
