"""The list of models that can be had, by what they are good for: resources/models.json."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from studio import resource
from studio.downloads._listing import MAIN
from studio.errors import UserError

FILE = "models.json"


class PackagedWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights that lie inside a package of Python's index, as an ncnn network or in Keras' HDF5."""

    package: str
    version: str
    sha256: str
    """Of the package's file."""
    member: str
    """A file in .h5; or of ncnn, without the ending, which is .param for the network and .bin for its weights."""
    license_file: str


class KnownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of the list, which may be made of several of the hub's."""

    id: str
    title: str
    tasks: tuple[str, ...]
    """Capabilities, as the catalogue names them."""
    good_at: str
    good_at_zh: str
    license: str
    gated: bool
    """Whether its terms must be accepted on its page first."""
    size_bytes: int
    memory_bytes: int
    """About what it takes while it runs."""
    repositories: tuple[str, ...] = ()
    """Ids of the hub."""
    beside: tuple[str, ...] = ()
    """Ids of what the first one needs beside it and what is no model by itself."""
    revision: str = MAIN
    files: tuple[str, ...] = ()
    """Of the first repository; () for what the family needs."""
    precision: str = "fp16"
    sha256: dict[str, str] = {}
    """Of files, where it is known; the hub's own is asked for in any case."""
    weights: PackagedWeights | None = None
    """Where it comes in a package, and not from the hub."""
    unverified: tuple[str, ...] = ()
    """Fields that nobody has checked against the source; the download tells what is true."""

    def about(self, language: str) -> str:
        return self.good_at_zh if language.startswith("zh") else self.good_at


def known_models(file: Path | None = None) -> list[KnownModel]:
    """All of the list. Raises UserError when the studio is damaged."""
    file = file or resource.folder() / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[KnownModel])
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(
            "The list of models {} cannot be read ({}); install the studio again.",
            file,
            str(error),
            code="installation",
        ) from error


def matching(models: Sequence[KnownModel], text: str) -> list[KnownModel]:
    """Those that have all of the words in what is said about them."""
    words = text.casefold().split()
    return [model for model in models if all(word in _said(model) for word in words)]


def _said(model: KnownModel) -> str:
    parts = (model.id, model.title, *model.tasks, model.good_at, model.good_at_zh, model.license)
    parts = (*parts, *model.repositories, *model.beside)
    return " ".join(parts).casefold()
