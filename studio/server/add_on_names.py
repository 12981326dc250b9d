"""Names of LoRAs and the like in what clients send: those of the catalogue; a path would open files of this machine."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from studio.descriptions import ModelInfo

ANY = "*"
"""Of a picture to be like: whichever fits."""
_PATH = re.compile(r"<lora:\s*([^<>:\n]*[/\\][^<>:\n]*)", re.IGNORECASE)


def known(models: Iterable[ModelInfo]) -> set[str]:
    """The ids of all, the names of their files, and ANY."""
    usable = [model for model in models if not model.problem]
    return {ANY, *(model.id for model in usable), *(Path(model.path).stem for model in usable)}


def path_in(words: Any, names: Collection[str]) -> str:
    """A path that stands where a prompt names a LoRA; '' for none."""
    if not isinstance(words, str) or "<" not in words:
        return ""
    return next((name for each in _PATH.findall(words) if (name := each.strip()) not in names), "")
