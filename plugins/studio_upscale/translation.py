"""Translation: what the texts of this plugin are in 中文."""

ZH = {
    "Image": "图片",
    "Model": "模型",
    "Size": "尺寸",
    "Enlarge": "放大",
    "Enlarge a picture and sharpen what is in it.": "放大图片，并使内容更清晰。",
    "The picture to enlarge.": "要放大的图片。",
    "Factor": "倍数",
    "How many times as wide; empty is the model's own.": "宽度放大几倍；留空则用模型自己的倍数。",
    "Width x height in pixels, instead of a factor.": "宽 × 高（像素），代替倍数。",
    "Tile": "分块",
    "Pixels a side that the model sees at once; empty is chosen for the device.": (
        "模型一次看到的边长（像素）；留空则按设备选定。"
    ),
    "Overlap": "重叠",
    "Pixels around a tile that the model sees too; empty is what the model needs for no seams.": (
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
    "The same seed makes the same picture; -1 draws one.": "相同的种子画出相同的图片；-1 表示随机抽取。",
    "Steps": "步数",
    "Denoising steps; empty is the model's own number.": "去噪步数；留空则用模型自己的数值。",
    "How many denoising steps were taken.": "实际的去噪步数。",
    "Guidance scale": "引导强度",
    "How strictly the words are followed.": "画面遵从文字的程度。",
    "Noise level": "噪声强度",
    "How much of the picture's own detail is painted anew; empty is the model's own.": (
        "图片自身的细节有多少重新绘制；留空则用模型自己的数值。"
    ),
    "Noise level that was used": "实际的噪声强度",
    "How much of the picture's detail was painted anew.": "图片的细节有多少重新绘制。",
    "Tiles": "块数",
    "In how many parts the picture was enlarged.": "图片分成几块放大。",
}
