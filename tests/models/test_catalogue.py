"""What is a model and what is not: families by folder, refusals by name, no weight loaded."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from built_in import BUILT_IN
from safetensors.torch import save_file
from tiny import TinyModels
from upscaler import compact, save_upscaler

from studio.api import Family, Model
from studio.errors import UserError
from studio.models.catalogue import Catalogue, read_model, scanner
from studio.models.families import Families
from studio.models.loaders.component import load
from studio.models.model_ids import ModelIds
from studio.models.service import ModelService
from studio.settings import Settings


@pytest.fixture
def folder(tiny_models: TinyModels, tmp_path: Path) -> Path:
    """A copy of a good model, to be spoiled."""
    return Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))


def change(file: Path, **entries: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))


def test_the_three_families_are_known_by_their_folders(tiny_models: TinyModels) -> None:
    found = {
        name: read_model(path, name, BUILT_IN)
        for name, path in (
            ("combined", tiny_models.kandinsky),
            ("pair", tiny_models.kandinsky_pair),
            ("sd15", tiny_models.sd15),
            ("sdxl", tiny_models.sdxl),
        )
    }
    assert [entry.family for entry in found.values()] == ["kandinsky22", "kandinsky22", "sd15", "sdxl"]
    assert all("text-to-image" in entry.capabilities for entry in found.values())
    assert found["pair"].components["prior"].path.parent.name == "kandinsky-2-2-prior"
    assert found["sd15"].defaults["width"] == 64  # 32 latents x 2: the UNet's own size
    assert found["combined"].components["unet"].dtype == "float32"


def test_weights_trained_for_inpainting_are_of_their_family_and_only_inpaint(tiny_models: TinyModels) -> None:
    folders = {
        "kandinsky22": tiny_models.kandinsky_inpaint,
        "sd15": tiny_models.sd15_inpaint,
        "sdxl": tiny_models.sdxl_inpaint,
    }
    for family, path in folders.items():
        entry = read_model(path, "trained", BUILT_IN)
        assert (entry.family, entry.capabilities) == (family, ("inpaint",))
    beside = read_model(folders["kandinsky22"], "trained", BUILT_IN).components["prior"]
    assert beside.path.parent.name == "kandinsky-2-2-prior"


def test_an_added_model_gets_an_id_and_a_path_works_without(tiny_models: TinyModels, tmp_path: Path) -> None:
    added = [str(tiny_models.sd15), str(tmp_path / "nothing")]
    ids = ModelIds(tmp_path / "ids")
    catalogue = Catalogue(tiny_models.kandinsky, added, BUILT_IN, scanner(tmp_path, BUILT_IN), ids)
    infos = {info.id: info for info in catalogue.infos()}
    assert infos["sd15"].problem == ""
    assert "no model_index.json" in infos["nothing"].problem
    assert catalogue.find("starter").family == "kandinsky22"
    assert catalogue.find(str(tiny_models.sdxl)).family == "sdxl"
    with pytest.raises(UserError, match="There is no model 'sd16'; the catalogue has starter, sd15, nothing"):
        catalogue.find("sd16")


def test_a_model_with_code_is_refused(folder: Path) -> None:
    (folder / "unet" / "modeling.py").write_text("print('hello')")
    with pytest.raises(UserError, match=r"contains code \(unet/modeling.py\)"):
        read_model(folder, "model", BUILT_IN)


@pytest.mark.parametrize("named", [["os", "system"], ["diffusers", "NoSuchModel"], ["builtins", "eval"], "unet", None])
def test_a_class_off_the_list_is_refused(folder: Path, named: Any) -> None:
    change(folder / "model_index.json", unet=named)
    with pytest.raises(UserError, match="class that is not allowed|does not say what 'unet' is"):
        read_model(folder, "model", BUILT_IN)


def test_another_kind_is_refused_by_name(folder: Path) -> None:
    change(folder / "model_index.json", _class_name="UnheardOfPipeline")
    with pytest.raises(UserError, match="its kind is 'UnheardOfPipeline', which the installed .* know") as caught:
        read_model(folder, "model", BUILT_IN)
    assert "Stable Diffusion XL" in caught.value.message
    assert len(caught.value.message) < 600


def test_pickles_are_refused(folder: Path) -> None:
    weights = next((folder / "unet").glob("*.safetensors"))
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(UserError, match="a pickle, which could run code unless the studio converts it"):
        read_model(folder, "model", BUILT_IN)
    with pytest.raises(UserError, match="it is a pickle, which can run code when it is opened; get the version with"):
        read_model(weights.with_suffix(".bin"), "model", BUILT_IN)


def test_missing_parts_and_shards_are_listed(folder: Path) -> None:
    index = {"weight_map": {"a": "one-00002.safetensors"}}
    (folder / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UserError, match=r"'unet' lacks one-00002.safetensors"):
        read_model(folder, "model", BUILT_IN)
    shutil.rmtree(folder / "vae")
    shutil.rmtree(folder / "tokenizer")
    with pytest.raises(UserError, match="it lacks vae, tokenizer"):
        read_model(folder, "model", BUILT_IN)


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "unet", tmp_path / "elsewhere")
    (folder / "unet").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="'unet' leads out of the folder"):
        read_model(folder, "model", BUILT_IN)


def test_a_broken_index_is_refused(folder: Path) -> None:
    for content in ("{", "[" * 100_000, "[]"):
        (folder / "model_index.json").write_text(content)
        with pytest.raises(UserError, match="no valid JSON|no JSON object"):
            read_model(folder, "model", BUILT_IN)


def test_a_decoder_alone_is_refused(tiny_models: TinyModels, tmp_path: Path) -> None:
    alone = shutil.copytree(tiny_models.kandinsky_pair, tmp_path / "decoder")
    with pytest.raises(UserError, match="no folder beside it holds a Kandinsky 2.2 prior"):
        read_model(Path(alone), "model", BUILT_IN)


def test_truncated_weights_are_named_at_load(folder: Path) -> None:
    weights = next((folder / "unet").glob("*.safetensors"))
    spec = read_model(folder, "model", BUILT_IN).components["unet"]
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(UserError, match="damaged: its tensors need"):
        load(spec, "cpu")


def test_weights_of_another_model_are_named_at_load(folder: Path) -> None:
    spec = read_model(folder, "model", BUILT_IN).components["unet"]
    change(spec.path / "config.json", block_out_channels=[32, 64])
    with pytest.raises(UserError, match="do not make a UNet2DConditionModel"):
        load(spec, "cpu")


def test_a_file_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    save_file({"some.weight": torch.zeros(3)}, tmp_path / "odd.safetensors")
    with pytest.raises(UserError, match=r"its tensors \(some.weight …\) are those of no model"):
        read_model(tmp_path / "odd.safetensors", "odd", BUILT_IN)


def test_a_file_with_an_upscalers_names_and_other_shapes_is_named_at_load(tmp_path: Path) -> None:
    save_file({"body.0.weight": torch.zeros(3), "body.1.weight": torch.zeros(3)}, tmp_path / "odd.safetensors")
    entry = read_model(tmp_path / "odd.safetensors", "odd", BUILT_IN)
    with pytest.raises(UserError, match="do not make a Upscaler|no upscaler that spandrel knows"):
        load(entry.components["upscaler"], "cpu")


def hub_cache(model: Path, repository: Path) -> Path:
    """The model as the hub's cache keeps it: every file a link to a blob. Returns the snapshot."""
    snapshot = repository / "snapshots" / "0123abcd"
    for number, file in enumerate(sorted(path for path in model.rglob("*") if path.is_file())):
        blob, link = repository / "blobs" / str(number), snapshot / file.relative_to(model)
        blob.parent.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, blob)
        link.symlink_to(blob)
    return snapshot


def test_a_snapshot_in_the_hubs_cache_opens_in_place(tiny_models: TinyModels, tmp_path: Path) -> None:
    snapshot = hub_cache(tiny_models.sd15, tmp_path / "models--runway--sd15")
    assert read_model(snapshot, "model", BUILT_IN).family == "sd15"


@pytest.mark.parametrize("target", ["elsewhere.safetensors", "nowhere", "loop"])
def test_a_file_that_links_out_of_the_folder_is_refused(folder: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere.safetensors").write_bytes(b"secret")
    link = folder / "unet" / "extra.safetensors"
    link.symlink_to(link if target == "loop" else tmp_path / target)
    with pytest.raises(UserError, match=r"'unet/extra.safetensors' leads out of the folder"):
        read_model(folder, "model", BUILT_IN)


def test_a_folder_that_is_merely_called_snapshots_widens_nothing(tiny_models: TinyModels, tmp_path: Path) -> None:
    snapshot = hub_cache(tiny_models.sd15, tmp_path / "mine")
    with pytest.raises(UserError, match="leads out of the folder"):
        read_model(snapshot, "model", BUILT_IN)


@pytest.mark.parametrize("key", ["auto_map", "custom_pipeline"])
def test_a_config_that_asks_for_code_is_refused(folder: Path, key: str) -> None:
    change(folder / "unet" / "config.json", **{key: {"AutoModel": "other/repository--modeling.Model"}})
    with pytest.raises(UserError, match=f"asks for code \\({key}\\)"):
        read_model(folder, "model", BUILT_IN)


def test_a_config_too_deep_or_too_large_is_refused(folder: Path) -> None:
    config = folder / "unet" / "config.json"
    config.write_text('{"a":' * 100 + "1" + "}" * 100)
    with pytest.raises(UserError, match="nested more than 64 deep"):
        read_model(folder, "model", BUILT_IN)
    config.write_bytes(b" " * (16 * 2**20 + 1))
    with pytest.raises(UserError, match="larger than any configuration"):
        read_model(folder, "model", BUILT_IN)


def test_a_folder_may_bring_upscalers_for_peoples_pictures(tiny_models: TinyModels, tmp_path: Path) -> None:
    """They are leased for that alone, and for nothing else."""
    folder = Path(shutil.copytree(tiny_models.kandinsky, tmp_path / "model"))
    files = {}
    for scale in (2, 4):
        (folder / f"upscaler-x{scale}").mkdir()
        files[str(scale)] = f"upscaler-x{scale}/model.safetensors"
        save_upscaler(compact(scale), folder / files[str(scale)])
    (folder / "studio.json").write_text(json.dumps({"upscalers": files}))
    service = ModelService(Settings(home=tmp_path / "home", device="cpu", models=(str(folder),)), BUILT_IN)
    with service.lease(Model("model", "upscale")) as lease:
        assert sorted(lease.components()) == ["upscaler-x2", "upscaler-x4"]
    with service.lease(Model("model", "text-to-image")) as lease:
        assert "unet" in lease
        assert "upscaler-x2" not in lease


def test_an_upscaler_outside_the_folder_is_refused(tiny_models: TinyModels, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_models.kandinsky, tmp_path / "model"))
    save_upscaler(compact(2), tmp_path / "x2.safetensors")
    (folder / "studio.json").write_text(json.dumps({"upscalers": {"2": "../x2.safetensors"}}))
    with pytest.raises(UserError, match="leads out of the folder"):
        read_model(folder, "model", BUILT_IN)


@pytest.mark.parametrize(
    ("name", "title", "steps"),
    [("My-SDXL-Lightning-4step", "SDXL Lightning", 4), ("sdxl_turbo", "SDXL Turbo", 1), ("turbonator", None, 30)],
)
def test_the_name_of_a_folder_tells_what_its_configs_do_not(
    tiny_models: TinyModels, tmp_path: Path, name: str, title: str | None, steps: int
) -> None:
    folder = Path(shutil.copytree(tiny_models.sdxl, tmp_path / name))
    entry = read_model(folder, "model", BUILT_IN)
    assert (entry.about.title, entry.defaults["steps"]) == (title or "Stable Diffusion XL", steps)


def test_in_the_hubs_cache_the_models_name_counts(tiny_models: TinyModels, tmp_path: Path) -> None:
    folder = tmp_path / "models--someone--sdxl-turbo" / "snapshots" / "0123abc"
    shutil.copytree(tiny_models.sdxl, folder)
    assert read_model(folder, "model", BUILT_IN).about.title == "SDXL Turbo"


@pytest.mark.parametrize(
    "parts", [{"net": "unet", "codec": "vae"}, {"unet": "unet"}, {"codec": "vae"}, {"words": "tokenizer"}]
)
def test_a_row_of_a_family_without_a_unet_or_a_vae_is_as_good_as_any(folder: Path, parts: dict[str, str]) -> None:
    change(folder / "model_index.json", _class_name="MinePipeline")
    families = Families()
    pipelines = {"text-to-image": "StableDiffusionPipeline"}
    assert families.add([Family("mine", "Mine", ("MinePipeline",), parts, pipelines, native_size=True)]) == []
    entry = read_model(folder, "mine", families)
    assert entry.components.keys() == parts.keys()
