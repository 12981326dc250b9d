"""Translation: what the sentences of this plugin are in 中文."""

ZH = {
    (
        "Its header does not tell whether it predicts velocity (the published 2.1, made for 768 pixels) or noise (2.1 "
        "base, made for 512); the first was assumed. If its pictures are mere noise, say so: studio models set ID "
        "--prediction epsilon."
    ): (
        "文件头没有说明它预测的是速度（发布的 2.1，适用 768 像素）还是噪声（2.1 base，适用 512 "
        "像素）；这里按前者处理。若画出来只有噪点，请说明：studio models set ID --prediction epsilon。"
    ),
    (
        "Its scheduler begins its steps as those of few-step models do (Turbo, Lightning), and nothing else says that "
        "it is one; it was taken for an ordinary one. If it is one, say so: “Use it as…”, or "
        "studio models set ID --family NAME."
    ): (
        "它的调度器像少步数模型（Turbo、Lightning）那样安排步数，但别处没有说明它是；这里按普通模型处理。若它是，请说明："
        "“用作…”，或 studio models set ID --family NAME。"
    ),
    (
        "which changes a picture as it is told, and the studio does not run it, its folder neither; add FLUX.1 Kontext "
        "or Qwen-Image-Edit"
    ): "它按文字修改图片，本程序不运行它，也不运行它的文件夹；请添加 FLUX.1 Kontext 或 Qwen-Image-Edit",
    (
        "which follows the depth of a second picture, and the studio does not run it, its folder neither; add Stable "
        "Diffusion 2.1"
    ): "它按第二张图片的深度作画，本程序不运行它，也不运行它的文件夹；请添加 Stable Diffusion 2.1",
    (
        "which was trained to follow the edges or depth of a second picture, and the studio does not run it, its "
        "folder neither; add FLUX.1 dev"
    ): "它经过训练、按第二张图片的边缘或深度作画，本程序不运行它，也不运行它的文件夹；请添加 FLUX.1 dev",
    (
        "which takes a picture apart into layers, and the studio does not run it, its folder neither; add Qwen-Image"
    ): "它把图片分成图层，本程序不运行它，也不运行它的文件夹；请添加 Qwen-Image",
    (
        "it is a model with a ControlNet, which follows the edges, depth or poses of a second picture, "
        "and its weights lie apart here; add the folder of the model that it was made of, whose weights are the same, "
        "and its ControlNet besides, for “Follow a picture”"
    ): (
        "它是带 ControlNet 的模型，按第二张图片的边缘、深度或姿势作画，而本程序把两者分开存放；请添加它所依据的"
        "基础模型的文件夹（权重是一样的），再添加其 ControlNet，用于“跟随图片”"
    ),
    (
        "it is a model that was trained to follow the edges, depth or poses of a second picture, which no "
        "task gives it; add the FLUX.1 dev folder instead, and a ControlNet for it, or the CogView4 folder"
    ): (
        "它是经过训练、按第二张图片的边缘、深度或姿势作画的模型，而没有任务会给它这样的图片；请改为添加"
        " FLUX.1 dev 的文件夹和与之相配的 ControlNet，或 CogView4 的文件夹"
    ),
    (
        "it is Kolors, whose text encoder, a ChatGLM3, is a class of diffusers' own that transformers does not "
        "have; add a model of another family, such as Stable Diffusion XL, or Qwen-Image for Chinese words"
    ): (
        "它是 Kolors，其文本编码器 ChatGLM3 是 diffusers 自带的类，transformers 里没有；请添加其他系列的模型，"
        "例如 Stable Diffusion XL；要用中文提示词，请添加 Qwen-Image"
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
        "of which the studio opens only the folder in the layout of diffusers; get that folder, the one with "
        "model_index.json"
    ): "对这一类，本程序只能打开 diffusers 结构的文件夹；请获取含有 model_index.json 的那个文件夹",
    ("which lacks its text encoders or its VAE; get the whole checkpoint, or the folder in the layout of diffusers"): (
        "缺少文本编码器或 VAE；请获取完整的检查点，或 diffusers 结构的文件夹"
    ),
    "the text encoder CLIP ViT-L": "文本编码器 CLIP ViT-L",
    "the text encoder CLIP ViT-bigG": "文本编码器 CLIP ViT-bigG",
    "the text encoder T5-XXL": "文本编码器 T5-XXL",
    "the language model Gemma 2 2B": "语言模型 Gemma 2 2B",
    "the language model Qwen3": "语言模型 Qwen3",
    "the language model Qwen2.5-VL": "语言模型 Qwen2.5-VL",
    "the VAE of FLUX.1": "FLUX.1 的 VAE",
    "the VAE of FLUX.2": "FLUX.2 的 VAE",
    "the VAE of Qwen-Image": "Qwen-Image 的 VAE",
    "the VAE of Stable Diffusion 3.5": "Stable Diffusion 3.5 的 VAE",
    "the VAE of Stable Diffusion XL": "Stable Diffusion XL 的 VAE",
    "a VAE of Stable Diffusion": "Stable Diffusion 的 VAE",
    (
        "There is no text encoder T5-XXL in the folders that were added, so it reads prompts with its two CLIPs alone; "
        "t5xxl_fp16.safetensors beside it makes it follow long ones."
    ): (
        "已添加的文件夹中没有文本编码器 T5-XXL，所以它只用两个 CLIP 读提示词；有了 t5xxl_fp16.safetensors，"
        "它就能遵循长提示词。"
    ),
    "Nothing in its name says Turbo, so it was taken for the undistilled Z-Image, which takes 28 steps or more.": (
        "它的名字里没有 Turbo，因此被当作未蒸馏的 Z-Image，需要 28 步或更多。"
    ),
}
