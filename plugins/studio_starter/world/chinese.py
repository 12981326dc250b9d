"""Captions of the large world in Chinese."""

import random

from studio_starter.world.scene import Scene, Thing
from studio_starter.world.word import COLORS_ZH, GROUNDS_ZH, MEASURES, NAMES_ZH, STYLES_ZH, WORN_ZH

SIZE = {"small": ("小小的", "很小的", "小的"), "large": ("大大的", "很大的", "大的", "巨大的")}
PLACE = {"left": ("在左边", "在左侧", "在画面左边"), "right": ("在右边", "在右侧", "在画面右边")}
PAIRS = ("{a}和{b}", "{a}和{b}", "{a}与{b}", "{a}，旁边是{b}", "{a}跟{b}")
ORDERED = ("左边是{a}，右边是{b}", "{a}在{b}的左边", "{b}在{a}的右边", "左边{a}，右边{b}")
START = ("", "", "", "", "画", "一幅画：", "图片：", "请画", "画一下")


def thing(one: Thing, rng: random.Random, says: frozenset[str], prefix: str, size: str) -> str:
    measure = MEASURES.get(one.object, "个")
    count = rng.choice((f"一{measure}", f"一{measure}", "一个", ""))
    names = NAMES_ZH[one.object]
    name = names[0] if rng.random() < 0.55 else rng.choice(names)
    parts = [rng.choice(SIZE[size])] if size in SIZE else []
    if f"{prefix}color" in says:
        parts.append(tint(one.color, rng))
    if one.worn:
        color = f"{rng.choice(COLORS_ZH[one.worn_color])}色" if "worn color" in says and one.worn_color else ""
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(WORN_ZH[one.worn]).format(a=color))
    return f"{count}{''.join(parts)}{name}"


def tint(color: str, rng: random.Random) -> str:
    word = rng.choice(COLORS_ZH[color])
    return rng.choice((f"{word}色的", f"{word}色的", f"{word}色", word))


def caption(scene: Scene, rng: random.Random, says: frozenset[str], order: bool, style: bool) -> str:
    first = thing(scene.things[0], rng, says, "", scene.size)
    if len(scene.things) == 2:
        subject = rng.choice(ORDERED if order else PAIRS).format(
            a=first, b=thing(scene.things[1], rng, says, "other ", "medium")
        )
    else:
        subject = first + (rng.choice(PLACE[scene.place]) if scene.place in PLACE else "")
    if "pattern" in says:
        color = f"{rng.choice(COLORS_ZH[scene.ground])}色" if scene.ground else ""
        ground = rng.choice(GROUNDS_ZH[scene.pattern]).format(c=color)
        subject = rng.choice(("{g}上的{x}", "{x}，{g}", "{x}，{g}", "{g}，{x}", "在{g}前，{x}")).format(
            g=ground, x=subject
        )
    if style:
        return rng.choice(STYLES_ZH[scene.style]).format(x=subject)
    return f"{rng.choice(START)}{subject}"
