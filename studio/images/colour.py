"""The sRGB working copy of a picture, whatever its mode and profile are."""

import io

import numpy as np
from PIL import Image, ImageChops, ImageCms

from studio.images.picture import BROKEN_PROFILE, Damaged
from studio.images.space import Space
from studio.text import Text

_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_ROUNDING = 1
_WRONG_PROFILE = Text(
    "Its colour profile belongs to another kind of picture and was ignored; colours are taken as sRGB."
)
_CMYK = Text("It was made for printing (CMYK) without a colour profile; its colours on the screen are approximate.")
_CONVERTED_CMYK = Text("It was made for printing (CMYK) and was converted to screen colours by its profile.")


def working_copy(
    original: Image.Image, icc: bytes | None, space: Space | None = None
) -> tuple[Image.Image, bytes | None, list[str]]:
    """An 8-bit sRGB picture, mode RGB or RGBA; the profile of `original`, None for sRGB; and what is to be told.

    `icc` came with the file; `space` is what the file says where it has no profile.
    """
    colours, alpha = planes(original)
    notes = []
    if space is not None and colours.mode != "CMYK":
        notes = [space.note] if space.note else []
        if not space.is_srgb:
            icc = space.profile(is_grey=colours.mode == "L")
    srgb, used, more = _to_srgb(colours, icc, space is None)
    if alpha is not None and alpha.getextrema() != (255, 255):
        srgb.putalpha(alpha)
    return srgb, used, [*notes, *more]


def planes(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """8-bit colours (L, RGB or CMYK, in the picture's own space) and alpha (L). Raises Damaged for other modes."""
    mode = image.mode
    if mode.startswith("I;16"):
        return _scaled(image), _key(image)
    if mode in ("1", "L"):
        return image.convert("L"), _key(image)
    if mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif mode in ("RGBa", "La"):  # premultiplied, in TIFF
        image = image.convert({"RGBa": "RGBA", "La": "LA"}[mode])
    elif mode == "RGB" and "transparency" in image.info:
        image = image.convert("RGBA")
    elif mode in ("RGBX", "YCbCr"):
        image = image.convert("RGB")
    if image.mode in ("RGB", "CMYK"):
        return image, None
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), image.getchannel("A")
    raise Damaged("its pixels are of a kind ({}) that is not supported; export it with 8 or 16 bits per channel", mode)


def _scaled(image: Image.Image) -> Image.Image:
    """16 bits to 8, rounded; Pillow's own conversion would clip all above 255 to white."""
    return image.convert("I").point([(value + 128) // 257 for value in range(65536)], "L")


def _key(image: Image.Image) -> Image.Image | None:
    """The alpha of a grey picture in which one value stands for transparent."""
    key = image.info.get("transparency")
    if not isinstance(key, int):
        return None
    deep = image.mode.startswith("I;16")
    opaque = [0 if value == key else 255 for value in range(65536 if deep else 256)]
    return image.convert("I" if deep else "L").point(opaque, "L")


def _to_srgb(colours: Image.Image, icc: bytes | None, given: bool) -> tuple[Image.Image, bytes | None, list[str]]:
    """`given`: whether the profile came with the file."""
    notes: list[str] = [] if colours.mode != "CMYK" else [_CMYK]
    if icc is None:
        return colours.convert("RGB") if colours.mode != "RGB" else colours, None, notes
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _SPACES[colours.mode]:
            return colours.convert("RGB"), None, [*notes, _WRONG_PROFILE]
        transform = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            colours.mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if _changes_nothing(transform, colours.mode):  # a conversion would only add rounding errors
            return colours.convert("RGB") if colours.mode != "RGB" else colours, icc, notes
        converted = ImageCms.applyTransform(colours, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return colours.convert("RGB"), None, [*notes, BROKEN_PROFILE] if given else notes
    assert converted is not None, "applyTransform returns None only when it works in place"
    return converted, icc, [_CONVERTED_CMYK] if notes else []


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a profile is sRGB's by what it does, whatever it is called."""
    if mode == "CMYK":
        return False
    probe = _PROBE if mode == "RGB" else Image.linear_gradient("L")
    seen = ImageCms.applyTransform(probe, transform)
    assert seen is not None
    difference = np.asarray(ImageChops.difference(seen, probe.convert("RGB")))
    return int(difference.max()) <= _ROUNDING


def _probe() -> Image.Image:
    """A cube of colours, all greys among them."""
    levels = [*range(0, 256, 17)]
    cube = [(red, green, blue) for red in levels for green in levels for blue in levels]
    image = Image.new("RGB", (1, len(cube) + 256))
    image.putdata([*cube, *((grey, grey, grey) for grey in range(256))])
    return image


_PROBE = _probe()
