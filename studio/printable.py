"""Text from plugins, files and file names, made harmless to whoever shows it."""

_JOINERS = "\u200c\u200d"
"""They shape letters of Persian and Hindi and join emoji, and can do no harm."""


def printable(text: str) -> str:
    """One line in which control characters, marks that turn the direction of text and broken letters are spelled out.

    They are shown, not sent: a terminal must not be steered by what a file holds.
    """
    return "".join(sign if sign.isprintable() or sign in _JOINERS else ascii(sign)[1:-1] for sign in text)


def printable_json(text: str) -> str:
    """JSON that means the same, in which no such character stands as itself."""
    return "".join(sign if sign.isprintable() or sign == "\n" else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
