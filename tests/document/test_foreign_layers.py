"""Layers of other programs: what is written is read back, by us and by other readers; odd files are refused."""

import contextlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdMode

from studio.document import openraster, photoshop
from studio.document.blend_mode import BlendMode
from studio.document.exported_layer import ExportedLayer
from studio.errors import UserError


def png(color: object, size: tuple[int, int] = (40, 30), mode: str = "RGBA") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, "PNG")  # type: ignore[arg-type]
    return file.getvalue()


def half() -> bytes:
    """A mask whose left half shows."""
    image = Image.new("L", (20, 10), 0)
    image.paste(255, (0, 0, 10, 10))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


SHEETS = [
    ExportedLayer("Ground", png("red")),
    *(
        ExportedLayer(f"{mode} 图层", png((0, 0, 255, 200), (20, 10)), 5, -3, 0.5, number % 2 == 0, mode)
        for number, mode in enumerate(BlendMode)
    ),
]


@pytest.fixture
def ora(tmp_path: Path) -> Path:
    path = tmp_path / "layers.ora"
    openraster.write(path, (40, 30), SHEETS, png("red"), png("red", (16, 12)))
    return path


@pytest.fixture
def psd(tmp_path: Path) -> Path:
    path = tmp_path / "layers.psd"
    masked = ExportedLayer("masked", png("lime", (20, 10)), 2, 4, mask=half())
    photoshop.write(path, (40, 30), [*SHEETS, masked], png("red"))
    return path


@pytest.mark.parametrize("kind", ["ora", "psd"])
def test_what_is_written_comes_back(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    read = openraster.read if kind == "ora" else photoshop.read
    manifest, lost = read(request.getfixturevalue(kind), tmp_path / "open")
    assert lost == []
    assert manifest.area == (0, 0, 40, 30)
    entries = manifest.layers[: len(SHEETS)]
    for sheet, entry in zip(SHEETS, entries, strict=True):
        assert (entry.name, entry.x, entry.y, entry.visible) == (sheet.name, sheet.x, sheet.y, sheet.visible)
        assert entry.blend == sheet.blend
        assert entry.opacity == pytest.approx(sheet.opacity, abs=0.003)
        assert Image.open(entry.file).tobytes() == Image.open(io.BytesIO(sheet.png)).convert("RGBA").tobytes()


def test_psd_tools_sees_the_modes_and_the_mask(psd: Path) -> None:
    layers = [*PSDImage.open(psd)]
    assert {layer.blend_mode.name.lower().replace("_", "-") for layer in layers} == {mode.value for mode in BlendMode}
    mask = layers[-1].mask
    assert mask is not None
    assert (mask.left, mask.top, mask.width, mask.height) == (2, 4, 20, 10)
    assert np.asarray(mask.topil())[:, [0, 9, 10, 19]].tolist() == [[255, 255, 0, 0]] * 10


def test_a_mask_of_photoshop_is_a_mask_here_wherever_it_lies(psd: Path, tmp_path: Path) -> None:
    document = PSDImage.open(psd)
    layer = [*document][-1]
    layer.remove_mask()
    layer.create_mask(Image.new("L", (4, 4), 200), top=6, left=0)  # reaches out of the layer
    document.save(psd)
    manifest, _ = photoshop.read(psd, tmp_path / "open")
    entry = manifest.layers[-1]
    assert entry.soft
    mask = np.asarray(Image.open(entry.mask))
    assert mask.shape == (10, 20)
    assert mask[2:6, :2].tolist() == [[200, 200]] * 4
    assert mask.sum() == 8 * 200


def test_groups_give_their_place_and_opacity_to_what_is_in_them(tmp_path: Path) -> None:
    path = tmp_path / "groups.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("data/a.png", png("blue", (4, 4)))
        archive.writestr(
            "stack.xml",
            '<image w="20" h="10"><stack><stack name="Sky" x="3" y="2" opacity="0.5" visibility="hidden">'
            '<layer name="a" src="data/a.png" x="1" y="1" opacity="0.5" composite-op="krita:dissolve"/></stack></stack>'
            "</image>",
        )
    manifest, lost = openraster.read(path, tmp_path / "open")
    (entry,) = manifest.layers
    assert (entry.x, entry.y, entry.opacity, entry.visible, entry.blend) == (4, 3, 0.25, False, "normal")
    assert entry.name == "Sky / a"
    assert "blend mode" in lost[0]
    assert "Groups are not kept" in lost[1]


def grouped(tmp_path: Path, **group: Any) -> tuple[Path, Image.Image]:
    """Two squares that meet, in a group; and what psd-tools shows of it all."""
    path, document = tmp_path / "group.psd", PSDImage.new("RGB", (60, 40))
    red, green = (Image.new("RGBA", (20, 20), color) for color in ("red", "lime"))
    document.create_pixel_layer(Image.new("RGBA", (60, 40), "white"), name="Ground")
    layers = [
        document.create_pixel_layer(red, name="a", left=5, top=5),
        document.create_pixel_layer(green, name="b", left=15, top=10),
    ]
    document.create_group(layers, name="Set", **group)
    document.save(path)
    return path, PSDImage.open(path).composite(force=True).convert("RGB")


def test_a_group_of_a_psd_is_taken_apart_with_its_name(tmp_path: Path) -> None:
    path, _ = grouped(tmp_path)
    manifest, lost = photoshop.read(path, tmp_path / "open")
    assert [(entry.name, entry.x, entry.opacity) for entry in manifest.layers] == [
        ("Ground", 0, 1.0), ("Set / a", 5, 1.0), ("Set / b", 15, 1.0),
    ]  # fmt: skip
    assert lost == ["Groups are not kept; each layer of one carries its name."]


@pytest.mark.parametrize("group", [{"opacity": 128}, {"blend_mode": PsdMode.MULTIPLY}])
def test_a_group_that_would_look_otherwise_is_one_layer(tmp_path: Path, group: dict[str, Any]) -> None:
    path, seen = grouped(tmp_path, **group)
    manifest, lost = photoshop.read(path, tmp_path / "open")
    ground, entry = manifest.layers
    assert (entry.name, entry.x, entry.y) == ("Set", 5, 5)
    assert (entry.opacity < 1, entry.blend == "multiply") == ("opacity" in group, "blend_mode" in group)
    assert "is one layer now" in lost[0]
    whole = Image.open(ground.file).convert("RGBA")
    layer = Image.open(entry.file)
    layer.putalpha(layer.getchannel("A").point(lambda value: round(value * entry.opacity)))
    whole.alpha_composite(layer, (entry.x, entry.y))
    if "opacity" in group:  # where both squares are, only the upper one is seen through
        assert np.abs(np.asarray(whole.convert("RGB")).astype(int) - np.asarray(seen).astype(int)).max() <= 2


def bad_ora(path: Path, stack: str, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stack.xml", stack)
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


LAYER = '<image w="20" h="10"><stack><layer src="a.png"{}/></stack></image>'


@pytest.mark.parametrize(
    ("stack", "parts"),
    [
        ("no xml", {}),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + LAYER.format(""), {"a.png": png("red")}),
        ('<image w="20" h="10"/>', {}),
        (LAYER.format(""), {}),
        (LAYER.format(""), {"a.png": png("red")[:60]}),
        (LAYER.format(' x="far"'), {"a.png": png("red")}),
        (LAYER.replace('w="20"', 'w="999999"').replace('h="10"', 'h="999999"').format(""), {"a.png": png("red")}),
    ],
)
def test_an_odd_openraster_file_is_refused(stack: str, parts: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(UserError):
        openraster.read(bad_ora(tmp_path / "bad.ora", stack, parts), tmp_path / "open")


@pytest.mark.parametrize("cut", [3, 30, 200, 2000, -40])
def test_an_odd_photoshop_file_is_refused_or_read(cut: int, psd: Path, tmp_path: Path) -> None:
    data = psd.read_bytes()
    psd.write_bytes(data[:cut])
    with contextlib.suppress(UserError):  # nothing else
        assert photoshop.read(psd, tmp_path / "open")[0].layers


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for read in (openraster.read, photoshop.read):
        with pytest.raises(UserError):
            read(tmp_path / "none", tmp_path / "open")
