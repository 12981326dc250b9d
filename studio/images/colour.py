"""The sRGB working copy of a picture, whatever its mode and profile are."""

import io

from PIL import Image, ImageCms

from studio.images.picture import BROKEN_PROFILE, Damaged
from studio.text import Text

_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_WRONG_PROFILE = Text(
    "Its colour profile belongs to another kind of picture and was ignored; colours are taken as sRGB."
)
_CMYK = Text("It was made for printing (CMYK) without a colour profile; its colours on the screen are approximate.")
_CONVERTED_CMYK = Text("It was made for printing (CMYK) and was converted to screen colours by its profile.")


def working_copy(original: Image.Image, icc: bytes | None) -> tuple[Image.Image, bool, list[str]]:
    """An 8-bit sRGB picture, mode RGB or RGBA, whether the profile could be used, and what is to be told."""
    colours, alpha = planes(original)
    srgb, used, notes = _to_srgb(colours, icc)
    if alpha is not None and alpha.getextrema() != (255, 255):
        if srgb is original:
            srgb = srgb.copy()
        srgb.putalpha(alpha)
    return srgb, used, notes


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


def _to_srgb(colours: Image.Image, icc: bytes | None) -> tuple[Image.Image, bool, list[str]]:
    notes: list[str] = [] if colours.mode != "CMYK" else [_CMYK]
    if icc is None:
        return colours.convert("RGB") if colours.mode != "RGB" else colours, False, notes
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _SPACES[colours.mode]:
            return colours.convert("RGB"), False, [*notes, _WRONG_PROFILE]
        if "srgb" in (profile.profile.profile_description or "").lower() and colours.mode == "RGB":
            return colours, True, notes  # a conversion would only add rounding errors
        converted = ImageCms.profileToProfile(
            colours,
            profile,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return colours.convert("RGB"), False, [*notes, BROKEN_PROFILE]
    if converted is None:
        raise AssertionError("profileToProfile returns None only when it works in place")
    return converted, True, [_CONVERTED_CMYK] if notes else []
