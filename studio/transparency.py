"""Pictures without their transparency."""

from PIL import Image


def on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent lies on white."""
    if "A" not in picture.getbands() and picture.mode != "P":
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")
