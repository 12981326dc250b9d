"""The window's words in 中文: none is untranslated, none is left over, and what is compiled is what was written."""

import re
import shutil
import string
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import PySide6
import pytest
from PySide6.QtCore import QTranslator

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "resources" / "translations" / "studio_zh.ts"
Entry = tuple[str, str]


def messages(file: Path) -> dict[Entry, ElementTree.Element]:
    """The translation of each source text in its context."""
    found = {}
    for context in ElementTree.parse(file).iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            found[name, message.findtext("source", "")] = translation
    return found


def collect(folder: Path, *extra: Path) -> dict[Entry, ElementTree.Element]:
    """What lupdate finds in the sources of today, beside what the committed file has."""
    copy = Path(shutil.copy(WORDS, folder))
    sources = [*sorted((ROOT / "studio" / "desktop").rglob("*.py")), *extra]
    tool = Path(PySide6.__file__).parent / "lupdate"
    subprocess.run([tool, *sources, "-ts", copy], check=True, capture_output=True, cwd=folder)
    return messages(copy)


def undone(entries: dict[Entry, ElementTree.Element]) -> list[Entry]:
    """Without a translation, or without a place in the program any more."""
    return [entry for entry, translation in entries.items() if translation.get("type") or not translation.text]


def test_every_word_of_the_window_is_translated_and_none_is_left_over(tmp_path: Path) -> None:
    found = collect(tmp_path)
    assert not undone(found), "scripts/translate collects them"
    assert found.keys() == messages(WORDS).keys()


def test_a_new_word_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "new.py"
    source.write_text("class New(QObject):\n    def say(self):\n        return self.tr('Brand new')\n")
    assert undone(collect(tmp_path, source)) == [("New", "Brand new")]


def test_placeholders_and_keys_are_those_of_the_original() -> None:
    for (_, source), translation in messages(WORDS).items():
        text = translation.text or ""
        assert placeholders(text) == placeholders(source), text
        assert re.findall(r"\*\.\w+", text) == re.findall(r"\*\.\w+", source)
        assert source.count("\n") == text.count("\n")


def placeholders(text: str) -> set[str]:
    if text.count("{") != len(re.findall(r"\{\w*\}", text)):  # a text that is never formatted, but speaks of braces
        return {char for char in text if char in "{}"}
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def compiled() -> QTranslator:
    translator = QTranslator()
    assert translator.load(str(WORDS.with_suffix(".qm")))
    return translator


def test_what_is_compiled_is_what_was_written(compiled: QTranslator) -> None:
    for (context, source), translation in messages(WORDS).items():
        assert compiled.translate(context, source) == translation.text, (context, source)
