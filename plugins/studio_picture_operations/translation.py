"""Translation: what the texts of this plugin are in 中文."""

ZH = {
    "Edges (Canny)": "边缘（Canny）", "Line art": "线稿", "Soft edges (XDoG)": "柔和边缘（XDoG）", "Scribble": "涂鸦",
    "Soft edges (HED)": "柔和边缘（HED）", "HED, soft edges": "HED 柔和边缘",
    (
        "The weights of HED are not here, which “Soft edges (HED)” finds edges by; get them (55 MB) with “studio "
        "models get hed”, or in the window under “Get models…”, or choose “Soft edges (XDoG)”, which needs none."
    ): (
        "这里没有 HED 的权重，“柔和边缘（HED）”要靠它找边缘；请用“studio models get hed”或窗口中的“获取模型…”"
        "获取（55 MB），或改选不需要权重的“柔和边缘（XDoG）”。"
    ),
    "which draws no pictures by itself; “Soft edges (HED)” uses it, wherever in your folders it lies": (
        "它自己不画图；无论它在您的哪个文件夹里，“柔和边缘（HED）”都会用到它"
    ),
    (
        "The weights of HED in {} are damaged, or not all there, so no edges were found; remove the file and get them "
        "again: “studio models get hed”."
    ): "{0} 中的 HED 权重已损坏或不完整，因此没有找出边缘；请删除该文件后重新获取：“studio models get hed”。",
    "Tile": "分块", "Blur": "模糊", "Palette": "色板",
}  # fmt: skip
