"""Contact sheets."""

from collections.abc import Sequence

from PIL import Image


def sheet(images: Sequence[Image.Image], columns: int, side: int) -> Image.Image:
    """A contact sheet."""
    rows = -(-len(images) // columns)
    page = Image.new("RGB", (columns * (side + 4) - 4, rows * (side + 4) - 4), "white")
    for number, image in enumerate(images):
        place = (number % columns * (side + 4), number // columns * (side + 4))
        page.paste(image.resize((side, side), Image.Resampling.LANCZOS), place)
    return page
