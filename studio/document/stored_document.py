"""StoredDocument: a document at rest: its layers as files, its history as steps over them; and the list of all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from studio.document.project import LayerEntry, Manifest, damaged
from studio.errors import UserError

VERSION = 1
KIND = "open-image-studio-document"
FILE = "document.json"
INDEX_FILE = "documents.json"
STEPS = 50
"""Of the history that are kept over a restart, the last ones."""


class StoredStep(msgspec.Struct, omit_defaults=True):
    """What it was after an act. `layers` are places in the list of entries, `mask` is a file of the same folder."""

    text: str = ""
    layers: list[int] = []
    mask: str = ""
    feather_px: float = 0.0
    frame: tuple[int, int, int, int] = (0, 0, 0, 0)
    area: tuple[int, int, int, int] | None = None


class StoredFlat(msgspec.Struct):
    """A file that has all that layers, by their keys, showed once: jobs name them by it.

    `bounds` are those of the picture if it has all of the step that is shown.
    """

    file: str
    keys: list[str]
    bounds: tuple[int, int, int, int] | None = None


class StoredDocument(msgspec.Struct):
    """`entries` has each state of a layer once; `at` is the step that is shown."""

    kind: str = KIND
    version: int = VERSION
    entries: list[LayerEntry] = []
    steps: list[StoredStep] = []
    at: int = 0
    flats: list[StoredFlat] = []

    @property
    def shown(self) -> StoredStep:
        return self.steps[self.at]

    def layers(self, places: Sequence[int]) -> list[LayerEntry]:
        return [self.entries[place] for place in places]


class DocumentEntry(msgspec.Struct):
    """A document in the list of them."""

    id: str
    name: str = ""


class DocumentIndex(msgspec.Struct):
    version: int = VERSION
    current: str = ""
    documents: list[DocumentEntry] = []


def encode(document: StoredDocument) -> bytes:
    return msgspec.json.encode(document)


def decode(data: bytes, name: str) -> StoredDocument:
    """Raises UserError for what is damaged, or made by a newer version."""
    try:
        head = msgspec.json.decode(data, type=dict[str, Any])
        if isinstance(head.get("version"), int) and head["version"] > VERSION:
            raise UserError(
                "“{}” was made by a newer version of the studio; what is on the canvas stays. Update the studio to "
                "open it.",
                name,
            )
        found = msgspec.convert(head, StoredDocument)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise damaged(name) from error
    count = len(found.entries)
    places = [place for step in found.steps for place in step.layers]
    if found.kind != KIND or not 0 <= found.at < len(found.steps) or not all(0 <= place < count for place in places):
        raise damaged(name)
    return found


def of_manifest(manifest: Manifest) -> StoredDocument:
    """A document without a history."""
    step = StoredStep(
        "", [*range(len(manifest.layers))], Path(manifest.mask).name, manifest.feather_px, manifest.frame, manifest.area
    )
    return StoredDocument(entries=manifest.layers, steps=[step])


def decode_index(data: bytes) -> DocumentIndex:
    """Raises ValueError for what is damaged."""
    try:
        return msgspec.json.decode(data, type=DocumentIndex)
    except RecursionError as error:
        raise ValueError(str(error)) from error
