"""Masks: white = repaint, whichever of the two usual ways the file says it."""

from PIL import Image, ImageChops

from studio.errors import UserError
from studio.images import colour
from studio.images.decode import ERRORS, no_memory, open_original
from studio.images.file_format import FORMATS
from studio.images.picture import Damaged
from studio.images.source import Source, label, refused
from studio.text import Text

INVISIBLE = Text("It is transparent all over, so all of it counts as white.")


def load_mask(source: Source) -> Image.Image:
    """The mask in mode L, 255 = repaint, soft edges kept. Raises UserError as `open_image` does.

    A grey picture says it by its brightness, and what is transparent counts as black. In a picture of one colour, or a
    coloured one, from which something was erased, what was erased is repainted.
    """
    return open_mask(source)[0]


def open_mask(source: Source) -> tuple[Image.Image, tuple[Text, ...]]:
    """The same, and what the user is to know of it."""
    original, _, _ = open_original(source, FORMATS)
    try:
        colours, alpha = colour.planes(original)
        return _level(colours, alpha), (INVISIBLE,) if alpha and alpha.getextrema() == (0, 0) else ()
    except Damaged as error:
        raise refused("{} cannot be used: {}.", label(source), error.reason, code="invalid_mask") from None
    except MemoryError:
        raise no_memory(label(source), original.size) from None
    except ERRORS as error:
        raise refused(
            "{} is damaged ({}); save or download it again.", label(source), str(error), code="invalid_mask"
        ) from error


def _level(colours: Image.Image, alpha: Image.Image | None) -> Image.Image:
    if alpha is None or alpha.getextrema() == (255, 255):
        return colours.convert("L")
    if _is_uniform(colours, alpha) or not _is_grey(colours, alpha):
        return ImageChops.invert(alpha)
    return ImageChops.multiply(colours.convert("L"), alpha)


def check_mask(mask: Image.Image, picture_size: tuple[int, int]) -> None:
    """Raise UserError for a mask of another size than the picture's, and for one that selects nothing."""
    if mask.size != picture_size:
        raise UserError(
            "The mask is {}x{} pixels and the picture {}x{}; they must be equal, so scale the mask to the picture.",
            mask.width,
            mask.height,
            picture_size[0],
            picture_size[1],
            field="mask",
            code="invalid_mask_size",
        )
    if mask.getextrema() == (0, 0):
        raise UserError(
            "The mask is empty: it is black all over. Paint white over what should change.",
            field="mask",
            code="empty_mask",
        )


def _is_uniform(colours: Image.Image, alpha: Image.Image) -> bool:
    """Of what can be seen: editors leave any colour under transparent pixels."""
    visible = alpha.point([0] + [255] * 255)
    return all(low == high for low, high in _extrema(colours, visible))


def _is_grey(colours: Image.Image, alpha: Image.Image) -> bool:
    if colours.mode == "L":
        return True
    visible = alpha.point([0] + [255] * 255)
    first, *others = colours.convert("RGB").split()
    return all(_extrema(ImageChops.difference(first, other), visible) in ([(0, 0)], []) for other in others)


def _extrema(image: Image.Image, where: Image.Image) -> list[tuple[int, int]]:
    """Lowest and highest value of each band where `where` is 255; [] when that is nowhere."""
    counts = image.histogram(where)
    bands = [counts[start : start + 256] for start in range(0, len(counts), 256)]
    present = [[value for value, count in enumerate(band) if count] for band in bands]
    return [(values[0], values[-1]) for values in present if values]
