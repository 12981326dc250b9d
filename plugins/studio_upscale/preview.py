"""The picture on its way: bright where it is done."""

from PIL import Image, ImageEnhance

from studio_upscale.source import Box

SIDE = 384
DIMMED = 0.35


class UpscalePreview:
    def __init__(self, srgb: Image.Image) -> None:
        self._share = min(1.0, SIDE / max(srgb.size))
        size = (max(1, round(srgb.width * self._share)), max(1, round(srgb.height * self._share)))
        self._bright = srgb.convert("RGB").resize(size, Image.Resampling.BOX)
        self.image = ImageEnhance.Brightness(self._bright).enhance(DIMMED)

    def done(self, box: Box) -> None:
        left, top, right, bottom = (round(edge * self._share) for edge in (box.left, box.top, box.right, box.bottom))
        if right > left and bottom > top:
            self.image.paste(self._bright.crop((left, top, right, bottom)), (left, top))
