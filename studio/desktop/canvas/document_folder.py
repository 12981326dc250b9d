"""A document's folder: everything of it that a start goes on with, written so that a kill never leaves half of it.

The list of files is replaced at once when all that it names is on the disk. For a worker's thread.
"""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from studio import files
from studio.atomic import writing
from studio.desktop.canvas import manifest
from studio.desktop.canvas.kept_step import Flat, KeptDocument, KeptLayer, KeptStep, MarkedMask
from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.layer_files import LayerFiles
from studio.document import project, stored_document
from studio.document.stored_document import FILE, STEPS, StoredDocument, StoredFlat, StoredStep

THUMBNAIL_FILE = "thumbnail.png"
SIDE = 128
"""Pixels of a thumbnail."""
LONGEST_LIST_BYTES = 64 * 2**20


def write(folder: Path, home: Path, kept: KeptDocument) -> None:
    """Raises OSError. Files outside of `home` may go with the stick that they came from: copies of ours stay."""
    files.make_private(folder)
    held = [layer.layer for step in kept.steps for layer in step.layers]  # until they are written
    steps, at = _worth_keeping(kept)
    for step in steps:
        if step.marked is not None and not step.marked.name:
            _write_mask(folder, step.marked)
    for layer in {id(layer): layer for step in steps for layer in step.layers}.values():
        layer.entry.file = str(_own(folder, home, layer))
    del held
    stored = _stored(steps, at, kept)
    _write_thumbnail(folder, kept)
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

    layers = [KeptLayer(entry) for entry in stored.entries]
    steps = tuple(
        KeptStep(
            step.text, tuple(layers[place] for place in step.layers), marked(step.mask), step.feather_px,
            manifest.frame(step.frame), manifest.area(step.area),
        )
        for step in stored.steps
    )  # fmt: skip
    shown = steps[stored.at].layers
    flats = tuple(
        Flat(Path(flat.file), frozenset(flat.keys), shown if flat.bounds else (), QRect(*(flat.bounds or ())))
        for flat in stored.flats
    )
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
    """The last steps, and which of them is shown; without those in which only the form has changed, and those of which
    the pixels were painted over before they were written."""
    first = min(kept.at, max(0, len(kept.steps) - STEPS))
    steps: list[KeptStep] = []
    at = 0
    for number, step in enumerate(kept.steps[first:], first):
        if (not steps or not step.same(steps[-1])) and step.is_there:
            steps.append(step)
        if number == kept.at:
            at = max(0, len(steps) - 1)
    return steps, at


def _stored(steps: list[KeptStep], at: int, kept: KeptDocument) -> StoredDocument:
    stored, places = StoredDocument(at=at), dict[int, int]()

    def place(layer: KeptLayer) -> int:
        if id(layer) not in places:
            places[id(layer)] = len(stored.entries)
            stored.entries.append(layer.entry)
        return places[id(layer)]

    for step in steps:
        stored.steps.append(
            StoredStep(
                step.text, [place(layer) for layer in step.layers], step.marked.name if step.marked else "",
                step.feather_px, manifest.frame_numbers(step.frame), manifest.area_numbers(step.area),
            )
        )  # fmt: skip
    for flat in kept.flats:
        shown = flat.layers == steps[at].layers and bool(flat.layers)
        bounds = manifest.area_numbers(flat.bounds if shown else None)
        stored.flats.append(StoredFlat(str(flat.file), sorted(flat.keys), bounds))
    return stored


def _write_mask(folder: Path, marked: MarkedMask) -> None:
    from studio.document import tile_file  # needs numpy, which a window without a mask does not

    assert marked.mask is not None
    name = f"mask-{secrets.token_hex(6)}.bin"
    tile_file.save(folder / name, marked.mask)
    marked.name, marked.folder = name, folder


def _own(folder: Path, home: Path, kept: KeptLayer) -> Path:
    """Where the pixels of a layer are that nobody else moves; those that were made here are written now."""
    if not kept.entry.file:
        layer = kept.layer
        assert layer is not None  # see `is_there`
        return LayerFiles(folder).write(layer)
    file = Path(kept.entry.file)
    if file.is_relative_to(home) and file.parent != folder.parent.parent:
        return file
    copy = folder / f"layer-{hashlib.sha256(os.fsencode(file)).hexdigest()[:16]}{file.suffix.lower()}"
    if not copy.exists() and file.exists():
        with file.open("rb") as source, writing(copy) as target:
            shutil.copyfileobj(source, target)
    return copy if copy.exists() else file


def _write_thumbnail(folder: Path, kept: KeptDocument) -> None:
    if kept.held:
        drawn_small(Scene(kept.held, kept.steps[kept.at].area)).save(str(folder / THUMBNAIL_FILE))
