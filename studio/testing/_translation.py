"""untranslated: which texts of a plugin nobody has translated yet, and which translations nobody reads any more."""

from types import ModuleType

from studio import translation
from studio.engine.admission import admit
from studio.engine.discovery import Source


def untranslated(plugin: ModuleType, language: str) -> tuple[set[str], set[str]]:
    """(texts without a translation, translations without a text) of a plugin's module, for a language such as `zh`."""
    offer = admit(Source(plugin.__name__, "untranslated", lambda: plugin))
    texts: set[str] = set()
    for task in offer.tasks:
        texts |= translation.texts(task.info)
    hook = getattr(plugin, "register_translations", None)
    words: set[str] = set(hook().get(language, {})) if hook else set()
    return texts - words, words - texts
