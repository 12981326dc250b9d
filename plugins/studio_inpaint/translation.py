"""Translation: what the texts of this plugin are in 中文."""

ZH = {
    "Image": "图片",
    "Model": "模型",
    "Pictures": "张数",
    "Seed": "种子",
    "Steps": "步数",
    "Guidance scale": "引导强度",
    "Prompt": "提示词",
    "Without": "不要出现",
    "The same seed makes the same picture; -1 draws one.": "相同的种子画出相同的图片；-1 表示随机抽取。",
    "How many, each from its own seed.": "画几张，每张各用一个种子。",
    "What it should not show.": "画面中不应出现的内容。",
    "Denoising steps; empty is the model's own number.": "去噪步数；留空则用模型自己的数值。",
    "How strictly the words are followed.": "画面遵从文字的程度。",
    "Edit": "编辑",
    "Repaint a part of a picture, take something away, or extend the picture beyond its edges.": (
        "重画图片的一部分、去掉某样东西，或向边缘之外扩展。"
    ),
    "The picture to edit.": "要编辑的图片。",
    "Mask": "蒙版",
    "White is repainted. Empty: what is transparent in the picture, or only the new edges.": (
        "白色部分重画。留空：图片中透明的部分，或仅新增的边缘。"
    ),
    "What to paint there; empty takes away what is there.": "在那里画什么；留空则去掉那里的内容。",
    "Extend": "扩展",
    "Left": "左",
    "Right": "右",
    "Top": "上",
    "Bottom": "下",
    "Pixels to add at the left.": "左侧增加的像素。",
    "Pixels to add at the right.": "右侧增加的像素。",
    "Pixels to add above.": "上方增加的像素。",
    "Pixels to add below.": "下方增加的像素。",
    "Change": "改动",
    "1 paints anew, less keeps more of what is under the mask; empty is chosen for the prompt.": (
        "1 全部重画，越小越保留蒙版下的内容；留空则按提示词选定。"
    ),
    "Seam": "接缝",
    "Context": "周围",
    "How much around the mask the model sees, as a share of the mask's longer side.": (
        "模型看到蒙版周围多大范围，以蒙版长边的比例计。"
    ),
    "Grow": "扩张",
    "Pixels around the mask that are denoised too, and then thrown away; empty is chosen.": (
        "蒙版周围一同去噪、随后舍弃的像素；留空则自动选定。"
    ),
    "Feather": "羽化",
    "How softly denoising fades out around the mask, in cells of the model's grid.": (
        "去噪在蒙版周围渐弱的柔和程度，以模型网格的格数计。"
    ),
    "Blend": "融合",
    "Pixels inside the mask over which new runs into old; empty is chosen.": (
        "蒙版内新旧画面过渡的像素；留空则自动选定。"
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
    "Change that was used": "实际的改动",
    "1 painted anew, less kept more of what was under the mask.": "1 全部重画，越小越保留蒙版下的内容。",
}
