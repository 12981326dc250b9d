"""Contact sheets."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from studio.diffusion.phrasing import Reader
from studio_starter.evaluate import BATCH
from studio_starter.pipeline import Starter, to_images


def sheet(images: Sequence[Image.Image], columns: int, side: int) -> Image.Image:
    """A contact sheet."""
    rows = -(-len(images) // columns)
    page = Image.new("RGB", (columns * (side + 4) - 4, rows * (side + 4) - 4), "white")
    for number, image in enumerate(images):
        place = (number % columns * (side + 4), number // columns * (side + 4))
        page.paste(image.resize((side, side), Image.Resampling.LANCZOS), place)
    return page


def drawn(folder: Path, prompts: Sequence[str], seed: int, device: str = "cpu") -> list[Image.Image]:
    """A picture of each prompt, read as the studio reads it, by the model in `folder`, with seeds from `seed` on and
    the shipped defaults."""
    starter, images, size = Starter(folder, device), [], BATCH[device.split(":")[0]]
    reader = Reader(starter.declared)
    for first in range(0, len(prompts), size):
        some = [reader.read(prompt).prompt for prompt in prompts[first : first + size]]
        images += to_images(starter.draw(some, range(seed + first, seed + first + len(some))))
    return images
