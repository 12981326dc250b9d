"""Translation: what the sentences of this plugin are in 中文."""

ZH = {
    (
        "A model that translates is one of OPUS-MT: fetch the folder Helsinki-NLP/opus-mt-zh-en of huggingface.co (for "
        "Chinese; each language has its own), convert its pytorch_model.bin by “studio models convert FILE”, and add "
        "the folder with “studio models add FOLDER”."
    ): (
        "翻译用的模型是 OPUS-MT 系列：请从 huggingface.co 获取文件夹 Helsinki-NLP/opus-mt-zh-en"
        "（中文；每种语言各有一个），用“studio models convert 文件”转换其中的 p"
        "ytorch_model.bin，再用“studio models add 文件夹”添加该文件夹。"
    ),
    "MarianMT, translation": "MarianMT 翻译",
}
