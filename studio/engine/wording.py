"""Wording: what the texts of a job become before its task sees them: variants drawn, translated, styles applied.

Here for every front, and nowhere else. What was written stays in the recipe, beside what it became.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio import api, resource
from studio.api._translator import OFF
from studio.engine.prompt_translation import PromptTranslation
from studio.errors import UserError
from studio.form import FormField, TaskForm
from studio.plugin_host.translators import Translators
from studio.prompts import style
from studio.prompts.expansion import expanded
from studio.prompts.grammar import has_variants
from studio.prompts.style import Style
from studio.prompts.style_book import StyleBook
from studio.prompts.wildcards import FOLDER, Wildcards
from studio.role import Role
from studio.text import Text

READ = (Role.PROMPT, Role.NEGATIVE, Role.BEFORE)
"""What has variants in it."""
SEEDS = 2**63


@dataclass(frozen=True)
class WordedParams:
    """What the task is given for some of the pictures of a job, or for all."""

    params: api.Params
    texts: Mapping[str, Any] = field(default_factory=dict)
    """By parameter, those that are not what was written; in the end with the LoRAs that stood in them."""
    notes: tuple[Text, ...] = ()
    drawn: bool = False
    """Whether another seed may make other texts."""


class Wording:
    """Reads the user's lists and styles anew for each job, so that a change of them counts at once."""

    def __init__(self, home: Path | None = None, translators: Translators | None = None) -> None:
        self._home, self._translators = home, translators or Translators()

    def translation(
        self, form: TaskForm, params: api.Params, reads: Sequence[str], title: str, check: Callable[[], None]
    ) -> PromptTranslation:
        """For a job of a model that `reads` these languages. `check` may end it."""
        place = form.role(Role.LANGUAGE)
        language = str(getattr(params, place.name)) if place else OFF
        return PromptTranslation(self._translators, language, place.name if place else "", reads, title, check)

    def readings(
        self, form: TaskForm, params: api.Params, vocabulary: Mapping[str, Any], *, independent: bool,
        translation: PromptTranslation | None = None,
    ) -> list[WordedParams]:  # fmt: skip
        """One for all pictures; or one for each, by its own seed, where something is drawn and the pictures are
        `independent` (see `api.Task`). `vocabulary`: of a model that knows few words. Raises UserError."""
        translation = translation or PromptTranslation(self._translators)
        texts = {each.name: getattr(params, each.name) for each in form.fields if each.role in READ}
        texts |= {name: [each.prompt for each in getattr(params, name)] for name in form.names(Role.REGION)}
        styles = self.styles(form, params)
        templates = [text for each in styles for text in (each.prompt, each.negative)]
        drawn = any(_drawn(text, name) for name, value in texts.items() for text in _each(value))
        drawn = drawn or any(map(has_variants, templates))
        foreign = any(translation.wanted(text) for value in texts.values() for text in _each(value))
        if not drawn and not styles and not foreign and not any(map(translation.wanted, templates)):
            return [WordedParams(params)]
        seed_field, count = form.names(Role.SEED), form.role(Role.COUNT)
        seed = int(getattr(params, seed_field[0])) if seed_field else secrets.randbelow(SEEDS)
        wanted = int(getattr(params, count.name)) if count else 1
        apart = independent and drawn and wanted > 1 and len(seed_field) == 1
        found = []
        for number in range(wanted if apart else 1):
            own = (seed + number) % SEEDS
            made = _Words(form, self._wildcards(), own, styles, vocabulary, translation)
            read, notes = made.of(texts)
            notes = (*notes, *translation.notes)
            told = {name: value for name, value in read.items() if value != texts[name]}
            given = told | {name: _worded(params, name, told[name]) for name in form.names(Role.REGION) if name in told}
            single = {seed_field[0]: own, count.name: 1} if apart and count is not None else {}
            found.append(WordedParams(params.model_copy(update=given | single), told, notes, drawn))
        return found

    def _wildcards(self) -> Wildcards:
        return Wildcards(self._home / FOLDER if self._home else None, resource.folder() / FOLDER)

    def styles(self, form: TaskForm, params: api.Params) -> list[Style]:
        """Those that were chosen, each once: an id and a name may mean the same. Raises UserError."""
        chosen = form.role(Role.STYLES)
        names = getattr(params, chosen.name) if chosen else []
        if not names or chosen is None:
            return []
        book = StyleBook(self._home)
        found = (book.find(name, chosen.name) for name in names)
        return [*{each.id: each for each in found}.values()]


@dataclass(frozen=True)
class _Words:
    """What the texts of one picture become."""

    form: TaskForm
    wildcards: Wildcards
    seed: int
    styles: list[Style]
    vocabulary: Mapping[str, Any]
    translation: PromptTranslation

    def of(self, texts: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Text, ...]]:
        read: dict[str, Any] = {}
        for name, value in texts.items():
            drawn = [self._draw(text, name, number) for number, text in enumerate(_each(value))]
            read[name] = drawn if isinstance(value, list) else drawn[0]
        notes = self._apply(read)
        for name, value in read.items():
            for text in _each(value):
                self._check(name, text)
        return read, notes

    def _apply(self, read: dict[str, Any]) -> tuple[Text, ...]:
        """Styles stand in the first text that says what the picture shall show, and in the words of each region."""
        prompts = [each.name for each in self.form.fields if each.role is Role.PROMPT and each.kind == "text"]
        if not self.styles or not prompts:
            return ()
        negative = next(iter(self.form.names(Role.NEGATIVE)), None)
        drawn = [
            Style(each.id, each.name, prompt=self._draw(each.prompt, f"style {each.id}"),
                  negative=self._draw(each.negative, f"style {each.id} without"), word=each.word)
            for each in self.styles
        ]  # fmt: skip
        before = str(read[negative] or "") if negative else ""
        made = style.apply(drawn, str(read[prompts[0]] or ""), before, self.vocabulary)
        read[prompts[0]] = made.prompt
        for name in self.form.names(Role.REGION):
            read[name] = [style.apply(drawn, words, "", self.vocabulary).prompt for words in read[name]]
        if negative:
            read[negative] = made.negative
        names = ", ".join(f"“{each.called('en')}”" for each in made.unknown)
        return (Text("This model was not taught the style {}, which was left out.", names),) if names else ()

    def _draw(self, text: str, name: str, number: int = 0) -> str:
        """By a seed of its own, so that another text beside it changes nothing here."""
        try:
            drawn = expanded(text, f"{self.seed} {name} {number}", self.wildcards)
            return self.translation.english(drawn, name)
        except UserError as error:
            error.field = error.field or (name if self.form.get(name) else None)
            raise

    def _check(self, name: str, text: str) -> None:
        given = self.form.get(name)
        most = _longest(given) if given else None
        if most and len(text) > most:
            raise UserError(
                "What {} becomes has {} letters, and {} are the most, so nothing was made; choose fewer styles or "
                "variants.",
                name, len(text), most, field=name, code="invalid_prompt",
            )  # fmt: skip


def _worded(params: api.Params, name: str, words: list[str]) -> list[api.Region]:
    """The regions with these words."""
    regions = zip(getattr(params, name), words, strict=True)
    return [region.model_copy(update={"prompt": prompt}) for region, prompt in regions]


def _longest(given: FormField) -> int | None:
    """Letters of a text; a list of regions has the limit of its words."""
    if given.role is not Role.REGION or given.item is None:
        return given.max_length
    return next((part.max_length for part in given.item.fields if part.name == "prompt"), None)


def _each(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _drawn(text: str, name: str) -> bool:
    try:
        return has_variants(text)
    except UserError as error:
        error.field = name
        raise
