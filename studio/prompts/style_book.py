"""StyleBook: the styles that ship with the studio, and those of the user, in files that anybody can read."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec

from studio import files, resource
from studio.atomic import writing
from studio.errors import UserError, os_reason
from studio.prompts.style import LONGEST_NAME, LONGEST_TEXT, Style
from studio.text import Text

SHIPPED = "styles.json"
FOLDER = "styles"
"""In the home of the studio."""
OWN = "own.json"
MOST_BYTES = 4 * 2**20
MOST = 5_000


class StyleFile(msgspec.Struct, frozen=True, omit_defaults=True):
    styles: list[Style]
    categories: dict[str, dict[str, str]] = {}
    """What each is called, by language."""
    format: int = 1


class StyleBook:
    """All styles as they are in the files now: those of the user first."""

    def __init__(self, home: Path | None) -> None:
        """None for those alone that ship with the studio."""
        self._home = home
        self._shipped = _read(resource.folder() / SHIPPED)
        self.problems: list[Text] = []
        """Of files that were left out, a sentence each."""
        self.own: dict[Path, list[Style]] = {}
        """Of the user, by file."""
        for path in sorted((home / FOLDER).glob("*.json")) if home else ():
            try:
                self.own[path] = _read(path).styles
            except UserError as error:
                self.problems.append(error.message)

    @property
    def styles(self) -> list[Style]:
        """Each id once."""
        found: dict[str, Style] = {}
        for style in (*(style for each in self.own.values() for style in each), *self._shipped.styles):
            found.setdefault(style.id, style)
        return list(found.values())

    def category(self, id: str, language: str) -> str:
        """What a category is called."""
        names = self._shipped.categories.get(id, {})
        return names.get(language) or names.get("en") or id

    def find(self, name: str, field: str | None = None) -> Style:
        """By id, or by name in any language, small letters or large. Raises UserError."""
        wanted, styles = name.strip().casefold(), self.styles
        for said in (lambda style: (style.id,), lambda style: style.name.values()):
            for style in styles:
                if wanted in (each.casefold() for each in said(style)):
                    return style
        known = {each.casefold(): style.id for style in styles for each in (style.id, *style.name.values())}
        near = list(dict.fromkeys(known[each] for each in get_close_matches(wanted, known, 3, 0.5)))
        hint = Text("like it are {}", ", ".join(near)) if near else Text("there are {} others", len(styles))
        raise UserError(
            "There is no style “{}” ({}), so nothing was made; choose one of those, or leave it out.",
            name[:LONGEST_NAME], hint, field=field, code="no_style",
        )  # fmt: skip

    def names(self, styles: Sequence[str], language: str) -> list[str]:
        """What some are called, by ids or names; one of another home, or that was removed, stays as it is written."""
        found = []
        for each in styles:
            try:
                found.append(self.find(each).called(language))
            except UserError:
                found.append(each)
        return found

    # ---- the user's own

    def keep(self, style: Style) -> Path:
        """One more of the user's own; one of the same id is replaced. Raises UserError."""
        path = self._folder() / OWN
        there = [each for each in self.own.get(path, []) if each.id != style.id]
        return self._write(path, [*there, style])

    def add_file(self, name: str, styles: Sequence[Style]) -> Path:
        """What was imported, as a file of its own; one of the same name is replaced. Raises UserError."""
        return self._write(self._folder() / f"{slug(name)}.json", [*styles])

    def remove(self, id: str) -> None:
        """One of the user's own. Raises UserError."""
        for path, styles in [*self.own.items()]:
            if any(style.id == id for style in styles):
                self._write(path, [style for style in styles if style.id != id])

    def _folder(self) -> Path:
        assert self._home is not None, "a book with the user's own has a home"
        return self._home / FOLDER

    def _write(self, path: Path, styles: list[Style]) -> Path:
        if any(path.name in str(problem) for problem in self.problems) and path not in self.own:
            raise UserError(
                "{} cannot be read, so it was left as it is and nothing was saved; fix it or rename it first.",
                path, code="styles",
            )  # fmt: skip
        if len(styles) > MOST:
            raise UserError("{} would hold more than {} styles; nothing was kept.", path, MOST, code="styles")
        try:
            files.make_private(path.parent)
            with writing(path) as file:
                file.write(msgspec.json.format(msgspec.json.encode(StyleFile(styles)), indent=1) + b"\n")
        except OSError as error:
            raise UserError(
                "The style could not be saved in {} ({}); the others are kept. Free some space or make the folder "
                "writable.",
                path, os_reason(error), code="storage",
            ) from None  # fmt: skip
        self.own[path] = styles
        return path


def slug(name: str) -> str:
    """An id, or the name of a file, of what people call something."""
    return re.sub(r"[^\w]+", "-", name.strip().casefold()).strip("-_")[:80] or "style"


def _read(path: Path) -> StyleFile:
    try:
        found = msgspec.json.decode(files.read_bounded(path, MOST_BYTES), type=StyleFile)
    except OSError as error:
        raise _broken(path, os_reason(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken(path, Text(str(error))) from None
    except RecursionError:
        raise _broken(path, Text("it is nested too deeply")) from None
    if len(found.styles) > MOST:
        raise _broken(path, Text("it holds more than {} styles", MOST))
    for style in found.styles:
        if not style.id or max(len(style.prompt), len(style.negative)) > LONGEST_TEXT:
            raise _broken(path, Text("the style {} has no id, or texts longer than {} letters", repr(style.id[:40]),
                                     LONGEST_TEXT))  # fmt: skip
    return found


def _broken(path: Path, reason: Text) -> UserError:
    return UserError(
        "The styles in {} cannot be read ({}), so they are left out; fix the file, or remove it.",
        path, reason, code="styles",
    )  # fmt: skip
