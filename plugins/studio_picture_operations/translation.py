"""Translation: what the texts of this plugin are in 中文."""

ZH = {
    "Edges (Canny)": "边缘（Canny）", "Line art": "线稿", "Soft edges (XDoG)": "柔和边缘（XDoG）", "Scribble": "涂鸦",
    "Tile": "分块", "Blur": "模糊", "Palette": "色板",
}  # fmt: skip
