"""A document's folder: everything of it that a start goes on with, written so that a kill never leaves half of it.

The list of files is replaced at once when all that it names is on the disk. For a worker's thread.
"""

import contextlib
import hashlib
import secrets
import shutil
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from studio import files
from studio.atomic import writing
from studio.desktop.canvas import manifest
from studio.desktop.canvas.kept_step import Flat, KeptDocument, KeptStep, MarkedMask
from studio.desktop.canvas.layer import Layer, Scene
from studio.document import project, stored_document
from studio.document.project import LayerEntry
from studio.document.stored_document import FILE, STEPS, StoredDocument, StoredFlat, StoredStep

THUMBNAIL_FILE = "thumbnail.png"
SIDE = 128
"""Pixels of a thumbnail."""
LONGEST_LIST_BYTES = 64 * 2**20


def write(folder: Path, home: Path, kept: KeptDocument) -> None:
    """Raises OSError. Files outside of `home` may go with the stick that they came from: copies of ours stay."""
    files.make_private(folder)
    steps, at = _worth_keeping(kept)
    for step in steps:
        if step.marked is not None and not step.marked.name:
            _write_mask(folder, step.marked)
    stored = _stored(steps, at, kept)
    for entry in stored.entries:
        entry.file = str(_own(Path(entry.file), folder, home))
    _write_thumbnail(folder, steps[at])
    with writing(folder / FILE) as file:
        file.write(stored_document.encode(stored))
    needed = {FILE, THUMBNAIL_FILE, *(step.mask for step in stored.steps), *(Path(e.file).name for e in stored.entries)}
    project.forget(folder, lambda path: path.name in needed)


def read(folder: Path) -> KeptDocument:
    """Raises OSError, and UserError for a damaged list."""
    data = files.read_bounded(folder / FILE, LONGEST_LIST_BYTES)
    return of_stored(stored_document.decode(data, f"{folder.name}/{FILE}"), folder)


def of_stored(stored: StoredDocument, folder: Path) -> KeptDocument:
    masks: dict[str, MarkedMask] = {}

    def marked(name: str) -> MarkedMask | None:
        plain = Path(name).name
        return masks.setdefault(plain, MarkedMask(None, plain, folder)) if plain else None

    steps = tuple(
        KeptStep(
            step.text, tuple(stored.layers(step.layers)), marked(step.mask), step.feather_px,
            manifest.frame(step.frame), manifest.area(step.area),
        )
        for step in stored.steps
    )  # fmt: skip
    flats = tuple(Flat(Path(flat.file), frozenset(flat.keys), None, flat.shown) for flat in stored.flats)
    return KeptDocument(steps, stored.at, flats)


def thumbnail(folder: Path) -> QImage:
    """A null picture where there is none."""
    return QImage(str(folder / THUMBNAIL_FILE))


def drawn_small(scene: Scene) -> QImage:
    """What the whole looks like, from the small copies of its layers."""
    bounds = scene.bounds
    large = max(bounds.width(), bounds.height()) > SIDE
    size = bounds.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio) if large else bounds.size()
    image = QImage(size.expandedTo(QSize(1, 1)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    if not bounds.isEmpty():
        scene.draw(painter, QRectF(bounds), QRectF(image.rect()), True)
    painter.end()
    return image


def _worth_keeping(kept: KeptDocument) -> tuple[list[KeptStep], int]:
    """The last steps, without those in which only the form has changed, and which of them is shown."""
    first = min(kept.at, max(0, len(kept.steps) - STEPS))
    steps: list[KeptStep] = []
    at = 0
    for number, step in enumerate(kept.steps[first:], first):
        if not steps or not step.same(steps[-1]):
            steps.append(step)
        if number == kept.at:
            at = len(steps) - 1
    return steps, at


def _stored(steps: list[KeptStep], at: int, kept: KeptDocument) -> StoredDocument:
    stored, places = StoredDocument(at=at), dict[int, int]()

    def place(layer: Layer | LayerEntry) -> int:
        if id(layer) not in places:
            places[id(layer)] = len(stored.entries)
            stored.entries.append(manifest.entry(layer) if isinstance(layer, Layer) else layer)
        return places[id(layer)]

    for step in steps:
        stored.steps.append(
            StoredStep(
                step.text, [place(layer) for layer in step.layers], step.marked.name if step.marked else "",
                step.feather_px, manifest.frame_numbers(step.frame), manifest.area_numbers(step.area),
            )
        )  # fmt: skip
    stored.flats = [StoredFlat(str(flat.file), sorted(flat.keys), _shows(flat, steps[at])) for flat in kept.flats]
    return stored


def _shows(flat: Flat, step: KeptStep) -> bool:
    """Whether the file has all of what is shown."""
    if flat.scene is None:
        return flat.shown
    layers = [layer for layer in step.layers if isinstance(layer, Layer)]
    return len(layers) == len(step.layers) and flat.scene.shows(Scene(layers, step.area))


def _write_mask(folder: Path, marked: MarkedMask) -> None:
    from studio.document import tile_file  # needs numpy, which a window without a mask does not

    assert marked.mask is not None
    name = f"mask-{secrets.token_hex(6)}.bin"
    tile_file.save(folder / name, marked.mask)
    marked.name, marked.folder = name, folder


def _own(file: Path, folder: Path, home: Path) -> Path:
    """Where the pixels of a layer are that nobody else moves."""
    if file.is_relative_to(home) and file.parent != folder.parent.parent:
        return file
    copy = folder / f"layer-{_fingerprint(file)}{file.suffix.lower()}"
    if not copy.exists() and file.exists():
        with file.open("rb") as source, writing(copy) as target:
            shutil.copyfileobj(source, target)
    return copy if copy.exists() else file


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(str(file).encode(errors="surrogateescape")).hexdigest()[:16]


def _write_thumbnail(folder: Path, step: KeptStep) -> None:
    layers = [layer for layer in step.layers if isinstance(layer, Layer)]
    if layers and len(layers) == len(step.layers):
        with contextlib.suppress(OSError):
            image = drawn_small(Scene(layers, step.area))
            image.save(str(folder / THUMBNAIL_FILE))
