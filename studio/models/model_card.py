"""What a model's folder says of itself in words: the licence of its README's front matter, and the text beside it."""

import re
from dataclasses import dataclass
from pathlib import Path

from studio.files import open_regular

CAP_BYTES = 256 * 2**10
"""Of a text; a longer one is shown up to there."""
LICENCES = ("LICENSE*", "LICENCE*", "license*", "COPYING*")
_OPEN = {"other", "unknown"}
_DASHES = "---"


@dataclass(frozen=True)
class ModelCard:
    """The licence as the folder names it, '' where it does not, and its text with the file that holds it."""

    license: str = ""
    text: str = ""
    source: str = ""


def read_card(folder: Path) -> ModelCard:
    """Of a model's folder; of a single file, what lies beside it tells nothing."""
    if not folder.is_dir():
        return ModelCard()
    matter = _front_matter(folder / "README.md")
    name = matter.get("license", "")
    if name in _OPEN:  # the hub's word for a licence of one's own, which has a name and an address instead
        name = " ".join(matter[key] for key in ("license_name", "license_link") if key in matter)
    for pattern in LICENCES:
        for file in sorted(folder.glob(pattern)):
            if file.is_file() and not file.is_symlink() and (text := _text(file).strip()):
                return ModelCard(name, text, file.name)
    return ModelCard(name)


def _front_matter(file: Path) -> dict[str, str]:
    """The plain `key: value` lines between the first two lines of dashes; of YAML no more is needed here."""
    first, *lines = _text(file).split("\n")
    ends = [number for number, line in enumerate(lines) if line == _DASHES]
    if first.rstrip() != _DASHES or not ends:
        return {}
    found = (re.match(r"([a-z_]+):\s*(\S.*)", line) for line in lines[: ends[0]])
    return {match[1]: match[2].strip().strip("'\"") for match in found if match}


def _text(file: Path) -> str:
    try:
        with open_regular(file) as stream:
            return stream.read(CAP_BYTES).decode("utf-8", "replace").replace("\r\n", "\n")
    except (OSError, ValueError):  # not there, or nobody may read it: then it says nothing
        return ""
