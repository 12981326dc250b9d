"""Photoshop's format, by psd-tools: layers, and a picture of all of them for whoever reads no layers."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdBlendMode
from psd_tools.constants import ColorMode, Compression
from psd_tools.psd import PSD
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_data import ImageData
from psd_tools.psd.image_resources import ImageResources

from studio import files
from studio.atomic import writing
from studio.document.blend_mode import PHOTOSHOP, BlendMode
from studio.document.exported_layer import ExportedLayer
from studio.document.foreign_layers import MOST_LAYERS, ForeignLayers
from studio.document.project import LayerEntry, Manifest, damaged
from studio.errors import UserError, os_reason

LONGEST_SIDE = 30_000
"""Pixels; the format holds no more."""
LONGEST_NAME = 255
MODES = {name: mode for mode, name in PHOTOSHOP.items()}
_DAMAGED = (
    *(ValueError, KeyError, IndexError, AssertionError, TypeError, AttributeError, OverflowError),
    *(EOFError, NotImplementedError, RecursionError, MemoryError, Warning, struct.error, zlib.error),
)
"""What psd-tools raises for a file that is not what it claims."""


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
            _rgba(sheet.png), name="", top=sheet.y, left=sheet.x, opacity=round(sheet.opacity * 255),
            blend_mode=PsdBlendMode(PHOTOSHOP[sheet.blend]),
        )  # fmt: skip
        layer.name = sheet.name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
        layer.visible = sheet.visible
        if sheet.mask:
            with Image.open(io.BytesIO(sheet.mask), formats=("PNG",)) as mask:
                layer.create_mask(mask.convert("L"))
    with writing(target) as file:
        record.write(file)


def _rgba(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return image.convert("RGBA")


def read(source: Path, folder: Path) -> tuple[Manifest, list[str]]:
    """The layers, as files in `folder`, and a sentence for each thing that could not be taken. Raises UserError."""
    try:
        with files.open_regular(source) as file, warnings.catch_warnings():
            warnings.simplefilter("error")  # psd-tools fills what it cannot read with black, and warns
            document = PSDImage.open(file)
            files.make_private(folder)
            found = ForeignLayers(source.name, folder, (document.width, document.height))
            for number, (layer, entry) in enumerate(_layers(document, LayerEntry("", ""), found)):
                if number >= MOST_LAYERS:
                    raise damaged(source.name)
                _take(layer, entry, found)
            found.tell_groups()
            if not found.entries:  # a picture without layers
                found.add(LayerEntry("", "", "Background"), _picture(document), MODES[b"norm"])
    except UserError:
        raise
    except OSError as error:
        raise UserError(
            "“{}” could not be read ({}); what is on the canvas stays. Try again.", source.name, os_reason(error)
        ) from error
    except _DAMAGED as error:
        raise damaged(source.name) from error
    return found.manifest(), found.lost


def _picture(document: PSDImage) -> Image.Image:
    whole = document.topil()
    if whole is None:
        raise ValueError("no picture")
    return whole.convert("RGBA")


def _layers(group: Any, around: LayerEntry, found: ForeignLayers) -> Iterator[tuple[Any, LayerEntry]]:
    """The lowest first; a group gives its name, its opacity and whether it is seen to what is in it."""
    for layer in group:
        entry = LayerEntry(
            "", "", found.named(around.name, str(layer.name)), x=int(layer.left), y=int(layer.top),
            opacity=around.opacity * layer.opacity / 255, visible=around.visible and bool(layer.visible),
        )  # fmt: skip
        if layer.is_group() and not _is_one(layer):
            yield from _layers(layer, entry, found)
        else:
            yield layer, entry


def _is_one(group: Any) -> bool:
    """Whether a group would look otherwise if its layers were taken for themselves."""
    inside = [layer for layer in group.descendants() if not layer.is_group()]
    modes = {layer.blend_mode for layer in inside}
    if group.has_mask() or (group.opacity < 255 and len(inside) > 1):
        return True
    if group.blend_mode == PsdBlendMode.PASS_THROUGH:
        return False
    return group.blend_mode != PsdBlendMode.NORMAL or bool(modes - {PsdBlendMode.NORMAL})


def _merged(group: Any) -> Image.Image | None:
    """What its layers show together, without its opacity."""
    group.visible, group.opacity = True, 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that no pixel has
        drawn: Image.Image | None = group.composite(viewport=group.bbox, apply_icc=False)
    return drawn


def _take(layer: Any, entry: LayerEntry, found: ForeignLayers) -> None:
    if not (layer.is_group() or layer.has_pixels()) or not layer.width or not layer.height:
        found.leave_out(entry.name)
        return
    found.require_size(layer.width, layer.height)
    image = _merged(layer) if layer.is_group() else layer.topil()
    if image is None:
        found.leave_out(entry.name)
    elif layer.is_group():
        passes = layer.blend_mode == PsdBlendMode.PASS_THROUGH
        found.tell_merged(entry.name)
        found.add(entry, image.convert("RGBA"), BlendMode.NORMAL if passes else MODES.get(layer.blend_mode.value))
    else:
        found.add(entry, image.convert("RGBA"), MODES.get(layer.blend_mode.value), _mask(layer))


def _mask(layer: Any) -> Image.Image | None:
    """As large as the layer, whose mask may lie elsewhere."""
    mask = layer.mask if layer.has_mask() else None
    if mask is None or mask.disabled or not mask.width or not mask.height:
        return None
    drawn = mask.topil()
    if drawn is None:
        return None
    whole = Image.new("L", (layer.width, layer.height), int(mask.background_color))
    whole.paste(drawn.convert("L"), (mask.left - layer.left, mask.top - layer.top))
    return whole
