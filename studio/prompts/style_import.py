"""Styles of other programs: styles.csv of AUTOMATIC1111's stable-diffusion-webui, the JSON of Fooocus, and our own."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from studio import files
from studio.errors import UserError, os_reason
from studio.prompts.decoding import NotText, decoded
from studio.prompts.style import HOLE, LONGEST_NAME, LONGEST_TEXT, Style
from studio.prompts.style_book import MOST, MOST_BYTES, StyleFile, slug
from studio.text import Text

HEADER = {"name", "prompt", "negative_prompt", "text"}


@dataclass(frozen=True)
class Imported:
    styles: list[Style]
    left_out: list[Text]
    """Why some were not taken, a sentence each."""


def read(path: Path) -> Imported:
    """The styles of a file. Raises UserError for one that holds none."""
    try:
        text = decoded(files.read_bounded(path, MOST_BYTES))
        rows = _csv(text) if path.suffix.lower() == ".csv" else _json(text)
        if isinstance(rows, StyleFile):
            return Imported(rows.styles, [])
    except (OSError, NotText) as error:
        reason = os_reason(error) if isinstance(error, OSError) else error.args[0]
        raise _refused(path, reason) from None
    return _imported(path, rows)


def _csv(text: str) -> list[Mapping[str, Any]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = {str(name).strip().lower() for name in reader.fieldnames or ()}
        if "name" not in names or not names & {"prompt", "text"}:
            raise NotText("its first line does not name the columns name, prompt and negative_prompt")
        return [{str(key).strip().lower(): value for key, value in row.items() if key} for row in reader]
    except csv.Error as error:
        raise NotText("it is no table of comma-separated values: {}", str(error)) from None


def _json(text: str) -> list[Mapping[str, Any]] | StyleFile:
    try:
        found = json.loads(text)
    except RecursionError:
        raise NotText("it is nested too deeply") from None
    except ValueError:
        raise NotText("it is neither JSON nor a .csv") from None
    if isinstance(found, dict) and "styles" in found:
        try:
            return msgspec.convert(found, StyleFile)
        except msgspec.ValidationError as error:
            raise NotText("{}", str(error)) from None
    rows = found if isinstance(found, list) else []
    if not any(isinstance(row, dict) and "name" in row for row in rows):
        raise NotText("it is no list of styles with a name and a prompt each")
    return [row for row in rows if isinstance(row, dict)]


def _imported(path: Path, rows: Iterable[Mapping[str, Any]]) -> Imported:
    styles: dict[str, Style] = {}
    left_out: list[Text] = []
    again: Counter[str] = Counter()
    for number, row in enumerate(rows, 1):
        name, prompt, negative = (_text(row, *keys) for keys in (("name",), ("prompt", "text"), ("negative_prompt",)))
        shown = repr(name[:40]) if name else str(number)
        if not name or not (prompt or negative):
            if name and name[0] not in "-=_#":  # which people write between groups of styles
                left_out.append(Text("The style {} has no words, so it was left out.", shown))
        elif len(name) > LONGEST_NAME or max(len(prompt), len(negative)) > LONGEST_TEXT:
            left_out.append(Text("The style {} has more than {} letters, so it was left out.", shown, LONGEST_TEXT))
        else:
            id = plain = slug(name)
            while id in styles:
                again[plain] += 1
                id = f"{plain}-{again[plain] + 1}"
            styles[id] = Style(id, {"en": name}, category=path.stem[:40], prompt=prompt or HOLE, negative=negative)
        if len(styles) > MOST:
            raise _refused(path, Text("it holds more than {} styles", MOST))
    if not styles:
        raise _refused(path, Text("there is no style with words in it"))
    return Imported([*styles.values()], left_out)


def _text(row: Mapping[str, Any], *keys: str) -> str:
    return next((str(row[key]).strip() for key in keys if isinstance(row.get(key), str)), "")


def _refused(path: Path, reason: Text) -> UserError:
    return UserError(
        "{} holds no styles that can be taken ({}); nothing was changed. Choose a styles.csv, or a JSON of Fooocus or "
        "of the studio.",
        path, reason, code="styles",
    )  # fmt: skip
