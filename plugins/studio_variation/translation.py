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
    "Measuring": "测量",
    "How far it goes": "走多远",
    "The steps that are taken of all that the decoder has, and how far the embedding strays: 0 not at all, 1 as far as "
    "it goes.": "在解码器的全部步数中走了几步，以及嵌入向量偏离多远：0 表示不偏离，1 表示偏离到最远。",
    "Looking for the noise": "反推噪声",
    "Model": "模型",
    "LoRA": "LoRA",
    "Be like other pictures too": "同时参考其他图片",
    "For Stable Diffusion 1.5, XL and FLUX.1, which see the picture itself by the first one's file.": (
        "用于 Stable Diffusion 1.5、XL 和 FLUX.1；原图本身也由第一项的文件读取。"
    ),
    "By SigLIP, which Redux sees with: 0 is the same to it; its numbers are not those of CLIP.": (
        "由 Redux 所用的 SigLIP 测得：0 表示在它看来相同；数值与 CLIP 的不可比。"
    ),
    "Through": "借助",
    "The IP-Adapter or Redux by which the picture was read, and what its hash begins with.": (
        "读取图片所用的 IP-Adapter 或 Redux，以及其哈希值的开头。"
    ),
    "The model {} varies a picture through {}, which cannot do what {} asks; leave that out, or choose a model of "
    "Kandinsky 2.2 or of Stable Diffusion 2.1 unCLIP.": (
        "模型 {0} 通过 {1} 来变化图片，做不到 {2} 所要求的；请去掉该项，或选用 Kandinsky 2.2 或 Stable Diffusion 2.1 "
        "unCLIP 的模型。"
    ),
    "Files that change a model's style or teach it a subject, each with its weight.": (
        "改变模型画风、或教会它某个对象的文件，各有权重。"
    ),
    "Pictures": "张数",
    "Seed": "种子",
    "Size": "尺寸",
    "Steps": "步数",
    "Guidance scale": "引导强度",
    "More variety": "更多变化",
    "The same seed makes the same picture; -1 picks one at random.": "相同的种子生成相同的图片；-1 表示随机。",
    "How many, each from its own seed.": "画几张，每张各用一个种子。",
    "Denoising steps; empty uses the model's default.": "去噪步数；留空则用模型的默认值。",
    "Width x height in pixels; auto follows the picture.": "宽 × 高（像素）；自动则随图片而定。",
    "Apart from the others": "与其他图片的差异",
    "Mean CLIP distance of all pictures of this job: 0 all the same, 0.4 very different.": (
        "本次任务所有图片的平均 CLIP 距离：0 完全相同，0.4 差异很大。"
    ),
    "How strictly the embedding is followed.": "画面遵从嵌入向量的程度。",
    "Choose seeds whose pictures differ the most; takes longer.": "挑选画面差异大的种子；耗时更长。",
    "Unlike": "避开",
    "Picture": "图片",
    "Amount": "程度",
    "A picture, or saved embedding, of what it should not be like.": "结果不应像的图片或已保存的嵌入向量。",
    "Words for what it should not be like.": "用文字说明结果不应像什么。",
    "How strongly it is avoided.": "避开的程度。",
    "Save embedding as": "嵌入向量另存为",
    "Keep the embedding under this name, to be given later wherever these tools take a picture.": (
        "以此名称保存嵌入向量，以后这些工具需要图片的地方都可使用。"
    ),
    "The picture, or a saved embedding.": "图片，或已保存的嵌入向量。",
    "A picture, or a saved embedding.": "图片，或已保存的嵌入向量。",
    "Distance": "距离",
    "0 is as close as the model can, 1 keeps only the idea.": "0 尽可能接近原图，1 只保留创意。",
    "Words": "文字",
    "From pictures": "来源图片",
    "From words": "来源文字",
    "Words instead of a picture.": "用文字代替图片。",
    "Weights": "权重",
    "How much of each, pictures first, then words; none is all the same.": "各占多少，先图片后文字；不填则相同。",
    "From": "起点",
    "To": "终点",
    "The first picture, or a saved embedding.": "第一张图片，或已保存的嵌入向量。",
    "The last picture, or a saved embedding.": "最后一张图片，或已保存的嵌入向量。",
    "How many, both ends counted.": "画几张，含首尾两张。",
    "Keep first and last": "保留首尾",
    "Start from the pictures' own noise, so that the first and the last stay as they are.": (
        "从两张图片自身的噪声出发，使首尾保持原样。"
    ),
    "The picture to change, or a saved embedding.": "要修改的图片，或已保存的嵌入向量。",
    "Before": "原来",
    "After": "改为",
    "What it shows now, in a word: winter.": "用一个词说明现在的画面，例如：冬天。",
    "What it should show instead: summer.": "希望改成什么，例如：夏天。",
    "How far towards it.": "朝新画面走多远。",
    "How many, in equal steps up to the amount.": "画几张，按相等的步子直到设定的程度。",
    "Vary": "变化",
    "Make pictures like a picture, as near to it or as far from it as you like.": (
        "生成与一张图片相似的图片，远近由你决定。"
    ),
    "Blend": "混合",
    "Mix up to four pictures and words into one idea.": "把最多四份图片与文字混合成一个创意。",
    "Interpolate": "过渡",
    "Go from one picture to another in steps.": "从一张图片逐步过渡到另一张。",
    "Change by text": "文字改图",
    "Change a picture as one word differs from another: from winter to summer.": (
        "按两个词的差别修改图片：例如从冬天到夏天。"
    ),
    "Distance from the picture": "与原图的距离",
    "CLIP distance: 0 is the same to the model, 0.02 close, 0.15 only the idea, 0.5 something else.": (
        "CLIP 距离：0 在模型看来相同，0.02 接近，0.15 只剩创意，0.5 已是别的内容。"
    ),
    "Saved embedding": "已保存的嵌入向量",
    "This file can be used wherever these tools take a picture.": "这些工具需要图片的地方都可使用此文件。",
    "Distance from part 1": "与第 1 份的距离",
    "Distance from part 2": "与第 2 份的距离",
    "Distance from part 3": "与第 3 份的距离",
    "Distance from part 4": "与第 4 份的距离",
    "Distance from the first": "与第一张的距离",
    "Distance from the last": "与最后一张的距离",
    "On the way": "途中位置",
    "0 is the first picture, 1 the last.": "0 是第一张图片，1 是最后一张。",
    "Amount of this picture": "本图的程度",
    "How far it was turned towards the new words, from 0 to 1.": "朝新文字转了多远，从 0 到 1。",
    "Follow a picture": "跟随图片",
    "Pictures whose edges, lines or depth the new one follows, each by a ControlNet.": (
        "新图片跟随其边缘、线条或深度的图片，各用一个 ControlNet。"
    ),
    # errors and notes
    "A blend takes one to four pictures and texts, not {}; add or remove some.": (
        "混合需要一到四个图片或文字，而不是 {0} 个；请增减。"
    ),
    "All weights are 0, so there is nothing to blend; give at least one of them more.": (
        "所有权重都是 0，没有可混合的内容；请至少给其中一个更大的权重。"
    ),
    "An embedding has no pixels and so no noise of its own: the noise comes from the seed.": (
        "嵌入没有像素，也就没有自己的噪声：噪声来自种子。"
    ),
    "An embedding has no pixels to stay close to: up to {} all distances are the same.": (
        "嵌入没有可贴近的像素：{0} 以内的距离效果都相同。"
    ),
    "One of the texts is empty; write what it should add, or leave it out.": (
        "其中一段文字是空的；请写下要加入的内容，或去掉它。"
    ),
    "The embedding was kept as {}; give it wherever these tools take a picture.": (
        "嵌入已保存为 {0}；这些工具要图片的地方都可以用它。"
    ),
    (
        "The embedding {} was made with another CLIP than that of the model {}, to which its numbers mean "
        "nothing; choose the model that it was made with, or a picture."
    ): ("嵌入 {0} 所用的 CLIP 与模型 {1} 的不同，其中的数值对它没有意义；请选择生成它的模型，或选择图片。"),
    "The model {} has no decoder of image embeddings that is known; choose another model.": (
        "模型 {0} 没有可用的图像嵌入解码器；请选择另一个模型。"
    ),
    (
        "The model {} has no prior, which makes a picture of words, so it takes pictures only; leave the "
        "words empty, or choose another model."
    ): ("模型 {0} 没有把文字变成图片的先验，因此只接受图片；请把文字留空，或选择另一个模型。"),
    "The picture is transparent all over, so there is nothing to start from; choose another.": (
        "图片完全透明，没有可作为起点的内容；请选择另一张。"
    ),
    "The text {} is empty; say in a word what the picture shows and what it should show.": (
        "文字 {0} 是空的；请用词语说明画面现在是什么、应该是什么。"
    ),
    "The two texts mean the same to this model, so there is no way between them; change one.": (
        "这两段文字对这个模型意思相同，两者之间没有方向；请改动其中一段。"
    ),
    "There are {} weights for {} pictures and texts; give one for each, or none.": (
        "{1} 个图片或文字却有 {0} 个权重；请各给一个，或都不给。"
    ),
    "Weights must be 0 or more, and at least one above 0; raise one of them.": (
        "权重须不小于 0，且至少有一个大于 0；请调高其中一个。"
    ),
    ("The model {} has no CLIP, which {} needs; leave that out, or choose another model."): (
        "模型 {0} 没有 CLIP，而“{1}”需要它；请不要使用该项，或选择另一个模型。"
    ),
    (
        "The model {} has no CLIP, which saved embeddings are for; give it a picture, or choose another model."
    ): ("模型 {0} 没有能理解已保存嵌入的 CLIP；请给它一张图片，或选择另一个模型。"),
}
