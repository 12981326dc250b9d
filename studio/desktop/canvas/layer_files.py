"""LayerFiles: the pixels of layers that were made here and are in no file yet, written where they are kept."""

import secrets
from pathlib import Path

from studio.atomic import writing
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell import drafts


class LayerFiles:
    """Of one folder; what is there already is not written again. For a worker's thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, tuple[int, Path]] = {}
        """By layer, which of its pixels were written last, and where."""

    def write(self, layer: Layer) -> Path:
        """Raises OSError."""
        pixels = layer.shown.full.cacheKey()
        known, path = self._written.get(layer.key, (0, Path()))
        if known != pixels or not path.exists():
            path = self._folder / f"layer-{layer.key}-{secrets.token_hex(4)}.png"
            with writing(path) as file:
                file.write(drafts.as_png(layer.shown.full))
            self._written[layer.key] = pixels, path
        return path
