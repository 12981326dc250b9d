"""What a world knows, for people and for the rules that read prompts: kind -> name -> language -> words."""

from typing import Any

from studio_starter.world import english
from studio_starter.world.scene import COLORS, Extent
from studio_starter.world.word import COLORS_EN, COLORS_ZH, NAMES, NAMES_ZH, WORN_NAMES, WORN_NAMES_ZH

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


def vocabulary(extent: Extent) -> dict[str, Any]:
    colors = {
        name: {
            "en": list(COLORS_EN[name]),
            "zh": [f"{one}色" for one in COLORS_ZH[name]] + list(COLORS_ZH[name]),
        }
        for name in COLORS
    }
    dressed = {part for spot in extent.dressed for part in spot}
    accessories = {
        name: {
            "en": list(dict.fromkeys(WORN_NAMES[name])), "zh": list(WORN_NAMES_ZH[name]), "on": list(extent.wearers),
            "without": [part for part in (*SIZE_WORDS, *PLACE_WORDS) if part not in dressed],
        }
        for name in extent.worn
    }  # fmt: skip
    return {
        "objects": {name: {"en": list(NAMES[name]), "zh": list(NAMES_ZH[name])} for name in extent.objects},
        "colors": colors, "accessories": accessories, "styles": STYLE_WORDS, "backgrounds": PATTERN_WORDS,
        "pairs": bool(extent.pairs), "sizes": SIZE_WORDS, "places": PLACE_WORDS,
    }  # fmt: skip
