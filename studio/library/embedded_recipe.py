"""Carried: the recipe inside a copy of a picture, for whoever opens it later.

In a PNG as the library writes it; in JPEG and WebP as XMP (ISO 16684-1), which other programs keep.
"""

import html
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from studio import files
from studio.errors import UserError
from studio.library import png
from studio.library.recipe import EMBEDDED_BYTES, Embedded, decode_embedded, encode_embedded
from studio.library.sharing import shareable_embedded
from studio.library.store import Record
from studio.text import Text

NAMESPACE = "urn:open-image-studio:"
ROOM = {"JPEG": 65_504, "WEBP": 2 * EMBEDDED_BYTES}
"""Bytes of XMP: what one segment of a JPEG holds, and what is read of a WebP."""
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:studio="{}"><xmp:CreatorTool>Open Image Studio {}</xmp:CreatorTool>'
    '<studio:recipe>{}</studio:recipe></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
_SCAN, _APP1, _XMP = 0xDA, 0xE1, b"http://ns.adobe.com/xap/1.0/\0"
_MOST_CHUNKS = 100_000
_NO_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def options(embedded: Embedded, kind: str) -> tuple[dict[str, Any], str]:
    """What Pillow's `save` needs to put it into a PNG, JPEG or WEBP; and what had no room, '' for nothing.

    Paths in it are cut to names.
    """
    embedded = shareable_embedded(embedded)
    if kind == "PNG":
        return {"pnginfo": png.text(embedded)}, ""
    kept = {*embedded.recipe.cut}
    for room in (ROOM[kind], ROOM[kind] // 2, ROOM[kind] // 4):  # in XML a letter may take five
        data = encode_embedded(embedded, min(room, EMBEDDED_BYTES))
        text = html.escape(data.decode().translate(_NO_XML), quote=False)
        packet = _PACKET.format(NAMESPACE, html.escape(embedded.recipe.studio_version), text).encode()
        if len(packet) <= ROOM[kind]:
            short = decode_embedded(data)
            left = [name for name in short.recipe.cut if name not in kept] if short else []
            return {"xmp": packet}, Text("The recipe in it has no room for {}.", ", ".join(left)) if left else ""
    return {}, "Its recipe is too long for this kind of file and was left out; save it as PNG to keep it."


def read(path: Path) -> Embedded | None:
    """The recipe in a PNG, JPEG or WebP; None where there is none of ours, or it is damaged."""
    found = png.read(path)
    return found[2] if found else _of_packet(_packet(path))


def record(path: Path) -> Record | None:
    """What is known of a picture that lies elsewhere, by the recipe in it."""
    from studio import images  # Pillow comes with it

    embedded = read(path)
    if embedded is None:
        return None
    try:
        width, height = images.size_of(path)
    except UserError:  # whoever opens it is told why it cannot be
        return None
    return Record(str(path), path, embedded.created, 0, width, height, embedded.recipe, path)


def _packet(path: Path) -> bytes:
    """The XMP of a file, found without decoding it."""
    try:
        with files.open_regular(path) as file:
            start = file.read(12)
            if start[:2] == b"\xff\xd8":
                file.seek(2)
                return _of_jpeg(file)
            return _of_webp(file) if start[:4] == b"RIFF" and start[8:] == b"WEBP" else b""
    except (OSError, ValueError):
        return b""


def _of_jpeg(file: BinaryIO) -> bytes:
    for _ in range(_MOST_CHUNKS):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _SCAN:
            break
        length = int.from_bytes(head[2:]) - 2
        if length < 0:
            return b""
        if head[1] == _APP1 and (body := file.read(length)).startswith(_XMP):
            return body.removeprefix(_XMP)
        if head[1] != _APP1:
            file.seek(length, 1)
    return b""


def _of_webp(file: BinaryIO) -> bytes:
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if len(head) < 8 or not head[:4].strip().isalnum():  # a hole in a sparse file may never end
            break
        if head[:4] == b"XMP ":
            return file.read(length) if length <= ROOM["WEBP"] else b""
        file.seek(length + length % 2, 1)
    return b""


def _of_packet(packet: bytes) -> Embedded | None:
    if NAMESPACE.encode() not in packet or b"<!" in packet:  # entities could grow without bound
        return None
    try:
        text = ElementTree.fromstring(packet.decode().strip("\ufeff\0 \n")).findtext(f".//{{{NAMESPACE}}}recipe")
    except (ElementTree.ParseError, ValueError):
        return None
    return decode_embedded(text.encode()) if text else None
