"""Inputs made from others: by changing values where they are JSON, and bytes else."""

import contextlib
import json
import random
import struct
from typing import Any

LONGEST = 20_000
"""Bytes, or as many as the seed has: longer ones only take longer."""
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 5, 2**31, 2**63, 10**9, 10**30, 1e308, 1e-308, "", "x", "someone/repo", "../../up",
    "a\0b", "𝔘" * 50, [], [[]], [0], [None], ["a"], {}, {"": 0}, {"a": {"b": []}}, [1] * 1000, "\ud800", "/etc/passwd",
    "\x1b[2J\u202e", "{}{}", "{0}", 1.5, "NaN", "1e999",
)  # fmt: skip
PIECES = (
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"\n", b"---\n", b"\0", b"\xff", b"9" * 40, b"1e999", b"-", b"NaN",
    b"\\ud800", b"\xed\xa0\x80", b"[" * 5000, b'{"":' * 5000,
)  # fmt: skip
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with a few changes: of its values where it is JSON, of its bytes else."""
    if chance.random() < 0.6:
        with contextlib.suppress(ValueError, RecursionError):
            return changed_json(data, chance)
    return changed_bytes(data, chance)


def changed_json(data: bytes, chance: random.Random) -> bytes:
    """Raises ValueError and RecursionError for what is no JSON."""
    value = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        value = changed(value, chance)
    return json.dumps(value, ensure_ascii=chance.random() < 0.8).encode(errors="surrogatepass")


def changed_bytes(data: bytes, chance: random.Random, longest: int = LONGEST) -> bytes:
    longest = max(longest, len(data))
    for _ in range(chance.randint(1, 4)):
        at, other = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        way = chance.randrange(6)
        if way == 0:
            data = data[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 300)) + data[at:]
        elif way == 1:
            data = data[:at] + data[other:]
        elif way == 2:
            data = data[:other] + data[at:]
        elif way == 3:
            word = struct.pack(chance.choice((">I", "<I", ">H", "<H")), chance.choice(NUMBERS) & 0xFFFF)
            word = struct.pack(chance.choice((">I", "<I")), chance.choice(NUMBERS)) if len(word) == 4 else word
            data = data[:at] + word + data[at + len(word) :]
        elif way == 4:
            data = (
                data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :] if at < len(data) else b""
            )
        else:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    return data[:longest]


def changed(value: Any, chance: random.Random) -> Any:
    """Another value somewhere in it."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        rest = {other: each for other, each in value.items() if other != key}
        way = chance.randrange(10)
        if way == 0:
            return rest
        if way == 1:
            return rest | {chance.choice(("", "a", "__metadata__", "auto_map", key * 50)): value[key]}
        return value | {key: changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.random() < 0.1:
            return [*value[:at], *value[at + 1 :]]
        return [*value[:at], changed(value[at], chance), *value[at + 1 :]]
    if type(value) is int and chance.random() < 0.4:
        return value * chance.choice((-1, 0, 2, 1000, 10**6)) + chance.choice((-1, 0, 1))
    return chance.choice(ODD)
