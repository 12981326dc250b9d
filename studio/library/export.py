"""Pictures on their way out: with their recipe or without, as true to their pixels as the format allows."""

import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason
from studio.library import embedded_recipe, png, png_copy
from studio.library.sharing import shareable_embedded
from studio.text import Text

if TYPE_CHECKING:
    from PIL import Image

    from studio.images import Picture

SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 95, "subsampling": 0},  # 4:4:4: with fewer colours than pixels red lettering bleeds
    "WEBP": {"quality": 95},
}
WHITE = Text("JPEG knows no transparency: what shone through is white now.")
EIGHT_BITS = Text("It has 16 bits per colour; the copy has 8.")
PRINT_COLOURS = Text("It was made for printing (CMYK); the copy has screen colours (sRGB).")


def save(source: Path | bytes, target: Path, *, with_recipe: bool, quality: int | None = None) -> list[str]:
    """Save a copy in the format that the name of `target` says. Returns what was lost, a sentence each.

    `source` is a file, or the bytes of one; `quality` is that of JPEG and WebP, from 0 to 100. Raises UserError; what
    was there before stays then.
    """
    kind = _kind(target)
    try:
        if kind == "PNG" and isinstance(source, Path) and _copied(source, target, with_recipe=with_recipe):
            return []
        is_copy = with_recipe and quality is None
        if is_copy and isinstance(source, Path) and kind == SUFFIXES.get(source.suffix.lower()):
            with writing(target) as file:
                copy_into(source, file)
            return []
        return _converted(source, target, kind, with_recipe=with_recipe, quality=quality)
    except OSError as error:
        raise _not_saved(target, error) from error
    except MemoryError:
        raise UserError(
            "“{}” was not saved: there is not enough memory to convert it; the picture stays in the studio. Close "
            "other programs and save it again.",
            target.name,
            code="out_of_memory",
        ) from None


def copy_into(source: Path, target: IO[bytes]) -> None:
    """The same file, but for folders that the recipe of a PNG names; others never name any. Raises OSError."""
    found = png.read(source)
    if found and found[2] != shareable_embedded(found[2]):
        png_copy.copy_with(source, target, shareable_embedded(found[2]))
        return
    with files.open_regular(source) as file:
        shutil.copyfileobj(file, target)


def _copied(source: Path, target: Path, *, with_recipe: bool) -> bool:
    """Whether a PNG could be copied without decoding it, with nothing lost but what was to be left out."""
    try:
        with writing(target) as file:
            if with_recipe:
                if png.read(source) is None:
                    raise png_copy.NotCopiedError
                copy_into(source, file)
            else:
                png_copy.copy_bare(source, file)
    except png_copy.NotCopiedError:
        return False
    return True


def _converted(source: Path | bytes, target: Path, kind: str, *, with_recipe: bool, quality: int | None) -> list[str]:
    from studio import images

    image, icc, lost = _pixels(images.open_image(source, formats=images.WITH_TIFF), kind)
    if max(image.size) > LONGEST_SIDE.get(kind, max(image.size)):
        raise UserError(
            "“{}” was not saved: a {} has at most {} pixels a side, and the picture has {}x{}; it stays in the studio. "
            "Save it as PNG.",
            target.name,
            kind,
            LONGEST_SIDE[kind],
            image.width,
            image.height,
        )
    embedded = embedded_recipe.read(source) if with_recipe and isinstance(source, Path) else None
    options, told = embedded_recipe.options(embedded, kind) if embedded else ({}, "")
    if quality is not None and "quality" in OPTIONS[kind]:
        options["quality"] = quality
    with writing(target) as file:
        image.save(file, kind, **{**OPTIONS[kind], **options}, **({"icc_profile": icc} if icc else {}))
    return [*([told] if told else []), *lost]


def _pixels(picture: "Picture", kind: str) -> "tuple[Image.Image, bytes | None, list[str]]":
    """What of a picture the format can hold, nearest to its own pixels; their profile; and what was lost."""
    from PIL import Image

    from studio.images import colour

    if kind == "PNG" and picture.original.mode == "I;16" and not picture.has_alpha:
        return _plain(picture.original), picture.icc, []
    lost: list[str] = [EIGHT_BITS] if picture.bits > 8 else []
    colours, _ = colour.planes(picture.original)
    alpha = picture.image.getchannel("A") if picture.has_alpha else None
    icc = picture.icc
    if colours.mode == "CMYK" or (colours.mode == "L" and icc and kind == "WEBP"):  # a WebP has no grey profile
        lost += [PRINT_COLOURS] if colours.mode == "CMYK" else []
        colours, icc = picture.image.convert("RGB"), None
    if kind == "WEBP":
        colours = colours.convert("RGB")
    if alpha is None:
        return _plain(colours), icc, lost
    if kind == "JPEG":
        white = Image.new(colours.mode, colours.size, "white")
        white.paste(colours, mask=alpha)
        return white, icc, [*lost, WHITE]
    colours = _plain(colours)
    colours.putalpha(alpha)
    return colours, icc, lost


def _plain(image: "Image.Image") -> "Image.Image":
    """A copy of the pixels alone, so that nothing else that came with the picture is saved with it."""
    copy = image.copy()
    copy.info.clear()
    return copy


def _kind(target: Path) -> str:
    kind = SUFFIXES.get(target.suffix.lower())
    if kind is None:
        raise UserError(
            "“{}” was not saved: pictures are saved as .png, .jpg or .webp; end the name with one of these.",
            target.name,
        )
    return kind


def _not_saved(target: Path, error: OSError) -> UserError:
    return UserError(
        "“{}” was not saved ({}); the picture stays in the studio. Choose another folder.",
        target.name,
        os_reason(error),
    )
