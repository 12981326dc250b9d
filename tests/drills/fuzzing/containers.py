"""Mutations that keep a container whole, so that what is in it is looked at: PNG, ZIP, SQLite."""

import io
import random
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from contextlib import closing, suppress
from pathlib import Path

from fuzzing.mutation import NUMBERS, ODD, changed_bytes, mutated

PNG = b"\x89PNG\r\n\x1a\n"
PACKED = (b"zTXt", b"iCCP", b"iTXt", b"IDAT", b"fdAT")
KINDS = (
    b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"eXIf", b"tEXt", b"zTXt",
    b"iTXt", b"acTL", b"fcTL", b"fdAT", b"pHYs", b"bKGD", b"sBIT", b"mDCV", b"cLLI",
)  # fmt: skip
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
Chunk = tuple[bytes, bytes]


def png(data: bytes, chance: random.Random) -> bytes:
    """Changes of chunks, with the right checksums most of the time."""
    chunks = png_chunks(data)
    if chance.random() < 0.2 or not chunks:
        return changed_bytes(data, chance)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(chunks))
        kind, body = chunks[at]
        way = chance.randrange(8)
        if way == 0:
            chunks.insert(chance.randrange(len(chunks) + 1), chunks[at])
        elif way == 1 and len(chunks) > 1:
            del chunks[at]
        elif way == 2:
            chunks[at] = chance.choice(KINDS), body
        elif way == 3 and kind == b"IHDR":
            chunks[at] = kind, _header(body, chance)
        elif way == 4:
            chunks.insert(at, (chance.choice(KINDS), chance.randbytes(chance.randrange(40))))
        else:
            chunks[at] = kind, _packed(kind, body, chance) if kind in PACKED else changed_bytes(body, chance)
    return PNG + b"".join(png_chunk(*each, wrong=chance.random() < 0.03) for each in chunks)


def png_chunks(data: bytes) -> list[Chunk]:
    found, at = [], len(PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def png_chunk(kind: bytes, body: bytes, *, wrong: bool = False) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body) ^ wrong)


def _header(body: bytes, chance: random.Random) -> bytes:
    width, height = (chance.choice((*NUMBERS, 1, 7, 64, 5000)) for _ in range(2))
    rest = bytes(chance.choice((each, chance.randrange(18))) for each in body[8:])
    return (struct.pack(">II", width, height) if chance.random() < 0.5 else body[:8]) + rest


def _packed(kind: bytes, body: bytes, chance: random.Random) -> bytes:
    """What is compressed in a chunk, changed and compressed again."""
    head = b"" if kind == b"IDAT" else body[: body.find(b"\0") + 2]
    with suppress(zlib.error):
        return head + zlib.compress(mutated(zlib.decompress(body[len(head) :]), chance), 1)
    return changed_bytes(body, chance)


def zipped(data: bytes, chance: random.Random) -> bytes:
    """Changes of what is in the archive, of names and of ways to compress; of its bytes now and then."""
    if chance.random() < 0.3:
        return changed_bytes(data, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - one that is damaged already, from the corpus
        return changed_bytes(data, chance)
    made = io.BytesIO()
    target = chance.choice([*members, ""])
    with zipfile.ZipFile(made, "w", chance.choice(COMPRESSIONS)) as archive:
        for name, content in members.items():
            if name == target:
                way = chance.random()
                if way < 0.1:
                    continue
                name = chance.choice(("../x.png", "/etc/x", name * 2, "layers/0.svg", "")) if way < 0.2 else name
                content = (png if content.startswith(PNG) else mutated)(content, chance) if way > 0.15 else content
            archive.writestr(name or "x", content)
    whole = made.getvalue()
    return changed_bytes(whole, chance) if chance.random() < 0.1 else whole


def sqlite(data: bytes, chance: random.Random) -> bytes:
    """Other values in its tables, other tables, another version; and its bytes."""
    if chance.random() < 0.4:
        return changed_bytes(data, chance, len(data) + 4096)
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(data)
        file.flush()
        with closing(sqlite3.connect(file.name, isolation_level=None)) as index:
            for _ in range(chance.randint(1, 3)):
                with suppress(sqlite3.Error, OverflowError, UnicodeError, IndexError):  # of one that is damaged already
                    _statement(index, chance)
        return Path(file.name).read_bytes()


def _statement(index: sqlite3.Connection, chance: random.Random) -> None:
    tables = [name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = chance.choice(tables)
    columns = [row[1] for row in index.execute(f'PRAGMA table_info("{table}")')]
    column, way = chance.choice(columns), chance.randrange(12)
    if way == 0:
        index.execute(f"PRAGMA user_version = {chance.choice((-5, 0, 1, 2, 99, 2**31 - 1))}")
    elif way == 1:
        index.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    elif way == 2:
        index.execute(f'DROP TABLE "{table}"')
    elif way == 3:
        index.execute(f'ALTER TABLE "{table}" RENAME TO other')
        index.execute(f'CREATE VIEW "{table}" AS SELECT * FROM other')
    else:
        (old,) = index.execute(f'SELECT "{column}" FROM "{table}"').fetchone() or ("",)
        index.execute("PRAGMA ignore_check_constraints = 1")
        index.execute(
            f'UPDATE "{table}" SET "{column}" = ? WHERE rowid % ? = 0', (_value(old, chance), chance.choice((1, 2)))
        )


def _value(old: object, chance: random.Random) -> object:
    if isinstance(old, str) and chance.random() < 0.5:
        return mutated(old.encode(), chance).decode("utf-8", "replace")
    odd = chance.choice((*ODD, b"\xff\xfe", b"bytes", "../../../etc/passwd", "pictures/../../x.png", "C:\\x"))
    return odd if odd is None or isinstance(odd, str | bytes | int | float) else str(odd)
