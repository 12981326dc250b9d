"""Project: a document as one portable file, and as the list of files from which a session goes on after a kill."""

import contextlib
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from studio import files
from studio.atomic import writing
from studio.document.figure import Figure
from studio.errors import UserError, os_reason
from studio.library import export, picture_id
from studio.library.sharing import shareable_ref

VERSION = 2
"""1 had layers that lie as they are, over each other, in a picture as large as what they cover."""
SUFFIX = ".studio"
MANIFEST = "project.json"
KIND = "open-image-studio"
MANIFEST_CAP_BYTES = 8 * 2**20
PART_CAP_BYTES = 2 * 2**30
_PART = re.compile(r"(layers|masks)/[0-9]{1,4}\.(png|jpe?g|webp|avif)")
_CHUNK = 2**20
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, struct.error),
)
"""What a damaged archive raises, by the kind of compression that it claims and the sizes that it names."""


class LayerEntry(msgspec.Struct, omit_defaults=True):
    """A layer; `file` and `mask` are names within the project, or paths in a session."""

    key: str
    file: str
    name: str = ""
    ref: str = ""
    mask: str = ""
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
    over: list[str] = []
    blend: str = "normal"
    soft: bool = False
    scaled: list[float] = []
    """The numbers of a Placement; [] for a layer that lies at `x`, `y` as it is."""
    painted: bool = False
    figure: Figure | None = None

    @property
    def is_new(self) -> bool:
        """Whether the first version of the format did not have what it says."""
        return self.blend != "normal" or self.soft or bool(self.scaled)


class Manifest(msgspec.Struct):
    """Everything but the pixels. Layers from the lowest to the highest."""

    kind: str = KIND
    version: int = VERSION
    layers: list[LayerEntry] = []
    mask: str = ""
    """The file of what is marked: a grey picture in a project, tiles in a session."""
    feather_px: float = 0.0
    frame: tuple[int, int, int, int] = (0, 0, 0, 0)
    area: tuple[int, int, int, int] | None = None
    """Where the picture begins and how large it is; None for all that the layers cover."""


def encode(manifest: Manifest) -> bytes:
    """As the oldest version that can have it, so that older studios open what they can."""
    is_new = manifest.area is not None or any(layer.is_new for layer in manifest.layers)
    return msgspec.json.encode(msgspec.structs.replace(manifest, version=VERSION if is_new else 1))


def decode(data: bytes, name: str) -> Manifest:
    """Raises UserError for what is damaged, no project, or made by a newer version."""
    try:
        head = msgspec.json.decode(data, type=dict[str, Any])
        if head.get("kind") != KIND:
            raise UserError(
                "“{}” is no project of this studio; what is on the canvas stays. Choose another file.",
                name,
            )
        if not isinstance(head.get("version"), int) or head["version"] > VERSION:
            raise UserError(
                "“{}” was made by a newer version of the studio; what is on the canvas stays. Update the studio to "
                "open it.",
                name,
            )
        return msgspec.convert(head, Manifest)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise damaged(name) from error


def damaged(name: str) -> UserError:
    return UserError(
        "“{}” is damaged and cannot be opened; what is on the canvas stays. Take an older copy of it, if there is one.",
        name,
    )


def save(target: Path, manifest: Manifest, mask_png: bytes | None) -> None:
    """Write a project; the files that the manifest names are read and go into it. Raises UserError."""
    parts: list[tuple[str, Path]] = []
    layers = []
    for number, layer in enumerate(manifest.layers):
        source = Path(layer.file)
        name = f"layers/{number}{source.suffix.lower()}"
        parts.append((name, source))
        mask = ""
        if layer.mask:
            mask = f"masks/{number}.png"
            parts.append((mask, Path(layer.mask)))
        layers.append(msgspec.structs.replace(layer, file=name, mask=mask, ref=shareable_ref(layer.ref)))
    told = msgspec.structs.replace(manifest, layers=layers, mask="masks/9999.png" if mask_png else "")
    try:
        with writing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(MANIFEST, encode(told))
            for name, source in parts:
                with archive.open(name, "w", force_zip64=True) as part:
                    export.copy_into(source, part)
            if mask_png:
                archive.writestr(told.mask, mask_png)
    except OSError as error:
        raise UserError(
            "“{}” was not saved ({}); the canvas stays as it is. Free some space, or choose another folder.",
            target.name,
            os_reason(error),
            code="storage",
        ) from error


def load(source: Path, folder: Path) -> Manifest:
    """Read a project; its parts are written into `folder`, under names of ours. Raises UserError.

    Nothing is trusted: only parts that the manifest names are read, by their own pattern of names, in bounded size.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = decode(_read_manifest(archive, source.name), source.name)
            return _unpack(archive, manifest, folder, source.name)
    except DAMAGED as error:
        raise damaged(source.name) from error
    except OSError as error:
        raise UserError(
            "“{}” could not be read ({}); what is on the canvas stays. Try again.",
            source.name,
            os_reason(error),
        ) from error


def _read_manifest(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(MANIFEST) as part:
        data = part.read(MANIFEST_CAP_BYTES + 1)
    if len(data) > MANIFEST_CAP_BYTES:
        raise damaged(name)
    return data


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path, name: str) -> Manifest:
    files.make_private(folder)
    unpacked: dict[str, str] = {"": ""}

    def place(part: str) -> str:
        if part not in unpacked:
            if not _PART.fullmatch(part):
                raise damaged(name)
            target = folder / part.replace("/", "-")
            with archive.open(part) as packed, writing(target) as file:
                _copy(packed, file, name)
            unpacked[part] = str(target)
        return unpacked[part]

    layers = [
        msgspec.structs.replace(
            layer,
            file=place(layer.file),
            mask=place(layer.mask),
            ref=layer.ref if picture_id.is_id(layer.ref) else "",  # else it is the name of a file of somebody else
        )
        for layer in manifest.layers
    ]
    return msgspec.structs.replace(manifest, layers=layers, mask=place(manifest.mask))


def _copy(packed: Any, file: BinaryIO, name: str) -> None:
    """In pieces, and never more than the cap, whatever the list of the archive says."""
    total = 0
    while chunk := packed.read(_CHUNK):
        total += len(chunk)
        if total > PART_CAP_BYTES:
            raise damaged(name)
        file.write(chunk)


def forget(folder: Path, keep: Callable[[Path], bool]) -> None:
    """Delete the files of a folder that nothing needs any more."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.is_file() and not keep(path):
                path.unlink()
