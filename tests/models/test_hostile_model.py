"""Models that would take all memory, or all time: each one sentence, and nothing is built, read or waited for."""

import json
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import upscaler
from built_in import BUILT_IN
from safetensors.torch import save_file
from tiny import TinyModels

from studio.api import Model, UserError
from studio.models.catalogue import read_model
from studio.models.loaders.build_limit import build_limit
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.model_card import read_card
from studio.models.service import ModelService
from studio.models.verification import verify
from studio.settings import Settings

Spoil = Callable[[Path], Any]


def change(name: str, **entries: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(json.dumps(json.loads((folder / name).read_text()) | entries))

    return spoil


def put(name: str, content: Any) -> Spoil:
    return lambda folder: (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def pipe(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return spoil


def link(name: str, target: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return spoil


def index(weight_map: Any) -> Spoil:
    return put("unet/diffusion_pytorch_model.safetensors.index.json", {"weight_map": weight_map})


TEXT, UNET, VAE, WORDS = "text_encoder/config.json", "unet/config.json", "vae/config.json", "tokenizer/tokenizer_config"
REFUSED: dict[str, tuple[Spoil, str]] = {
    "upscalers a list": (put("studio.json", {"upscalers": []}), r"its studio.json has \[\] for 'upscalers'"),
    "upscalers of lists": (put("studio.json", {"upscalers": {"2": ["x"]}}), "its studio.json has .* 'upscalers'"),
    "upscaler without scale": (put("studio.json", {"upscaler": {"path": "x"}}), "its studio.json has .* 'upscaler'"),
    "defaults a list": (put("studio.json", {"defaults": [1]}), r"its studio.json has \[1\] for 'defaults'"),
    "title a number": (put("studio.json", {"title": 3}), "its studio.json has 3 for 'title'"),
    "weight_map null": (index(None), "does not say which files hold its weights"),
    "weight_map a list": (index(["a"]), "does not say which files hold its weights"),
    "weight_map of numbers": (index({"a": 3}), "does not say which files hold its weights"),
    "weight_map with a null byte": (index({"a": "a\0b"}), "leads out of the folder"),
    "levels a number": (change(VAE, block_out_channels=5), "do not make a AutoencoderKL"),
    "layers": (change(TEXT, num_hidden_layers=10**5), "its config says 100,000 for 'num_hidden_layers'"),
    "layers of a level": (change(UNET, layers_per_block=10**5), "its config says 100,000 for 'layers_per_block'"),
    "layers in a list": (change(UNET, transformer_layers_per_block=[1, 10**9]), "its config says 1,000,000,000"),
    "widths": (change(UNET, block_out_channels=[32, 10**6]), "its config says 1,000,000 for 'block_out_channels'"),
    "positions": (change(TEXT, max_position_embeddings=10**9), "its config says 1,000,000,000"),
    "digits": (change(TEXT, hidden_size=10**4000), "its config says 100000… for 'hidden_size'"),
    "train steps": (change("scheduler/scheduler_config.json", num_train_timesteps=10**9), "says 1,000,000,000"),
    "pipe": (pipe("unet/notes.txt"), "unet/notes.txt is a device or a pipe"),
    "pipe for a config": (pipe(UNET), "unet/config.json is a device or a pipe"),
    "pipe for weights": (pipe("unet/diffusion_pytorch_model.safetensors"), "is a device or a pipe"),
    "pipe for the index": (pipe("model_index.json"), "no model_index.json"),
    "device for a config": (link(VAE, "/dev/zero"), "leads out of the folder"),
    "device for the word": (link("studio.json", "/dev/zero"), ""),
    "attention": (change(TEXT, attn_implementation="some/one"), r"asks for code \(attn_implementation: 'some/one'\)"),
    "attention within": (change(TEXT, text_config={"_attn_implementation": "a/b"}), "asks for code"),
    "packed": (change(UNET, quantization_config={"quant_method": "torchao"}), "'unet' is packed by 'torchao'"),
    "flow for noise": (
        lambda folder: (
            change("model_index.json", scheduler=["diffusers", "FlowMatchEulerDiscreteScheduler"])(folder),
            put("scheduler/scheduler_config.json", {"_class_name": "FlowMatchEulerDiscreteScheduler"})(folder),
        ),
        "its scheduler is a FlowMatchEulerDiscreteScheduler, which Stable Diffusion 1.5 does not work with",
    ),
    **{
        f"reads {said!r} tokens": (
            change(f"{WORDS}.json", model_max_length=said), "says .* for 'model_max_length', the tokens"
        )
        for said in (0, 1, -1, "many", True, [77])
    },
    "tokenizer of another kind": (put("tokenizer/tokenizer.json", {"model": {"type": "WordPiece"}}), "CLIPTokenizer"),
}  # fmt: skip


@pytest.mark.parametrize("fault", [fault for fault, (_, words) in REFUSED.items() if words])
def test_one_sentence_and_its_neighbours_stay(home: Path, tiny_models: TinyModels, tmp_path: Path, fault: str) -> None:
    spoil, words = REFUSED[fault]
    bad = Path(shutil.copytree(tiny_models.sd15, tmp_path / "models" / "bad"))
    shutil.copytree(tiny_models.sd15, tmp_path / "models" / "good")
    spoil(bad)
    service = ModelService(Settings(home=home, device="cpu", models=(str(tmp_path / "models"), str(bad))), BUILT_IN)
    service.wait_for_scan()
    infos = {info.id: info for info in service.infos()}
    assert infos["good"].problem == ""
    with pytest.raises(UserError, match=words) as caught, service.lease(Model(str(bad))):
        pass
    assert len(caught.value.message) < 1200
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("said", [None, 10**30, 1e30, 10**9])
def test_a_tokenizer_that_does_not_say_reads_what_its_encoder_does(
    home: Path, tiny_models: TinyModels, tmp_path: Path, said: Any
) -> None:
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))
    file = folder / f"{WORDS}.json"
    config = {key: value for key, value in json.loads(file.read_text()).items() if key != "model_max_length"}
    file.write_text(json.dumps(config if said is None else config | {"model_max_length": said}))
    with ModelService(Settings(home=home, device="cpu"), BUILT_IN).lease(Model(str(folder))) as lease:
        assert lease["tokenizer"].model_max_length == lease["text_encoder"].config.max_position_embeddings


def test_a_tokenizer_without_its_config_reads_what_its_encoder_does(
    home: Path, tiny_models: TinyModels, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))
    (folder / f"{WORDS}.json").unlink()
    with ModelService(Settings(home=home, device="cpu"), BUILT_IN).lease(Model(str(folder))) as lease:
        assert lease["tokenizer"].model_max_length == lease["text_encoder"].config.max_position_embeddings


def test_an_upscaler_that_names_more_blocks_than_it_has_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "x4.safetensors"
    tensors = {name: tensor.clone() for name, tensor in upscaler.esrgan().state_dict().items()}
    tensors |= {f"model.1.sub.{number}.RDB1.conv1.0.weight": torch.zeros(1) for number in range(2, 12_000)}
    save_file(tensors, file)
    entry = read_model(file, "x4", BUILT_IN)
    with pytest.raises(UserError, match=r"larger than its weights: they have 12,\d+ tensors"):
        load(next(iter(entry.components.values())), "cpu")


def build(number: int, width: int) -> None:
    with build_limit(Path("x"), "Network", [WeightsHeader({}, {})]):
        for _ in range(number):
            torch.nn.Linear(width, width, device="meta")


def test_nothing_is_built_beyond_what_the_header_can_fill() -> None:
    for number, width in ((10**6, 1), (1, 2**20)):
        with pytest.raises(UserError, match="larger than its weights"):
            build(number, width)
    torch.nn.Linear(2**20, 2**20, device="meta")  # the limit ends with the block


def test_verifying_any_of_these_is_a_report(tiny_models: TinyModels, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_models.sd15, tmp_path / "model"))
    change(VAE, block_out_channels=5)(folder)
    put("tokenizer/tokenizer.json", {"model": {"type": "WordPiece"}})(folder)
    reports = {report.part: report for report in verify(read_model(folder, "model", BUILT_IN))}
    assert reports["vae"].problems
    assert reports["tokenizer"].problems
    assert not reports["unet"].problems


# ---- readers that took time that grows with the square, or for ever


def save(path: Path, header: bytes) -> Path:
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    return path


def test_readers_take_time_in_proportion(tmp_path: Path) -> None:
    """Each took from 17 seconds to a minute; a quadratic one would run into the test's time limit."""
    (tmp_path / "README.md").write_text("---" + "\n" * 200_000)
    assert read_card(tmp_path).license == ""
    entry = b'"a%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},'
    doubled = b"{" + b"".join(entry % number for number in range(30_000)) + (entry % 29_999)[:-1] + b"}"
    with pytest.raises(UserError, match="the key 'a29999' occurs twice"):
        read_header(save(tmp_path / "doubled.safetensors", doubled))
    shape = ",".join(["9" * 3000] * 1000).encode()
    digits = b'{"a":{"dtype":"F32","shape":[' + shape + b'],"data_offsets":[0,0]}}'
    with pytest.raises(UserError, match="the tensor 'a' does not fit its data"):
        read_header(save(tmp_path / "digits.safetensors", digits))


def test_a_file_beside_a_checkpoint_that_never_ends_is_not_read(tmp_path: Path, tiny_models: TinyModels) -> None:
    file = upscaler.save_upscaler(upscaler.compact(2), tmp_path / "x2.safetensors")
    (tmp_path / "x2.yaml").symlink_to("/dev/zero")
    assert read_model(file, "x2", BUILT_IN).capabilities == ("upscale",)


def test_a_pipe_under_any_name_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(UserError, match="a device or a pipe"):
        read_model(tmp_path / "pipe.safetensors", "pipe", BUILT_IN)
    with pytest.raises(UserError, match="a device or a pipe"):
        read_header(tmp_path / "pipe.safetensors")


@pytest.mark.parametrize("metadata", [3, [], "text", {"a": 1}, {"a": {"b": "c"}}])
def test_metadata_that_is_no_table_of_texts_is_refused(tmp_path: Path, metadata: Any) -> None:
    header = {"__metadata__": metadata, "a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}
    if metadata == []:
        assert read_header(save(tmp_path / "a.safetensors", json.dumps(header).encode())).metadata == {}
        return
    with pytest.raises(UserError, match="no table of texts"):
        read_header(save(tmp_path / "a.safetensors", json.dumps(header).encode()))
