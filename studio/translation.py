"""Translation: tasks, and sentences with values in them, as people of another language read them.

Errors and notes are English wherever they are made, sent and kept: programs compare them, and whoever reads a library
or a log later may speak another language than whoever filled it. What shows them translates them, by the template that
they were made of.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from studio import form
from studio.descriptions import StageInfo, TaskInfo, ValueInfo
from studio.text import PLACE, Text, fill

Say = Callable[[str], str]
STOPS = ".。!！"
TEXTS = ("title", "description", "group")


def translated(task: TaskInfo, language: str) -> TaskInfo:
    """The task with its texts in this language, as far as they are translated."""
    words = task.translations.get(language)
    return _say_all(task, lambda text: words.get(text, text)) if words else task


def texts(task: TaskInfo) -> set[str]:
    """All of its texts that people read."""
    found = set()

    def note(text: str) -> str:
        found.add(text)
        return text

    _say_all(task, note)
    return found - {""}


def _say_all(task: TaskInfo, say: Say) -> TaskInfo:
    values = {name: ValueInfo(say(value.title), say(value.description)) for name, value in task.values.items()}
    return msgspec.structs.replace(
        task,
        title=say(task.title),
        description=say(task.description),
        schema=_schema(task.schema, say),
        values=values,
        stages={name: _stage(stage, say) for name, stage in task.stages.items()},
    )


def _stage(stage: StageInfo, say: Say) -> StageInfo:
    read = ("title", "heading", "description", "goal")
    return msgspec.structs.replace(stage, **{name: say(getattr(stage, name)) for name in read})


def _schema(schema: dict[str, Any], say: Say) -> dict[str, Any]:
    """A JSON Schema of an object; what it and its definitions are called is read by nobody."""
    definitions = {
        name: _entry({key: value for key, value in entry.items() if key != "title"}, say)
        for name, entry in schema.get("$defs", {}).items()
    }
    properties = {
        name: _entry({"title": form.title(name), **entry}, say) for name, entry in schema.get("properties", {}).items()
    }
    return {**schema, "$defs": definitions, "properties": properties}


def _entry(entry: dict[str, Any], say: Say) -> dict[str, Any]:
    said = {key: say(value) if key in TEXTS and isinstance(value, str) else value for key, value in entry.items()}
    if "enum" in entry:
        labels = entry.get("labels", {})
        said["labels"] = {str(choice): say(form.label(choice, labels)) for choice in entry["enum"]}
    elif "labels" in entry:  # beside a $ref to the choices
        said["labels"] = {choice: say(text) for choice, text in entry["labels"].items()}
    if "anyOf" in entry:
        said["anyOf"] = [_entry({"labels": entry.get("labels", {}), **option}, say) for option in entry["anyOf"]]
    if isinstance(entry.get("items"), dict):
        said["items"] = _entry(entry["items"], say)
    return said


class Phrasebook:
    """Sentences in another language, by templates: "The mask is {}x{} pixels." -> "蒙版为 {0}×{1} 像素。"

    A `Text` knows its template, which is looked up; its arguments are put in as they are, but for those that are a Text
    themselves. Only free text, of third parties or of an earlier version's records, is compared with the templates:
    there `{}` stands for a value, which may be a sentence, or a part of one, with a template of its own, and where
    several fit, the one with the most letters counts.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)

    def __or__(self, words: Mapping[str, str]) -> "Phrasebook":
        return Phrasebook({**self._words, **words})

    def say(self, text: str) -> str:
        """The text in the other language; what has no translation stays as it is."""
        if isinstance(text, Text) and text.args:
            return self._structured(text)
        return "\n".join(map(self._free, text.split("\n")))

    def _structured(self, text: Text) -> str:
        values = [self.say(arg) if isinstance(arg, Text) else str(arg) for arg in text.args]
        if words := self._words.get(text.template):
            return _put_in(words, values)
        if words := self._words.get(f"{text.template}."):  # a sentence within another one lacks its full stop
            return _put_in(words.rstrip(STOPS), values)
        return fill(text.template, values)

    # ---- free text

    @cached_property
    def _patterns(self) -> list["_Pattern"]:
        found = (_Pattern(template, self._words[template]) for template in self._words if PLACE in template)
        return sorted(found, key=lambda pattern: -pattern.letters)

    def _free(self, line: str) -> str:
        if line in self._words and PLACE not in line:
            return self._words[line]
        for pattern in self._patterns:
            values = pattern.values(line)
            if values is not None:
                said = [self._free(value) for value in values]
                if pattern.letters or said != values:  # one without words of its own only joins others
                    return _put_in(pattern.words, said)
        return line


class _Pattern:
    """A template as free text may have been made from it."""

    def __init__(self, template: str, words: str) -> None:
        self._pieces, self.words = template.split(PLACE), words
        self.letters = sum(map(str.isalpha, "".join(self._pieces)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self._pieces)))

    def values(self, text: str) -> list[str] | None:
        """What stands at the places of `{}`; None for a text that is not made so."""
        if not (text.startswith(self._pieces[0]) and text.endswith(self._pieces[-1])):
            return None
        found = self._pattern.fullmatch(text)
        return list(found.groups()) if found else None


def _put_in(words: str, values: list[str]) -> str:
    """The values at their places, `{0}` and so on; a place for which there is none stays."""
    return re.sub(r"\{(\d+)\}", lambda place: values[int(place[1])] if int(place[1]) < len(values) else place[0], words)
