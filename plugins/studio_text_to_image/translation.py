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
    "How noise is taken away; automatic is the model's own way.": "去除噪声的方式；自动则用模型自己的方式。",
    "Image": "图片",
    "Model": "模型",
    "Pictures": "张数",
    "Seed": "种子",
    "Size": "尺寸",
    "Steps": "步数",
    "Guidance scale": "引导强度",
    "Prompt": "提示词",
    "Without": "不要出现",
    "Spread": "拉开差异",
    "The same seed makes the same picture; -1 draws one.": "相同的种子画出相同的图片；-1 表示随机抽取。",
    "How many, each from its own seed.": "画几张，每张各用一个种子。",
    "What it should not show.": "画面中不应出现的内容。",
    "Denoising steps; empty is the model's own number.": "去噪步数；留空则用模型自己的数值。",
    "How strictly the words are followed.": "画面遵从文字的程度。",
    "Width x height in pixels; auto follows the picture.": "宽 × 高（像素）；自动则随图片而定。",
    "Apart from the others": "与其他图片的差异",
    "Mean CLIP distance of all pictures of this job: 0 all the same, 0.4 very different.": (
        "本次作业所有图片的平均 CLIP 距离：0 完全相同，0.4 差异很大。"
    ),
    "Create": "创作",
    "Make pictures from words.": "用文字生成图片。",
    "What the picture should show.": "画面中应有的内容。",
    "Width x height in pixels; auto is the model's own.": "宽 × 高（像素）；自动则用模型自己的尺寸。",
    "Choose seeds whose pictures lie far apart; takes longer, and a model with a prior.": (
        "挑选画面差异大的种子；耗时更长，且需要带先验的模型。"
    ),
    "Refine": "重绘",
    "Make a picture anew from a picture and words: a sketch finished, a mood changed.": (
        "以图片和文字重新作画：完成草图，或改变氛围。"
    ),
    "The picture to start from.": "作为起点的图片。",
    "What the new picture should show.": "新画面中应有的内容。",
    "Strength": "强度",
    "How far it may depart from the picture: 0 not at all, 1 entirely; empty is the model's own.": (
        "可以偏离原图多远：0 完全不变，1 完全重画；留空则用模型自己的数值。"
    ),
    "Denoising steps at strength 1; empty is the model's own.": "强度为 1 时的去噪步数；留空则用模型自己的数值。",
    # errors and notes
    "At strength 0 nothing changes: this is the picture that was given.": ("强度为 0 时什么都不变：这就是给出的图片。"),
    "At strength 0 nothing changes: this is the picture that was given, converted to sRGB.": (
        "强度为 0 时什么都不变：这就是给出的图片，只是转换成了 sRGB。"
    ),
    "At strength {}, {} steps leave none to run; {} were taken.": (
        "强度为 {0} 时，{1} 步里没有一步可运行；改用了 {2} 步。"
    ),
    (
        "Its header does not tell whether it predicts velocity (the published 2.1, made for 768 pixels) or "
        "noise (2.1 base, made for 512); the first was assumed. If its pictures are mere noise, put a file "
        "of its name with the ending .yaml beside it that holds the line `parameterization: eps`."
    ): (
        "文件头没有说明它预测的是速度（发布的 2.1，适用 768 像素）还是噪声（2.1 base，适用 512 "
        "像素）；这里按前者处理。若画出来只有噪点，请在旁边放一个同名的 .yaml 文件，其中写上 "
        "`parameterization: eps`。"
    ),
    "The model {} edits by the words alone and takes no strength; leave it empty.": (
        "模型 {0} 只按文字编辑，没有强度；请留空。"
    ),
    ("The model {} has no prior, whose embeddings could be spread; switch spread off, or choose another model."): (
        "模型 {0} 没有可用来拉开差异的先验；请关闭“拉开差异”，或选择另一个模型。"
    ),
    "The picture was brought from {}x{} to {}x{} pixels for this model.": (
        "已为这个模型把图片从 {0}×{1} 调整到 {2}×{3} 像素。"
    ),
    "The prompt is empty, so nothing was made; write what the picture should show.": (
        "提示词是空的，因此没有生成；请写下画面中应有的内容。"
    ),
    "The starter model does not know {}; it knows {}. For anything else add a model.": (
        "入门模型不认识{0}；它认识{1}。要画别的东西，请添加一个模型。"
    ),
    "{} and {} more things": "{0}等，另有 {1} 种",
    "The starter model draws one thing at a time, and the prompt names {}; name one.": (
        "入门模型一次只画一样东西，而提示词里有{0}；请只写一样。"
    ),
    "The starter model draws “{}” only with one of these: {}.": "入门模型只在这些东西身上画“{0}”：{1}。",
    "The starter model never saw “{}” together with {}, so one of them may be left out; name one.": (
        "入门模型从没见过“{0}”和{1}同时出现，其中一样可能画不出来；请只写一样。"
    ),
    "“{}” names two colours of one thing, so one of them may be left out; name one.": (
        "“{0}”给一样东西写了两种颜色，其中一种可能画不出来；请只写一种。"
    ),
    "The {} pictures are {} apart (mean CLIP distance).": ("这 {0} 张图片相距 {1}（平均 CLIP 距离）。"),
    (
        "it is a model with a ControlNet, which follows the edges, depth or poses of a second picture, "
        "and the studio gives it none yet; add the folder of the model that it was made of, whose "
        "weights are the same"
    ): (
        "它是带 ControlNet 的模型，按第二张图片的边缘、深度或姿势作画，而本程序还不能提供这样的图片；请添"
        "加它所依据的基础模型的文件夹，权重是一样的"
    ),
    (
        "it is a model that was trained to follow the edges, depth or poses of a second picture, and the "
        "studio gives it none yet; add the FLUX.1 dev or CogView4 folder instead"
    ): (
        "它是经过训练、按第二张图片的边缘、深度或姿势作画的模型，而本程序还不能提供这样的图片；请改为添加"
        " FLUX.1 dev 或 CogView4 的文件夹"
    ),
    (
        "it is saved for perturbed-attention guidance (PAG), which the studio does not do; add the "
        "folder of the model that it was made of, whose weights are the same"
    ): ("它是为扰动注意力引导（PAG）保存的，本程序不支持这种引导；请添加它所依据的基础模型的文件夹，权重是一样的"),
    (
        "it is DeepFloyd IF, one of three models that work on each other's pixels, from 64 to 1024; add "
        "a model of another family, such as Stable Diffusion XL or FLUX.1"
    ): (
        "它是 DeepFloyd IF，三个模型之一，它们从 64 到 1024 像素接力加工；请添加其他系列的模型，例如 Stab"
        "le Diffusion XL 或 FLUX.1"
    ),
    (
        "it is Kandinsky 2.1, whose text encoder is a class of diffusers' own that its later versions "
        "have dropped; add Kandinsky 2.2 instead"
    ): ("它是 Kandinsky 2.1，其文本编码器是 diffusers 自带的类，后来的版本已不再支持；请改为添加 Kandinsky 2.2"),
    (
        "it is Würstchen, which diffusers has deprecated and will drop; add a model of another family, "
        "such as Stable Diffusion XL or FLUX.1"
    ): ("它是 Würstchen，diffusers 已弃用并将移除它；请添加其他系列的模型，例如 Stable Diffusion XL 或 FLUX.1"),
    (
        "it is Stable Cascade, whose two stages have step counts and guidance of their own, which no "
        "task can set; add a model of another family, such as Stable Diffusion XL or FLUX.1"
    ): (
        "它是 Stable Cascade，它的两个阶段各有步数和引导强度，没有任务能分别设置；请添加其他系列的模型，"
        "例如 Stable Diffusion XL 或 FLUX.1"
    ),
    (
        "it is GLM-Image, which writes a picture down with a language model first, and cannot be stopped "
        "meanwhile; add a model of another family, such as Stable Diffusion XL or FLUX.1"
    ): (
        "它是 GLM-Image，先用语言模型把画面写出来，其间无法停下；请添加其他系列的模型，例如 Stable Diffus"
        "ion XL 或 FLUX.1"
    ),
    ("it is Helios, which makes videos; add a model of another family, such as Stable Diffusion XL or FLUX.1"): (
        "它是 Helios，用来生成视频；请添加其他系列的模型，例如 Stable Diffusion XL 或 FLUX.1"
    ),
    (
        "it is PRX, whose text encoder, the first half of a T5Gemma, the installed transformers does not "
        "open alone; add a model of another family, such as Stable Diffusion XL or FLUX.1"
    ): (
        "它是 PRX，其文本编码器是 T5Gemma 的前半部分，已安装的 transformers 不能单独打开它；请添加其他系"
        "列的模型，例如 Stable Diffusion XL 或 FLUX.1"
    ),
    (
        "it is Qwen-Image-Layered, which takes a picture apart into layers, and tasks have one picture "
        "for each seed; add Qwen-Image instead"
    ): ("它是 Qwen-Image-Layered，把一张图片拆成图层，而任务的每个种子只有一张图片；请改为添加 Qwen-Image"),
    (
        "it is Z-Image-Omni, which looks at several pictures through a second encoder, and the studio "
        "gives it none; add Z-Image instead"
    ): ("它是 Z-Image-Omni，要通过第二个编码器看几张图片，而本程序还不能提供这些图片；请改为添加 Z-Image"),
    (
        "it is HiDream, whose fourth text encoder, a Llama, does not come with it; add a model of "
        "another family, such as Stable Diffusion XL or FLUX.1"
    ): (
        "它是 HiDream，其第四个文本编码器是 Llama，不随模型提供；请添加其他系列的模型，例如 Stable Diffus"
        "ion XL 或 FLUX.1"
    ),
    (
        "it gives a FLUX.1 model a picture to vary, and no folder beside it holds such a model; put that "
        "of FLUX.1 dev there"
    ): ("它为 FLUX.1 模型提供要变化的图片，而旁边没有这样的模型文件夹；请把 FLUX.1 dev 的文件夹放到旁边"),
    "it is a decoder, and no folder beside it holds a Kandinsky 2.2 prior that fits it": (
        "它是解码器，而旁边没有与之相配的 Kandinsky 2.2 先验文件夹"
    ),
    (
        "of which the studio opens only the folder in the layout of diffusers, because this file lacks the "
        "configs, and may lack text encoders and VAE; get that folder, the one with model_index.json"
    ): (
        "对这一类，本程序只能打开 diffusers 结构的文件夹，因为此文件缺少配置，也可能缺少文本编码器和 "
        "VAE；请获取含有 model_index.json 的那个文件夹"
    ),
    ("which lacks its text encoders or its VAE; get the whole checkpoint, or the folder in the layout of diffusers"): (
        "缺少文本编码器或 VAE；请获取完整的检查点，或 diffusers 结构的文件夹"
    ),
}
