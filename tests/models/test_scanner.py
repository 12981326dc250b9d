"""Folders with many models, as other programs keep them: found in place, remembered, named when they cannot be used."""

import os
import pickle
import shutil
from pathlib import Path

import pytest
import upscaler
from built_in import BUILT_IN
from headers import MODELS, OTHERS, Shapes
from msgspec.structs import replace
from original import save_header
from tiny import TinyModels

from studio.api import Model, UserError
from studio.descriptions import ModelInfo
from studio.models.catalogue import Catalogue, scanner
from studio.models.families import Families
from studio.models.model_ids import ModelIds
from studio.models.service import ModelService
from studio.settings import Settings

KINDS: dict[str, Shapes] = {title: shapes for shapes, title in OTHERS} | {row[1]: row[0] for row in MODELS}
FLUX = "FLUX.1 dev"


def put(path: Path, kind: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return save_header(KINDS[kind], path)


def put_upscaler(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return upscaler.save_upscaler(upscaler.compact(2), path)


def scan(root: Path, cache: Path) -> dict[str, str]:
    """Path under the root -> the problem, '' when it can be used."""
    return {str(Path(info.path).relative_to(root)): info.problem for info in scanner(cache, BUILT_IN).scan(root)}


def test_the_folder_of_a1111(tmp_path: Path) -> None:
    root = tmp_path / "stable-diffusion-webui"
    put(root / "models/Lora/style.safetensors", "LoRA for Stable Diffusion XL")
    put(
        root / "models/VAE/vae.safetensors",
        "VAE with 4 channels (Stable Diffusion 1.5, 2.1 or XL: their headers are alike)",
    )
    put(root / "models/ControlNet/canny.safetensors", "ControlNet for Stable Diffusion 1.5")
    put(root / "embeddings/bad-hands.safetensors", "Textual inversion for Stable Diffusion 1.5")
    put_upscaler(root / "models/ESRGAN/x2.safetensors")
    (root / "models/Stable-diffusion").mkdir()
    (root / "models/Stable-diffusion/old.ckpt").write_bytes(pickle.dumps("weights"))
    put(root / "models/Stable-diffusion/flux/dev.safetensors", FLUX)
    put(root / "outputs/not-a-model.safetensors", FLUX)
    put(root / "venv/lib/site-packages/thing.safetensors", FLUX)
    found = scan(root, tmp_path / "cache")
    assert [path for path, problem in found.items() if not problem] == [
        "models/ControlNet/canny.safetensors", "models/ESRGAN/x2.safetensors", "models/Lora/style.safetensors",
    ]  # fmt: skip
    assert {path for path in found if "outputs" in path or "venv" in path} == set()
    for path, words in {
        "models/VAE/vae.safetensors": "“VAE with 4 channels",
        "embeddings/bad-hands.safetensors": "“Textual inversion for Stable Diffusion 1.5”",
        "models/Stable-diffusion/old.ckpt": "it is a pickle, which can run code when it is opened",
        "models/Stable-diffusion/flux/dev.safetensors": "get the folder in the layout of diffusers",
    }.items():
        assert words in found[path]


def test_the_folders_of_comfyui_and_invokeai(tiny_models: TinyModels, tmp_path: Path) -> None:
    comfy, invoke = tmp_path / "ComfyUI", tmp_path / "invokeai"
    put(comfy / "models/diffusion_models/flux.safetensors", FLUX)
    put(comfy / "models/clip/clip_l.safetensors", "Text encoder CLIP ViT-L")
    put(comfy / "models/text_encoders/t5xxl.safetensors", "Text encoder T5-XXL")
    put_upscaler(comfy / "models/upscale_models/x2.safetensors")
    shutil.copytree(tiny_models.sd15, comfy / "models/diffusers/sd15")
    shutil.copytree(tiny_models.sdxl, invoke / "models/sdxl/main/tiny-xl")
    put(invoke / "models/0b1c/lora.safetensors", "LoRA for FLUX.1")
    (invoke / "databases").mkdir()
    usable = [path for path, problem in scan(comfy, tmp_path / "cache").items() if not problem]
    assert usable == ["models/diffusers/sd15", "models/upscale_models/x2.safetensors"]
    found = scan(invoke, tmp_path / "cache")
    assert found["models/sdxl/main/tiny-xl"] == ""
    assert list(found) == ["models/0b1c/lora.safetensors", "models/sdxl/main/tiny-xl"]  # no part of it by itself


def hub(model: Path, root: Path, name: str, revision: str, *, main: bool = True) -> Path:
    """A snapshot as the hub's cache keeps it: every file a link to a blob."""
    repository = root / f"models--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / revision
    for number, file in enumerate(sorted(path for path in model.rglob("*") if path.is_file())):
        blob, link = repository / "blobs" / f"{revision}{number}", snapshot / file.relative_to(model)
        blob.parent.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, blob)
        link.symlink_to(os.path.relpath(blob, link.parent))
    (repository / "refs").mkdir(exist_ok=True)
    if main:
        (repository / "refs" / "main").write_text(revision)
    return snapshot


def test_the_cache_of_the_hub(tiny_models: TinyModels, tmp_path: Path) -> None:
    """One model for each repository, the revision that `main` means, through links into blobs."""
    root = tmp_path / "hub"
    hub(tiny_models.sd15, root, "runway/sd", "aaa")
    hub(tiny_models.sd15, root, "runway/sd", "bbb", main=False)
    hub(tiny_models.sdxl, root, "stability/xl", "ccc")
    (root / "models--half/refs").mkdir(parents=True)
    (root / ".locks/models--runway--sd").mkdir(parents=True)
    outside = root / "models--stability--xl/snapshots/ccc/unet/extra.safetensors"
    found = scanner(tmp_path / "cache", BUILT_IN).scan(root)
    assert [(info.title, info.family, info.problem) for info in found] == [
        ("runway/sd", "sd15", ""), ("stability/xl", "sdxl", ""),
    ]  # fmt: skip
    assert found[0].path.endswith("snapshots/aaa")
    outside.symlink_to(tiny_models.sd15 / "unet/diffusion_pytorch_model.safetensors")
    assert "leads out of the folder" in scan(root, tmp_path / "cache")["models--stability--xl/snapshots/ccc"]


def test_links_to_a_shared_drive_are_followed_each_folder_once(tmp_path: Path) -> None:
    root, other = tmp_path / "mine", put_upscaler(tmp_path / "other/x2.safetensors")
    put_upscaler(root / "own.safetensors")
    (root / "alias.safetensors").symlink_to(root / "own.safetensors")
    (root / "out.safetensors").symlink_to(other)
    (root / "nowhere.safetensors").symlink_to(root / "gone.safetensors")
    (root / "circle.safetensors").symlink_to(root / "circle.safetensors")
    (root / "away").symlink_to(other.parent)
    (root / "again").symlink_to(other.parent)
    (root / "round").symlink_to(root)
    (root / "up").symlink_to("/")
    (other.parent / "back").symlink_to(root)
    os.mkfifo(root / "pipe.safetensors")
    found = scan(root, tmp_path / "cache")
    usable = ["own.safetensors", "again/x2.safetensors", "alias.safetensors", "out.safetensors"]
    assert [path for path, problem in found.items() if not problem] == usable
    assert "a link that leads nowhere" in found["nowhere.safetensors"]
    assert "a link that leads nowhere" in found["circle.safetensors"]
    assert "a link to a folder that contains it" in found["round"]
    assert "a link to a folder that contains it" in found["up"]
    assert "a device or a pipe" in found["pipe.safetensors"]
    assert len(found) == 9


def test_odd_names_and_hostile_files_stop_nothing(tmp_path: Path) -> None:
    root = tmp_path / "models"
    put_upscaler(root / "good.safetensors")
    shutil.copy(root / "good.safetensors", os.fsencode(root) + b"/bad\xff.safetensors")
    (root / "bomb.safetensors").write_bytes(b"\xff" * 64)
    (root / "empty.safetensors").touch()
    (root / "folder.safetensors").mkdir()
    (root / "broken").mkdir()
    (root / "broken/model_index.json").write_text("[" * 100_000)
    for _ in range(2):  # read, and remembered
        found = scan(root, tmp_path / "cache")
        assert [path for path, problem in found.items() if not problem] == ["good.safetensors"]
        assert "rename it" in found["bad?.safetensors"]
        assert "damaged" in found["bomb.safetensors"]
        assert "no valid JSON" in found["broken"]


def test_shards_and_downloads_are_no_models(tmp_path: Path) -> None:
    put(tmp_path / "big/model-00001-of-00002.safetensors", "Text encoder T5-XXL")
    put(tmp_path / "big/late.safetensors.part", FLUX)
    found = scan(tmp_path / "big", tmp_path / "cache")
    assert "one of several files that belong together" in found["model-00001-of-00002.safetensors"]
    assert "another program is still writing" in found["late.safetensors.part"]


def test_only_what_has_changed_is_opened_again(tiny_models: TinyModels, tmp_path: Path) -> None:
    root, cache = tmp_path / "models", tmp_path / "cache"
    put_upscaler(root / "x2.safetensors")
    shutil.copytree(tiny_models.sd15, root / "sd15")
    first = scanner(cache, BUILT_IN).scan(root)
    opened: list[Path] = []
    watched = scanner(cache, BUILT_IN)
    read = watched._read
    watched._read = lambda path, name, families: (opened.append(path), read(path, name, families))[1]
    assert watched.scan(root) == first
    assert opened == []
    config = root / "sd15/unet/config.json"
    config.write_text(config.read_text() + "\n")
    put(root / "new.safetensors", FLUX)
    watched.scan(root)
    assert sorted(opened) == [root / "new.safetensors", root / "sd15"]
    (root / "x2.safetensors").unlink()
    assert str(root / "x2.safetensors") not in [info.path for info in watched.scan(root)]


def test_other_plugins_know_other_models_so_all_is_looked_at_again(tmp_path: Path) -> None:
    put_upscaler(tmp_path / "models/x2.safetensors")
    put(tmp_path / "models/flux.safetensors", FLUX)
    scan(tmp_path / "models", tmp_path / "cache")
    found = {info.title: info.problem for info in scanner(tmp_path / "cache", Families()).scan(tmp_path / "models")}
    assert "no model that the installed plugins know" in found["flux"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"table": 3}', b"[]"])
def test_a_damaged_memory_is_made_anew(tmp_path: Path, content: bytes) -> None:
    put_upscaler(tmp_path / "models/x2.safetensors")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/models.json").write_bytes(content)
    assert scan(tmp_path / "models", tmp_path / "cache") == {"x2.safetensors": ""}


def test_all_that_can_be_used_is_in_the_catalogue(tiny_models: TinyModels, home: Path, tmp_path: Path) -> None:
    root = tmp_path / "models"
    shutil.copytree(tiny_models.sd15, root / "Tiny One")
    put_upscaler(root / "x2.safetensors")
    put(root / "flux.safetensors", FLUX)
    settings = Settings(home=home, device="cpu", models=(str(tiny_models.sdxl), str(root)))
    service = ModelService(replace(settings, cache_dir=tmp_path / "cache"), BUILT_IN)
    assert service.wait_for_scan()
    infos = {info.id: info for info in service.infos()}
    assert list(infos) == ["starter", "sdxl", "tiny-one", "x2"]
    assert {"text-to-image", "image-to-image", "inpaint", "upscale"} < set(infos["tiny-one"].capabilities)
    assert [info.title for info in service.left_out()] == ["flux"]
    with service.lease(Model("tiny-one", "text-to-image", parts=("vae",))) as lease:
        assert lease.family == "sd15"
    shutil.rmtree(root / "Tiny One")
    (root / "x2.safetensors").unlink()
    service.refresh()
    service.wait_for_scan()
    assert "nothing in it can be used" in {info.id: info for info in service.infos()}["models"].problem
    with pytest.raises(UserError, match="There is no model 'tiny-one'"):
        service.find("tiny-one")


def test_the_start_does_not_wait_for_a_folder(tmp_path: Path) -> None:
    """What was there the last time is listed at once; the folder is looked through meanwhile."""
    root, cache = tmp_path / "models", tmp_path / "cache"
    put_upscaler(root / "x2.safetensors")
    scanner(cache, BUILT_IN).scan(root)
    put_upscaler(root / "x4.safetensors")
    slow = scanner(cache, BUILT_IN)
    with slow._lock:  # a scan that takes its time
        catalogue = Catalogue(tmp_path / "starter", [str(root)], BUILT_IN, slow, ModelIds(tmp_path / "ids"))
        assert ids(catalogue.infos())[1:] == ["x2"]
    catalogue.wait()
    assert ids(catalogue.infos())[1:] == ["x2", "x4"]


def ids(infos: list[ModelInfo]) -> list[str]:
    return [info.id for info in infos]
