"""Files made byte by byte, because no library would write them."""

import io
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encoded(image, format, **options):
    """What Pillow writes."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind, body=b""):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, bits, colour, rows=b"", *chunks, end=True):
    """A PNG whose `rows` are given without filter bytes, as a list of rows; `chunks` go before the pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return SIGNATURE + header + b"".join(chunks) + pixels + (chunk(b"IEND") if end else b"")


def webp_lossless(width, height):
    packed = struct.pack("<BI", 0x2F, (width - 1) | (height - 1) << 14)
    body = b"WEBPVP8L" + struct.pack("<I", 200) + packed + bytes(195)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_extended(width, height):
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + bytes(40)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of_size(data, width, height):
    """The same JPEG, claiming another size."""
    frame = data.index(b"\xff\xc0")
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def avif_of_size(data, width, height):
    """The same AVIF, claiming another size."""
    place = data.index(b"ispe") + 8
    return data[:place] + struct.pack(">II", width, height) + data[place + 8 :]
