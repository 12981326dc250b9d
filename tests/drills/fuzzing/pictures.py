"""What reads pictures: as they come in, as masks, by their size alone, and as copies that go out."""

import functools
import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

from fuzzing import containers
from fuzzing.harness import Target
from fuzzing.mutation import changed_bytes
from studio import images
from studio.images import WITH_TIFF
from studio.library import Recipe, embedded_recipe, export, picture_id
from studio.library.recipe import Embedded
from studio.printable import printable

SIDE = (13, 9)
RECIPE = Embedded(
    "01kbd000000000000000000000", "2026-01-02T03:04:05.678+00:00",
    Recipe("text-to-image", {"prompt": "一只猫", "steps": 3, "image": "/tmp/a/b.png", "words": ["a", "b"]}, seed=3,
           values={"x": 0.5}, parents=["/tmp/a/b.png"], notes=["It was cut."], roles={"prompt": "prompt"}),
)  # fmt: skip


def picture(mode: str) -> Image.Image:
    noise = Image.effect_noise(SIDE, 90)
    if mode == "P":
        return noise.convert("RGB").quantize(16)
    return noise.convert("I;16") if mode == "I;16" else noise.convert(mode)


def saved(mode: str, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture(mode).save(file, kind, **options)
    return file.getvalue()


@functools.cache
def profile(kind: str = "sRGB") -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(kind)).tobytes()


def exif(**tags: int) -> bytes:
    made = Image.Exif()
    made[0x0112] = tags.get("orientation", 6)
    made.get_ifd(0x8769)[0xA001] = 0xFFFF
    return made.tobytes()


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header."""
    first, *rest = containers.png_chunks(data)
    return containers.PNG + b"".join(containers.png_chunk(*each) for each in (first, *chunks, *rest))


def pngs(folder: Path) -> list[bytes]:
    found = [saved(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    found += [saved("P", "PNG", transparency=3), saved("L", "PNG", transparency=3)]
    found += [saved("RGB", "PNG", icc_profile=profile(), exif=exif())]
    found += [saved("RGB", "PNG", save_all=True, append_images=[picture("RGB").rotate(180)])]
    coloured = (
        (b"gAMA", struct.pack(">I", 45455)), (b"cHRM", struct.pack(">8I", *[31270, 32900, 64000, 33000] * 2)),
        (b"cICP", bytes((12, 13, 0, 1))), (b"sRGB", b"\0"), (b"tEXt", b"Comment\0x"),
    )  # fmt: skip
    return [*found, *(with_chunks(saved("RGB", "PNG"), each) for each in coloured)]


def others(folder: Path) -> list[bytes]:
    jpeg = [saved(mode, "JPEG") for mode in ("L", "RGB", "CMYK")]
    jpeg += [saved("RGB", "JPEG", icc_profile=profile(), exif=exif(), progressive=True, comment=b"x")]
    webp = [saved("RGB", "WEBP"), saved("RGBA", "WEBP", lossless=True, icc_profile=profile(), exif=exif())]
    webp += [saved("RGB", "WEBP", save_all=True, append_images=[picture("RGB").rotate(180)])]
    avif = [saved("RGB", "AVIF", exif=exif()), saved("RGBA", "AVIF")]
    tiff = [saved(mode, "TIFF") for mode in ("1", "L", "RGBA", "I;16", "CMYK")]
    tiff += [saved("RGB", "TIFF", compression=each) for each in ("tiff_lzw", "jpeg", "tiff_adobe_deflate", "packbits")]
    return [*jpeg, *webp, *avif, *tiff, saved("RGB", "GIF"), saved("RGB", "BMP")]


def opened(folder: Path, data: bytes) -> None:
    whole = images.open_image(data, formats=WITH_TIFF)
    assert whole.image.mode in ("RGB", "RGBA")
    assert images.size_of(data) == whole.image.size == whole.original.size, "the header says another size"
    assert all(isinstance(note, str) for note in whole.notes)


def mask(folder: Path, data: bytes) -> None:
    assert images.load_mask(data).mode == "L"


def sized(folder: Path, data: bytes) -> None:
    images.size_of(data)


def in_picture(place: Callable[[bytes], bytes], read: Callable[[Path, bytes], object]) -> Callable[[Path, bytes], None]:
    """The input is a profile or metadata, and goes into a picture that is whole."""

    def placed(folder: Path, data: bytes) -> None:
        read(folder, place(data))

    return placed


def _icc(data: bytes) -> bytes:
    return saved("RGB", "PNG", icc_profile=data)


def _exif(data: bytes) -> bytes:
    return with_chunks(saved("RGB", "PNG"), (b"eXIf", data))


def _jpeg_exif(data: bytes) -> bytes:
    plain = saved("RGB", "JPEG")
    body = b"Exif\0\0" + data[:65_000]
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def with_recipes(folder: Path) -> list[bytes]:
    def made(mode: str, kind: str) -> Iterator[bytes]:
        options, _ = embedded_recipe.options(RECIPE, kind)
        yield saved(mode, kind, **options)

    return [*made("RGB", "PNG"), *made("RGB", "JPEG"), *made("RGB", "WEBP")]


def recipe(folder: Path, data: bytes) -> None:
    """What `library show` does with a file, and what the window shows of it."""
    file = folder / "given"
    file.write_bytes(data)
    if found := embedded_recipe.record(file):
        shown(found)


def shown(record: Any) -> None:
    printable(str(picture_id.local_time(record.created)))
    printable(record.recipe.words)
    assert isinstance(record.recipe.names("prompt"), list)


def exported(folder: Path, data: bytes) -> None:
    """As copies are made: with and without the recipe, in the same format and another one."""
    file = folder / "given.png"
    file.write_bytes(data)
    for name, with_recipe in (("out.png", True), ("out.png", False), ("out.webp", True)):
        export.save(file, folder / name, with_recipe=with_recipe)


def _mixed(data: bytes, chance: Any) -> bytes:
    return containers.png(data, chance) if data.startswith(containers.PNG) else changed_bytes(data, chance)


def _seeds(*made: bytes) -> Callable[[Path], list[bytes]]:
    return lambda folder: [*made]


TARGETS = (
    Target("png", pngs, opened, mutate=containers.png, round=6000),
    Target("picture", others, opened, round=4000, mutate=changed_bytes),
    Target("mask", lambda folder: [*pngs(folder), *others(folder)], mask, mutate=_mixed, round=4000),
    Target("picture-size", lambda folder: [*pngs(folder), *others(folder)], sized, mutate=_mixed, round=3000),
    Target("icc", lambda folder: [profile(), profile("XYZ"), profile("LAB")], in_picture(_icc, opened), round=2000),
    Target("exif-png", _seeds(exif()[6:], exif(orientation=9)[6:]), in_picture(_exif, opened), round=1500),
    Target("exif-jpeg", _seeds(exif()[6:], exif(orientation=3)[6:]), in_picture(_jpeg_exif, opened), round=1500),
    Target("recipe", with_recipes, recipe, mutate=_mixed, round=3000),
    Target(
        "export", lambda folder: [*pngs(folder), with_recipes(folder)[0]], exported, mutate=containers.png, round=400
    ),
)
