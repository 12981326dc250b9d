"""Text encoders and VAEs in files of their own: what is taken, what is missing, what does not fit, what comes later."""

import json
import threading
from pathlib import Path
from typing import Any

import assembled
import file_names
import original
import pytest
import torch
from built_in import BUILT_IN

from studio.api import Model
from studio.descriptions import ModelInfo
from studio.errors import UserError
from studio.models.catalogue import Catalogue
from studio.models.collection import Collection
from studio.models.companions import PartFiles
from studio.models.service import ModelService
from studio.settings import SaidOfModel, Settings

CLIP, T5, VAE = "clip/clip_l.safetensors", "clip/t5xxl_fp16.safetensors", "vae/ae.safetensors"
NETWORK = "unet/flux1-dev.safetensors"


@pytest.fixture(scope="module")
def pipeline() -> Any:
    return assembled.flux()


@pytest.fixture
def comfy(pipeline: Any, tmp_path: Path) -> Path:
    """The folder of ComfyUI with a tiny FLUX.1."""
    root = tmp_path / "ComfyUI" / "models"
    assembled.save_apart(pipeline, assembled.LAYOUTS["flux-dev"][1], root)
    return root


def service(home: Path, *added: Path, said: dict[str, SaidOfModel] | None = None) -> ModelService:
    made = Settings(home=home, device="cpu", models=tuple(map(str, added)), said_of_models=said or {})
    found = ModelService(made, BUILT_IN)
    found.wait_for_scan()
    return found


def info(models: ModelService, name: str) -> ModelInfo:
    return next(each for each in models.infos() if Path(each.path).stem == name)


def test_a_network_is_one_model_with_the_files_that_it_needs(comfy: Path, home: Path) -> None:
    models = service(home, comfy)
    assert [each.id for each in models.infos()] == ["starter", "flux1-dev"]
    found = info(models, "flux1-dev")
    assert (found.kind, found.base, found.problem, found.note) == ("network", "FLUX.1", "", "")
    expected = {"text_encoder": CLIP, "text_encoder_2": T5, "vae": VAE}
    assert found.files == {part: [str(comfy / file)] for part, file in expected.items()}
    assert found.size_bytes == sum(path.stat().st_size for path in comfy.rglob("*.safetensors"))
    assert "FLUX.1 Kontext" in found.choices
    left = {Path(each.path).name: each.problem for each in models.left_out()}
    assert len(left) == 3
    assert all("it is used with the networks that need it" in problem for problem in left.values())


def test_a_folder_that_is_looked_through_meanwhile_lacks_nothing(
    comfy: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parts are asked for before the scan ends, and the refusal is judged after it."""
    models = ModelService(Settings(home=home, device="cpu", models=(str(comfy),)), BUILT_IN)
    early: list[PartFiles] = [PartFiles()]
    library = Catalogue._library

    def at_first_too_early(catalogue: Catalogue, lone: Path | None = None) -> PartFiles:
        if early and lone is not None:
            catalogue.wait()
            return early.pop()
        return library(catalogue, lone)

    monkeypatch.setattr(Catalogue, "_library", at_first_too_early)
    monkeypatch.setattr(Collection, "_scan", lambda self, scan=Collection._scan: (begun.wait(5), scan(self)))
    begun = threading.Event()
    threading.Timer(0.2, begun.set).start()
    assert models.find(str(comfy / NETWORK)).id


def test_what_is_missing_is_named_by_its_file_and_is_usable_when_it_comes(comfy: Path, home: Path) -> None:
    """Neither the network's file nor its folder changes meanwhile."""
    away = {file: (comfy / file).rename(comfy.parent / Path(file).name) for file in (T5, VAE)}
    models = service(home, comfy)
    found = info(models, "flux1-dev")
    for words in ("the text encoder T5-XXL (for instance t5xxl_fp16.safetensors)", "the VAE of FLUX.1 (for instance "
                  "ae.safetensors)", "studio models get flux-text-encoders flux-vae"):  # fmt: skip
        assert words in found.problem
    assert [each.file for each in found.needs] == ["t5xxl_fp16.safetensors", "ae.safetensors"]
    with pytest.raises(UserError, match="which needs the text encoder"):
        models.find("flux1-dev")
    for file, path in away.items():
        path.rename(comfy / file)
    models.refresh()
    models.wait_for_scan()
    assert info(models, "flux1-dev").problem == ""
    assert info(service(home, comfy), "flux1-dev").problem == ""  # the memory of scans does not keep the refusal


def test_a_companion_in_another_folder_or_added_by_itself_serves(comfy: Path, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "hub" / "encoders"
    other.mkdir(parents=True)
    (comfy / T5).rename(other / "t5.safetensors")
    alone = (comfy / VAE).rename(tmp_path / "my_vae.safetensors")
    models = service(home, comfy, other.parent, alone)
    found = info(models, "flux1-dev")
    assert found.files["text_encoder_2"] == [str(other / "t5.safetensors")]
    assert "my_vae.safetensors was taken for the VAE of FLUX.1, which its header does not tell" in found.note


def test_a_lone_network_looks_around_itself(comfy: Path, home: Path) -> None:
    assert service(home, comfy / NETWORK).find("flux1-dev.safetensors").candidates["vae"] == (comfy / VAE,)
    assert service(home).find(str(comfy / NETWORK)).seeks == ("clip", "t5", "vae")


@pytest.mark.parametrize(
    ("make", "file", "told"),
    [
        (lambda: file_names.t5_names(assembled.t5(48)), T5, "its d_model is 48, not 32"),
        (lambda: file_names.vae_names(assembled.vae(4, 0.18, 0.0)), VAE, "its latent_channels is 4, not 16"),
    ],
)
def test_one_of_another_size_is_not_taken(comfy: Path, home: Path, make: Any, file: str, told: str) -> None:
    assembled.save(make(), comfy / file)
    found = info(service(home, comfy), "flux1-dev")
    assert f"{Path(file).name} does not fit: {told}" in found.problem
    assert [each.file for each in found.needs] == [Path(file).name]


def test_half_a_file_is_not_taken(comfy: Path, home: Path) -> None:
    whole = (comfy / T5).read_bytes()
    (comfy / T5).write_bytes(whole[: len(whole) // 2])
    assert "t5xxl_fp16.safetensors" in info(service(home, comfy), "flux1-dev").problem
    weights = file_names.t5_names(assembled.t5())
    assembled.save({name: each for name, each in weights.items() if "block.1" not in name}, comfy / T5)
    models = service(home, comfy)  # a sound file, of a network that is shorter
    assert json.loads(models.find("flux1-dev").components["text_encoder_2"].section.config)["num_layers"] == 1
    assembled.save({name: each for name, each in weights.items() if "wi_1" not in name}, comfy / T5)
    models = service(home, comfy)
    with (
        pytest.raises(UserError, match="t5xxl_fp16.safetensors lacks 2 of the tensors of a T5EncoderModel"),
        models.lease(Model("flux1-dev", parts=("text_encoder_2",))),
    ):
        pass


def test_of_two_that_fit_the_choice_is_told_kept_and_undone(comfy: Path, home: Path) -> None:
    torch.manual_seed(77)
    other = assembled.save(file_names.t5_names(assembled.t5()), comfy / "clip/t5xxl_special.safetensors")
    found = info(service(home, comfy), "flux1-dev")
    assert found.files["text_encoder_2"] == [str(comfy / T5), str(other)]
    assert "Of 2 files that may be the text encoder T5-XXL t5xxl_fp16.safetensors was taken" in found.note
    said = {str(comfy / NETWORK): SaidOfModel(files={"text_encoder_2": str(other)})}
    models = service(home, comfy, said=said)
    assert models.find("flux1-dev").components["text_encoder_2"].path == other
    other.unlink()
    models.refresh()
    with pytest.raises(UserError, match="the file that was chosen for its part 'text_encoder_2' does not fit"):
        models.find("flux1-dev")
    said = {str(comfy / NETWORK): SaidOfModel(files={"vae": str(comfy / CLIP)})}
    with pytest.raises(UserError, match="it is no file of the VAE of FLUX.1"):
        service(home, comfy, said=said).find("flux1-dev")


def test_a_companion_that_goes_between_choice_and_run_is_told(comfy: Path, home: Path) -> None:
    models = service(home, comfy)
    models.find("flux1-dev")
    (comfy / VAE).unlink()
    with pytest.raises(UserError, match=r"ae\.safetensors"), models.lease(Model("flux1-dev", parts=("vae",))):
        pass


def test_one_text_encoder_serves_two_models_and_is_held_once(pipeline: Any, comfy: Path, home: Path) -> None:
    assembled.save(file_names.chroma_names(assembled.chroma().transformer), comfy / "unet/Chroma1-HD.safetensors")
    models = service(home, comfy)
    with models.lease(Model("flux1-dev")) as flux, models.lease(Model("chroma1-hd")) as chroma:
        assert flux["text_encoder_2"] is chroma["text_encoder"]
        assert flux["vae"] is chroma["vae"]


@pytest.mark.parametrize(("name", "made"), [("sd15", original.sd15), ("sdxl", original.sdxl)])
def test_a_checkpoint_without_vae_takes_one_of_its_own_kind(home: Path, tmp_path: Path, name: str, made: Any) -> None:
    whole = made()
    weights = {key: each for key, each in original.checkpoint(whole).items() if not key.startswith("first_stage")}
    assembled.save(weights, tmp_path / "models/merge.safetensors")
    for file in ("vae-ft-mse-840000.safetensors", "sdxl_vae.safetensors"):
        assembled.save(dict(original.vae(whole.vae)), tmp_path / "models/VAE" / file)
    original.save(whole, tmp_path / "whole.safetensors")
    models = service(home, tmp_path / "models")
    entry = models.find("merge")
    wanted = "sdxl_vae.safetensors" if name == "sdxl" else "vae-ft-mse-840000.safetensors"
    assert [path.name for path in entry.candidates["vae"]] == [wanted]
    assert entry.kind == "checkpoint"
    complete = models.find(str(tmp_path / "whole.safetensors"))
    own, other = (json.loads(each.components["vae"].section.config) for each in (entry, complete))
    assert own["scaling_factor"] == other["scaling_factor"]
    assert (assembled.picture(models, tmp_path / "models/merge.safetensors")
            == assembled.picture(models, tmp_path / "whole.safetensors")).all()  # fmt: skip


def test_words_of_the_name_and_of_the_user_tell_models_whose_headers_are_alike(comfy: Path, home: Path) -> None:
    kontext = (comfy / NETWORK).rename(comfy / "unet/flux1-dev-kontext.safetensors")
    models = service(home, comfy)
    assert models.find("flux1-dev-kontext").family == "flux-kontext"
    said = {str(kontext): SaidOfModel(family="FLUX.1 dev")}
    assert service(home, comfy, said=said).find("flux1-dev-kontext").family == "flux"
