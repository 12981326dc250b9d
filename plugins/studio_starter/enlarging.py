"""The upscalers for people's own pictures against Lanczos, on renders and on photographs that nobody trained on."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from spandrel import ModelLoader

from studio_starter.scale import PICTURE
from studio_starter.world import WORLDS

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
"""In scikit-image without a download; scikit-learn adds two."""
RENDERS = 24
CROPS = (("astronaut", 140, 40, 4), ("china", 250, 170, 4), ("chelsea", 90, 100, 2), ("render", 60, 60, 4))
"""What the sheet shows: picture, left and top in pixels, factor."""
CROP = 128
Picture = Image.Image
Enlarge = Callable[[Picture], Picture]


def upscalers(folder: Path) -> dict[int, Path]:
    """Factor -> file of an exported model."""
    about = json.loads((folder / "studio.json").read_text("utf-8"))
    return {int(factor): folder / file for factor, file in about.get("upscalers", {}).items()}


def compare(file: Path) -> dict[str, tuple[float, float]]:
    """Set -> mean PSNR of the upscaler and of Lanczos, in dB, over pictures reduced by Pillow's bicubic filter."""
    enlarge, scale = network(file)
    return {
        name: compared(list(pictures.values()), enlarge, scale) for name, pictures in sets().items() if len(pictures)
    }


def compared(pictures: list[Picture], enlarge: Enlarge, scale: int) -> tuple[float, float]:
    """Mean PSNR of it and of Lanczos."""
    both = []
    for picture in pictures:
        large, small = reduced(picture, scale)
        both.append((psnr(enlarge(small), large), psnr(lanczos(small, scale), large)))
    return sum(one for one, _ in both) / len(both), sum(other for _, other in both) / len(both)


def network(file: Path) -> tuple[Enlarge, int]:
    """An upscaler's file as a function, and its factor."""
    module = ModelLoader(device="cpu").load_from_file(str(file))

    @torch.inference_mode()
    def enlarge(small: Picture) -> Picture:
        pixels = torch.from_numpy(np.array(small)).permute(2, 0, 1)[None].float() / 255
        found = module(pixels)[0].permute(1, 2, 0).float().clamp(0, 1)  # type: ignore[operator, unused-ignore]
        return Image.fromarray((found * 255).round().byte().numpy())

    return enlarge, int(module.scale)


def sets() -> dict[str, dict[str, Picture]]:
    """Fresh renders of every world, and what is installed of the photographs."""
    rng = random.Random(23)
    found = {
        f"fresh renders, {name} world": {
            str(number): world.render(world.sample(rng), PICTURE) for number in range(RENDERS)
        }
        for name, world in WORLDS.items()
    }
    return found | {"photographs": photographs()}


def photographs() -> dict[str, Picture]:
    """They come with packages that the studio itself does not need; empty without them."""
    found: dict[str, Any] = {}
    try:
        from skimage import data  # type: ignore[import-not-found, unused-ignore]

        found |= {name: getattr(data, name)() for name in PHOTOGRAPHS}
    except ImportError:
        pass
    try:
        from sklearn.datasets import load_sample_images  # type: ignore[import-not-found, unused-ignore]

        samples = load_sample_images()
        found |= dict(zip(map(_stem, samples.filenames), samples.images, strict=True))
    except ImportError:
        pass
    return {name: Image.fromarray(picture) for name, picture in found.items()}


def _stem(name: str) -> str:
    return Path(name).stem


def reduced(picture: Picture, scale: int) -> tuple[Picture, Picture]:
    """The picture, cut to whole pixels of the small one, and the small one."""
    width, height = (side // scale * scale for side in picture.size)
    large = picture.convert("RGB").crop((0, 0, width, height))
    return large, large.resize((width // scale, height // scale), Image.Resampling.BICUBIC)


def lanczos(small: Picture, scale: int) -> Picture:
    return small.resize((small.width * scale, small.height * scale), Image.Resampling.LANCZOS)


def psnr(found: Picture, target: Picture) -> float:
    """In dB, over the 8-bit values of all three channels."""
    error = (np.asarray(found).astype(float) - np.asarray(target)) / 255
    return float(-10 * np.log10(max(1e-10, (error**2).mean())))


def sheet(files: dict[int, Path]) -> Picture:
    """Rows of one place of a picture: input (nearest neighbour), Lanczos, ours, truth."""
    pictures = photographs() | {"render": next(iter(sets()["fresh renders, large world"].values()))}
    rows = [
        _row(pictures[name], left, top, *network(files[factor]))
        for name, left, top, factor in CROPS if name in pictures and factor in files
    ]  # fmt: skip
    page = Image.new("RGB", (4 * (CROP * 2 + 4) - 4, len(rows) * (CROP * 2 + 4) - 4), "white")
    for number, row in enumerate(rows):
        for column, image in enumerate(row):
            twice = image.resize((CROP * 2, CROP * 2), Image.Resampling.NEAREST)
            page.paste(twice, (column * (CROP * 2 + 4), number * (CROP * 2 + 4)))
    return page


def _row(picture: Picture, left: int, top: int, enlarge: Enlarge, scale: int) -> list[Picture]:
    large, small = reduced(picture, scale)
    nearest = small.resize(large.size, Image.Resampling.NEAREST)
    box = (left, top, left + CROP, top + CROP)
    return [one.crop(box) for one in (nearest, lanczos(small, scale), enlarge(small), large)]
