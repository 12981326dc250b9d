"""From which languages a MarianMT folder translates into English: told by its tokenizer's config, else by its name."""

import json
import re
from pathlib import Path

CAP_BYTES = 2**20
TARGETS = {"en", "eng"}
THREE = {
    "ara": "ar", "ces": "cs", "deu": "de", "ell": "el", "fra": "fr", "heb": "he", "hin": "hi", "ind": "id", "ita": "it",
    "jpn": "ja", "jap": "ja", "kor": "ko", "nld": "nl", "pol": "pl", "por": "pt", "rus": "ru", "spa": "es", "swe": "sv",
    "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh", "cmn": "zh",
}  # fmt: skip
"""ISO 639-3, which newer folders use."""
SEVERAL = {
    "mul": {*THREE.values()}, "itc": {"es", "fr", "it", "pt"}, "roa": {"es", "fr", "it", "pt"},
    "romance": {"es", "fr", "it", "pt"}, "gmw": {"de", "nl"}, "gem": {"de", "nl", "sv"},
    "sla": {"cs", "pl", "ru", "uk"}, "zle": {"ru", "uk"}, "zlw": {"cs", "pl"}, "sit": {"zh"},
}  # fmt: skip
"""ISO 639-5 groups that OPUS-MT has models of, as far as they are languages of a prompt here."""
_NAME = re.compile(r"opus-mt(?:-tc)?(?:-(?:big|base|bible|tiny|small))*-([a-z_]+)-([a-z_]+)", re.IGNORECASE)


def languages_of(folder: Path) -> set[str]:
    """ISO 639-1 codes; empty for one that translates into something else, or does not tell."""
    source, target = _said(folder)
    if not (source and target):
        found = next(filter(None, (_NAME.search(name) for name in (folder.name, _repository(folder)))), None)
        source, target = found.groups() if found else ("", "")
    if target.lower() not in TARGETS:
        return set()
    named = re.split(r"[+_]", source.lower())
    return {code for each in named for code in SEVERAL.get(each, {THREE.get(each, each)})}


def _said(folder: Path) -> tuple[str, str]:
    file = folder / "tokenizer_config.json"
    try:
        if file.stat().st_size > CAP_BYTES:
            return "", ""
        said = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return "", ""
    found = [said.get(key) for key in ("source_lang", "target_lang")] if isinstance(said, dict) else []
    return (
        (str(found[0]), str(found[1])) if all(isinstance(each, str) and each for each in found) and found else ("", "")
    )


def _repository(folder: Path) -> str:
    """In the hub's cache a folder is named by its revision."""
    return next((each.name for each in folder.parents if each.name.startswith("models--")), "")
