"""{red|blue}, wildcards and variables: what is drawn, the same by the same seed, and that nothing is endless."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import resource
from studio.errors import UserError
from studio.prompts.expansion import LONGEST, expanded
from studio.prompts.grammar import DEEPEST
from studio.prompts.wildcards import Wildcards

NONE = Wildcards(None)


def drawn(prompt: str, wildcards: Wildcards = NONE, count: int = 60) -> set[str]:
    return {expanded(prompt, str(seed), wildcards) for seed in range(count)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "animals").mkdir()
    (tmp_path / "Colour.txt").write_text("\ufeff# of the house\nred\n\n{dark|light} green\n", "utf-8")
    (tmp_path / "animals/cat.txt").write_text("tabby\nsiamese\n")
    (tmp_path / "animals/dog.txt").write_text("9::poodle\n0::never\n")
    (tmp_path / "more.yaml").write_text("fruit:\n  sweet: [apple, pear]\n  sour:\n    - lemon\n动物: [猫]\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a {red|blue} cat", {"a red cat", "a blue cat"}),
        ("a { red | blue }", {"a red", "a blue"}),
        ("a{| red} cat", {"a cat", "ared cat"}),
        ("{a {b|c}|d}", {"a b", "a c", "d"}),
        ("{5::a|0::b}", {"a"}),
        ("{2$$a|b}", {"a, b", "b, a"}),
        ("{2$$ and $$a|b}", {"a and b", "b and a"}),
        ("{1-2$$a|b}", {"a", "b", "a, b", "b, a"}),
        ("{-1$$a|b}", {"", "a", "b"}),
        ("{a|b|2-3$$c}", {"a, b", "a, c", "b, a", "b, c", "c, a", "c, b", "a, b, c", "a, c, b", "b, a, c", "b, c, a",
                          "c, a, b", "c, b, a"}),
        ("${c={red|blue}}a ${c} car, ${c} wheels", {"a red car, red wheels", "a blue car, blue wheels"}),
        ("${c:grey} car", {"grey car"}),
        (r"\{a|b\} and {x|\|}", {"{a|b} and x", "{a|b} and |"}),
        (r"\_\_init\_\_", {"__init__"}),
    ],
)  # fmt: skip
def test_what_may_come(prompt: str, expected: set[str]) -> None:
    assert drawn(prompt, count=200) == expected


@pytest.mark.parametrize(
    "prompt",
    ["a cat", "{", "a {cup}", "}{ x ", '{"a": {"b": "c"}}', r"\(red\) \n", "__init__ed", "a | b", "$5 {x}", "{{{}}}",
     "______", "snake__case__name", "__ a __ b __"],
)
def test_what_has_no_variants_stays_as_it_is(prompt: str) -> None:
    assert expanded(prompt, "1", NONE) == prompt


@given(st.text(alphabet="a{}|$\\_:12- ", max_size=60), st.integers())
def test_any_text_is_drawn_or_refused_and_always_the_same_by_its_seed(prompt: str, seed: int) -> None:
    with contextlib.suppress(UserError):
        first = expanded(prompt, str(seed), NONE)
        assert expanded(prompt, str(seed), NONE) == first


def test_the_numbers_are_those_of_every_version_of_python() -> None:
    assert [expanded("{a|b|c|d}{1|2|3}", str(seed), NONE) for seed in range(6)] == ["d3", "a3", "c2", "c1", "b3", "d3"]


def test_lists_of_the_folder(folder: Path) -> None:
    lists = Wildcards(folder)
    assert drawn("a __colour__ car", lists) == {"a red car", "a dark green car", "a light green car"}
    assert drawn("__animals/*__", lists) == {"tabby", "siamese", "poodle"}
    assert drawn("{2$$__animals/cat__}", lists) == {"tabby, siamese", "siamese, tabby"}
    assert drawn("__fruit/sweet__, __Fruit/Sour__, __动物__", lists) == {"apple, lemon, 猫", "pear, lemon, 猫"}
    (folder / "our house.txt").write_text("blue")
    assert drawn("一只__动物__在__our house__里", Wildcards(folder)) == {"一只猫在blue里"}
    assert drawn("____fruit/sour____", lists) == {"__lemon__"}
    assert lists.names() == ["animals/cat", "animals/dog", "colour", "fruit/sour", "fruit/sweet", "动物"]


def test_a_list_of_ones_own_is_taken_before_one_that_ships(tmp_path: Path) -> None:
    shipped = resource.folder() / "wildcards"
    assert len(drawn("__light__", Wildcards(tmp_path, shipped))) > 10
    (tmp_path / "light.txt").write_text("torchlight")
    assert drawn("__light__", Wildcards(tmp_path, shipped)) == {"torchlight"}
    assert drawn("__LIGHT__ __Mood__", Wildcards(None, shipped))


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("{" * 32_000, f"nested more than {DEEPEST} deep"),
        ("{a|" * 10_000, f"nested more than {DEEPEST} deep"),
        ("a {red|blue cat", "The braces at “{red|blue cat” are not closed"),
        ("{5$$a|b}", "“{5$$a|b}” asks for 5 of only 2"),
        ("{99999999999$$a|b}", "asks for 999999 of only 2"),
        ("{1$$a|2$$b}", "says twice how many"),
        ("{0::a|0::b}", "leaves nothing to choose"),
        ("${c}", "The variable “c” of the prompt was given no value"),
        ("__colours__", r"There is no list of wildcards “colours” in .* \(similar: colour\).* a file colours.txt"),
        ("__xyz__", r"“xyz” in .* \(known are: again, .*, …\), so nothing was made"),
        ("__../../etc/passwd__", "There is no list of wildcards “../../etc/passwd”"),
        ("__nothing/*__", "There is no list of wildcards “nothing/*”"),
        ("__empty__", "The list of wildcards “empty” is empty"),
        ("__round__", r"leads back to itself \(round → again → round\)"),
        ("__latin__", r"latin.txt cannot be read \(it is not text in UTF-8"),
        ("__many0__", f"make more than {LONGEST} letters or"),
        ("__long__", f"make more than {LONGEST} letters or"),
    ],
)
def test_what_makes_no_sense_is_one_true_sentence_and_never_endless(folder: Path, prompt: str, sentence: str) -> None:
    (folder / "round.txt").write_text("a __again__")
    (folder / "again.txt").write_text("b __round__")
    (folder / "empty.txt").write_text("# nothing\n\n")
    (folder / "latin.txt").write_bytes("caf\xe9".encode("latin-1"))
    (folder / "long.txt").write_text("x" * (LONGEST + 1))
    for number in range(20):
        (folder / f"many{number}.txt").write_text(f"__many{number + 1}__ __many{number + 1}__")
    (folder / "many20.txt").write_text("x")
    with pytest.raises(UserError, match=sentence.replace("*", r"\*") if prompt.endswith("*__") else _pattern(sentence)):
        expanded(prompt, "1", Wildcards(folder))


def _pattern(sentence: str) -> str:
    for sign in "{}$|":
        sentence = sentence.replace(sign, f"\\{sign}")
    return sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a: &x [*x]\n", r"it refers to itself \(\*x\)"),
        (b"a: &x [lol]\nb: [*x, *x]\n", r"it refers to itself \(\*x\)"),
        (b"a: " + b"[" * 5_000, "nested too deeply"),
        (b"a: [1\n", "no YAML"),
        (b"a: !!python/object/apply:os.system [ls]\n", "no YAML"),
        (b"\xff\xfe\x00\xd8", "not text in UTF-8"),
        (b"a: [x]\n" * 200_000, "far longer than any that is useful"),
    ],
)
def test_a_document_that_cannot_be_read_names_itself(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "broken.yaml").write_bytes(content)
    (tmp_path / "good.txt").write_text("fine")
    lists = Wildcards(tmp_path)
    assert drawn("__good__", lists) == {"fine"}, "it is not read for another list"
    with pytest.raises(UserError, match=rf"The list of wildcards .*broken.yaml cannot be read \(.*{reason}"):
        expanded("__other__", "1", lists)
