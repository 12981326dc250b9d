"""PromptTranslation: the words of one job in English, where its model reads nothing else; and what is said of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from studio.api._translator import AUTOMATIC, OFF
from studio.errors import UserError
from studio.plugin_host.translators import MOST_LETTERS, FoundTranslator, Translators, called
from studio.prompts.language import language_of, translated
from studio.text import Text, joined

ENGLISH = "en"


@dataclass
class PromptTranslation:
    """Of one job. `language`: what the user says that it is in, AUTOMATIC or OFF; `reads`: see `Family.languages`."""

    translators: Translators
    language: str = OFF
    place: str = ""
    """The parameter that says so."""
    reads: Sequence[str] = ()
    title: str = ""
    """Of the model."""
    check: Callable[[], None] = lambda: None
    notes: list[Text] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        return self.language == OFF or ENGLISH not in self.reads

    def wanted(self, text: str) -> bool:
        """Whether there is something to translate, or to be said of it."""
        return not self.is_off and bool(text.strip()) and self._language(text) not in ("", *self.reads)

    def english(self, text: str, name: str) -> str:
        """What a text becomes; itself where it is English, or nothing here translates it. Raises UserError."""
        if not self.wanted(text):
            return text
        language, everything = self._language(text), self.language != AUTOMATIC
        found = self.translators.find(language)
        if found is None:
            self._tell_missing(language, required=everything)
            return text
        if len(text) > MOST_LETTERS:
            raise UserError(
                "{} has {} letters, and at most {} are translated, so nothing was made; shorten it, or switch the "
                "translation off.",
                name, f"{len(text):,}", f"{MOST_LETTERS:,}", field=name, code="invalid_prompt",
            )  # fmt: skip
        found = FoundTranslator(found.translator, language, found.model)
        made = translated(
            text, lambda phrases: self.translators.english(found, phrases, self.check), everything=everything
        )
        self._tell(Text("{} was translated into English by {}.", called(language), found.title))
        return made

    def _language(self, text: str) -> str:
        return language_of(text) if self.language == AUTOMATIC else self.language

    def _tell(self, told: Text) -> None:
        if told not in self.notes:
            self.notes.append(told)

    def _tell_missing(self, language: str, *, required: bool) -> None:
        ways = joined(" ", [Text(each) for each in self.translators.missing()])
        if required:
            raise UserError(
                "Nothing here translates {}, so nothing was made; write English, or switch the translation off. {}",
                called(language), ways, field=self.place, code="no_translator",
            )  # fmt: skip
        told = Text(
            "{} reads English only, and nothing here translates {}, so these words may count for little; write "
            "English, or choose a model that reads it. {}",
            self.title, called(language), ways,
        )  # fmt: skip
        self._tell(told)
