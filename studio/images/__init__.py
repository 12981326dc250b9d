"""Image ingest: the one place where bytes from outside become pixels, in bounded memory and time."""

from studio.images.decode import load_rgb, open_image
from studio.images.kind import FORMATS, WITH_TIFF
from studio.images.mask import check_mask, load_mask
from studio.images.picture import PIXEL_CAP, Picture

__all__ = ["FORMATS", "PIXEL_CAP", "WITH_TIFF", "Picture", "check_mask", "load_mask", "load_rgb", "open_image"]
