"""Photoshop's format, by psd-tools: layers, and a picture of all of them for whoever reads no layers."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import ColorMode, Compression
from psd_tools.psd import PSD
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_data import ImageData
from psd_tools.psd.image_resources import ImageResources

from studio.atomic import writing
from studio.document.exported_layer import ExportedLayer

LONGEST_SIDE = 30_000
"""Pixels; the format holds no more."""
LONGEST_NAME = 255


def write(target: Path, size: tuple[int, int], sheets: Sequence[ExportedLayer], merged: bytes) -> None:
    """Save layers, given from the lowest to the highest; `merged` shows all.

    Raises OSError as the system does; what was there before stays then.
    """
    header = FileHeader(width=size[0], height=size[1], channels=4, depth=8, color_mode=ColorMode.RGB)
    picture = ImageData(compression=Compression.RLE)
    picture.set_data([channel.tobytes() for channel in _rgba(merged).split()], header)
    # The record is written, not the PSDImage, which would put the picture of all layers together once more, and slowly.
    record = PSD(header=header, image_data=picture, image_resources=ImageResources.new())
    document = PSDImage(record)
    for sheet in sheets:
        layer = document.create_pixel_layer(
            _rgba(sheet.png), name="", top=sheet.y, left=sheet.x, opacity=round(sheet.opacity * 255)
        )
        layer.name = sheet.name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
        layer.visible = sheet.visible
    with writing(target) as file:
        record.write(file)


def _rgba(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return image.convert("RGBA")
