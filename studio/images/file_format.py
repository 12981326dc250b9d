"""Which format a file has, by its first bytes: its name is never asked."""

import re

from studio.text import Text

FORMATS = ("PNG", "JPEG", "WebP", "AVIF")
"""What every task takes."""
WITH_TIFF = (*FORMATS, "TIFF")

SAFETENSORS = "safetensors"

_MAGIC = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"....ftyp(?:avif|avis)", "AVIF"),
    (rb"....ftyp(?:mif1|msf1).{4,60}(?:avif|avis)", "AVIF"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "TIFF"),
    (rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "HEIC"),
    (rb"GIF8[79]a", "GIF"),
    (rb"BM....\0\0\0\0", "BMP"),
    (rb"8BPS", "Photoshop (PSD)"),
    (rb"%PDF-", "PDF"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript (EPS)"),
    (rb"\0\0[\1\2]\0", "Windows icon"),
    (rb"icns", "macOS icon"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "JPEG XL"),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"v/1\x01", "OpenEXR"),
    (rb"#\?(?:RADIANCE|RGBE)", "Radiance HDR"),
    (rb"qoif", "QOI"),
    (rb"P[1-7]\s", "PNM"),
    (rb"DDS ", "DDS"),
    (rb"gimp xcf", "GIMP (XCF)"),
    (rb"....ftyp|RIFF....AVI |\x1aE\xdf\xa3", "video"),
    (rb".{8}\{\s*\"", SAFETENSORS),
    (rb"PK\x03\x04", "ZIP"),
    (rb"\x1f\x8b", "gzip"),
    (rb"\x7fELF|MZ", "program"),
    (rb"version https://git-lfs", "Git LFS pointer"),
    (rb"(?is)\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype svg[^>]*>|\s)*<(?:\w+:)?svg\b", "SVG"),
    (rb"(?is)\s*(?:<!--.*?-->|\s)*<(?:!doctype html|html|head|body)\b", "web page (HTML)"),
    (rb"(?s)\s*<\?xml", "XML"),
)
_PATTERNS = tuple((re.compile(magic, re.DOTALL), name) for magic, name in _MAGIC)
_LOOK = 1024  # bytes


def detect(data: bytes) -> str | None:
    """The name of the format, of a picture or of what is often taken for one; None when it is unknown."""
    head = data[:_LOOK].removeprefix(b"\xef\xbb\xbf")
    return next((name for pattern, name in _PATTERNS if pattern.match(head)), None)


def refusal(name: str, found: str | None, formats: tuple[str, ...]) -> Text:
    """What to tell about a format that is not taken."""
    wanted = f"{', '.join(formats[:-1])} or {formats[-1]}"
    if found == SAFETENSORS:
        return Text(
            "{} holds numbers and no pixels, such as a saved embedding, which is no picture here; use {}.", name, wanted
        )
    if found is None:
        return Text("{} is not a picture in any format that is known here; use {}.", name, wanted)
    return Text(
        "{} cannot be opened: its format is {}, which is not supported here; export it as {}.", name, found, wanted
    )
