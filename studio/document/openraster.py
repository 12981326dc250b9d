"""OpenRaster: layers for other painting programs (openraster.org, baseline 0.0.6): a zip of PNGs and a list of them."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from studio import files, images
from studio.atomic import writing
from studio.document.blend_mode import OPENRASTER
from studio.document.exported_layer import ExportedLayer
from studio.document.foreign_layers import MOST_LAYERS, ForeignLayers
from studio.document.project import DAMAGED, LayerEntry, Manifest, damaged
from studio.errors import UserError, os_reason

LIST_CAP_BYTES = 4 * 2**20
LAYER_CAP_BYTES = 2**30
MODES = {name: mode for mode, name in OPENRASTER.items()}


def write(
    target: Path, size: tuple[int, int], sheets: Sequence[ExportedLayer], merged: bytes, thumbnail: bytes
) -> None:
    """Save layers, given from the lowest to the highest; `merged` shows all, `thumbnail` is at most 256 pixels a side.

    Raises OSError as the system does; what was there before stays then.
    """
    root = ElementTree.Element("image", version="0.0.6", w=str(size[0]), h=str(size[1]))
    stack = ElementTree.SubElement(root, "stack")
    with writing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "image/openraster")  # the first entry, not compressed, says the specification
        for number, sheet in reversed([*enumerate(sheets)]):
            name = f"data/layer{number}.png"
            told = {"composite-op": OPENRASTER[sheet.blend]}
            ElementTree.SubElement(
                stack, "layer", told, name=_legal(sheet.name), src=name, x=str(sheet.x), y=str(sheet.y),
                opacity=f"{sheet.opacity:.4f}", visibility="visible" if sheet.visible else "hidden",
            )  # fmt: skip
            archive.writestr(name, sheet.png)
        archive.writestr("stack.xml", ElementTree.tostring(root, "UTF-8", xml_declaration=True))
        archive.writestr("mergedimage.png", merged)
        archive.writestr("Thumbnails/thumbnail.png", thumbnail)


def _legal(name: str) -> str:
    """Without what XML cannot hold."""
    return "".join(letter for letter in name if letter.isprintable()).encode("utf-8", "replace").decode()


def read(source: Path, folder: Path) -> tuple[Manifest, list[str]]:
    """The layers, as files in `folder`, and a sentence for each thing that could not be taken. Raises UserError."""
    try:
        with zipfile.ZipFile(source) as archive:
            root = _list(archive, source.name)
            files.make_private(folder)
            found = ForeignLayers(source.name, folder, (int(root.get("w", 0)), int(root.get("h", 0))))
            stack = root.find("stack")
            if stack is None:
                raise damaged(source.name)
            for element, entry in reversed([*_layers(stack, LayerEntry("", ""), found)]):
                image = _image(archive, element.get("src", ""), found)
                found.add(entry, image, MODES.get(element.get("composite-op", "svg:src-over")))
            found.tell_groups()
    except (*DAMAGED, ElementTree.ParseError, LookupError) as error:  # an encoding that nobody knows
        raise damaged(source.name) from error
    except OSError as error:
        raise UserError(
            "“{}” could not be read ({}); what is on the canvas stays. Try again.", source.name, os_reason(error)
        ) from error
    return found.manifest(), found.lost


def _list(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open("stack.xml") as part:
        data = part.read(LIST_CAP_BYTES + 1)
    if len(data) > LIST_CAP_BYTES or b"<!" in data:  # entities can grow without an end, and no program writes any
        raise damaged(name)
    return ElementTree.fromstring(data)


def _layers(
    stack: ElementTree.Element, around: LayerEntry, found: ForeignLayers, count: int = 0
) -> Iterator[tuple[ElementTree.Element, LayerEntry]]:
    """The highest first; a group gives its name, its place, its opacity and whether it is seen to what is in it."""
    if count > MOST_LAYERS:
        raise damaged(found.source)
    for number, element in enumerate(stack):
        x, y = int(element.get("x", 0)), int(element.get("y", 0))
        entry = LayerEntry(
            "", "", found.named(around.name, element.get("name", "")), x=around.x + x, y=around.y + y,
            opacity=around.opacity * min(max(float(element.get("opacity", 1)), 0.0), 1.0),
            visible=around.visible and element.get("visibility", "visible") != "hidden",
        )  # fmt: skip
        if element.tag == "stack":
            yield from _layers(element, entry, found, count + number + 1)
        elif element.tag == "layer":
            yield element, entry


def _image(archive: zipfile.ZipFile, name: str, found: ForeignLayers) -> Image.Image:
    with archive.open(name) as part:
        data = part.read(LAYER_CAP_BYTES)
    image = images.open_image(data, formats=("PNG",)).image
    found.require_size(*image.size)
    return image.convert("RGBA")
