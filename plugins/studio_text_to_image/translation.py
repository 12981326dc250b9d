"""Translation: what the texts of this plugin are in 中文."""

NAMES = (
    "DDIM", "DDPM", "DEIS", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ 2M SDE", "Euler", "Heun", "LCM", "LMS", "PNDM",
    "UniPC",
)  # fmt: skip
"""The same in every language."""

ZH = {
    **{name: name for name in NAMES},
    "Automatic": "自动",
    "Euler ancestral": "Euler 祖先",
    "Scheduler": "采样器",
    "How noise is removed; automatic uses the model's own scheduler.": "去除噪声的方式；自动则用模型自带的采样器。",
    "Image": "图片",
    "Reading": "读取",
    "Words become tokens": "词语变成词元",
    "The text encoder reads no letters: it cuts the prompt into pieces that it has a number for.": (
        "文本编码器不认字母：它把提示词切成小块，每一块都有对应的编号。"
    ),
    "Meaning becomes a direction": "含义变成方向",
    "CLIP turns the prompt into an arrow. A bar to the right points the way of that word's own arrow, one to the left "
    "away from it.": "CLIP 把提示词变成一支箭头。条形向右，表示与该词自己的箭头同向；向左，则表示背向。",
    "Model": "模型",
    "LoRA": "LoRA",
    "Regions": "区域",
    "Parts of the picture with words of their own; the prompt is for everything else.": (
        "画面中各有专属文字的部分；其余部分由提示词描述。"
    ),
    "Be like a picture": "参考图片",
    "Pictures that the new one is like, each by an IP-Adapter or by FLUX.1 Redux.": (
        "新图片要与之相似的图片，各用一个 IP-Adapter 或 FLUX.1 Redux。"
    ),
    "Follow a picture": "跟随图片",
    "Pictures whose edges, lines or depth the new one follows, each by a ControlNet.": (
        "新图片跟随其边缘、线条或深度的图片，各用一个 ControlNet。"
    ),
    "Files that change a model's style or teach it a subject, each with its weight.": (
        "改变模型画风、或教会它某个对象的文件，各有权重。"
    ),
    "Pictures": "张数",
    "Seed": "种子",
    "Size": "尺寸",
    "Steps": "步数",
    "Guidance scale": "引导强度",
    "Prompt": "提示词",
    "Negative prompt": "反向提示词",
    "Styles": "风格",
    "Styles such as watercolour; several can be combined.": "例如水彩等风格；可以组合多种。",
    "More variety": "更多变化",
    "The same seed makes the same picture; -1 picks one at random.": "相同的种子生成相同的图片；-1 表示随机。",
    "How many, each from its own seed.": "画几张，每张各用一个种子。",
    "What the picture should not show.": "画面中不应出现的内容。",
    "Denoising steps; empty uses the model's default.": "去噪步数；留空则用模型的默认值。",
    "How strictly the prompt is followed.": "画面遵从提示词的程度。",
    "Width x height in pixels; auto follows the picture.": "宽 × 高（像素）；自动则随图片而定。",
    "Apart from the others": "与其他图片的差异",
    "Mean CLIP distance of all pictures of this job: 0 all the same, 0.4 very different.": (
        "本次任务所有图片的平均 CLIP 距离：0 完全相同，0.4 差异很大。"
    ),
    "Create": "创作",
    "Make pictures from text.": "用文字生成图片。",
    "What the picture should show.": "画面中应有的内容。",
    "Width x height in pixels; auto uses the model's default.": "宽 × 高（像素）；自动则用模型的默认尺寸。",
    "Choose seeds whose pictures differ the most; takes longer, and needs a model with a prior.": (
        "挑选画面差异大的种子；耗时更长，且需要带先验的模型。"
    ),
    "Draft": "草稿",
    "Off": "关闭",
    "First-block cache": "首块缓存",
    "Skip what hardly changes between steps: sooner done, a little different, and for transformers of some families "
    "only, such as FLUX.1 and Qwen-Image.": (
        "跳过各步之间几乎不变的部分：更快完成，结果略有不同；"
        "仅适用于部分系列的 Transformer，例如 FLUX.1 和 Qwen-Image。"
    ),
    "Refine": "重绘",
    "Redraw a picture with a prompt: finish a sketch, change a mood.": (
        "用提示词重画一张图片：完成草图，或改变氛围。"
    ),
    "The picture to start from.": "作为起点的图片。",
    "What the new picture should show.": "新画面中应有的内容。",
    "Strength": "强度",
    "How far it may depart from the picture: 0 not at all, 1 entirely; empty uses the model's default.": (
        "可以偏离原图多远：0 完全不变，1 完全重画；留空则用模型的默认值。"
    ),
    "Denoising steps at strength 1; empty uses the model's default.": "强度为 1 时的去噪步数；留空则用模型的默认值。",
    # errors and notes
    "“More variety” compares pictures of one prompt, and there is one of each, so it changed nothing.": (
        "“更多变化”比较同一提示词的图片，而这里每个提示词只有一张，因此它没有作用。"
    ),
    "At strength 0 nothing changes: this is the picture that was given.": ("强度为 0 时什么都不变：这就是给出的图片。"),
    "At strength 0 nothing changes: this is the picture that was given, converted to sRGB.": (
        "强度为 0 时什么都不变：这就是给出的图片，只是转换成了 sRGB。"
    ),
    "At strength {}, {} steps leave none to run; {} were taken.": (
        "强度为 {0} 时，{1} 步里没有一步可运行；改用了 {2} 步。"
    ),
    "The model {} edits by the prompt alone and has no strength; leave it empty.": (
        "模型 {0} 只按提示词编辑，没有强度；请留空。"
    ),
    ("The model {} has no prior, whose embeddings could be spread; switch spread off, or choose another model."): (
        "模型 {0} 没有可用来拉开差异的先验；请关闭“拉开差异”，或选择另一个模型。"
    ),
    "The picture was brought from {}x{} to {}x{} pixels for this model.": (
        "已为这个模型把图片从 {0}×{1} 调整到 {2}×{3} 像素。"
    ),
    "The model {} has no draft mode: it draws with a UNet, and a first-block cache is for transformers. Set draft "
    "to off, or choose another model.": (
        "模型 {0} 没有草稿模式：它用 UNet 作画，而首块缓存只适用于 Transformer。请关闭草稿，或选择其他模型。"
    ),
    "The prompt is empty, so nothing was made; write what the picture should show.": (
        "提示词是空的，因此没有生成；请写下画面中应有的内容。"
    ),
}
