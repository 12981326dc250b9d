"""The upscalers for people's own pictures against Lanczos, on renders and on photographs that nobody trained on."""

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from spandrel import ModelLoader

from studio_starter.scale import PICTURE
from studio_starter.world import World

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
"""In scikit-image without a download; scikit-learn adds two."""
RENDERS = 24


def compare(file: Path, world: World) -> dict[str, tuple[float, float]]:
    """Set -> mean PSNR of the upscaler and of Lanczos, in dB, over pictures reduced by Pillow's bicubic filter."""
    network = ModelLoader(device="cpu").load_from_file(str(file))
    rng = random.Random(23)
    sets = {"fresh renders": [world.render(world.sample(rng), PICTURE) for _ in range(RENDERS)]}
    if found := photographs():
        sets["photographs"] = found
    scores = {}
    for name, pictures in sets.items():
        both = [_both(picture, network, int(network.scale)) for picture in pictures]
        scores[name] = (sum(one for one, _ in both) / len(both), sum(other for _, other in both) / len(both))
    return scores


def photographs() -> list[Image.Image]:
    """What is installed of them; they come with packages that the studio itself does not need."""
    found = []
    try:
        from skimage import data  # type: ignore[import-not-found, unused-ignore]

        found += [getattr(data, name)() for name in PHOTOGRAPHS]
    except ImportError:
        pass
    try:
        from sklearn.datasets import load_sample_images  # type: ignore[import-not-found, unused-ignore]

        found += load_sample_images().images
    except ImportError:
        pass
    return [Image.fromarray(picture) for picture in found]


@torch.inference_mode()
def _both(picture: Image.Image, network: object, scale: int) -> tuple[float, float]:
    width, height = (side // (4 * scale) * 4 * scale for side in picture.size)
    large = picture.convert("RGB").crop((0, 0, width, height))
    small = large.resize((width // scale, height // scale), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.asarray(small).copy()).permute(2, 0, 1)[None].float() / 255
    own = network(pixels)[0].permute(1, 2, 0).float().numpy()  # type: ignore[operator]
    lanczos = np.asarray(small.resize(large.size, Image.Resampling.LANCZOS)) / 255
    target = np.asarray(large) / 255
    return _psnr((own * 255).round() / 255, target), _psnr(lanczos, target)


def _psnr(found: np.ndarray, target: np.ndarray) -> float:
    return float(-10 * np.log10(max(1e-10, ((found - target) ** 2).mean())))
