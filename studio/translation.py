"""Translation: a task as people of another language read it, by the words that its plugin brings."""

from collections.abc import Callable
from typing import Any

import msgspec

from studio import form
from studio.messages import TaskInfo, ValueInfo

Say = Callable[[str], str]
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
        task, title=say(task.title), description=say(task.description), schema=_schema(task.schema, say), values=values
    )


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
