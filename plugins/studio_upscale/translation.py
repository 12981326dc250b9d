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
    "Tiles": "块数",
    "In how many parts the picture was enlarged.": "图片分成几块放大。",
}
