"""Image ingest: the one place where bytes from outside become pixels, in bounded memory and time."""

from studio.images.decode import REDUCED, load_rgb, open_image, size_of
from studio.images.file_format import FORMATS, WITH_TIFF
from studio.images.mask import check_mask, load_mask, open_mask
from studio.images.picture import Picture
from studio.images.source import label

__all__ = [
    "FORMATS",
    "REDUCED",
    "WITH_TIFF",
    "Picture",
    "check_mask",
    "label",
    "load_mask",
    "load_rgb",
    "open_image",
    "open_mask",
    "size_of",
]
