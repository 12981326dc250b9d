"""How the starter is spoken to, declared beside its weights: the forms of its captions, and synonyms that they lack.

The rules that bring a free prompt to such a form are the studio's; what is said here they read as data.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from studio_starter.world import chinese, english
from studio_starter.world.render import PAINT
from studio_starter.world.scene import Extent
from studio_starter.world.word import (
    COLORS_EN,
    COLORS_ZH,
    GROUNDS_EN,
    GROUNDS_ZH,
    MEASURES,
    NAMES,
    NAMES_ZH,
    STYLES_EN,
    STYLES_ZH,
    WORN_EN,
    WORN_NAMES,
    WORN_ZH,
)

Texts = dict[str, list[str]]
NONE: Texts = {"": [""]}


def phrasing(extent: Extent) -> dict[str, Any]:
    words = {kind: {name: _both(*texts) for name, texts in named.items()} for kind, named in WORDS.items()}
    for kind, known in (("objects", extent.objects), ("accessories", extent.worn)):
        words[kind] = {name: texts for name, texts in words[kind].items() if name in known}
    rgb = {name: list(color) for name, color in PAINT.items()}
    return {"rgb": rgb, "words": words, "forms": {"en": _english(extent), "zh": _chinese(extent)}}


def _both(english: str, chinese: str = "") -> Texts:
    return {"en": [word.strip() for word in english.split(",") if word.strip()], "zh": chinese.split()}


def _english(extent: Extent) -> dict[str, Any]:
    tints = {name: [f"{word} " for word in words] for name, words in COLORS_EN.items()}
    worn = {
        name: _articled(f" {form.format(a=f'a {word}')}" for form in WORN_EN[name] for word in WORN_NAMES[name])
        for name in extent.worn
    }
    if "glasses" in worn:  # a pair of them has no article
        worn["glasses"] = [text.replace(" a ", " ").replace(" an ", " ") for text in worn["glasses"]]
    grounds = {name: [form.replace("{c}", "{k}") for form in forms] for name, forms in GROUNDS_EN.items()}
    return {
        "m": ["a ", "an ", ""], "k": {name: list(words) for name, words in COLORS_EN.items()}, "c": tints | NONE,
        "n": {name: list(NAMES[name]) for name in extent.objects}, "s": _each(english.SIZE, "{} ") | NONE,
        "w": worn | NONE, "p": _each(english.PLACE, " {}") | NONE,
        "b": {name: [*forms, *_an(forms), *_bare(forms)] for name, forms in grounds.items()},
        "t": ["{m}{s}{c}{n}{w}{p}"], "x": ["{t} {b}", "{t}, {b}", "{b}, {t}", "{t}"],
        "prompt": {"": _frames(english.START), **{name: list(forms) for name, forms in STYLES_EN.items()}},
    }  # fmt: skip


def _chinese(extent: Extent) -> dict[str, Any]:
    worn = {name: [form.format(a=color) for color in ("{k}", "") for form in WORN_ZH[name]] for name in extent.worn}
    tints = {
        name: [form.format(word) for word in words for form in ("{}色的", "{}色", "{}")]
        for name, words in COLORS_ZH.items()
    }
    grounds = {name: [form.replace("{c}", "{k}") for form in forms] for name, forms in GROUNDS_ZH.items()}
    return {
        "m": {name: [f"一{MEASURES.get(name, '个')}", "一个", ""] for name in extent.objects},
        "k": _each(COLORS_ZH, "{}色"), "c": tints | NONE, "n": {name: list(NAMES_ZH[name]) for name in extent.objects},
        "s": _each(chinese.SIZE, "{}") | NONE, "w": worn | NONE, "p": _each(chinese.PLACE, "{}") | NONE,
        "b": {name: [*forms, *_bare(forms)] for name, forms in grounds.items()},
        "t": ["{m}{w}{s}{c}{n}{p}", "{m}{s}{w}{c}{n}{p}", "{m}{s}{c}{w}{n}{p}"],
        "x": ["{t}，{b}", "{b}上的{t}", "{b}，{t}", "在{b}前，{t}", "{t}"],
        "prompt": {"": _frames(chinese.START), **{name: list(forms) for name, forms in STYLES_ZH.items()}},
    }  # fmt: skip


def _frames(starts: Iterable[str]) -> list[str]:
    return [f"{start}{{x}}" for start in dict.fromkeys(starts)]


def _each(texts: Mapping[str, Iterable[str]], form: str) -> Texts:
    return {name: [form.format(text) for text in each] for name, each in texts.items()}


def _articled(texts: Iterable[str]) -> list[str]:
    """With a colour behind the article, either article; and without a colour."""
    plain = list(dict.fromkeys(texts))
    colored = [text.replace(" a ", " a {k} ") for text in plain]
    return [*colored, *_an(colored), *plain]


def _an(texts: Iterable[str]) -> list[str]:
    return [text.replace("a {k}", "an {k}") for text in texts if "a {k}" in text]


def _bare(texts: Iterable[str]) -> list[str]:
    """Without a colour."""
    return [text.replace("{k} ", "").replace("{k}", "") for text in texts if "{k}" in text]


WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "objects": {
        "cat": ("feline, pussycat, pussy cat, tabby, tomcat, moggy", "猫儿 猫猫 小猫咪 小猫儿 喵星人 喵咪"),
        "dog": ("hound, doggy, doggie, pup, pooch, canine, mutt", "狗狗 狗子 小狗狗 犬 小犬 汪星人"),
        "rabbit": ("hare, bunny rabbit", "兔兔 小兔 兔宝宝 野兔"), "owl": ("owlet", "夜猫子 小猫头鹰"),
        "penguin": ("", "小企鹅"), "fish": ("goldfish, fishy", "鱼儿 金鱼 小金鱼 大鱼"),
        "bird": ("birdie, sparrow, songbird, robin", "鸟儿 小鸟儿 麻雀 大鸟"), "butterfly": ("", "小蝴蝶 彩蝶 蝶"),
        "whale": ("", "小鲸鱼 大鲸鱼 鲸鱼儿"), "snail": ("", "小蜗牛"), "turtle": ("sea turtle", "小乌龟 龟 小海龟"),
        "tree": ("oak, oak tree, pine tree, fir tree, pine, fir, christmas tree", "小树 树木 松树 圣诞树 树儿"),
        "flower": ("tulip, daisy, bloom, rose, poppy, floret", "小花 花儿 鲜花 小花朵 玫瑰花 玫瑰 郁金香"),
        "cactus": ("cacti, cactuses, succulent", "仙人球 小仙人掌"), "mushroom": ("fungus, shroom", "小蘑菇 香菇 菌子"),
        "house": ("hut, cabin, villa, bungalow, little house, small house, dwelling",
                  "小房子 房屋 屋 房 小木屋 木屋 别墅 住宅"),
        "castle": ("fortress, palace, chateau", "古堡 宫殿 小城堡"), "lighthouse": ("light tower, beacon", "小灯塔"),
        "car": ("auto, motorcar, motor car, sedan, taxi, sports car, vehicle, cab",
                "轿车 小轿车 车子 小车 跑车 出租车 小汽车"),
        "bus": ("coach, omnibus, minibus, autobus, school bus", "公共汽车 公交 大巴 大巴车 小巴士 校车 巴士车"),
        "boat": ("sailing boat, sail boat, sailing ship, vessel, yacht, dinghy", "小帆船 船只 轮船 小舟 船儿 大船"),
        "rocket": ("space rocket, rocket ship, spacecraft, space ship", "小火箭 宇宙飞船 太空船 航天飞船"),
        "airplane": ("aircraft, jet, airliner, jet plane, aeroplane", "客机 小飞机 喷气机 喷气式飞机"),
        "apple": ("", "小苹果 大苹果"), "cake": ("cupcake, gateau, torte, birthday cake", "小蛋糕 奶油蛋糕 纸杯蛋糕"),
        "ice cream": ("icecream, icecream cone, gelato, ice cream cone, ice lolly", "雪糕 甜筒 冰淇淋甜筒 冰糕"),
        "strawberry": ("", "小草莓 大草莓"), "chair": ("seat, stool, armchair", "凳子 座椅 小椅子 靠椅 椅"),
        "lamp": ("desk lamp, lantern, bedside lamp, reading lamp", "小台灯 灯具 桌灯 电灯 小灯"),
        "guitar": ("acoustic guitar, electric guitar, ukulele", "木吉他 电吉他 小吉他"),
        "drum": ("snare drum, bongo", "小鼓 大鼓"), "bell": ("church bell, handbell", "小铃铛 铃 铃儿 钟"),
        "cup": ("coffee cup, teacup, tea cup, coffee mug, beaker", "水杯 咖啡杯 小杯子 杯 小茶杯"),
        "umbrella": ("parasol, brolly", "小雨伞 遮阳伞 小伞 阳伞"), "robot": ("android, bot, droid",
                     "小机器人 机械人 机器人儿"),
        "sun": ("sunshine", "小太阳 日头"), "moon": ("crescent, half moon, new moon",
                "月牙 月 新月 月儿 弯弯的月亮 小月亮"),
        "star": ("", "小星星 五角星 星形 大星星"), "cloud": ("", "小云朵 云彩 云儿 小云"),
        "heart": ("love heart", "心脏 心型 桃心 小心心 红心 小爱心 心形图案"), "crown": ("tiara, diadem",
                  "小皇冠 冠 小王冠"),
        "snowman": ("snow man", "小雪人 雪娃娃"),
        "bear": ("bear cub", "小熊熊"), "pig": ("hog", "猪猪"), "train": ("railway train", "列车"), "sofa": ("settee",
                 "长沙发"),
    },
    "accessories": {
        "hat": ("beanie, top hat, straw hat, bonnet, beret, woolly hat, party hat",
                "帽 小帽子 礼帽 草帽 毛线帽 鸭舌帽 帽儿"),
        "scarf": ("shawl, neckerchief, muffler, scarves", "围脖 丝巾 小围巾 披肩"),
        "balloon": ("toy balloon, party balloon", "小气球"), "glasses": ("spectacles", "墨镜 太阳镜"),
    },
    "styles": {
        "flat": ("flat style, flat design, flat illustration, flat vector, vector art, vector",
                 "扁平风 扁平风格 扁平化 扁平插画 平面风格 矢量 矢量图"),
        "outline": ("outlined, bold outline, thick outline, black outline, thick black outline, bold black outline, "
                    "bold line, thick line, thick black line, bold lines, line art, comic, cartoonish, cartoon "
                    "style, toon",
                    "描边风格 描边插画 粗线描边 粗线条描边 粗描边 卡通描边 粗线条 勾线 黑边 轮廓线 粗轮廓 线稿 漫画 "
                    "动漫 卡通风格 卡通画 卡通风 卡通版"),
        "paper cut": ("papercut, cut paper, paper cutting, papercraft, paper craft, paper art, cut from paper, paper "
        "cutouts, "
                      "cut out of paper, made of paper, made from paper, made of cut paper, paper cut art, papercut "
                      "art",
                      "剪纸风格 剪纸风 剪纸画 剪纸艺术 剪纸作品 纸艺 纸雕"),
        "pixel": ("pixelart, pixelated, 8bit, 16 bit, 16bit, pixel graphics, pixel style, retro game, 8 bit game, "
        "made of pixels",
                  "像素风 像素风格 像素艺术 像素游戏 像素图 像素画风 8位"),
        "watercolor": ("water colour, water color, aquarelle, watercolor painting, watercolour painting",
                       "水彩风 水彩风格 水彩画风 水彩颜料 水彩画风格"),
        "neon": ("neon light, neon tube, neon glow, glowing neon, neon lighting, neon lamp",
                 "霓虹风 霓虹风格 霓虹灯管 霓虹光 霓虹灯牌 霓虹招牌 霓虹灯风格 霓虹灯效果 霓虹效果"),
    },
    "backgrounds": {
        "gradient": ("fading, fade, ombre, color gradient, colour gradient, gradation", "渐变色 渐层 过渡色 渐变的"),
        "stripes": ("stripe, stripy, stripey, striped pattern", "条子 横条 竖条 斜纹 条纹状 条纹图案"),
        "dots": ("dot, spotted, polka, polka dotted, spots, dotty", "波点图案 点点 斑点 小圆点 小点 圆点图案"),
        "landscape": ("hill, nature, outdoors, grassland, grass, field, rural, rural scene, valley, mountain, pasture, "
                      "green landscape, green hill, green meadow, green field, prairie, lawn, green grass",
                      "山 山坡 小山 大山 草地 草原 田间 野外 户外 郊外 大自然 乡村 乡间 山野 原野 田野风景"),
        "night": ("at night, by night, nighttime, night time, at nighttime, starry, starry night, starlit, "
        "starlight, midnight, "
                  "under the stars, beneath the stars, among the stars, in the stars, in the dark, dark sky, dark "
                  "night, "
                  "dark starry night, dark starry sky, dark night sky, night sky full of stars, at midnight",
                  "夜里 晚上 夜间 深夜 黑夜 夜色 星夜 繁星 星光 夜 满天繁星 繁星满天 夜晚的星空 深夜里"),
    },
    "sizes": {
        "small": ("mini, miniature, wee, teeny, petite, teeny tiny, micro, minuscule, smallish",
                  "迷你 迷你的 微小 微小的 小号 袖珍 细小 娇小 小型 小巧 小巧的"),
        "large": ("giant, enormous, massive, gigantic, colossal, oversized, towering, immense",
                  "超大 超大的 大号 庞大 庞大的 巨型 大型 硕大 硕大的 特大"),
    },
    "places": {
        "left": ("leftmost, lefthand", "左 左面 左方 左手边 左半边 左边的 左下 左上"),
        "right": ("rightmost, righthand", "右 右面 右方 右手边 右半边 右边的 右下 右上"),
    },
    "colors": {
        "red": ("scarlet, ruby, cherry, vermilion, crimson, blood red, cherry red, brick red, ruby red",
                "大红 大红色 鲜红 鲜红色 朱红 朱红色 火红 火红色 赤色 赤红色 绯红 绯红色 红彤彤 红通通"),
        "orange": ("tangerine, amber, apricot", "橘黄 橘黄色 橙黄 橙黄色 橘红色 橙红色 桔色 桔黄色"),
        "yellow": ("golden, gold, lemon, lemon yellow, mustard, canary, sunny yellow",
                   "金黄 金黄色 明黄 明黄色 金色 金色的 柠檬黄 柠檬色 土黄色 嫩黄 鹅黄色 黄澄澄"),
        "green": ("emerald, olive, lime, mint, jade, moss, grass green, mint green, olive green",
                  "翠绿 翠绿色 草绿 草绿色 墨绿 墨绿色 嫩绿 嫩绿色 碧绿 碧绿色 橄榄绿 军绿色 绿油油"),
        "turquoise": ("aqua, aquamarine, turquoise blue, teal blue, blue green, bluish green, cyan blue",
                      "青蓝 青蓝色 蓝绿 蓝绿色 湖蓝 湖蓝色 绿松石色 青碧色 青色的"),
        "blue": ("navy, navy blue, azure, cobalt, sapphire, indigo, sky blue, baby blue, denim, ocean blue",
                 "天蓝 天蓝色 海蓝 海蓝色 宝蓝 宝蓝色 湛蓝 湛蓝色 蔚蓝 蔚蓝色 藏青色 藏蓝色 靛蓝色 蓝蓝"),
        "purple": ("lilac, lavender, mauve, plum, amethyst", "紫罗兰色 紫罗兰 淡紫 薰衣草色 紫红色 青莲色"),
        "pink": ("rose, rosy, magenta, fuchsia, blush, salmon pink, rose pink",
                 "桃红 桃红色 玫红 玫红色 玫瑰色 玫瑰红 粉嫩 樱花粉 樱花色 洋红色"),
        "white": ("snowy, snow white, ivory, cream, pearl, milky",
                  "雪白 雪白色 纯白 纯白色 洁白 米白 米白色 乳白 乳白色 奶白色"),
        "gray": ("silver, silvery, ash, charcoal, slate, ash gray", "银色 银灰 银灰色 灰白 铅灰色 烟灰色 银白色"),
        "black": ("ebony, jet, jet black, pitch black, onyx, coal black",
                  "漆黑 漆黑色 乌黑 乌黑色 纯黑 纯黑色 墨黑 墨色 黑漆漆"),
        "brown": ("chocolate, chestnut, tan, hazel, coffee, sepia, bronze, mahogany, auburn, coffee brown, chocolate "
        "brown",
                  "咖啡色 咖啡 巧克力色 棕褐 棕褐色 茶色 驼色 土色 栗色 棕黄色"),
    },
}  # fmt: skip
"""Kind -> name -> what else people say for it, in English and in Chinese."""
