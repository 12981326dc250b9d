"""The translators of all plugins together: which one knows a language here, and what it makes of phrases."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio import api
from studio.api._translator import LANGUAGES
from studio.descriptions import ModelInfo
from studio.errors import UserError
from studio.text import Text

MOST_LETTERS = 4000
"""Of one text: more than any text encoder that knows English alone reads, and minutes of work."""
MOST_KEPT = 1000
log = logging.getLogger(__name__)


class TranslationModels(Protocol):
    """What translators need of the ModelService."""

    def infos(self) -> list[ModelInfo]: ...

    def wait_for_scan(self) -> bool: ...

    def lease(self, spec: api.Model) -> AbstractContextManager[api.Lease]: ...


@dataclass(frozen=True)
class FoundTranslator:
    """One that turns a language into English here, with the model that it needs."""

    translator: api.Translator
    language: str
    model: ModelInfo | None = None

    @property
    def title(self) -> str:
        return self.model.title if self.model else self.translator.title


class Translators:
    """Runs them, one text at a time: tokenizers are not made for two threads. What was translated is kept."""

    def __init__(
        self, translators: Mapping[str, api.Translator] | None = None, models: TranslationModels | None = None
    ) -> None:
        self._translators, self._models = dict(translators or {}), models
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], str] = OrderedDict()

    def find(self, language: str) -> FoundTranslator | None:
        """The first that knows a language; None where none does, or its model is not here."""
        return next((each for each in self._candidates() if language in _known(each)), None)

    def missing(self) -> list[str]:
        """What is said of where to get a model, by those that have none for a language."""
        return [each.missing for each in self._translators.values() if each.missing]

    def english(
        self, found: FoundTranslator, phrases: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> list[str]:
        """The phrases in English. `check` is called before each. Raises UserError, and what `check` raises."""
        with self._lock:
            keys = [self._key(found, phrase) for phrase in phrases]
            made = {key: self._kept[key] for key in keys if key in self._kept}
            wanted = [(key, phrase) for key, phrase in dict(zip(keys, phrases, strict=True)).items() if key not in made]
            if wanted:
                for key, phrase in self._run(found, wanted, check):
                    made[key] = self._kept[key] = phrase
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return [made[key] for key in keys]

    def _candidates(self) -> Iterator[FoundTranslator]:
        for each in self._translators.values():
            if not each.capability:
                yield FoundTranslator(each, "")
                continue
            if self._models is None:
                continue
            self._models.wait_for_scan()
            able = [info for info in self._models.infos() if each.capability in info.capabilities and not info.problem]
            yield from (FoundTranslator(each, "", info) for info in able)

    def _key(self, found: FoundTranslator, phrase: str) -> tuple[str, ...]:
        model = (found.model.path, _stamp(Path(found.model.path))) if found.model else ()
        return (found.translator.id, *model, found.language, phrase)

    def _run(
        self, found: FoundTranslator, wanted: Sequence[tuple[tuple[str, ...], str]], check: Callable[[], None]
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        translator = found.translator
        if found.model is None:
            yield from self._by(translator, found.language, wanted, None, check)
            return
        assert self._models is not None
        with self._models.lease(api.Model(found.model.path, translator.capability, float32=True)) as lease:
            yield from self._by(translator, found.language, wanted, lease, check)

    def _by(
        self, translator: api.Translator, language: str, wanted: Sequence[tuple[tuple[str, ...], str]],
        lease: api.Lease | None, check: Callable[[], None],
    ) -> Iterator[tuple[tuple[str, ...], str]]:  # fmt: skip
        for key, phrase in wanted:  # one by one: what is beside it in a batch changes no phrase, and a job can be ended
            check()
            try:
                made = [*translator.run([phrase], language, lease)]
                if len(made) != 1 or not isinstance(made[0], str):
                    raise TypeError(f"{translator.id} made {made!r:.200} of one phrase")
            except UserError:
                raise
            except MemoryError:
                raise
            except Exception as error:
                log.exception("while translating")
                raise UserError(
                    "The translator “{}” failed ({}), so nothing was made; switch the translation off, or write "
                    "English. The log has the details.",
                    translator.title, type(error).__name__, code="translation",
                ) from error  # fmt: skip
            yield key, made[0]


def _known(candidate: FoundTranslator) -> Sequence[str]:
    path = Path(candidate.model.path) if candidate.model else None
    folder = path if path is None or path.is_dir() else path.parent
    try:
        return [*candidate.translator.languages(folder)]
    except Exception:
        log.exception("while asking a translator for its languages")
        return []


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"


def called(language: str) -> Text:
    """A language in a sentence."""
    return Text(LANGUAGES.get(language, language))
