"""From a source to a Picture, in bounded memory and time."""

import contextlib
import io
import struct
import threading
import warnings
from collections.abc import Callable, Iterator

from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from studio.images import avif, colour, exif, file_format, jpeg, png, webp
from studio.images.picture import FIRST_FRAME, PROFILE_CAP, Damaged, ImageHeader, Picture
from studio.images.source import Source, label, read, refused
from studio.limit import PIXEL_CAP
from studio.text import Text

# The format's own class instead of Image.open: nothing else can be tried, and the only pixel cap is ours.
_DECODERS: dict[str, type[ImageFile.ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}
_HEADERS: dict[str, Callable[[bytes], ImageHeader]] = {
    "PNG": png.header,
    "JPEG": jpeg.header,
    "WebP": webp.header,
    "AVIF": avif.header,
}

# What Pillow's decoders raise on damaged files: far more than OSError (a compressed text bomb is a ValueError).
ERRORS = (
    *(OSError, ValueError, SyntaxError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError),
    *(RuntimeError, struct.error, AssertionError),
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TURNED_SIDEWAYS = 5
"""EXIF's orientations from here on change width and height for each other."""
_FILTERS = threading.Lock()  # the filters of warnings belong to the whole process
_INVISIBLE = Text("Nothing in it is visible: it is transparent all over.")
REDUCED = Text("It has 16 bits per colour; it is worked on in 8.")


def open_image(source: Source, *, formats: tuple[str, ...] = file_format.FORMATS) -> Picture:
    """Read a picture from a path, or from bytes of the clipboard.

    Raises UserError, with the reason and what to do, for everything else. `formats` is `kind.FORMATS` or `WITH_TIFF`.
    """
    original, header, format = open_original(source, formats)
    name = label(source)
    try:
        image, icc, colour_notes = colour.working_copy(original, header.icc, header.space)
    except Damaged as error:
        raise refused("{} cannot be used: {}.", name, error.reason) from None
    except MemoryError:
        raise no_memory(name, original.size) from None
    except ERRORS as error:
        raise _damaged(name, format, _reason(error)) from error
    notes = [*header.notes, *colour_notes]
    if header.bits > 8:
        notes.append(REDUCED)
    has_alpha = image.mode == "RGBA"
    if has_alpha and image.getchannel("A").getextrema() == (0, 0):
        notes.append(_INVISIBLE)
    return Picture(image, original, icc, tuple(notes), has_alpha, header.bits, format)


def load_rgb(source: Source) -> Image.Image:
    """The working copy alone: upright, sRGB, mode RGB or RGBA. Raises UserError as `open_image` does."""
    return open_image(source).image


def size_of(source: Source) -> tuple[int, int]:
    """Width and height of a picture, upright, from its header alone. Raises UserError as `open_image` does."""
    name = label(source)
    data = read(source)
    format = file_format.detect(data)
    if format is None or format not in file_format.WITH_TIFF:
        raise refused(file_format.refusal(name, format, file_format.WITH_TIFF), code="unsupported_format")
    try:
        header = _HEADERS[format](data) if format in _HEADERS else ImageHeader(data)
        if header.size is not None:
            _check_size(name, header.size)
        with _quiet(format), _DECODERS[format](io.BytesIO(header.data)) as image:
            size, turn = image.size, header.orientation
            if format != "TIFF" and "exif" in image.info:
                turn = exif.orientation(image.info["exif"])
    except Damaged as error:
        raise _damaged(name, format, error.reason) from None
    except ERRORS as error:
        raise _damaged(name, format, str(error) or type(error).__name__) from error
    _check_size(name, size)
    return size[::-1] if turn >= TURNED_SIDEWAYS else size


def open_original(source: Source, formats: tuple[str, ...]) -> tuple[Image.Image, ImageHeader, str]:
    """The upright pixels as decoded, the header with profile and notes, and the format. Raises UserError."""
    name = label(source)
    data = read(source)
    format = file_format.detect(data)
    if format is None or format not in formats:
        raise refused(file_format.refusal(name, format, formats), code="unsupported_format")
    try:
        header = _HEADERS[format](data) if format in _HEADERS else ImageHeader(data)
        del data
        if header.size is not None:
            _check_size(name, header.size)
        image, header = _decode(name, format, header)
    except Damaged as error:
        raise _damaged(name, format, error.reason) from None
    except MemoryError:
        raise no_memory(name, None) from None
    except ERRORS as error:
        raise _damaged(name, format, _reason(error)) from error
    return image, header, format


def _decode(name: str, format: str, header: ImageHeader) -> tuple[Image.Image, ImageHeader]:
    with _quiet(format), _DECODERS[format](io.BytesIO(header.data)) as image:
        _check_size(name, image.size)
        frames = getattr(image, "n_frames", 1)  # counted first: in a TIFF, counting undoes loading
        image.load()
        bits, turn, icc, space, notes = header.bits, header.orientation, header.icc, header.space, header.notes
        if isinstance(image, TiffImagePlugin.TiffImageFile):  # Pillow turns TIFF itself
            bits = max(image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (8,)))
        elif "exif" in image.info:
            turn = exif.orientation(image.info["exif"])
            space = space or exif.colours(image.info["exif"])
        profile = image.info.get("icc_profile")
        if profile and len(profile) <= PROFILE_CAP:
            icc = profile
        if frames > 1:
            notes = (*notes, FIRST_FRAME)
        key = _key(image, bits)
        if turn in _UPRIGHT:
            upright = image.transpose(_UPRIGHT[turn])
        else:  # the decoders of WebP and AVIF hold on to memory of their own
            upright = image.copy() if format in ("WebP", "AVIF") else image
    upright.info = key  # nothing else that came with the file travels on
    return upright, ImageHeader(b"", upright.size, bits, 1, icc, None if icc else space, notes)


@contextlib.contextmanager
def _quiet(format: str) -> Iterator[None]:
    """Pillow warns about metadata that it mends, and about TIFF above half of our cap; only the outcome matters."""
    if format not in ("TIFF", "AVIF"):
        yield
        return
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _key(image: Image.Image, bits: int) -> dict[str | tuple[int, int], object]:
    """The transparent colour, in the scale that Pillow gave to the pixels; it leaves the colour in the file's own."""
    key = image.info.get("transparency")
    if key is None:
        return {}
    if image.mode == "L" and bits in (2, 4):
        key = key * 255 // (2**bits - 1)
    elif image.mode == "RGB" and bits == 16:
        key = tuple(value >> 8 for value in key)
    return {"transparency": key}


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise refused("{} is damaged: it says that it is {}x{} pixels large; export it again.", name, width, height)
    if width * height > PIXEL_CAP:
        raise refused(
            "{} is too large: {}x{} are {} megapixels, and at most {} can be opened; make it smaller first.",
            name,
            width,
            height,
            f"{width * height / 1e6:,.0f}",
            PIXEL_CAP // 1_000_000,
            code="too_large",
        )


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _damaged(name: str, format: str, reason: str) -> Exception:
    return refused(
        "{} is a damaged or incomplete {} file ({}); save or download it again.",
        name,
        format,
        reason if len(reason) <= 200 else reason[:200],
    )


def no_memory(name: str, size: tuple[int, int] | None) -> Exception:
    """For a picture whose pixels do not fit."""
    shown = Text(" ({}x{} pixels)", *size) if size else ""
    return refused("There is not enough memory to open {}{}; make it smaller first.", name, shown, code="out_of_memory")
