"""Models that are damaged, hostile or on the move: one sentence each; the catalogue and the other models untouched.

The letters are those of the project's list of faults: E1 a truncated file … E18 a tokenizer that never ends.
"""

import json
import os
import pickle
import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import original
import pytest
import torch
from built_in import BUILT_IN
from safetensors.torch import load_file, save_file
from tiny import TinyModels

from studio.api import Model, UserError
from studio.models.catalogue import read_model
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import ComponentSpec, load
from studio.models.memory import MemoryManager
from studio.models.service import ModelService
from studio.settings import Settings

Spoil = Callable[[Path], Any]
Weights = dict[str, torch.Tensor]


def weights(folder: Path, part: str = "unet") -> Path:
    return next((folder / part).glob("*.safetensors"))


def rewrite(file: Path, change: Callable[[Weights], Any]) -> None:
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    change(tensors)
    save_file(tensors, file)


def edit(part: str, change: Callable[[Weights], Any]) -> Spoil:
    return lambda folder: rewrite(weights(folder, part), change)


def change(name: str, **entries: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(json.dumps(json.loads((folder / name).read_text()) | entries))

    return spoil


def content(name: str, data: bytes | str) -> Spoil:
    return lambda folder: (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def instead(data: bytes) -> Spoil:
    """Other bytes in the place of the UNet's weights."""
    return lambda folder: weights(folder).write_bytes(data)


def header(length: int, text: bytes = b"{}") -> bytes:
    return struct.pack("<Q", length) + text


def spoil_with(value: float) -> Callable[[Weights], Any]:
    def spoil(tensors: Weights) -> None:
        name = next(name for name in tensors if name.endswith("conv1.weight"))
        tensors[name][-1] = value

    return spoil


def as_int8(tensors: Weights) -> None:
    name = next(name for name in tensors if name.endswith("conv1.weight"))
    tensors[name] = tensors[name].to(torch.int8)


def halved(tensors: Weights) -> None:
    name = next(name for name in tensors if name.endswith("layer_norm1.weight"))
    tensors[name] = tensors[name][:-1].clone()


def twice(folder: Path) -> None:
    one = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    text = f'{{"a":{json.dumps(one)},"a":{json.dumps(one)}}}'.encode()
    weights(folder).write_bytes(header(len(text), text) + bytes(4))


class Payload:
    def __reduce__(self) -> Any:
        return os.mkdir, ("harm",)


def pickled(folder: Path) -> None:
    file = weights(folder)
    file.with_suffix(".bin").write_bytes(pickle.dumps(Payload()))
    file.unlink()


def moved_away(folder: Path) -> None:
    shutil.move(folder / "vae", folder.parent / "elsewhere")
    (folder / "vae").symlink_to(folder.parent / "elsewhere")


def in_circles(folder: Path) -> None:
    (folder / "vae" / "extra.safetensors").symlink_to(folder / "vae" / "extra.safetensors")


def half_downloaded(folder: Path) -> None:
    weights(folder).rename(folder / "unet" / "diffusion_pytorch_model.safetensors.incomplete")


def cut(folder: Path) -> None:
    file = weights(folder)
    os.truncate(file, file.stat().st_size // 2)


def cut_long_ago(folder: Path) -> None:
    cut(folder)
    os.utime(weights(folder), (0, 0))


def sharded(folder: Path) -> None:
    index = {"weight_map": {"a": "part-00002.safetensors"}}
    (folder / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))


FAULTS: dict[str, tuple[Spoil, str]] = {
    "E1 cut off": (cut_long_ago, "damaged: its tensors need .* Nothing was loaded; download the file again"),
    "E1 cut off just now": (cut, "damaged: its tensors need .* wait if another program is still writing it"),
    "E1 header only": (instead(header(500)), "damaged: its header needs 508 bytes, the file has 10"),
    "E2 header bomb": (instead(header(2**63)), "damaged: its header claims 9,223,372,036,854,775,808 bytes"),
    "E2 large header": (instead(header(200 * 2**20)), "damaged: its header claims"),
    "E3 deep header": (instead(header(200_000, b"[" * 200_000)), "damaged: its header is"),
    "E4 key twice": (twice, "damaged: its header is no valid JSON: the key 'a' occurs twice"),
    "E5 web page": (instead(b"<!DOCTYPE html><title>404</title>"), "holds no weights: it is a web page"),
    "E5 LFS pointer": (instead(b"version https://git-lfs.github.com/spec/v1"), "a Git-LFS pointer; run `git lfs pull`"),
    "E5 archive": (instead(b"PK\x03\x04" + bytes(60)), "a zip archive or a pickle, which could run code"),
    "E5 pickle": (instead(pickle.dumps(Payload())), "a pickle, which could run code|damaged"),
    "E6 shape": (edit("text_encoder", halved), "1 of its tensors are missing, of another shape or too many"),
    "E6 missing": (
        edit("text_encoder", lambda tensors: [tensors.pop(name) for name in list(tensors)[:5]]),
        r"not those of this CLIPTextModel: 5 of its tensors .* and 2 more\). Nothing was loaded",
    ),
    "E6 other model": (change("unet/config.json", block_out_channels=[32, 64]), "do not make a UNet2DConditionModel"),
    "E6 odd config": (change("text_encoder/config.json", hidden_size="wide"), "do not make a CLIPTextModel"),
    "E6 no layers": (change("text_encoder/config.json", num_hidden_layers=-1), "of its tensors are missing"),
    "E6 wrong family": (change("model_index.json", _class_name="StableDiffusionXLPipeline"), "it lacks text_encoder_2"),
    "E7 whole numbers": (edit("unet", as_int8), r"holds whole numbers \(I8\), as quantised weights do"),
    "E8 NaN": (edit("unet", spoil_with(float("nan"))), r"\(NaN or infinity\) in .*conv1.weight. Nothing was loaded"),
    "E8 infinity": (edit("vae", spoil_with(float("-inf"))), r"\(NaN or infinity\)"),
    "E9 pickle": (pickled, "holds only diffusion_pytorch_model.bin, a pickle, which could run code"),
    "E11 code": (content("unet/modeling.py", "import os"), r"contains code \(unet/modeling.py\)"),
    "E11 auto_map": (change("unet/config.json", auto_map={"AutoModel": "m.M"}), r"asks for code \(auto_map\)"),
    "E11 pipeline": (change("model_index.json", custom_pipeline="mine"), r"asks for code \(custom_pipeline\)"),
    "E12 function": (change("model_index.json", unet=["os", "system"]), "os.system, a class that is not allowed"),
    "E12 list": (change("model_index.json", _class_name=["a", "b"]), "its kind is"),
    "E13 no VAE": (lambda folder: shutil.rmtree(folder / "vae"), "it lacks vae"),
    "E13 no words": (
        lambda folder: [file.unlink() for file in (folder / "tokenizer").iterdir()],
        "its part 'tokenizer' lacks tokenizer.json",
    ),
    "E13 no shard": (sharded, "its part 'unet' lacks part-00002.safetensors; download it again"),
    "E13 no config": (lambda folder: (folder / "vae/config.json").unlink(), "its part 'vae' lacks config.json"),
    "E15 link out": (moved_away, "its part 'vae' leads out of the folder"),
    "E15 loop": (in_circles, "its part 'vae/extra.safetensors' leads out of the folder"),
    "E18 large config": (content("unet/config.json", " " * (16 * 2**20 + 1)), "larger than any configuration"),
    "E18 deep config": (content("unet/config.json", '{"a":' * 100 + "1" + "}" * 100), "nested more than 64 deep"),
    "E18 deep tokenizer": (content("tokenizer/tokenizer.json", '{"a":' * 100_000), "do not make a CLIPTokenizer"),
    "E18 large tokenizer": (
        lambda folder: os.truncate(folder / "tokenizer/tokenizer.json", 65 * 2**20), "larger than any vocabulary"
    ),
    "downloading": (half_downloaded, "another program is still writing unet/.*incomplete. Wait until it is done"),
}  # fmt: skip


def refusal(service: ModelService, model: Path) -> UserError:
    """What a task is told that asks for the model."""
    with pytest.raises(UserError) as caught, service.lease(Model(str(model))):
        pass
    return caught.value


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoiled_folder_is_one_sentence_and_disturbs_no_other(
    home: Path, tiny_models: TinyModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    spoil, words = FAULTS[fault]
    bad = Path(shutil.copytree(tiny_models.sd15, tmp_path / "bad"))
    spoil(bad)
    monkeypatch.chdir(tmp_path)
    service = ModelService(Settings(home=home, device="cpu", models=(str(bad), str(tiny_models.sd15))), BUILT_IN)
    infos = {info.id: info for info in service.infos()}
    assert infos["sd15"].problem == ""
    error = refusal(service, bad)
    assert infos["bad"].problem in ("", error.message)
    with service.lease(Model("sd15", "text-to-image")) as lease:
        assert lease["unet"].device.type == "cpu"
    assert not (tmp_path / "harm").exists()
    assert error.code in ("unusable_model", "invalid_weights")
    assert "\n" not in error.message
    assert re.search(words, error.message), error.message


UNET, VAE = "model.diffusion_model.", "first_stage_model."


def without(beginning: str) -> Callable[[Weights], Any]:
    return lambda tensors: [tensors.pop(name) for name in list(tensors) if name.startswith(beginning)]


def set_to(name: str, tensor: torch.Tensor) -> Callable[[Weights], Any]:
    return lambda tensors: tensors.update({name: tensor})


FILE_FAULTS: dict[str, tuple[Callable[[Weights], Any], str]] = {
    "E6 missing": (without(f"{UNET}out.0"), "lacks some of the tensors of a UNet2DConditionModel"),
    "E6 shape": (set_to(f"{VAE}decoder.conv_in.bias", torch.zeros(7)), "do not make a AutoencoderKL.*expected shape"),
    "E7 whole numbers": (set_to(f"{UNET}out.2.bias", torch.zeros(4, dtype=torch.int8)), "holds whole numbers"),
    "E8 NaN": (set_to(f"{UNET}out.2.bias", torch.full((4,), torch.nan)), r"\(NaN or infinity\) in .*out.2.bias"),
    "E13 no VAE": (without(VAE), "needs a VAE of Stable Diffusion"),
}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return original.save(original.sd15(), tmp_path_factory.mktemp("whole") / "whole.safetensors")


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_a_spoiled_checkpoint_is_one_sentence(home: Path, checkpoint: Path, tmp_path: Path, fault: str) -> None:
    spoil, words = FILE_FAULTS[fault]
    file = Path(shutil.copy(checkpoint, tmp_path / "bad.safetensors"))
    rewrite(file, spoil)
    error = refusal(ModelService(Settings(home=home, device="cpu"), BUILT_IN), file)
    assert re.search(words, error.message), error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("model.ckpt", "it is a pickle, which can run code"),
        ("model.pt", "it is a pickle, which can run code"),
        ("model.bin", "it is a pickle, which can run code"),
        ("model.zip", "only files with the ending .safetensors are opened"),
        ("model.gguf", "a pickle, which could run code"),
        ("model.onnx", "a graph for ONNX Runtime"),
    ],
)
def test_other_formats_are_not_even_opened(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(pickle.dumps(Payload()))
    error = refusal(ModelService(Settings(home=home, device="cpu"), BUILT_IN), tmp_path / name)
    assert words in error.message
    assert not (tmp_path / "harm").exists()


def test_a_model_deleted_while_a_job_holds_it_goes_on_and_is_missed_afterwards(
    home: Path, tiny_models: TinyModels, tmp_path: Path
) -> None:
    """E14: what is loaded stays; the next job says what is gone; put back, the model works again."""
    gone, away = Path(shutil.copytree(tiny_models.sd15, tmp_path / "gone")), tmp_path / "away"
    service = ModelService(Settings(home=home, device="cpu", models=(str(gone), str(tiny_models.sdxl))), BUILT_IN)
    with service.lease(Model("gone")) as lease:
        noise = torch.randn(1, 4, 16, 16)
        before = lease["vae"].decode(noise).sample
        gone.rename(away)
        assert torch.equal(lease["vae"].decode(noise).sample, before)
    error = refusal(service, gone)
    assert error.code in ("missing_weights", "unknown_model")
    assert "gone" in error.message
    service.refresh()
    assert "no model_index.json" in {info.id: info for info in service.infos()}["gone"].problem
    with service.lease(Model("sdxl", parts=("vae",))):
        pass
    away.rename(gone)
    service.refresh()
    with service.lease(Model("gone")) as lease:
        assert torch.equal(lease["vae"].decode(noise).sample, before)


def test_weights_that_are_replaced_between_two_jobs_are_loaded_anew(
    home: Path, tiny_models: TinyModels, tmp_path: Path
) -> None:
    """E16: what is held is known by its content, so a replaced file is never taken for the old one."""
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))
    service = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
    with service.lease(Model(str(folder), parts=("unet",))) as lease:
        old, before = lease["unet"].conv_in.bias.clone(), lease.fingerprint
    file, new = weights(folder), tmp_path / "new.safetensors"
    shutil.copy(file, new)
    rewrite(new, lambda tensors: tensors["conv_in.bias"].add_(1))
    new.replace(file)
    with service.lease(Model(str(folder), parts=("unet",))) as lease:
        assert torch.equal(lease["unet"].conv_in.bias, old + 1)
        assert lease.fingerprint != before


def test_weights_that_are_replaced_while_they_are_read_are_not_used(tiny_models: TinyModels, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))
    spec = read_model(folder, "model", BUILT_IN).components["unet"]
    replaced: list[Path] = []

    def load_late(spec: ComponentSpec, device: str) -> Any:
        if not replaced:  # another program, at the worst moment
            replaced.append(Path(shutil.copy(weights(folder), tmp_path / "new")).replace(weights(folder)))
        return load(spec, device)

    memory = MemoryManager(load_late, Fingerprints(tmp_path / "fingerprints.json"), "cpu", 0)
    with pytest.raises(UserError, match="were replaced while they were read, so they were not used"):
        memory.lease({"unet": spec}).__enter__()
    assert memory.used_bytes == 0
    with memory.lease({"unet": spec}):
        assert memory.used_bytes > 0


def test_a_model_larger_than_memory_is_refused_with_numbers_before_it_is_read(
    home: Path, tiny_models: TinyModels, tmp_path: Path
) -> None:
    """E17: 4 TiB that the header promises and the disk does not hold."""
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "huge"))
    original.save_header({"conv_in.weight": (2**20, 2**20)}, weights(folder), "F32")
    error = refusal(ModelService(Settings(home=home, device="cpu"), BUILT_IN), folder)
    assert re.search(r"This model needs 4096\.. GiB, and [\d.]+ [GM]iB of memory is free", error.message)
    assert error.code == "out_of_memory"


def test_a_download_is_no_model_until_it_is_done(home: Path, tiny_models: TinyModels, tmp_path: Path) -> None:
    part = tmp_path / "model.safetensors.part"
    shutil.copy(weights(tiny_models.sd15), part)
    assert (
        "another program is still writing model.safetensors.part"
        in refusal(ModelService(Settings(home=home, device="cpu"), BUILT_IN), part).message
    )
    whole = Path(shutil.copytree(tiny_models.sd15, tmp_path / "whole"))
    (whole / "unet" / "old.incomplete").touch()  # left behind, and nothing is missing
    with ModelService(Settings(home=home, device="cpu"), BUILT_IN).lease(Model(str(whole), parts=("unet",))):
        pass
