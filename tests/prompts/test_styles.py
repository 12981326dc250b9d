"""Styles: those that ship, what they make of words, the user's own, and those of other programs."""

import json
from pathlib import Path

import pytest

from studio import resource
from studio.errors import UserError
from studio.prompts import style, style_import
from studio.prompts.expansion import expanded
from studio.prompts.style import Style
from studio.prompts.style_book import FOLDER, OWN, StyleBook
from studio.prompts.wildcards import Wildcards

SHIPPED = Wildcards(None, resource.folder() / "wildcards")
STARTER = json.loads((Path(__file__).parents[2] / "resources/starter/studio.json").read_text("utf-8"))["vocabulary"]


@pytest.fixture
def book(tmp_path: Path) -> StyleBook:
    return StyleBook(tmp_path)


def test_those_that_ship_are_many_and_whole(book: StyleBook) -> None:
    assert len(book.styles) >= 80
    assert len({each.id for each in book.styles}) == len(book.styles)
    for language in ("en", "zh"):
        assert len({each.called(language) for each in book.styles}) == len(book.styles)
        assert all(book.category(each.category, language) != each.category for each in book.styles)
    for each in book.styles:
        assert set(each.name) == {"en", "zh"}
        assert each.prompt.count("{prompt}") == 1
        assert each.prompt != "{prompt}" or each.negative
        assert expanded(each.prompt, "1", SHIPPED).count("{prompt}") == 1
        assert not each.word or each.word in STARTER["styles"]


def test_several_stand_around_the_words_and_say_nothing_twice(book: StyleBook) -> None:
    chosen = [book.find("Watercolour"), book.find("without-text"), book.find("GOLDEN hour")]
    made = style.apply(chosen, "a red cat", "rain, text")
    assert made.prompt.startswith("photograph of watercolor of a red cat, wet-in-wet")
    assert made.negative.startswith("rain, text, photograph, photorealistic, 3d render, opaque paint")
    words = [word.strip() for word in made.negative.split(",")]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("template", "expected"),
    [("ink, {prompt}, wash", "ink, a cat, wash"), ("ink wash", "a cat, ink wash"), ("", "a cat"),
     ("{prompt} and {prompt}", "a cat and a cat"), ("{other} {prompt}", "{other} a cat")],
)  # fmt: skip
def test_a_template(template: str, expected: str) -> None:
    assert style.apply([Style("x", {"en": "X"}, prompt=template)], " a cat ").prompt == expected


@pytest.mark.parametrize(
    ("template", "negative", "expected"),
    [("ugly, {prompt}", "rain", "ugly, rain"), ("ugly, {prompt}", " ", "ugly"), ("{prompt}, ugly", "", "ugly"),
     ("a, {prompt}, b", "", "a, b"), ("a {prompt} b, c", "", "a b, c"), ("(a, {prompt}:1.2)", "x", "(a, x:1.2)"),
     ("{prompt}", "", ""), ("ugly", "rain", "rain, ugly")],
)  # fmt: skip
def test_the_hole_of_what_is_left_out_is_filled_with_what_was_written(
    template: str, negative: str, expected: str
) -> None:
    assert style.apply([Style("x", {"en": "X"}, negative=template)], "a cat", negative).negative == expected


def test_an_empty_prompt_stays_empty_and_a_long_one_is_refused() -> None:
    ink = Style("ink", {"en": "Ink"}, prompt="ink {prompt} {prompt}", negative="colour")
    assert style.apply([ink], "  ") == style.Styled("  ", "")
    with pytest.raises(UserError, match="longer than 32000 letters"):
        style.apply([ink], "x" * 16_000)
    with pytest.raises(UserError, match="longer than 32000 letters"):
        style.apply([Style("x", {"en": "X"}, negative="{prompt}, " * 800)], "a cat", "x" * 8_000)


def test_a_model_of_few_words_is_told_the_style_in_its_own(book: StyleBook) -> None:
    said = style.apply([book.find("watercolour")], "a red cat", "", STARTER)
    assert (said.prompt, said.negative, said.unknown) == ("a red cat, watercolor", "", ())
    assert style.apply([book.find("craft-paper-cut")], "红色的猫", "", STARTER).prompt == "红色的猫，剪纸"
    film = book.find("Film noir")
    assert style.apply([film], "a red cat", "", STARTER) == style.Styled("a red cat", "", (film,))


def test_a_name_that_is_none_names_what_is_like_it(book: StyleBook) -> None:
    with pytest.raises(UserError, match=r"There is no style “watercolor” \(similar: paint-watercolor"):
        book.find("watercolor")
    with pytest.raises(UserError, match=rf"There is no style “nope” \(there are {len(book.styles)} others\)"):
        book.find("nope")


def test_ones_own_are_kept_replaced_and_removed(book: StyleBook, tmp_path: Path) -> None:
    mine = Style("house", {"en": "House", "zh": "自家"}, "own", "{prompt}, in our colours", "grey")
    assert book.keep(mine) == (mine, None)
    assert (tmp_path / FOLDER / OWN).is_file()
    again = StyleBook(tmp_path)
    assert again.find("自家") == mine
    assert again.styles[0] == mine
    again.keep(Style("house", {"en": "House"}, prompt="{prompt}!"))
    assert [each.prompt for each in StyleBook(tmp_path).styles[:1]] == ["{prompt}!"]
    again.remove("house")
    assert StyleBook(tmp_path).styles == book._shipped.styles


def test_nothing_that_is_kept_or_imported_takes_the_place_of_another_style(tmp_path: Path) -> None:
    book = StyleBook(tmp_path)
    for name, id in (("Photo studio", "photo-studio"), ("♥", "style"), ("★", "style")):
        book.keep(Style(id, {"en": name}, prompt=f"{{prompt}} {name}"))
    assert [each.id for each in StyleBook(tmp_path).styles[:3]] == ["photo-studio-2", "style", "style-2"]
    assert book.find("photo-studio").category == "photography"
    book.add_file("own", [Style("style", {"en": "Imported"}), Style("only", {"en": "Only"})])
    assert [each.called("en") for each in StyleBook(tmp_path).styles[:5]] == [
        "Imported", "Only", "Photo studio", "♥", "★"
    ]  # fmt: skip
    book.add_file("own", [Style("style", {"en": "Imported"}, prompt="{prompt} again")])
    again = StyleBook(tmp_path)
    assert again.find("Imported").prompt == "{prompt} again"
    assert again.find("only")
    assert len(again.styles) == len(StyleBook(None).styles) + 5
    again.remove("only")()
    assert StyleBook(tmp_path).find("only")


def test_a_file_that_is_broken_is_told_and_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / OWN).write_text("{")
    (folder / "deep.json").write_text('{"styles": ' + "[" * 5000)
    book = StyleBook(tmp_path)
    assert len(book.problems) == 2
    assert all("they are left out" in problem for problem in book.problems)
    assert len(book.styles) >= 80
    with pytest.raises(UserError, match="left as it is and nothing was saved"):
        book.keep(Style("x", {"en": "X"}))
    assert (folder / OWN).read_text() == "{"


def test_a_table_of_a1111(tmp_path: Path) -> None:
    file = tmp_path / "styles.csv"
    rows = 'name,prompt,negative_prompt\n=== Mine ===,,\nInk,"ink, {prompt}, ""wash""",colour\nEmpty,,\nInk,other,\n'
    file.write_text("\ufeff" + rows, "utf-8")
    found = style_import.read(file)
    assert [(each.id, each.prompt, each.negative, each.category) for each in found.styles] == [
        ("ink", 'ink, {prompt}, "wash"', "colour", "styles"), ("ink-2", "other", "", "styles")
    ]  # fmt: skip
    assert found.left_out == ["The style 'Empty' has no words, so it was left out."]
    file.write_bytes(rows.encode("utf-16"))
    assert len(style_import.read(file).styles) == 2


def test_a_json_of_fooocus_and_one_of_our_own(tmp_path: Path) -> None:
    file = tmp_path / "sdxl_styles_mine.json"
    file.write_text(json.dumps([{"name": "my-ink", "prompt": "ink {prompt} .", "negative_prompt": "red"}, {"name": 5}]))
    (made,) = style_import.read(file).styles
    assert (made.id, made.name, made.prompt, made.negative) == ("my-ink", {"en": "my-ink"}, "ink {prompt} .", "red")
    book = StyleBook(tmp_path)
    kept = book.add_file("mine", [made])
    assert style_import.read(kept).styles == [made]
    assert StyleBook(tmp_path).find("MY-INK") == made


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "name,prompt\nx,é".encode("latin-1"), "not text in UTF-8"),
        ("a.csv", "名,提示\n".encode("gb18030"), "not text in UTF-8"),
        ("a.csv", b"first,second\nx,y\n", "does not name the columns"),
        ("a.csv", b'name,prompt\nx,"' + b"y" * 200_000, "no table of comma-separated values"),
        ("a.csv", b"name,prompt\n", "there is no style with words in it"),
        ("a.csv", b"name,prompt\n" + b"x,y\n" * 6_000, "it holds more than 5000 styles"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b"{}", "no list of styles"),
        ("a.json", b"[1, [], {}]", "no list of styles"),
        ("a.json", b"{", "neither JSON nor a .csv"),
        ("a.json", b'{"styles": [{"name": 5}]}', "(Expected|Object missing)"),
        ("a.json", b"[" + b" " * 5 * 2**20 + b"]", "far longer than any that is useful"),
        ("a.json", None, "No such file"),
    ],
)
def test_what_holds_no_styles_is_refused_in_one_true_sentence(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=rf"{name} holds no styles that can be taken \(.*{reason}"):
        style_import.read(tmp_path / name)
