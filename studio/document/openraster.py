"""OpenRaster: layers for other painting programs (openraster.org, baseline 0.0.6): a zip of PNGs and a list of them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from studio.atomic import writing
from studio.document.exported_layer import ExportedLayer


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
            ElementTree.SubElement(
                stack, "layer", name=_legal(sheet.name), src=name, x=str(sheet.x), y=str(sheet.y),
                opacity=f"{sheet.opacity:.4f}", visibility="visible" if sheet.visible else "hidden",
            )  # fmt: skip
            archive.writestr(name, sheet.png)
        archive.writestr("stack.xml", ElementTree.tostring(root, "UTF-8", xml_declaration=True))
        archive.writestr("mergedimage.png", merged)
        archive.writestr("Thumbnails/thumbnail.png", thumbnail)


def _legal(name: str) -> str:
    """Without what XML cannot hold."""
    return "".join(letter for letter in name if letter.isprintable()).encode("utf-8", "replace").decode()
