"""The small world as the recipe knows it: a part of the large one, in its words."""

from PIL import Image

from studio_starter import world
from studio_starter.large.scene import PATTERNS, STYLES, Scene, with_pose
from studio_starter.large.world import FACTS, PLACE_WORDS, SIZE_WORDS, asked, caption, full_caption, tell, vocabulary
from studio_starter.small import lesson, render
from studio_starter.small.scene import OBJECTS, WEARERS, WORN, sample, sample_from

ROWS = ("object", "color", "background", "accessory", "accessory color", "style", "size", "place")
SEEN = {"object": OBJECTS, "worn": (None, *WORN), "pattern": PATTERNS} | {
    name: FACTS[name] for name in ("color", "worn color", "ground", "style", "size", "place")
}


def _render(one: Scene, size: int) -> Image.Image:
    return render.render(one, size, supersample=3 if size <= 128 else 2)


def _asked(one: Scene, said: world.Caption, language: str) -> list[world.Asked]:
    return [row for row in asked(one, said, language) if row.row in ROWS]


SMALL = world.World(
    name="small", length=32, merges=1400, facts=SEEN, judged=tuple(SEEN), rows=ROWS, group=lesson.GROUP,
    sample=sample, sample_from=sample_from, group_at=lesson.group_at, again=with_pose, render=_render, tell=tell,
    caption=caption, full_caption=full_caption, asked=_asked,
    vocabulary=vocabulary(OBJECTS, WORN, WEARERS, PATTERNS, STYLES, bare=(*SIZE_WORDS, *PLACE_WORDS), pairs=False),
)  # fmt: skip
