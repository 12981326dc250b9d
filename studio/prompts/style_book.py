"""StyleBook: the styles that ship with the studio, and those of the user, in files that anybody can read."""

import itertools
import re
from collections.abc import Callable, Sequence
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
SIMILAR = 0.7
"""How like a name must be to be offered: at 0.6 “nope” is like “cyanotype”."""


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
        self._broken: set[Path] = set()
        self.own: dict[Path, list[Style]] = {}
        """Of the user, by file."""
        for path in sorted((home / FOLDER).glob("*.json")) if home else ():
            try:
                self.own[path] = _read(path).styles
            except UserError as error:
                self.problems.append(error.message)
                self._broken.add(path)

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
        near = list(dict.fromkeys(known[each] for each in get_close_matches(wanted, known, 3, SIMILAR)))
        hint = Text("similar: {}", ", ".join(near)) if near else Text("there are {} others", len(styles))
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

    def keep(self, style: Style) -> tuple[Style, Style | None]:
        """One more of the user's own; one of the same name is replaced. What was kept, and what it replaced.

        An id that stands for another style gets a number. Raises UserError.
        """
        path = self._folder() / OWN
        there = self.own.get(path, [])
        before = next((each for each in there if _same_name(each, style)), None)
        others = [each for each in there if each is not before]
        made = msgspec.structs.replace(style, id=self._free(before.id if before else style.id, path, others))
        self._write(path, [*others, made])
        return made, before

    def add_file(self, name: str, styles: Sequence[Style]) -> Path:
        """What was imported, as a file of its own; of one that was imported before, what is not in it any more stays.

        Ids that stand for other styles get a number. Raises UserError.
        """
        path = self._folder() / f"{slug(name)}.json"
        if path.name == OWN:
            path = path.with_stem(f"{path.stem}-imported")
        made: list[Style] = []
        for style in styles:
            made.append(msgspec.structs.replace(style, id=self._free(style.id, path, made)))
        new = {style.id for style in made}
        return self._write(path, [*made, *(each for each in self.own.get(path, []) if each.id not in new)])

    def remove(self, id: str) -> Callable[[], object]:
        """One of the user's own; what is returned brings it back. Raises UserError."""
        for path, styles in [*self.own.items()]:
            if any(style.id == id for style in styles):
                self._write(path, [style for style in styles if style.id != id])
                return lambda: StyleBook(self._home).restore(path, styles)
        return lambda: None

    def restore(self, path: Path, styles: Sequence[Style]) -> None:
        """Those of a file that are not there any more. Raises UserError."""
        there = self.own.get(path, [])
        known = {each.id for each in there}
        self._write(path, [*there, *(each for each in styles if each.id not in known)])

    def _free(self, id: str, path: Path, beside: Sequence[Style]) -> str:
        """The id, or with a number if another style has it: of another file, or `beside` it in this one."""
        files = [styles for file, styles in self.own.items() if file != path]
        taken = {each.id for styles in (self._shipped.styles, beside, *files) for each in styles}
        numbered = (f"{id}-{number}" for number in itertools.count(2))
        return id if id not in taken else next(each for each in numbered if each not in taken)

    def _folder(self) -> Path:
        assert self._home is not None, "a book with the user's own has a home"
        return self._home / FOLDER

    def _write(self, path: Path, styles: list[Style]) -> Path:
        if path in self._broken:
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


def _same_name(one: Style, other: Style) -> bool:
    return one.called("en").casefold() == other.called("en").casefold()


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
