"""untranslated: which texts of a plugin nobody has translated yet, and which translations nobody reads any more."""

from pathlib import Path
from types import ModuleType

from studio import api, translation
from studio.api._translator import WORDS
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import load_plugin
from studio.testing import _sentences


def untranslated(plugin: ModuleType, language: str) -> tuple[set[str], set[str]]:
    """(texts without a translation, translations without a text) of a plugin's module, for a language such as `zh`.

    The texts are those of its tasks and picture operations, and the errors, notes and undeclared stages that stand in
    its sources, with `{}` for values. The studio itself translates `api.DIFFUSION_STAGES` and an
    `api.LanguageField`.
    """
    offer = load_plugin(PluginSource(plugin.__name__, "untranslated", lambda: plugin))
    texts: set[str] = set()
    for task in offer.tasks:
        texts |= translation.texts(task.info)
    texts |= {operation.title for operation in offer.operations}
    texts |= {each for translator in offer.translators for each in (translator.missing,) if each}
    for stage in api.DIFFUSION_STAGES.values():
        texts -= {stage.title, stage.heading, stage.description, stage.goal}
    sources = _sources(plugin)
    declared = {name for task in offer.tasks for name in task.info.stages}
    texts |= _sentences.sentences(sources) | (_sentences.stages(sources) - declared)
    hook = getattr(plugin, "register_translations", None)
    words: set[str] = set(hook().get(language, {})) if hook else set()
    written = _sentences.constants(sources)
    missing = texts - words - WORDS.get(language, {}).keys()
    return missing, {text for text in words - texts if " " not in text or text not in written}


def _sources(plugin: ModuleType) -> list[Path]:
    if not plugin.__file__:
        return []
    own = Path(plugin.__file__)
    return sorted(own.parent.rglob("*.py")) if hasattr(plugin, "__path__") else [own]
