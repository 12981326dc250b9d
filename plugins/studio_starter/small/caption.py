"""Captions of a scene in English and Chinese: several phrasings and word orders, what is not said being free."""

import random
from dataclasses import dataclass

from studio_starter.small.scene import Scene

LANGUAGES = ("en", "zh")

NAMES = {
    "cat": ("cat", "cat", "cat", "kitten"),
    "house": ("house", "house", "home", "cottage"),
    "tree": ("tree",),
    "star": ("star",),
    "heart": ("heart",),
    "mushroom": ("mushroom", "mushroom", "toadstool"),
    "fish": ("fish",),
    "cup": ("cup", "cup", "mug"),
    "rocket": ("rocket", "rocket", "spaceship"),
    "flower": ("flower", "flower", "blossom"),
    "car": ("car", "car", "automobile"),
    "boat": ("boat", "boat", "sailboat", "ship"),
    "dog": ("dog", "dog", "puppy"),
    "rabbit": ("rabbit", "rabbit", "bunny"),
    "owl": ("owl",),
    "butterfly": ("butterfly",),
    "whale": ("whale",),
    "castle": ("castle",),
    "airplane": ("airplane", "airplane", "plane", "aeroplane"),
    "apple": ("apple",),
    "umbrella": ("umbrella",),
    "guitar": ("guitar",),
    "robot": ("robot",),
    "moon": ("moon", "moon", "crescent moon"),
}
NAMES_ZH = {
    "cat": ("猫", "猫", "小猫"),
    "house": ("房子", "房子", "小屋", "屋子"),
    "tree": ("树", "树", "大树"),
    "star": ("星星", "星"),
    "heart": ("爱心", "心", "心形"),
    "mushroom": ("蘑菇",),
    "fish": ("鱼", "鱼", "小鱼"),
    "cup": ("杯子", "杯子", "茶杯", "马克杯"),
    "rocket": ("火箭", "火箭", "飞船"),
    "flower": ("花", "花", "花朵"),
    "car": ("汽车", "车", "小汽车"),
    "boat": ("船", "船", "帆船", "小船"),
    "dog": ("狗", "狗", "小狗"),
    "rabbit": ("兔子", "兔子", "小兔子", "兔"),
    "owl": ("猫头鹰",),
    "butterfly": ("蝴蝶",),
    "whale": ("鲸鱼", "鲸"),
    "castle": ("城堡",),
    "airplane": ("飞机",),
    "apple": ("苹果",),
    "umbrella": ("雨伞", "雨伞", "伞"),
    "guitar": ("吉他",),
    "robot": ("机器人",),
    "moon": ("月亮", "月亮", "弯月"),
}
MEASURES = {
    "cat": "只", "house": "座", "tree": "棵", "star": "颗", "heart": "颗", "mushroom": "朵", "fish": "条",
    "cup": "个", "rocket": "枚", "flower": "朵", "car": "辆", "boat": "艘", "dog": "只", "rabbit": "只", "owl": "只",
    "butterfly": "只", "whale": "头", "castle": "座", "airplane": "架", "apple": "个", "umbrella": "把", "guitar": "把",
    "robot": "个", "moon": "轮",
}  # fmt: skip
COLORS_ZH = {
    "red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫", "pink": "粉",
    "white": "白", "black": "黑", "brown": "棕",
}  # fmt: skip


@dataclass(frozen=True)
class Caption:
    """A text and what it leaves open."""

    text: str
    about: Scene
    """The scene that it was made for."""
    with_color: bool
    with_background: bool
    with_hat_color: bool

    def fits(self, scene: Scene) -> bool:
        """Whether the text is true of a scene; what says nothing of a hat speaks of none."""
        return (
            scene.object == self.about.object
            and (scene.color == self.about.color or not self.with_color)
            and (scene.background == self.about.background or not self.with_background)
            and (scene.hat == self.about.hat or not self.with_hat_color)
            and (scene.hat is None) == (self.about.hat is None)
        )


def caption(scene: Scene, rng: random.Random, language: str) -> Caption:
    """A caption that is true of the scene; a hat is always mentioned where there is one."""
    said = rng.random()
    with_color, with_background = said < 0.77, said < 0.62 or said > 0.92
    text = (_english if language == "en" else _chinese)(scene, rng, with_color, with_background)
    return Caption(text, scene, with_color, with_background, names_hat(text, scene, language))


def names_hat(text: str, scene: Scene, language: str) -> bool:
    """Whether a text names the colour of the scene's hat."""
    if scene.hat is None:
        return False
    return (f"{scene.hat} hat" if language == "en" else f"{COLORS_ZH[scene.hat]}色帽") in text


def full_caption(scene: Scene, rng: random.Random, language: str) -> str:
    """A caption that leaves nothing open: what the evaluation asks for."""
    return (_english if language == "en" else _chinese)(scene, rng, True, True)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _english(scene: Scene, rng: random.Random, with_color: bool, with_background: bool) -> str:
    name = rng.choice(NAMES[scene.object])
    thing = f"{scene.color} {name}" if with_color else name
    hat = ""
    if scene.hat:
        worn = _article(f"{scene.hat} hat") if rng.random() < 0.75 else "a hat"
        hat = rng.choice((f" wearing {worn}", f" with {worn}", f" in {worn}", f" wearing {worn}"))
    start = rng.choice(("", "", "", "", "a picture of ", "an illustration of ", "a drawing of ", "draw ", "one "))
    subject = f"one {thing}{hat}" if start == "one " else f"{start}{_article(thing)}{hat}"
    if not with_background:
        return rng.choice((subject, subject, f"{thing}{hat}"))
    behind = scene.background
    return rng.choice(
        (
            f"{subject} on {_article(behind)} background",
            f"{subject} on {_article(behind)} background",
            f"{subject} against {_article(behind)} background",
            f"{subject} in front of {_article(behind)} background",
            f"{subject} on {behind}",
            f"{subject}, {behind} background",
            f"{thing}{hat}, {behind} background",
            f"{behind} background, {subject}",
            f"on {_article(behind)} background, {subject}",
        )
    )


def _chinese(scene: Scene, rng: random.Random, with_color: bool, with_background: bool) -> str:
    name = rng.choice(NAMES_ZH[scene.object])
    color = COLORS_ZH[scene.color]
    tint = rng.choice((f"{color}色的", f"{color}色的", f"{color}色", color)) if with_color else ""
    count = rng.choice((f"一{MEASURES[scene.object]}", f"一{MEASURES[scene.object]}", "一个", ""))
    if scene.hat:
        hat = f"{COLORS_ZH[scene.hat]}色" if rng.random() < 0.75 else ""
        worn = rng.choice((f"戴着{hat}帽子的", f"戴{hat}帽子的", f"戴着{hat}帽子的"))
        thing = f"{count}{worn}{tint}{name}"
    else:
        thing = f"{count}{tint}{name}"
    start = rng.choice(("", "", "", "", "画", "一幅画：", "图片："))
    if not with_background:
        return f"{start}{thing}"
    behind = f"{COLORS_ZH[scene.background]}色"
    return rng.choice(
        (
            f"{start}{behind}背景上的{thing}",
            f"{start}{behind}背景上的{thing}",
            f"{start}{thing}，{behind}背景",
            f"{start}{thing}，{behind}的背景",
            f"{behind}背景，{thing}",
            f"{start}{behind}背景前的{thing}",
            f"{start}在{behind}背景上，{thing}",
        )
    )
