"""What tasks hand over as pictures: checked before anybody stores it, and made small for the wire."""

import array
import io
import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PIL import Image

from studio import api
from studio.errors import StudioError, UserError
from studio.limit import PIXEL_CAP
from studio.text import Text

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
ROW_MODES = ("L", "LA", "RGB", "RGBA")
PREVIEW_SIDE = 512
PREVIEW_QUALITY = 80


class ContractError(StudioError):
    """A plugin broke the contract of `studio.api`: its author has to mend it. `reason` is a part of a sentence."""

    def __init__(self, template: str, *args: object) -> None:
        self.reason = Text(template, *args)
        super().__init__(self.reason)


def check(image: Any, icc: bytes | None = None) -> None:
    """Raise UserError or ContractError for what the library cannot store."""
    if not isinstance(image, Image.Image | api.Rows):
        raise ContractError("it yielded a value of type {} where a PIL picture is expected", type(image).__name__)
    if not (image.width and image.height):
        raise ContractError("it yielded an empty picture of {}x{} pixels", image.width, image.height)
    if image.width * image.height > PIXEL_CAP:
        raise UserError(
            "The picture came out as {}x{} pixels, more than the {} megapixels that can be stored. Choose a smaller "
            "size.",
            image.width,
            image.height,
            PIXEL_CAP // 1_000_000,
            code="too_large",
        )
    _check_profile(image.mode, icc)
    if isinstance(image, api.Rows):
        _check_rows(image)
    else:
        _check_pixels(image)


def _check_profile(mode: str, icc: bytes | None) -> None:
    wanted = b"GRAY" if mode in ("1", "L", "LA", "I;16") else b"RGB "
    if icc is not None and icc[16:20] != wanted:  # "data colour space" of the ICC header
        raise ContractError(
            "it yielded a picture in the mode {} with a profile for {}",
            mode,
            icc[16:20].decode("latin-1"),
        )


def _check_rows(rows: api.Rows) -> None:
    if rows.mode not in ROW_MODES or rows.bits not in (8, 16):
        raise ContractError(
            "it yielded rows in the mode {} with {} bits; use 8 or 16 bits of RGB",
            rows.mode,
            rows.bits,
        )


def _check_pixels(image: Image.Image) -> None:
    if image.mode == "F" and not all(map(math.isfinite, array.array("f", image.tobytes()))):
        raise UserError(
            "The model produced invalid numbers (NaN), so there is no picture to store. "
            "Try another seed, a lower guidance scale or another model.",
            code="invalid_numbers",
        )
    if image.mode not in MODES:
        raise ContractError("it yielded a picture in the mode {}; convert it to RGB, RGBA or L", image.mode)


def plain(values: Mapping[str, Any], note: Callable[..., None]) -> dict[str, Any]:
    """A result's values as JSON can carry them: numpy's and torch's numbers become numbers.

    Raises ContractError for what is neither number, text nor a list or table of them; what is not finite is left out,
    and `note` told so.
    """
    kept = {}
    for name, value in values.items():
        made = _plain(str(name), value)
        if _is_finite(made):
            kept[str(name)] = made
        else:
            note("The value {} is no finite number ({}), so the recipe does without it.", repr(str(name)), made)
    return kept


def _plain(name: str, value: Any) -> Any:
    def number(each: Any) -> Any:
        count = each.numel() if hasattr(each, "numel") else getattr(each, "size", 1)  # torch's size is a method
        item = getattr(each, "item", None)
        if callable(item) and count == 1:
            return item()
        raise ContractError(
            "it gave the value {} as an object of type {}; values are numbers, texts, and lists and tables of them",
            repr(name),
            type(each).__name__,
        )

    return msgspec.to_builtins(value, enc_hook=number, str_keys=True)


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict | list):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return True


def preview(image: Image.Image) -> bytes:
    """A small JPEG."""
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    data = io.BytesIO()
    small.convert("RGB").save(data, "JPEG", quality=PREVIEW_QUALITY)
    return data.getvalue()
