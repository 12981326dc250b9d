"""The words of the large world in both languages: the first of each list is the usual one, the others are synonyms."""

NAMES: dict[str, tuple[str, ...]] = {
    "cat": ("cat", "kitten", "kitty"), "dog": ("dog", "puppy"), "rabbit": ("rabbit", "bunny"),
    "bear": ("bear", "teddy bear"), "pig": ("pig", "piglet"), "fox": ("fox",), "penguin": ("penguin",),
    "owl": ("owl",), "snowman": ("snowman",), "fish": ("fish",), "bird": ("bird", "little bird"),
    "butterfly": ("butterfly",), "turtle": ("turtle", "tortoise"), "whale": ("whale",), "snail": ("snail",),
    "tree": ("tree",), "flower": ("flower", "blossom"), "cactus": ("cactus",), "mushroom": ("mushroom", "toadstool"),
    "leaf": ("leaf",), "house": ("house", "home", "cottage"), "castle": ("castle",),
    "lighthouse": ("lighthouse", "light house"), "car": ("car", "automobile"), "bus": ("bus",),
    "boat": ("boat", "ship", "sailboat"), "rocket": ("rocket", "spaceship"),
    "airplane": ("airplane", "plane", "aeroplane"),
    "bicycle": ("bicycle", "bike"), "train": ("train", "locomotive"), "apple": ("apple",),
    "cake": ("cake", "birthday cake"), "ice cream": ("ice cream", "ice cream cone"), "strawberry": ("strawberry",),
    "carrot": ("carrot",), "pizza": ("pizza", "slice of pizza"), "chair": ("chair",), "lamp": ("lamp", "table lamp"),
    "sofa": ("sofa", "couch"), "guitar": ("guitar",), "drum": ("drum",), "bell": ("bell",),
    "cup": ("cup", "mug"), "teapot": ("teapot", "tea pot"), "book": ("book",), "umbrella": ("umbrella",),
    "clock": ("clock",), "robot": ("robot",), "sun": ("sun",), "moon": ("moon", "crescent moon"), "star": ("star",),
    "cloud": ("cloud",), "heart": ("heart",), "crown": ("crown",), "key": ("key",), "flag": ("flag",),
}  # fmt: skip
NAMES_ZH: dict[str, tuple[str, ...]] = {
    "cat": ("猫", "小猫", "猫咪"), "dog": ("狗", "小狗"), "rabbit": ("兔子", "小兔子", "兔"), "bear": ("熊", "小熊"),
    "pig": ("猪", "小猪"), "fox": ("狐狸", "小狐狸"), "penguin": ("企鹅",), "owl": ("猫头鹰",), "snowman": ("雪人",),
    "fish": ("鱼", "小鱼"), "bird": ("鸟", "小鸟"), "butterfly": ("蝴蝶",), "turtle": ("乌龟", "海龟"),
    "whale": ("鲸鱼", "鲸"), "snail": ("蜗牛",), "tree": ("树", "大树"), "flower": ("花", "花朵"),
    "cactus": ("仙人掌",), "mushroom": ("蘑菇",), "leaf": ("叶子", "树叶"), "house": ("房子", "小屋", "屋子"),
    "castle": ("城堡",), "lighthouse": ("灯塔",), "car": ("汽车", "小汽车", "车"), "bus": ("公交车", "巴士"),
    "boat": ("船", "小船", "帆船"), "rocket": ("火箭", "飞船"), "airplane": ("飞机",), "bicycle": ("自行车", "单车"),
    "train": ("火车",), "apple": ("苹果",), "cake": ("蛋糕", "生日蛋糕"), "ice cream": ("冰淇淋", "冰激凌"),
    "strawberry": ("草莓",), "carrot": ("胡萝卜", "萝卜"), "pizza": ("披萨", "比萨"), "chair": ("椅子",),
    "lamp": ("台灯", "灯"), "sofa": ("沙发",), "guitar": ("吉他",), "drum": ("鼓",), "bell": ("铃铛", "钟铃"),
    "cup": ("杯子", "茶杯", "马克杯"), "teapot": ("茶壶",), "book": ("书", "书本"), "umbrella": ("雨伞", "伞"),
    "clock": ("时钟", "闹钟"), "robot": ("机器人",), "sun": ("太阳",), "moon": ("月亮", "弯月"), "star": ("星星", "星"),
    "cloud": ("云", "云朵"), "heart": ("爱心", "心", "心形"), "crown": ("皇冠", "王冠"), "key": ("钥匙",),
    "flag": ("旗子", "旗帜"),
}  # fmt: skip
MEASURES: dict[str, str] = {
    **dict.fromkeys(("cat", "dog", "rabbit", "bear", "fox", "penguin",
        "owl", "bird", "butterfly", "turtle", "snail"), "只"),
    **dict.fromkeys(("house", "castle", "lighthouse"), "座"), **dict.fromkeys(("car", "bus", "bicycle"), "辆"),
    **dict.fromkeys(("tree", "cactus"), "棵"), **dict.fromkeys(("flower", "mushroom", "cloud"), "朵"),
    **dict.fromkeys(("umbrella", "chair", "guitar", "key"), "把"),
        **dict.fromkeys(("star", "heart", "strawberry"), "颗"),
    "pig": "头", "fish": "条", "whale": "头", "leaf": "片", "boat": "艘", "rocket": "枚", "airplane": "架",
    "train": "列", "pizza": "块", "cake": "块", "lamp": "盏", "sofa": "张", "drum": "面", "book": "本",
    "teapot": "把", "carrot": "根", "moon": "轮", "sun": "轮", "crown": "顶", "flag": "面", "ice cream": "支",
}  # fmt: skip
COLORS_EN: dict[str, tuple[str, ...]] = {
    "red": ("red",), "orange": ("orange",), "yellow": ("yellow",), "green": ("green",),
    "turquoise": ("turquoise", "teal", "cyan"), "blue": ("blue",), "purple": ("purple", "violet"), "pink": ("pink",),
    "white": ("white",), "gray": ("gray", "grey"), "black": ("black",), "brown": ("brown",),
}  # fmt: skip
COLORS_ZH: dict[str, tuple[str, ...]] = {
    "red": ("红",), "orange": ("橙", "橘"), "yellow": ("黄",), "green": ("绿",), "turquoise": ("青", "青绿"),
    "blue": ("蓝",), "purple": ("紫",), "pink": ("粉", "粉红"), "white": ("白",), "gray": ("灰",), "black": ("黑",),
    "brown": ("棕", "褐"),
}  # fmt: skip
WORN_EN = {
    "hat": ("wearing {a}", "with {a}", "in {a}", "wearing {a}"),
    "scarf": ("wearing {a}", "with {a}", "in {a}"),
    "glasses": ("wearing {a}", "with {a}", "in {a}"),
    "balloon": ("holding {a}", "with {a}", "carrying {a}"),
}
WORN_NAMES = {
    "hat": ("hat", "hat", "cap"), "scarf": ("scarf",), "glasses": ("glasses", "glasses", "sunglasses"),
    "balloon": ("balloon",),
}  # fmt: skip
WORN_ZH = {
    "hat": ("戴着{a}帽子的", "戴{a}帽子的", "戴着一顶{a}帽子的"),
        "scarf": ("围着{a}围巾的", "戴着{a}围巾的", "围着一条{a}围巾的"),
    "glasses": ("戴着{a}眼镜的", "戴{a}眼镜的", "戴着一副{a}眼镜的"),
    "balloon": ("拿着{a}气球的", "拿着一个{a}气球的", "牵着{a}气球的"),
}  # fmt: skip
WORN_NAMES_ZH = {"hat": ("帽子",), "scarf": ("围巾",), "glasses": ("眼镜",), "balloon": ("气球",)}
STYLES_EN = {
    "flat": ("flat illustration of {x}", "{x}, flat style", "{x}, flat design", "a flat illustration of {x}"),
    "outline": ("{x} with bold outlines", "{x}, bold outlines", "a cartoon of {x}",
        "{x}, outline style", "a bold outline drawing of {x}"),
    "paper cut": ("a paper cut of {x}", "{x}, paper cut", "{x} cut from paper",
        "paper cut style, {x}", "a paper cutout of {x}"),
    "pixel": ("pixel art of {x}", "{x}, pixel art", "a pixel art picture of {x}", "{x} in pixel style", "8-bit {x}"),
    "watercolor": ("a watercolor of {x}", "{x}, watercolor",
        "a watercolour painting of {x}", "{x} in watercolor", "watercolor, {x}"),
    "neon": ("a neon sign of {x}", "{x}, neon", "neon {x}", "{x} in neon lights", "a glowing neon {x}"),
}  # fmt: skip
STYLES_ZH = {
    "flat": ("扁平风格，{x}", "{x}，扁平插画", "扁平插画：{x}"),
    "outline": ("{x}，描边风格", "粗线描边的{x}", "卡通描边，{x}", "描边插画：{x}"),
    "paper cut": ("剪纸风格的{x}", "{x}，剪纸", "剪纸：{x}", "{x}，剪纸风格"),
    "pixel": ("像素风格的{x}", "{x}，像素画", "像素画：{x}", "{x}，像素艺术"),
    "watercolor": ("水彩画：{x}", "{x}，水彩", "水彩风格的{x}", "{x}，水彩画"),
    "neon": ("霓虹灯风格的{x}", "{x}，霓虹", "霓虹灯：{x}", "{x}，霓虹灯"),
}  # fmt: skip
GROUNDS_EN = {
    "plain": ("on a {c} background", "on {c}", "against a {c} background",
        "in front of a {c} background", "{c} background"),
    "gradient": ("on a {c} gradient", "on a {c} gradient background",
        "with a {c} gradient background", "{c} gradient background"),
    "stripes": ("on a {c} striped background", "on {c} stripes", "with {c} stripes behind", "striped {c} background"),
    "dots": ("on a {c} dotted background", "on a {c} polka dot background", "on {c} dots", "{c} background with dots"),
    "landscape": ("in a landscape", "in the countryside", "in front of hills", "on a meadow", "landscape background"),
    "night": ("at night", "under a starry sky", "in the night", "night background", "in front of a night sky"),
}  # fmt: skip
GROUNDS_ZH = {
    "plain": ("{c}背景", "{c}的背景"), "gradient": ("{c}渐变背景", "渐变的{c}背景"),
    "stripes": ("{c}条纹背景", "{c}条纹的背景"), "dots": ("{c}圆点背景", "{c}波点背景"),
    "landscape": ("风景背景", "山丘背景", "田野背景"), "night": ("夜晚背景", "夜空背景", "星空背景"),
}  # fmt: skip
