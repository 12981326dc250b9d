"""Prompts as people write them, for the evaluation: phrasings that the training's captions do not have.

Written before the rules that read prompts (`studio.diffusion`), and not looked at when those were: what stands here
says how people speak, not what can be understood. Each slot of a sentence is drawn by itself, so that a language has
thousands of forms.
"""

import random

from studio_starter.world import SMALL, Caption
from studio_starter.world.scene import Scene, Thing
from studio_starter.world.word import COLORS_EN, COLORS_ZH, MEASURES, NAMES, NAMES_ZH, WORN_NAMES

THINGS_EN = {"cat": ("pussycat",), "dog": ("doggy",), "car": ("auto",), "airplane": ("aircraft",),
             "boat": ("sailing boat",),
             "house": ("little house",), "cup": ("coffee cup", "teacup"), "bus": ("coach",), "ice cream": ("icecream",),
             "guitar": ("acoustic guitar",), "lamp": ("desk lamp",), "bird": ("birdie",)}  # fmt: skip
SHADES_EN = {
    "red": ("scarlet", "bright red", "crimson", "#e02a2a"), "orange": ("tangerine", "#ff8c1a", "bright orange"),
    "yellow": ("golden", "lemon yellow", "#ffd92e"), "green": ("dark green", "emerald", "forest green", "#2f9e44"),
    "turquoise": ("aquamarine", "teal blue", "#2ab7b7"), "blue": ("navy", "deep blue", "royal blue", "#2b62d9"),
    "purple": ("lilac", "dark violet", "#8a44bd"), "pink": ("rose", "hot pink", "light pink"),
    "white": ("snow white", "#ffffff", "pure white"), "gray": ("silver", "light grey", "#909090"),
    "black": ("pitch black", "#000000", "jet black"), "brown": ("chocolate", "chestnut", "saddle brown"),
}  # fmt: skip
NOUNS_EN = (
    "{a} {s} {c} {n}", "{a} {s} {c} {n}", "{a} {s} {c} {n}", "{s} {c} {n}", "one {s} {c} {n}", "this {s} {c} {n}",
    "my {s} {c} {n}", "{a} {s} {n} that is {c}", "{a} {s} {n} which is {c}", "{a} {s} {n} coloured {c}",
    "{a} {s} {n} colored {c}", "{a} {s} {n} in {c}", "{a} {s} {n} painted {c}", "{a} {s} {c}-coloured {n}",
    "{a} {s} {c} colored {n}", "{a} {s} {n}, {c},", "{s} {n} ({c})", "the {s} {n}, which has the colour {c},",
    "{a} {s}, {c} {n}", "{a} cute {s} {c} {n}", "{a} lovely {s} {c} {n}", "{a} single {s} {c} {n}",
    "{a} {s} {n} of {c} color", "{a} {s} {n} with a {c} colour",
)  # fmt: skip
SIZES_EN = {
    "small": ("tiny", "small", "little", "mini", "miniature", "very small", "teeny", "wee"),
    "large": ("huge", "big", "large", "giant", "enormous", "very big", "massive", "gigantic"),
}
PLACES_EN = {
    side: (f"on the {side} hand side", f"to the {side}", f"at the {side} edge", f"placed on the {side}",
           f"in the {side} half", f"standing on the {side}", f"{side} of the middle", f"over on the {side}",
           f"positioned {side}", f"near the {side} border")
    for side in ("left", "right")
}  # fmt: skip
DRESSED_EN = {
    "hat": ("with {a} on", "with {a} on its head", "that wears {a}", "which is wearing {a}", "who has {a} on its head",
            "sporting {a}", "dressed in {a}", "that has {a}", "and {a}", "having {a}"),
    "scarf": ("with {a} on", "with {a} around its neck", "that wears {a}", "which is wearing {a}", "sporting {a}",
              "wrapped in {a}", "that has {a}", "and {a}", "dressed in {a}"),
    "balloon": ("with {a} in its hand", "that holds {a}", "which is holding {a}", "who carries {a}", "that has {a}",
                "and {a}", "having {a}", "gripping {a}"),
}  # fmt: skip
BEHIND_EN = {
    "plain": ("with a {c} backdrop", "{c} backdrop", "in front of {c}", "in front of a {c} wall", "before a {c} wall",
              "the background is {c}", "background: {c}", "the background should be {c}", "{c} behind it",
              "before a {c} background", "over a {c} background", "set against {c}", "against a plain {c} backdrop",
              "and a {c} background", "with {c} in the background", "with {c} as background", "background colour {c}",
              "on a {c} surface", "on {c} ground", "on {c} paper", "everything behind it is {c}",
              "where the background is {c}", "with the background in {c}", "having a {c} background"),
    "gradient": ("with a background fading in {c}", "in front of a {c} gradient", "{c} gradient behind it",
                 "the background is a {c} gradient", "against a soft {c} gradient", "with a gradient backdrop in {c}",
                 "on a backdrop with {c} gradient"),
    "stripes": ("in front of {c} stripes", "with {c} stripes in the background", "the background has {c} stripes",
                "{c}-striped backdrop", "on a backdrop with {c} stripes", "before a {c} striped wall",
                "against {c} stripes"),
    "dots": ("in front of {c} dots", "with {c} polka dots in the background", "the background has {c} dots",
             "on a backdrop with {c} dots", "before a {c} dotted wall", "against {c} polka dots",
             "{c} spotted backdrop"),
    "landscape": ("with hills in the background", "outdoors in the countryside", "in a green landscape",
                  "with a landscape behind it", "out in nature", "standing in a meadow",
                  "the background is a landscape",
                  "in the fields"),
    "night": ("with a night sky behind it", "at nighttime", "under the stars", "in front of a starry night",
              "the background is a night sky", "in a dark starry night", "by night"),
}  # fmt: skip
LOOKS_EN = {
    "flat": ("{x}", "{x}, as a flat illustration", "{x} in a flat style", "flat: {x}"),
    "outline": ("{x} with thick outlines", "{x} drawn with bold outlines", "{x} as a cartoon", "cartoon style: {x}",
                "{x}, with a thick black outline", "{x}, comic style", "outlined {x}"),
    "paper cut": ("{x} as a paper cut", "{x} made of cut paper", "papercut: {x}", "{x}, paper cutout style",
                  "{x} as paper-cut art", "{x} in the style of a paper cutout"),
    "pixel": ("{x} as pixel art", "{x}, pixelated", "pixel graphics: {x}", "{x} like in an 8-bit game",
              "{x} in the style of pixel art", "{x} made of pixels"),
    "watercolor": ("{x} painted in watercolors", "{x} as a watercolour", "watercolor painting: {x}",
                   "{x} in the style of a watercolour", "{x}, painted with watercolors", "aquarelle of {x}"),
    "neon": ("{x} as a neon sign", "{x} as a neon light", "{x} made of neon tubes", "{x}, neon style",
             "neon light: {x}", "{x} glowing in neon"),
}  # fmt: skip
FRAMES_EN = (
    "{x}", "{x}", "{x}", "{x}.", "{x}!", "{x}, please", "please draw me {x}", "could you paint {x}?", "show me {x}",
    "make {x}", "I want to see {x}", "i would like {x}", "generate {x}", "create a picture of {x} for me",
    "a nice picture of {x}", "a photo of {x}", "Picture: {x}", "there is {x}", "here we see {x}", "a sketch of {x}",
    "{x}, high quality", "{x}, detailed, 4k", "draw me a beautiful image of {x}", "an artwork with {x}", "just {x}",
)  # fmt: skip
ORDERS_EN = (
    "{t} {b}", "{t}, {b}", "{t} {b}", "{t}, {b}", "{b}: {t}", "{b}, {t}", "{t}; {b}", "{t} - {b}",
)  # fmt: skip

THINGS_ZH = {"cat": ("猫儿", "小猫咪"), "dog": ("狗狗",), "rabbit": ("兔兔",), "car": ("轿车",), "airplane": ("客机",),
             "boat": ("小帆船",), "house": ("小房子",), "bus": ("公共汽车",), "flower": ("小花",), "tree": ("小树",),
             "cup": ("水杯",), "star": ("小星星",), "bird": ("鸟儿",), "heart": ("红心",)}  # fmt: skip
SHADES_ZH = {
    "red": ("大红色", "鲜红色", "赤色"), "orange": ("橘黄色", "橙黄色"), "yellow": ("金黄色", "明黄色", "金色"),
    "green": ("深绿色", "草绿色", "翠绿色"), "turquoise": ("青蓝色", "蓝绿色"), "blue": ("深蓝色", "天蓝色", "海蓝色"),
    "purple": ("深紫色", "紫罗兰色"), "pink": ("浅粉色", "桃红色", "玫瑰色"), "white": ("雪白色", "纯白色", "雪白"),
    "gray": ("深灰色", "银色", "浅灰色"), "black": ("漆黑色", "纯黑色", "乌黑"), "brown": ("咖啡色", "巧克力色",
             "棕褐色"),
}  # fmt: skip
NOUNS_ZH = (
    "{m}{s}{c}的{n}", "{m}{s}{c}的{n}", "{m}{s}{c}{n}", "{s}{c}的{n}", "{m}可爱的{s}{c}{n}", "{m}漂亮的{s}{c}的{n}",
    "{m}颜色是{c}的{s}{n}", "{m}{c}{s}{n}", "那个{s}{c}的{n}", "{m}{s}的、{c}的{n}", "{m}涂成{c}的{s}{n}",
    "{s}{n}（{c}）", "{m}{c}颜色的{s}{n}", "{m}{s}呈{c}的{n}",
)  # fmt: skip
AFTER_ZH = (
    "{m}{s}{n}，{n}的颜色是{c}",
    "{m}{s}{n}，{n}是{c}的",
    "{m}{s}{n}，颜色为{c}",
    "{m}{s}{n}，{c}的",
    "{s}{n}，{c}",
)
SIZES_ZH = {
    "small": ("小小的", "很小的", "小", "迷你的", "特别小的", "微小的", "非常小的"),
    "large": ("大大的", "很大的", "大", "巨大的", "特别大的", "超大的", "非常大的"),
}
PLACES_ZH = {
    side: (f"在{one}边", f"位于{one}侧", f"在画面的{one}边", f"靠{one}", f"放在{one}边", f"在图片{one}侧",
    f"站在{one}边")
    for side, one in (("left", "左"), ("right", "右"))
}  # fmt: skip
DRESSED_ZH = {
    "hat": ("头戴{a}帽子的", "戴了{a}帽子的", "头上有{a}帽子的", "头上戴着{a}帽子的", "戴上{a}帽子的"),
    "scarf": ("系着{a}围巾的", "脖子上围着{a}围巾的", "围了{a}围巾的", "戴了{a}围巾的", "裹着{a}围巾的"),
    "balloon": ("手里拿着{a}气球的", "抓着{a}气球的", "举着{a}气球的", "手拿{a}气球的", "握着{a}气球的"),
}
WITH_ZH = {
    "hat": ("，戴着{a}帽子", "，头上戴{a}帽子", "，它戴着一顶{a}帽子"),
    "scarf": ("，围着{a}围巾", "，脖子上有{a}围巾", "，它围着一条{a}围巾"),
    "balloon": ("，拿着{a}气球", "，手里有{a}气球", "，它拿着一个{a}气球"),
}
BEHIND_ZH = {
    "plain": ("背景是{c}的", "背景为{c}", "背景颜色是{c}", "后面是{c}的", "背后是{c}", "放在{c}背景前",
              "在{c}的背景前面",
              "在{c}的墙前面", "{c}底", "{c}的底色", "配{c}背景", "以{c}为背景", "用{c}做背景", "衬着{c}的背景",
              "在{c}的背景里",
              "背景用{c}"),
    "gradient": ("背景是{c}渐变", "{c}渐变的底", "在{c}渐变背景前", "后面是{c}的渐变色", "背景为{c}渐变色"),
    "stripes": ("背景是{c}条纹", "背景有{c}的条纹", "在{c}条纹前面", "后面是{c}条纹", "{c}条纹的底", "在{c}条纹墙前"),
    "dots": ("背景是{c}圆点", "背景有{c}的圆点", "在{c}波点前面", "后面是{c}圆点", "{c}波点的底", "背景布满{c}圆点"),
    "landscape": ("背景是山丘", "在田野里", "后面是风景", "在山丘前面", "背景是田野风景", "在野外的田野上"),
    "night": ("背景是夜空", "在夜空下", "在星空下面", "后面是星空", "夜里", "在夜晚的星空下", "晚上"),
}  # fmt: skip
LOOKS_ZH = {
    "flat": ("{x}", "{x}，扁平风", "用扁平风格画{x}"),
    "outline": ("{x}，粗线条描边", "用描边风格画{x}", "卡通风格：{x}", "{x}，卡通画风", "卡通版的{x}"),
    "paper cut": ("用剪纸做的{x}", "剪纸艺术：{x}", "{x}，剪纸画", "用剪纸风格画{x}"),
    "pixel": ("像素风：{x}", "{x}，像素风", "用像素风格画{x}", "像素游戏里的{x}"),
    "watercolor": ("水彩风：{x}", "用水彩画{x}", "{x}，水彩画风", "用水彩风格画{x}"),
    "neon": ("霓虹灯做的{x}", "{x}，霓虹风", "用霓虹风格画{x}", "{x}，霓虹灯效果"),
}
FRAMES_ZH = (
    "{x}", "{x}", "{x}", "{x}。", "请帮我画{x}", "给我画{x}", "我想要{x}", "画一张{x}", "生成{x}的图片", "来{x}",
    "一张{x}的图",
    "帮我生成{x}", "我想看{x}", "可以画{x}吗？", "画面里有{x}", "图中是{x}", "{x}，谢谢", "{x}，高清", "要{x}",
)  # fmt: skip
ORDERS_ZH = ("{t}，{b}", "{t}，{b}", "{b}，{t}", "{t}{b}", "{b}有{t}", "{t}；{b}")


def prompt(scene: Scene, rng: random.Random, language: str) -> Caption:
    """A prompt for one thing that names all that the evaluation asks for."""
    text = _english(scene, rng) if language == "en" else _chinese(scene, rng)
    style = {"style"} if scene.style == "flat" else set()  # flat goes mostly unsaid
    return Caption(text, frozenset(SMALL.facts) - style)


def _english(scene: Scene, rng: random.Random) -> str:
    [thing] = scene.things
    size = rng.choice(SIZES_EN[scene.size]) if scene.size in SIZES_EN else ""
    noun = _one_of(rng, NAMES[thing.object], THINGS_EN.get(thing.object, ()))
    words = rng.choice(NOUNS_EN).format(a="a", s=size, c=_shade(rng, thing.color, "en"), n=noun)
    if thing.worn and thing.worn_color:
        worn = f"a {_shade(rng, thing.worn_color, 'en')} {rng.choice(WORN_NAMES[thing.worn])}"
        words = f"{words} {rng.choice(DRESSED_EN[thing.worn]).format(a=worn)}"
    if scene.place in PLACES_EN:
        words = f"{words} {rng.choice(PLACES_EN[scene.place])}"
    ground = _shade(rng, scene.ground, "en") if scene.ground else ""
    behind = rng.choice(BEHIND_EN[scene.pattern]).format(c=ground)
    words = rng.choice(ORDERS_EN).format(t=words, b=behind)
    words = rng.choice(FRAMES_EN).format(x=rng.choice(LOOKS_EN[scene.style]).format(x=words))
    words = " ".join(words.split())
    for wrong, right in ((" ,", ","), ("a, ", "a "), (",,", ","), (",.", "."), (" a a ", " a ")):
        words = words.replace(wrong, right)
    for vowel in "aeiou":
        words = words.replace(f" a {vowel}", f" an {vowel}")
    return words.capitalize() if rng.random() < 0.25 else words


def _chinese(scene: Scene, rng: random.Random) -> str:
    [thing] = scene.things
    size = rng.choice(SIZES_ZH[scene.size]) if scene.size in SIZES_ZH else ""
    noun = _one_of(rng, NAMES_ZH[thing.object], THINGS_ZH.get(thing.object, ()))
    measure = rng.choice(("一个", f"一{MEASURES.get(thing.object, '个')}", ""))
    form = rng.choice(NOUNS_ZH) if rng.random() < 0.75 else rng.choice(AFTER_ZH)
    fronted = form in NOUNS_ZH
    worn = _worn_zh(thing, rng, fronted)
    words = form.format(m=measure, s=size, c=_shade(rng, thing.color, "zh"), n=noun)
    words = f"{measure}{worn}{words.removeprefix(measure)}" if fronted and rng.random() < 0.5 else words + _after(worn)
    if scene.place in PLACES_ZH:
        words += rng.choice(PLACES_ZH[scene.place])
    ground = _shade(rng, scene.ground, "zh") if scene.ground else ""
    words = rng.choice(ORDERS_ZH).format(t=words, b=rng.choice(BEHIND_ZH[scene.pattern]).format(c=ground))
    return _framed_zh(words, scene.style, rng).replace("的的", "的")


def _worn_zh(thing: Thing, rng: random.Random, fronted: bool) -> str:
    if not thing.worn or not thing.worn_color:
        return ""
    table = DRESSED_ZH if fronted else WITH_ZH
    return rng.choice(table[thing.worn]).format(a=_shade(rng, thing.worn_color, "zh"))


def _after(worn: str) -> str:
    """What is worn, behind its wearer."""
    return worn if not worn or worn.startswith("，") else f"，{worn.removesuffix('的')}"


def _framed_zh(words: str, style: str, rng: random.Random) -> str:
    return rng.choice(FRAMES_ZH).format(x=rng.choice(LOOKS_ZH[style]).format(x=words))


def _shade(rng: random.Random, color: str, language: str) -> str:
    """A colour's own word three times of four, else another word for it."""
    if language == "en":
        return rng.choice(COLORS_EN[color]) if rng.random() < 0.75 else rng.choice(SHADES_EN[color])
    own = f"{rng.choice(COLORS_ZH[color])}色"
    return own if rng.random() < 0.75 else rng.choice(SHADES_ZH[color])


def _one_of(rng: random.Random, usual: tuple[str, ...], others: tuple[str, ...]) -> str:
    return rng.choice(others) if others and rng.random() < 0.3 else rng.choice(usual)
