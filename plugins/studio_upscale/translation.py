"""Translation: what the texts of this plugin are in 中文."""

ZH = {
    "Image": "图片",
    "Model": "模型",
    "LoRA": "LoRA",
    "Files that change a model's style or teach it a subject, each with its weight.": (
        "改变模型画风、或教会它某个对象的文件，各有权重。"
    ),
    "Size": "尺寸",
    "Enlarge": "放大",
    "Enlarge a picture and sharpen what is in it.": "放大图片，并使内容更清晰。",
    "The picture to enlarge.": "要放大的图片。",
    "Factor": "倍数",
    "How many times as wide; empty uses the model's own factor.": "宽度放大几倍；留空则用模型自己的倍数。",
    "Width x height in pixels, instead of a factor.": "宽 × 高（像素），代替倍数。",
    "Tile": "分块",
    "Pixels a side that the model sees at once; empty is automatic.": (
        "模型一次看到的边长（像素）；留空则自动。"
    ),
    "Overlap": "重叠",
    "Pixels around a tile that the model sees too; empty uses what the model needs to leave no seams.": (
        "模型在分块周围另外看到的像素；留空则取不产生接缝所需的数值。"
    ),
    "Factor of the model": "模型的倍数",
    "How many times as wide the model itself makes a picture.": "模型本身把图片放大几倍。",
    "Overlap that was used": "实际的重叠",
    "Pixels around a tile that the model saw too.": "模型在分块周围另外看到的像素。",
    "Tile that was used": "实际的分块",
    "Pixels a side that the model saw at once.": "模型一次看到的边长（像素）。",
    "Diffusion": "扩散模型",
    "Prompt": "提示词",
    "What the picture shows, for models that paint detail by diffusion.": (
        "图片的内容，供以扩散方式绘制细节的模型使用。"
    ),
    "Seed": "种子",
    "The same seed makes the same picture; -1 picks one at random.": "相同的种子生成相同的图片；-1 表示随机。",
    "Steps": "步数",
    "Denoising steps; empty uses the model's default.": "去噪步数；留空则用模型的默认值。",
    "How many denoising steps were taken.": "实际的去噪步数。",
    "Guidance scale": "引导强度",
    "How strictly the prompt is followed.": "画面遵从提示词的程度。",
    "Noise level": "噪声强度",
    "How much of the picture's own detail is repainted; empty uses the model's default.": (
        "图片自身的细节有多少重画；留空则用模型的默认值。"
    ),
    "Noise level that was used": "实际的噪声强度",
    "How much of the picture's detail was repainted.": "图片的细节有多少被重画。",
    "Tiles": "块数",
    "In how many parts the picture was enlarged.": "图片分成几块放大。",
    "Change": "改变程度",
    "How much a model of Stable Diffusion paints anew; empty is 0.4.": (
        "Stable Diffusion 模型重新绘制的程度；留空为 0.4。"
    ),
    "Change that was used": "实际使用的改变程度",
    "1 painted anew, less kept more of the picture.": "1 为完全重画，数值越小保留原图越多。",
    "Regions": "区域",
    "Parts of the picture with words of their own; the prompt is for everything else.": (
        "画面中各有专属文字的部分；其余部分由提示词描述。"
    ),
    "Follow a picture": "跟随图片",
    "The model {} enlarges without words for regions; remove them, or choose a model of Stable Diffusion 1.5 or XL.": (
        "模型 {0} 放大时不读取区域的文字；请移除区域，或选择 Stable Diffusion 1.5 或 XL 的模型。"
    ),
    "Pictures whose edges, lines or depth the new one follows, each by a ControlNet.": (
        "新图片跟随其边缘、线条或深度的图片，各用一个 ControlNet。"
    ),
    "The model {} enlarges by itself and follows no picture; remove the ControlNet, or choose a model of "
    "Stable Diffusion 1.5 or XL.": (
        "模型 {0} 自行放大，不跟随图片；请移除 ControlNet，或选择 Stable Diffusion 1.5 或 XL 的模型。"
    ),
    "Without a tile ControlNet the model paints over the picture freely; choose one under “Follow a picture”.": (
        "没有分块（tile）ControlNet 时，模型会自由地在图片上重画；请在“跟随图片”中选择一个。"
    ),
    # errors and notes
    "Both a factor and a size are given; leave one of them empty.": "倍数和尺寸都给了；请留空其中一个。",
    "Memory was short, so the work went on in tiles of {} pixels.": "内存不足，因此改用 {0} 像素的分块继续。",
    "The model produced invalid numbers (NaN), so there is no picture; choose another model.": (
        "模型算出了无效数值（NaN），因此没有图片；请选择另一个模型。"
    ),
    ("The model produced invalid numbers (NaN), so there is no picture; try another seed or a lower guidance scale."): (
        "模型算出了无效数值（NaN），因此没有图片；请换一个种子或降低引导强度。"
    ),
    "The model {} enlarges without a prompt, so {} changed nothing.": (
        "模型 {0} 放大时不用提示词，因此 {1} 没有作用。"
    ),
    (
        "The result would be {}x{} pixels, more than the {} megapixels that can be stored; nothing was made. "
        "The largest factor for this picture is {}."
    ): ("结果为 {0}×{1} 像素，超过了可保存的 {2} 百万像素；没有生成。这张图片最多放大 {3} 倍。"),
    "This model enlarges {} times; the rest up to {}x{} is interpolated (Lanczos).": (
        "这个模型放大 {0} 倍；其余部分用 Lanczos 插值到 {1}×{2}。"
    ),
    "This model takes a noise level of at most {}, not {}; choose a smaller one.": (
        "这个模型的噪声级别最大为 {0}，而不是 {1}；请选小一些。"
    ),
    (
        "This model takes pictures of {} channels and returns {}; only those for grey or RGB can be used. "
        "Choose another model."
    ): ("这个模型接受 {0} 通道、返回 {1} 通道的图片；只能使用灰度或 RGB 的模型。请选择另一个模型。"),
    "{}x{} has other proportions than the picture ({}): it is stretched.": (
        "{0}×{1} 与图片的比例（{2}）不同：图片会被拉伸。"
    ),
}
