"""ForeignLayers: what a reader of another program's file has found: layers as files of ours, and what was left out."""

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from studio.document.blend_mode import BlendMode
from studio.document.project import LayerEntry, Manifest
from studio.errors import UserError
from studio.limit import PIXEL_CAP

LONGEST_NAME = 255
MOST_LAYERS = 2000


@dataclass
class ForeignLayers:
    """Layers are added from the lowest to the highest; each is written into `folder`."""

    source: str
    """The file's name."""
    folder: Path
    size: tuple[int, int]
    entries: list[LayerEntry] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    _grouped: bool = False

    def __post_init__(self) -> None:
        self.require_size(*self.size)

    def require_size(self, width: int, height: int) -> None:
        """Raises UserError for a picture or a layer that is larger than this studio works with."""
        if width < 1 or height < 1 or width * height > PIXEL_CAP:
            raise UserError(
                "“{}” has a layer of {}x{} pixels, and at most {} megapixels can be opened; what is on the canvas "
                "stays. Make it smaller in the program that it comes from.",
                self.source,
                width,
                height,
                PIXEL_CAP // 1_000_000,
            )

    def add(
        self, entry: LayerEntry, image: Image.Image, blend: BlendMode | None, mask: Image.Image | None = None
    ) -> None:
        """`entry` says everything but the files. No `blend`: one that this studio does not have."""
        number = len(self.entries)
        entry.key, entry.name = f"l{number}", entry.name[:LONGEST_NAME]
        entry.file = self._write(f"layer-{number}.png", image)
        if mask is not None:
            entry.mask, entry.soft = self._write(f"mask-{number}.png", mask.convert("L")), True
        entry.blend = (blend or BlendMode.NORMAL).value
        if blend is None:
            told = UserError("The blend mode of the layer “{}” is not known here, so it is normal.", entry.name)
            self.lost.append(told.message)
        self.entries.append(entry)

    def named(self, group: str, name: str) -> str:
        """A layer of a group carries its name: there are no groups here."""
        self._grouped = self._grouped or bool(group)
        return f"{group} / {name}" if group else name

    def tell_groups(self) -> None:
        if self._grouped:
            self.lost.append(UserError("Groups are not kept; each layer of one carries its name.").message)

    def tell_merged(self, name: str) -> None:
        """A group that could not be taken apart without looking otherwise."""
        told = UserError(
            "The group “{}” is one layer now, since its opacity, blend mode or mask holds for all of it.",
            name[:LONGEST_NAME],
        )
        self.lost.append(told.message)

    def leave_out(self, name: str) -> None:
        """A layer without pixels of its own."""
        told = UserError("The layer “{}” has no pixels of its own and was left out.", name[:LONGEST_NAME])
        self.lost.append(told.message)

    def manifest(self) -> Manifest:
        return Manifest(layers=self.entries, area=(0, 0, *self.size))

    def _write(self, name: str, image: Image.Image) -> str:
        path = self.folder / name
        image.save(path, "PNG", compress_level=1)
        return str(path)
