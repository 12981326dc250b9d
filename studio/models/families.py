"""The table of families that plugins have brought, by the class names of model_index.json."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from studio.api import Family, Variant
from studio.text import Text

GENERIC = "generic"
"""The id of rows that only call a pipeline plainly."""
UPSCALER_FILES = "the file of an upscaler"


@dataclass
class Families:
    """Every family by each of its class names; what came first wins, but a generic row gives way to any other."""

    by_class: dict[str, Family] = field(default_factory=dict)
    upscaler: Family | None = None
    """Of lone files that spandrel opens."""

    def add(self, families: Iterable[Family]) -> list[Text]:
        """Take families over. Returns a sentence for each that was left out."""
        problems = []
        for family in families:
            if family.file_part and not family.classes:
                problems += [_left_out(family, UPSCALER_FILES)] if self.upscaler else []
                self.upscaler = self.upscaler or family
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
        rows = [*self.by_class.values(), *([self.upscaler] if self.upscaler else [])]
        return list({id(family): family for family in rows}.values())


def _left_out(family: Family, what: str) -> Text:
    return Text("Its family {} was left out: {} belongs to another one.", repr(family.id), what)


def specialise(family: Family, configs: Mapping[str, Mapping[str, Any]]) -> Family:
    """The family with the first variant that these configs (by part) are of filled in."""
    for variant in family.variants:
        if all(_agrees(configs, place, value) for place, value in variant.when.items()):
            return _merged(family, variant, _named_steps(configs.get("folder", {})) if variant.names_steps else {})
    return family


def _agrees(configs: Mapping[str, Mapping[str, Any]], place: str, wanted: Any) -> bool:
    part, _, key = place.partition(".")
    found = configs.get(part, {}).get(key)
    return found in wanted if isinstance(wanted, tuple) else bool(found == wanted)


def _named_steps(words: Iterable[str]) -> dict[str, int]:
    """Of the name `sdxl-lightning-4step`: 4."""
    found = next((match for word in words if (match := re.fullmatch(r"(\d{1,2})steps?", word))), None)
    return {"steps": int(found[1])} if found and int(found[1]) else {}


def name_words(name: str) -> dict[str, bool]:
    """Of a folder's or file's name, in small letters, as `specialise` looks them up."""
    return dict.fromkeys(re.findall(r"[a-z0-9]+", name.lower()), True)


def _merged(family: Family, variant: Variant, named: Mapping[str, int]) -> Family:
    return replace(
        family,
        id=variant.id or family.id,
        title=variant.title,
        defaults={**family.defaults, **variant.defaults, **named},
        scheduling={**family.scheduling, **variant.scheduling},
        call={**family.call, **variant.call},
        license=variant.license or family.license,
    )
