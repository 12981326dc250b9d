"""What trainers and other programs say of a LoRA besides its weights: the words that call it, and a picture."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studio.files import FileTooLongError, read_bounded

MOST, LONGEST = 12, 80
TRIGGERS = ("modelspec.trigger_phrase", "ss_trigger_words", "trigger_words", "trigger_word", "trainedWords")
"""Keys of a file's metadata."""
TAGS = "ss_tag_frequency"
"""kohya's: how often each word stood beside a training picture, by folder."""
USUAL = 0.8
"""A word that stood at so many of the pictures, compared with the most frequent one, is told as one that calls it."""
BESIDE = {".json": ("activation text",), ".civitai.info": ("trainedWords",)}
"""What A1111 and the helper for Civitai keep beside it, and where in that the words are."""
PICTURES = (".preview.png", ".png", ".preview.jpg", ".jpg", ".jpeg", ".preview.webp", ".webp")
CAP_BYTES = 2**20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def trigger_words(path: Path, metadata: Mapping[str, str]) -> list[str]:
    """The words that call what a LoRA has learned, as far as they are told; the most certain first."""
    told = [*_beside(path), *(metadata.get(key, "") for key in TRIGGERS)]
    found = [word for text in told for word in _listed(text)] or _tags(metadata.get(TAGS, ""))
    return list(dict.fromkeys(found))[:MOST]


def picture_beside(path: Path) -> str:
    """The picture that other programs show for it; '' where there is none."""
    return next((str(each) for suffix in PICTURES if (each := path.with_name(path.stem + suffix)).is_file()), "")


def _beside(path: Path) -> Iterable[Any]:
    for suffix, keys in BESIDE.items():
        with contextlib.suppress(OSError, ValueError, RecursionError, FileTooLongError):
            told = json.loads(read_bounded(path.with_name(path.stem + suffix), CAP_BYTES))
            if isinstance(told, dict):
                yield from (told.get(key) for key in keys)


def _listed(told: Any) -> list[str]:
    """Of one text with commas, or of a list of such; JSON in metadata is a text too."""
    if isinstance(told, str) and told.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            told = json.loads(told)
    texts = told if isinstance(told, list) else [told]
    words = [_CONTROL.sub(" ", word).strip() for text in texts if isinstance(text, str) for word in text.split(",")]
    return [word for word in words if 0 < len(word) <= LONGEST and word == word.encode("utf-8", "replace").decode()]


def _tags(told: str) -> list[str]:
    try:
        folders = json.loads(told) if told else {}
    except (ValueError, RecursionError):
        return []
    counts: dict[str, int] = {}
    for tags in folders.values() if isinstance(folders, dict) else ():
        for tag, count in tags.items() if isinstance(tags, dict) else ():
            if isinstance(count, int):
                counts[str(tag)] = counts.get(str(tag), 0) + count
    most = max(counts.values(), default=0)
    return _listed([tag for tag, count in sorted(counts.items(), key=lambda each: -each[1]) if count >= USUAL * most])
