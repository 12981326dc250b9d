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
    "Model": "模型",
    "LoRA": "LoRA",
    "Be like a picture": "参考图片",
    "Pictures that the new one is like, each by an IP-Adapter or by FLUX.1 Redux.": (
        "新图片要与之相似的图片，各用一个 IP-Adapter 或 FLUX.1 Redux。"
    ),
    "Files that change a model's style or teach it a subject, each with its weight.": (
        "改变模型画风、或教会它某个对象的文件，各有权重。"
    ),
    "Pictures": "张数",
    "Seed": "种子",
    "Steps": "步数",
    "Guidance scale": "引导强度",
    "Prompt": "提示词",
    "Negative prompt": "反向提示词",
    "Styles": "风格",
    "Styles such as watercolour; several can be combined.": "例如水彩等风格；可以组合多种。",
    "The same seed makes the same picture; -1 picks one at random.": "相同的种子生成相同的图片；-1 表示随机。",
    "How many, each from its own seed.": "画几张，每张各用一个种子。",
    "What the picture should not show.": "画面中不应出现的内容。",
    "Denoising steps; empty uses the model's default.": "去噪步数；留空则用模型的默认值。",
    "How strictly the prompt is followed.": "画面遵从提示词的程度。",
    "Edit": "编辑",
    "Repaint a part of a picture, remove something, or extend the picture beyond its edges.": (
        "重画图片的一部分、移除某样东西，或向边缘之外扩展。"
    ),
    "The picture to edit.": "要编辑的图片。",
    "Mask": "蒙版",
    "White is repainted. Empty: what is transparent in the picture, or only the new edges.": (
        "白色部分重画。留空：图片中透明的部分，或仅新增的边缘。"
    ),
    "What to paint there; empty removes what is there.": "在那里画什么；留空则移除那里的内容。",
    "Scale the mask": "缩放蒙版",
    "Bring a mask of another size to the picture's, instead of refusing it.": (
        "把尺寸不同的蒙版缩放到图片的尺寸，而不是拒绝。"
    ),
    "Extend": "扩展",
    "Left": "左",
    "Right": "右",
    "Top": "上",
    "Bottom": "下",
    "Pixels to add at the left.": "左侧增加的像素。",
    "Pixels to add at the right.": "右侧增加的像素。",
    "Pixels to add above.": "上方增加的像素。",
    "Pixels to add below.": "下方增加的像素。",
    "Strength": "强度",
    "1 repaints entirely, less keeps more of what is under the mask; empty chooses by the prompt.": (
        "1 全部重画，越小越保留蒙版下的内容；留空则按提示词选定。"
    ),
    "Seam": "接缝",
    "Context": "周围",
    "How much around the mask the model sees, as a share of the mask's longer side.": (
        "模型看到蒙版周围多大范围，以蒙版长边的比例计。"
    ),
    "Grow": "扩张",
    "Pixels around the mask that are denoised too, and then discarded; empty is automatic.": (
        "蒙版周围一同去噪、随后舍弃的像素；留空则自动。"
    ),
    "Feather": "羽化",
    "How softly denoising fades out around the mask, in cells of the model's grid.": (
        "去噪在蒙版周围渐弱的柔和程度，以模型网格的格数计。"
    ),
    "Blend": "融合",
    "Pixels inside the mask over which new fades into old; empty is automatic.": (
        "蒙版内新旧画面过渡的像素；留空则自动。"
    ),
    "Match colours": "匹配颜色",
    "Correct the new part's colours by those around the mask.": "按蒙版周围的颜色校正新画的部分。",
    "How much the edge stands out: 1 is as smooth as the picture beside it, above 2 can be seen.": (
        "边缘有多显眼：1 与旁边画面一样平滑，大于 2 则看得出。"
    ),
    "Step across the edge": "跨边缘的落差",
    "Mean difference of neighbouring pixels, in levels of 255.": "相邻像素的平均差，以 255 级计。",
    "Step beside the edge": "边缘旁的落差",
    "The same within the picture, to compare with.": "画面内部的同一数值，供比较。",
    "Area": "区域",
    "Pixels of the picture that the model saw.": "模型看到的图片像素范围。",
    "Drawn at": "绘制尺寸",
    "The size in pixels at which the model drew it.": "模型绘制时的像素尺寸。",
    "Strength that was used": "实际的强度",
    "1 repainted entirely, less kept more of what was under the mask.": "1 全部重画，越小越保留蒙版下的内容。",
    "Regions": "区域",
    "Parts of the picture with words of their own; the prompt is for everything else.": (
        "画面中各有专属文字的部分；其余部分由提示词描述。"
    ),
    "Follow a picture": "跟随图片",
    "The region “{}” lies outside of the mask, so hardly anything of it will be seen.": (
        "区域“{0}”在蒙版之外，因此画面中几乎看不到它。"
    ),
    "Pictures whose edges, lines or depth the new one follows, each by a ControlNet.": (
        "新图片跟随其边缘、线条或深度的图片，各用一个 ControlNet。"
    ),
    # errors and notes
    (
        "The extended picture would be {}x{} pixels, more than the {} megapixels that can be stored; nothing "
        "was made. Extend it by less."
    ): ("扩展后的图片为 {0}×{1} 像素，超过了可保存的 {2} 百万像素；没有生成。请少扩展一些。"),
    "The mask covers the whole picture, so all of it is repainted.": "蒙版覆盖了整张图片，因此全部重画。",
    (
        "The mask is {}x{} pixels and the picture {}x{}; they must be equal; give a mask of the picture's "
        'size, or switch on "Scale the mask".'
    ): ("蒙版为 {0}×{1} 像素，图片为 {2}×{3} 像素；两者必须相同；请使用与图片同样大小的蒙版，或打开“缩放蒙版”。"),
    "The mask is empty: it is black all over. Paint white over what should change.": (
        "蒙版没有选中任何地方：它全是黑色。请把要重画的地方涂成白色。"
    ),
    "The mask was scaled from {}x{} to the picture's {}x{} pixels.": ("蒙版已从 {0}×{1} 缩放到图片的 {2}×{3} 像素。"),
    "The marks are far apart, so they are painted one after the other, in {} parts.": (
        "标出的地方相距很远，因此分成 {} 块依次重画。"
    ),
    (
        "The model works on {}x{} pixels at {}x{}, so what it paints will look soft there; edit smaller "
        "parts for more detail."
    ): ("模型以 {2}×{3} 处理 {0}×{1} 像素的区域，因此画出的内容会显得柔和；要更多细节，请分成小块编辑。"),
    "The picture has 16 bits and transparency; the result has 8 bits.": ("图片为 16 位且带透明度；结果为 8 位。"),
    "The picture's colours cannot be kept as they are in a PNG, so the result is in sRGB.": (
        "图片的颜色无法原样保存在 PNG 中，因此结果为 sRGB。"
    ),
    (
        "There is nothing to repaint: no mask is given, nothing in the picture is transparent, and it is not "
        "to be extended. Give a mask that is white where the picture is to change."
    ): ("没有要重画的地方：没有给出蒙版，图片中没有透明处，也不需要扩展。请给出蒙版，把要改变的地方涂成白色。"),
    "Pasting": "贴回原图",
    "{} paints a part from noise alone here, so the strength changed nothing.": (
        "{0} 在这里只从噪声重画该部分，因此强度没有起作用。"
    ),
}
