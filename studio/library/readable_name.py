"""Names of files that people can read: what a picture shows, and nothing that a path or a shell could misread."""

import unicodedata

LONGEST, LONGEST_BYTES = 80, 200
"""Of a name without its number and suffix: file systems end at 255 bytes, and a Chinese character takes three."""
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
"""Names that mean devices on Windows, whatever their suffix."""


def slug(text: str) -> str:
    """Letters and digits of any script joined by hyphens: nothing that a path or a shell could misread."""
    # Combining marks are no letters, but without them Hindi or Thai could not be read.
    signs = (
        sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " "
        for sign in unicodedata.normalize("NFC", text[: 4 * LONGEST])
    )
    name = "-".join("".join(signs).lower().split())[:LONGEST]
    name = name.encode()[:LONGEST_BYTES].decode(errors="ignore").strip("-")
    return f"{name}-" if name in RESERVED else name
