"""Direction: marks in a text that turn the direction of what follows; in a sentence of ours they are made visible."""

TURNING = frozenset([*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x61C])


def straight(text: str) -> str:
    """The same text, such a mark as its number: a file's name must not turn the sentence that it is quoted in."""
    if TURNING.isdisjoint(map(ord, text)):
        return text
    return "".join(f"\\u{ord(char):04x}" if ord(char) in TURNING else char for char in text)
