"""Wording: text from anywhere, made harmless and short for one line of a form."""

from studio.desktop.style.bidi import TURNING

LONGEST_TIP = 1000


def one_line(text: str, longest: int = 80) -> str:
    """On one line, at most so many characters, with marks that would turn or break the line made visible."""
    # A little more than is shown is enough to look at, whatever the length of the text.
    words = " ".join(text[: 4 * longest].split())
    plain = "".join(char if _harmless(char) else f"\\u{ord(char):04x}" for char in words)
    return plain if len(plain) <= longest and len(text) <= 4 * longest else plain[: longest - 1].rstrip() + "…"


def action_text(text: str) -> str:
    """For menus, buttons and labels with a buddy, where & underlines the next letter."""
    return text.replace("&", "&&")


def tooltip(text: str) -> str:
    """Plain text for a tooltip, which takes anything that looks like markup for markup."""
    text = text if len(text) <= LONGEST_TIP else f"{text[:LONGEST_TIP]}…"
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p style='white-space:pre-wrap'>{plain}</p>" if text else ""


def number_text(value: float) -> str:
    """The shortest text that reads back as this number."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(value)


def file_size(size_bytes: int) -> str:
    """Rounded, in the units that file managers show."""
    amount, units = float(size_bytes), ["B", "KB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}" if amount < 10 and units[0] != "B" else f"{amount:.0f} {units[0]}"


def _harmless(char: str) -> bool:
    return char.isprintable() and ord(char) not in TURNING
