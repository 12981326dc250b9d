"""The table of families that plugins have brought, by the class names of model_index.json."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from studio.api import Family, Variant
from studio.text import Text

GENERIC = "generic"
"""The id of rows that only call a pipeline plainly."""
UPSCALER_FILES = "the file of an upscaler"
NAMED = "folder"
"""Under which the words of a name stand among the configs."""
_CHANGEABLE = (NAMED, "scheduler")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""Of a name: letters of one kind, or digits. `XLTURBO` stays one piece, `TurboDPMSDE` is two."""


@dataclass
class Families:
    """Every family by each of its class names; what came first wins, but a generic row gives way to any other."""

    by_class: dict[str, Family] = field(default_factory=dict)
    upscaler: Family | None = None
    """Of lone files that spandrel opens."""
    of_files: list[Family] = field(default_factory=list)
    """Those that only tell what lone files are, such as the weights of a picture operation."""

    def add(self, families: Iterable[Family]) -> list[Text]:
        """Take families over. Returns a sentence for each that was left out."""
        problems = []
        for family in families:
            if family.file_part and not family.classes:
                problems += [_left_out(family, UPSCALER_FILES)] if self.upscaler else []
                self.upscaler = self.upscaler or family
                continue
            if not family.classes:
                self.of_files.append(family)
                continue
            taken = [name for name in family.classes if name in self.by_class and not self._gives_way(name)]
            if taken and family.id == GENERIC:
                continue
            if taken:
                problems.append(_left_out(family, taken[0]))
            else:
                self.by_class |= dict.fromkeys(family.classes, family)
        return problems

    def _gives_way(self, name: str) -> bool:
        return self.by_class[name].id == GENERIC

    def find(self, class_name: str) -> Family | None:
        return self.by_class.get(class_name)

    def rows(self) -> list[Family]:
        """Each family once, in the order in which they came."""
        rows = [*self.by_class.values(), *self.of_files, *([self.upscaler] if self.upscaler else [])]
        return list({id(family): family for family in rows}.values())


def _left_out(family: Family, what: str) -> Text:
    return Text("Its family {} was left out: {} belongs to another one.", repr(family.id), what)


def specialise(family: Family, configs: Mapping[str, Mapping[str, Any]], said: str = "") -> tuple[Family, Text]:
    """The family with the first variant that these configs (by part) are of filled in, and what was assumed.

    `said`: the title that the user gave it, see `choices`.
    """
    fitting = [variant for variant in family.variants if _fits(variant, configs)]
    if said:
        possible = _possible(family, configs)
        certain = [each for each in possible if not each.names_steps]
        named = [each for each in possible if each.title == said]
        # Of two rows of one title one is told by its scheduler, and the other brings it.
        fitting = sorted(named, key=lambda each: not each.scheduling) or certain
    if not fitting:
        return family, Text("")
    variant = fitting[0]
    found = _merged(family, variant, _named_steps(configs.get("folder", {})) if variant.names_steps else {})
    return found, Text("") if said else _assumed(variant, found)


def choices(family: Family, configs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The titles of all that a model of these parts may be, whatever its name and scheduler look like."""
    plain = specialise(family, configs, family.title)[0].title
    return list(dict.fromkeys([plain, *(variant.title for variant in _possible(family, configs))]))


def _possible(family: Family, configs: Mapping[str, Mapping[str, Any]]) -> list[Variant]:
    return [
        variant
        for variant in family.variants
        if _fits(variant, configs, certainly=True) and (variant.names_steps or _looked_at(variant, certainly=True))
    ]


def _fits(variant: Variant, configs: Mapping[str, Mapping[str, Any]], certainly: bool = False) -> bool:
    """`certainly`: by what the weights are alone, not by a name or a scheduler, which anybody may change."""
    return all(_agrees(configs, place, value) for place, value in _looked_at(variant, certainly).items())


def _looked_at(variant: Variant, certainly: bool) -> dict[str, Any]:
    return {
        place: value
        for place, value in variant.when.items()
        if not (certainly and place.partition(".")[0] in _CHANGEABLE)
    }


def _assumed(variant: Variant, found: Family) -> Text:
    if variant.note:
        return Text(variant.note)
    if not variant.names_steps:
        return Text("")
    by_name = any(place.startswith(f"{NAMED}.") for place in variant.when)
    told = "Its name is that of a model of few steps" if by_name else "Its scheduler is that of a model of few steps"
    return Text(
        "{}, so {} was assumed: {} steps, guidance {}. If it is another, say so: “Use it as…”, or "
        "studio models set ID --family NAME.",
        Text(told), found.title, found.defaults["steps"], found.defaults["guidance_scale"],
    )  # fmt: skip


def _agrees(configs: Mapping[str, Mapping[str, Any]], place: str, wanted: Any) -> bool:
    part, _, key = place.partition(".")
    if part == NAMED:
        return name_fits(key, configs.get(part, {})) is wanted
    value = configs.get(part, {}).get(key)
    return value in wanted if isinstance(wanted, tuple) else bool(value == wanted)


def name_fits(patterns: str, words: Iterable[str]) -> bool:
    """Whether one of the words of a name is one of these, parted by `|`."""
    return any(fnmatchcase(word, pattern) for pattern in patterns.split("|") for word in words)


def _named_steps(words: Iterable[str]) -> dict[str, int]:
    """Of the name `sdxl-lightning-4step`: 4."""
    found = next((match for word in words if (match := re.fullmatch(r"(\d{1,2})steps?", word))), None)
    return {"steps": int(found[1])} if found and int(found[1]) else {}


def name_words(name: str) -> dict[str, bool]:
    """Of a folder's or file's name, in small letters, as `specialise` looks them up: see `Variant.when`."""
    pieces = [piece.lower() for piece in _PIECE.findall(name)]
    return dict.fromkeys([*re.findall(r"[a-z0-9]+", name.lower()), *pieces, "-".join(pieces)], True)


def _merged(family: Family, variant: Variant, named: Mapping[str, int]) -> Family:
    return replace(
        family,
        id=variant.id or family.id,
        title=variant.title,
        defaults={**family.defaults, **variant.defaults, **named},
        scheduling={**family.scheduling, **variant.scheduling},
        call={**family.call, **variant.call},
        license=variant.license or family.license,
        lora=variant.lora or family.lora,
        native_size=family.native_size and "width" not in variant.defaults,
    )
