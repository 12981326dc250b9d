"""The picture of a scene: its background, its object, its colours slightly different each time."""

import random
from functools import partial

import numpy as np
from PIL import Image

from studio_starter.large.render import CELLS, PAINT, STEEP, UPRIGHT, backdrop, jitter
from studio_starter.large.scene import Scene
from studio_starter.large.style import STYLES as LARGE_STYLES
from studio_starter.large.style import outline, paper_cut
from studio_starter.small import borrowed
from studio_starter.small.drawing import DRAWINGS
from studio_starter.small.pen import Notes, Pen

SCALES = {"small": (0.36, 0.44), "medium": (0.6, 0.78), "large": (0.92, 1.0)}
"""Half a thing's width, where the picture's half is 1."""
STYLES = LARGE_STYLES | {
    "outline": partial(outline, thick=0.022),
    "paper cut": partial(paper_cut, thick=0.014, dark=150, blur=0.7),
}
"""What is flat has thin outlines here, and so those of ink are thicker; paper is, and its shadow can be seen at 64
pixels."""
SHIFTS = {"left": -0.46, "center": 0.0, "right": 0.46}


def render(scene: Scene, size: int, supersample: int = 2) -> Image.Image:
    """The scene as an RGB picture of `size` pixels a side; equal scenes give equal pictures."""
    rng = random.Random(scene.pose)
    pixel, flat = scene.style == "pixel", scene.style == "flat"
    large, thing = CELLS if pixel else size * supersample, scene.things[0]
    image = Image.fromarray(backdrop(scene, large, rng))
    slant = 0.07 if thing.object in UPRIGHT else 0.5 if thing.object in STEEP else 0.2
    mirror, scale = rng.random() < 0.5, rng.uniform(*SCALES[scene.size])
    if scene.place != "center" and scene.size == "medium":
        scale *= 0.8  # or it would lie in the middle after all
    elif thing.worn:
        scale = rng.uniform(0.7, 0.78)  # what is worn is small as it is
    room = max(0.0, 1 - scale)
    x = min(room, max(-room, SHIFTS[scene.place] + rng.uniform(-0.12, 0.12)))
    y = rng.uniform(-1, 1) * min(0.12, room)
    if thing.worn == "hat":
        y += 0.12
    elif thing.worn == "balloon":  # it floats to the left of its holder
        x += -0.16 if mirror else 0.16
    pen = (Pen if flat else Notes)(image, (x, y), scale, rng.uniform(-slant, slant), mirror)
    _draw(pen, scene, rng)
    if isinstance(pen, Notes):
        image = Image.fromarray(STYLES[scene.style](np.array(image), pen.marks, rng))
    return image.resize((size, size), Image.Resampling.NEAREST if pixel else Image.Resampling.BOX)


def _draw(pen: Pen, scene: Scene, rng: random.Random) -> None:
    thing = scene.things[0]
    color, own = jitter(PAINT[thing.color], rng, 12), DRAWINGS.get(thing.object)
    anchors = own(pen, color, rng) if own else borrowed.draw(thing.object, pen, color, rng)
    if thing.worn and anchors is not None:
        worn = jitter(PAINT[thing.worn_color or "red"], rng, 12)
        borrowed.wear(thing.worn, pen, anchors, worn, rng, 1.0 if own else borrowed.SIZE)
