"""Files of the canvas: projects, tiles, OpenRaster; whole ones come back, odd ones are refused in one sentence."""

import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from psd_tools import PSDImage

from studio.document import openraster, photoshop, project, tile_file
from studio.document.brush import Brush, Dab
from studio.document.exported_layer import ExportedLayer
from studio.document.mask import Mask
from studio.document.project import LayerEntry, Manifest
from studio.errors import UserError


def png(color="red", size=(40, 30), mode="RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(png("red"))
    (tmp_path / "b.png").write_bytes(png("blue"))
    (tmp_path / "mask.png").write_bytes(png(255, mode="L"))
    layers = [
        LayerEntry("k0", str(tmp_path / "a.png"), "Ground", "ref-a"),
        LayerEntry(
            "k1", str(tmp_path / "b.png"), "<Sky> & 天", "ref-b", str(tmp_path / "mask.png"), -8, 16, 0.5, False, ["k0"]
        ),
    ]
    target = tmp_path / "mine.studio"
    project.save(target, Manifest(layers=layers, feather_px=4.0, frame=(8, 0, 16, 0)), png(128, mode="L"))
    return target


def test_a_project_comes_back_whole(saved: Path, tmp_path: Path) -> None:
    for path in tmp_path.glob("*.png"):
        path.unlink()  # portable: nothing but the one file is needed
    told = project.load(saved, tmp_path / "open")
    assert [(layer.name, layer.x, layer.y, layer.opacity, layer.visible, layer.over) for layer in told.layers] == [
        ("Ground", 0, 0, 1.0, True, []),
        ("<Sky> & 天", -8, 16, 0.5, False, ["k0"]),
    ]
    assert Path(told.layers[1].file).read_bytes() == png("blue")
    assert Path(told.layers[1].mask).read_bytes() == png(255, mode="L")
    assert Path(told.mask).read_bytes() == png(128, mode="L")
    assert (told.feather_px, told.frame) == (4.0, (8, 0, 16, 0))


def rewritten(saved: Path, change) -> Path:
    """The project with another manifest."""
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(parts[project.MANIFEST])
    change(told, parts)
    parts[project.MANIFEST] = json.dumps(told).encode()
    odd = saved.with_name("odd.studio")
    with zipfile.ZipFile(odd, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return odd


def outside(told, parts) -> None:
    told["layers"][0]["file"] = "../../outside.png"
    parts["../../outside.png"] = png()


def absolute(told, parts) -> None:
    told["layers"][0]["file"] = "/etc/passwd"


def gone(told, parts) -> None:
    del parts["layers/0.png"]


def newer(told, parts) -> None:
    told["version"] = 99


def other(told, parts) -> None:
    told["kind"] = "something else"


def wrong(told, parts) -> None:
    told["layers"] = "no list"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (outside, "damaged"),
        (absolute, "damaged"),
        (gone, "damaged"),
        (newer, "newer version"),
        (other, "no project"),
        (wrong, "damaged"),
    ],
)
def test_an_odd_project_is_refused_and_nothing_leaves_its_folder(
    saved: Path, tmp_path: Path, change, words: str
) -> None:
    odd = rewritten(saved, change)
    before = {*tmp_path.rglob("*")}
    with pytest.raises(UserError, match=words):
        project.load(odd, tmp_path / "open" / "deep")
    made = {*tmp_path.rglob("*")} - before
    assert all(path.is_relative_to(tmp_path / "open") for path in made)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_a_truncated_project_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UserError, match="damaged"):
        project.load(saved, tmp_path / "open")


def test_a_flipped_byte_is_noticed(saved: Path, tmp_path: Path) -> None:
    data = bytearray(saved.read_bytes())
    at = data.index(b"IDAT") + 6
    data[at] ^= 0xFF
    saved.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        project.load(saved, tmp_path / "open")


def test_a_bomb_is_not_unpacked(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "PART_CAP_BYTES", 1000)
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers/7.png", b"\0" * 10_000_000)

    def swell(told, parts) -> None:
        told["layers"][0]["file"] = "layers/7.png"

    with pytest.raises(UserError, match="damaged"):
        project.load(rewritten(saved, swell), tmp_path / "open")
    assert not (tmp_path / "open" / "layers-7.png").exists()


def test_a_project_that_cannot_be_written_leaves_the_old_one(saved: Path, tmp_path: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(UserError, match="was not saved"):
        project.save(saved, Manifest(layers=[LayerEntry("k", str(tmp_path / "nowhere.png"))]), None)
    assert saved.read_bytes() == before


def test_tiles_of_a_mask_come_back(tmp_path: Path) -> None:
    mask = Mask(3000, 2000)
    mask.begin()
    mask.draw(Brush(80, 0.3), Dab(200, 200), Dab(1500, 900))
    mask.invert()
    mask.end()
    tile_file.save(tmp_path / "mask.bin", mask)
    again = tile_file.load(tmp_path / "mask.bin")
    assert (again.render() == mask.render()).all()
    assert (tmp_path / "mask.bin").stat().st_size < 100_000
    (tmp_path / "mask.bin").write_bytes((tmp_path / "mask.bin").read_bytes()[:500])
    with pytest.raises(ValueError):
        tile_file.load(tmp_path / "mask.bin")


def test_openraster_is_what_its_specification_says(tmp_path: Path) -> None:
    sheets = [
        ExportedLayer("Ground", png("red")),
        ExportedLayer("Sky \x07", png("blue", (20, 10)), 5, -3, 0.5, visible=False),
    ]
    target = tmp_path / "picture.ora"
    openraster.write(target, (40, 30), sheets, png("red"), png("red", (16, 12)))
    with zipfile.ZipFile(target) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"image/openraster"
        root = ElementTree.fromstring(archive.read("stack.xml"))
        assert (root.get("w"), root.get("h")) == ("40", "30")
        top, bottom = root.findall("./stack/layer")
        assert dict(top.items()) == {
            "name": "Sky ", "src": "data/layer1.png", "x": "5", "y": "-3", "opacity": "0.5000", "visibility": "hidden",
            "composite-op": "svg:src-over",
        }  # fmt: skip
        assert bottom.get("name") == "Ground"
        with Image.open(io.BytesIO(archive.read(top.get("src") or ""))) as image:
            assert image.size == (20, 10)
        assert {"mergedimage.png", "Thumbnails/thumbnail.png"} <= {*archive.namelist()}


def test_photoshop_reads_the_layers_and_whoever_reads_none_the_picture(tmp_path: Path) -> None:
    half = Image.new("RGBA", (20, 10), (0, 0, 255, 128))
    half.putpixel((3, 4), (0, 255, 0, 255))
    data = io.BytesIO()
    half.save(data, "PNG")
    sheets = [
        ExportedLayer("底图 Ground", png("red")),
        ExportedLayer("S" * 300, data.getvalue(), 5, -3, 0.5, visible=False),
    ]
    target = tmp_path / "picture.psd"
    photoshop.write(target, (40, 30), sheets, png("red"))
    document = PSDImage.open(target)
    assert document.size == (40, 30)
    ground, sky = document
    assert (ground.name, ground.bbox, ground.opacity, ground.visible) == ("底图 Ground", (0, 0, 40, 30), 255, True)
    assert (sky.name, sky.bbox, sky.opacity, sky.visible) == ("S" * 255, (5, -3, 25, 7), 128, False)
    shown = sky.topil()
    assert shown is not None
    assert shown.convert("RGBA").tobytes() == half.tobytes()
    with Image.open(target) as whole:
        assert whole.convert("RGB").getpixel((20, 15)) == (255, 0, 0)
    before = target.read_bytes()
    with pytest.raises(OSError):
        photoshop.write(tmp_path / "none/picture.psd", (40, 30), sheets, png("red"))
    assert target.read_bytes() == before
