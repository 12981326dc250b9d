"""The large world as the recipe knows it."""

import random
from collections.abc import Sequence
from typing import Any

from studio_starter import world
from studio_starter.large import chinese, english, lesson, word
from studio_starter.large.render import render
from studio_starter.large.scene import (
    COLORS,
    OBJECTS,
    PATTERNS,
    PLACES,
    SIZES,
    STYLES,
    WEARERS,
    WORN,
    Scene,
    sample,
    sample_from,
    with_pose,
)

ALWAYS = frozenset({"style", "size", "place", "object", "worn", "other"})
"""What every caption tells, be it by saying nothing of it: one thing, flat, of middling size, in the middle, bare."""
FACTS: dict[str, tuple[str | None, ...]] = {
    "object": OBJECTS, "color": COLORS, "worn": (None, *WORN), "worn color": (None, *COLORS), "pattern": PATTERNS,
    "ground": (None, *COLORS), "style": STYLES, "size": SIZES, "place": PLACES, "other": (None, *OBJECTS),
    "other color": (None, *COLORS),
}  # fmt: skip


def tell(scene: Scene) -> dict[str, str | None]:
    one, other = scene.things[0], scene.things[1] if len(scene.things) == 2 else None
    return {
        "object": one.object, "color": one.color, "worn": one.worn, "worn color": one.worn_color,
        "pattern": scene.pattern, "ground": scene.ground, "style": scene.style, "size": scene.size,
        "place": scene.place, "other": other.object if other else None, "other color": other.color if other else None,
    }  # fmt: skip


def caption(scene: Scene, rng: random.Random, language: str) -> world.Caption:
    """A caption that is true of the scene; colours and the background may go unsaid."""
    says = set(ALWAYS)
    says |= {"color"} if rng.random() < 0.78 else set()
    says |= {"other color"} if rng.random() < 0.78 else set()
    says |= {"worn color"} if rng.random() < 0.7 else set()
    says |= {"pattern", "ground"} if rng.random() < 0.66 else set()
    return _worded(scene, rng, language, frozenset(says))


def full_caption(scene: Scene, rng: random.Random, language: str) -> world.Caption:
    return _worded(scene, rng, language, frozenset(FACTS))


def _worded(scene: Scene, rng: random.Random, language: str, says: frozenset[str]) -> world.Caption:
    order, style = rng.random() < 0.5, scene.style != "flat" or rng.random() < 0.12
    text = (english if language == "en" else chinese).caption(scene, rng, says, order, style)
    return world.Caption(text, says | ({"order"} if order else set()))


def asked(scene: Scene, said: world.Caption, _language: str) -> list[world.Asked]:
    told = tell(scene)
    ground = {"pattern": told["pattern"]} | ({"ground": told["ground"]} if told["ground"] else {})
    rows = [world.Asked("background", (ground,)), world.Asked("style", ({"style": told["style"]},))]
    if len(scene.things) == 2:
        names = {name: told[name] for name in ("object", "other")}
        turned = {"object": told["other"], "other": told["object"]}
        rows.append(world.Asked("both objects", (names,) if "order" in said.says else (names, turned)))
        whole = names | {name: told[name] for name in ("color", "other color")}
        back = turned | {"color": told["other color"], "other color": told["color"]}
        return [*rows, world.Asked("both with colors", (whole,) if "order" in said.says else (whole, back))]
    rows += [world.Asked(name, ({name: told[name]},)) for name in ("object", "color", "size", "place")]
    if scene.things[0].object in WEARERS:
        rows.append(world.Asked("accessory", ({"worn": told["worn"]},)))
    if scene.things[0].worn:
        rows.append(world.Asked("accessory color", ({"worn color": told["worn color"]},)))
    return rows


STYLE_WORDS = {
    "flat": {"en": ["flat"], "zh": ["扁平"]}, "outline": {"en": ["outline", "cartoon"], "zh": ["描边", "卡通"]},
    "paper cut": {"en": ["paper cut", "paper cutout"], "zh": ["剪纸"]},
    "pixel": {"en": ["pixel art", "pixel", "8-bit"], "zh": ["像素画", "像素"]},
    "watercolor": {"en": ["watercolor", "watercolour"], "zh": ["水彩画", "水彩"]},
    "neon": {"en": ["neon", "neon sign"], "zh": ["霓虹灯", "霓虹"]},
}  # fmt: skip
PATTERN_WORDS = {
    "plain": {"en": ["plain background"], "zh": ["纯色背景", "纯色", "背景"]},
    "gradient": {"en": ["gradient"], "zh": ["渐变"]},
    "stripes": {"en": ["stripes", "striped"], "zh": ["条纹"]},
    "dots": {"en": ["dots", "dotted", "polka dot"], "zh": ["圆点", "波点"]},
    "landscape": {"en": ["landscape", "countryside", "hills", "meadow"], "zh": ["风景", "山丘", "田野"]},
    "night": {"en": ["night", "starry sky", "night sky"], "zh": ["夜晚", "夜空", "星空"]},
}  # fmt: skip
SIZE_WORDS = {
    "small": {"en": list(english.SIZE["small"]), "zh": ["小的", "小小的", "很小的", "小小", "很小", "小"]},
    "large": {
        "en": list(english.SIZE["large"]),
        "zh": ["大的", "大大的", "很大的", "巨大的", "大大", "很大", "巨大", "大"],
    },
}  # fmt: skip
PLACE_WORDS = {
    "left": {"en": ["left"], "zh": ["左边", "左侧"]}, "right": {"en": ["right"], "zh": ["右边", "右侧"]},
}  # fmt: skip


def vocabulary(
    objects: Sequence[str],
    worn: Sequence[str],
    wearers: Sequence[str],
    patterns: Sequence[str],
    styles: Sequence[str],
    *,
    bare: Sequence[str],
    pairs: bool,
) -> dict[str, Any]:
    """What a world of these things knows, for people; `bare`: sizes and places where nothing is worn; `pairs` if it
    knows two things side by side."""
    colors = {
        name: {
            "en": list(word.COLORS_EN[name]),
            "zh": [f"{one}色" for one in word.COLORS_ZH[name]] + list(word.COLORS_ZH[name]),
        }
        for name in COLORS
    }
    accessories = {
        name: {
            "en": list(dict.fromkeys(word.WORN_NAMES[name])), "zh": list(word.WORN_NAMES_ZH[name]),
            "on": list(wearers), "without": list(bare),
        }
        for name in worn
    }  # fmt: skip
    return {
        "objects": {name: {"en": list(word.NAMES[name]), "zh": list(word.NAMES_ZH[name])} for name in objects},
        "colors": colors,
        "accessories": accessories,
        "styles": {name: STYLE_WORDS[name] for name in styles},
        "backgrounds": {name: PATTERN_WORDS[name] for name in patterns},
        "pairs": pairs,
        "sizes": SIZE_WORDS,
        "places": PLACE_WORDS,
    }


LARGE = world.World(
    name="large", length=40, merges=1500, facts=FACTS, judged=tuple(FACTS),
    rows=(
        "object", "color", "background", "accessory", "accessory color", "style", "size", "place", "both objects",
        "both with colors",
    ),
    group=lesson.GROUP, sample=sample, sample_from=sample_from, group_at=lesson.group_at, again=with_pose,
    render=render, tell=tell, caption=caption, full_caption=full_caption, asked=asked,
    vocabulary=vocabulary(OBJECTS, WORN, WEARERS, PATTERNS, STYLES, bare=("small",), pairs=True),
)  # fmt: skip
