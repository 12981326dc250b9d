"""Errors and notes in 中文: each is a literal template and translated, none is left over; free text is understood."""

import ast
import json
from pathlib import Path

import pytest

from studio.testing import _sentences
from studio.translation import Phrasebook

ROOT = Path(__file__).parents[1]
WORDS: dict[str, str] = json.loads((ROOT / "resources/translations/sentences_zh.json").read_text("utf-8"))
SOURCES = [
    file for file in sorted((ROOT / "studio").rglob("*.py"))
    if not {"cli", "server", "testing"} & set(file.relative_to(ROOT).parts) or file.parent.match("server/remote")
]  # fmt: skip
OF_THE_SYSTEM = {
    f"{first}{rest}"
    for first, rest in (("No", " space left on device"), ("Permission", " denied"), ("Read-only", " file system"))
} | {"No such file or directory"}
"""What errno says, as it comes and in small letters."""


def test_every_sentence_of_the_studio_is_translated_and_none_is_left_over() -> None:
    assert _sentences.sentences(SOURCES) - WORDS.keys() == set()
    of_the_system = OF_THE_SYSTEM | {text.lower() for text in OF_THE_SYSTEM}
    assert WORDS.keys() - _sentences.constants(SOURCES) - of_the_system == set()


def test_a_new_sentence_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "new.py"
    source.write_text(
        'raise UserError("Brand new: {} is odd.", Text("the name of {}", name))\n'
        'raise refused(path, "it is brand new", code="new")\n'
        'ctx.note(f"Of a third party: {name}.")\n'
    )
    assert _sentences.sentences([source]) == {
        "Brand new: {} is odd.", "the name of {}", "it is brand new", "Of a third party: {}."
    }  # fmt: skip
    assert "Brand old: {} is odd." not in _sentences.constants([source])


def test_our_own_sentences_are_templates_with_arguments_and_never_put_together() -> None:
    own = [*SOURCES, *(ROOT / "plugins").rglob("*.py")]
    found = [f"{file}:{node.lineno}" for file in own for node in _sentences.told(file) if _is_put_together(node)]
    assert found == []


def test_a_sentence_that_is_put_together_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "put_together.py"
    source.write_text('ctx.note(f"{a} is odd.")\nUserError("a" + b)\nUserError("{}".format(b))\nUserError("{}", b)\n')
    assert [_is_put_together(node) for node in _sentences.told(source)].count(True) == 3


def _is_put_together(node: ast.expr) -> bool:
    is_formatted = isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".format", ".join"))
    literal = is_formatted and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant)
    return literal or isinstance(node, ast.JoinedStr | ast.BinOp)


def test_a_translation_has_the_places_of_its_original() -> None:
    for text, said in WORDS.items():
        count = text.count("{}")
        places = {number for number in range(9) if f"{{{number}}}" in said}
        assert places == set(range(count)), text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The mask is 3x4 pixels and the picture 5x6; they must be equal, so scale the mask to the picture.",
         "蒙版为 3×4 像素，图片为 5×6 像素；两者必须相同，请把蒙版缩放到图片大小。"),
        ("/a b/c.safetensors cannot be used as a model: it lacks the tensors of its part unet.",
         "/a b/c.safetensors 不能用作模型：它缺少“unet”部分的张量。"),
        ("The engine keeps stopping: it ended with the code 3. Look at the log, then restart it.",
         "引擎反复停止：它以代码 3 结束。请查看日志，然后重启它。"),
        ("steps must be between 1 and 1000, not 0.", "steps 须为 1 到 1000 之间，而不是 0。"),
        ("prompt has 20,001 characters; at most 20,000 are allowed.", "prompt 有 20,001 个字符；最多允许 20,000。"),
        ("a.png: It is animated; only its first frame is used.", "a.png：它是动画；只使用第一帧。"),
        ("It is cut off.\na.png: what nobody translated", "It is cut off.\na.png: what nobody translated"),
        ("已经是中文的句子。", "已经是中文的句子。"),
    ],
)  # fmt: skip
def test_in_free_text_values_are_put_in_and_translated_where_they_are_sentences(text: str, said: str) -> None:
    assert Phrasebook(WORDS).say(text) == said


def test_the_template_with_the_most_words_counts() -> None:
    book = Phrasebook({"The {} is {}.": "{0}是{1}。", "The {} is too large; {}.": "{0}太大；{1}。", "cup": "杯子"})
    assert book.say("The cup is too large; shrink it.") == "杯子太大；shrink it。"
    assert book.say("The cup is red.") == "杯子是red。"
    assert (book | {"red": "红的"}).say("The cup is red.") == "杯子是红的。"
