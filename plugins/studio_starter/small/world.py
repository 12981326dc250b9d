"""The small world as the recipe knows it."""

import random
from typing import Any

from PIL import Image

from studio_starter import world
from studio_starter.small import caption, lesson, render, scene
from studio_starter.small.scene import COLORS, OBJECTS, Scene


def _render(one: Scene, size: int) -> Image.Image:
    return render.render(one, size, supersample=3 if size <= 128 else 2)


def _tell(one: Scene) -> dict[str, str | None]:
    wears = "yes" if one.hat else "no"
    return {"object": one.object, "color": one.color, "background": one.background, "hat": one.hat, "wears": wears}


def _caption(one: Scene, rng: random.Random, language: str) -> world.Caption:
    made = caption.caption(one, rng, language)
    # What says nothing of a hat speaks of none.
    said = {"object": True, "wears": True, "color": made.with_color, "background": made.with_background,
            "hat": made.with_hat_color}  # fmt: skip
    return world.Caption(made.text, frozenset(name for name, named in said.items() if named))


def _full(one: Scene, rng: random.Random, language: str) -> world.Caption:
    text = caption.full_caption(one, rng, language)
    hat = {"hat"} if caption.names_hat(text, one, language) else set()
    return world.Caption(text, frozenset({"object", "wears", "color", "background"} | hat))


def _asked(one: Scene, said: world.Caption, _language: str) -> list[world.Asked]:
    rows = [world.Asked(name, ({name: getattr(one, name)},)) for name in ("object", "color", "background")]
    if one.object in scene.WEARERS:
        hats = tuple({"hat": color} for color in COLORS) if one.hat else ({"hat": None},)
        rows.append(world.Asked("hat", hats))
    if "hat" in said.says:
        rows.append(world.Asked("hat color", ({"hat": one.hat},)))
    return rows


def _each(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(names))


def _vocabulary() -> dict[str, Any]:
    return {
        "objects": {name: {"en": _each(caption.NAMES[name]), "zh": _each(caption.NAMES_ZH[name])} for name in OBJECTS},
        "colors": {
            name: {"en": [name], "zh": [f"{caption.COLORS_ZH[name]}色", caption.COLORS_ZH[name]]} for name in COLORS
        },
        "accessories": {"hat": {"en": ["hat"], "zh": ["帽子"], "on": list(scene.WEARERS)}},
    }


SMALL = world.World(
    name="small",
    length=32,
    merges=900,
    facts={
        "object": OBJECTS, "color": COLORS, "background": COLORS, "hat": (None, *COLORS), "wears": ("yes", "no")
    },
    judged=("object", "color", "background", "hat"),
    rows=("object", "color", "background", "hat", "hat color"),
    group=lesson.GROUP,
    sample=scene.sample,
    sample_from=lambda rng, unseen: scene.sample_from(rng, unseen=unseen),
    group_at=lesson.group_at,
    again=scene.with_pose,
    render=_render,
    tell=_tell,
    caption=_caption,
    full_caption=_full,
    asked=_asked,
    vocabulary=_vocabulary(),
)  # fmt: skip
