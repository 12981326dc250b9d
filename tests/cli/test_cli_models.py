"""`studio models`: one model from within, and whether its files hold what they should."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import original
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import TinyModels

from studio import settings
from studio.cli.main import main

Told = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tiny_models: TinyModels, tmp_path: Path) -> Path:
    """A copy of a good model, to be spoiled."""
    return Path(shutil.copytree(tiny_models.sd15, tmp_path / "painter"))


def told(capsys: Told, *arguments: str, code: int = 0) -> str:
    assert main(arguments) == code, capsys.readouterr().err
    captured = capsys.readouterr()
    return captured.err if code and "--json" not in arguments else captured.out


def data(capsys: Told, *arguments: str, code: int = 0) -> Any:
    return json.loads(told(capsys, *arguments, "--json", code=code))


def change(file: Path, edit: Callable[[dict[str, torch.Tensor]], None]) -> None:
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    edit(tensors)
    save_file(tensors, file, metadata={"format": "pt"})


def broken(report: Any) -> dict[str, str]:
    return {part["part"]: " ".join(part["problems"]) for part in report["parts"] if part["problems"]}


def test_a_model_is_added_looked_into_and_removed(capsys: Told, folder: Path) -> None:
    (added,) = data(capsys, "models", "add", str(folder))
    assert (added["id"], added["family"]) == ("painter", "sd15")
    about = data(capsys, "models", "info", "painter")
    assert about["multiple"] == 8
    assert about["prompt_tokens"] == 0  # of any length
    parts = {part["part"]: part for part in about["parts"]}
    assert parts["unet"]["class"] == "UNet2DConditionModel"
    assert parts["unet"]["dtype"] == "float32"
    assert 0.9 < sum(part["bytes"] for part in about["parts"]) / about["size_bytes"] <= 1  # without the headers
    text = told(capsys, "models", "info", str(folder))
    assert "Size: 64x64 pixels; each side a multiple of 8" in text
    assert "Can do: text-to-image, image-to-image, inpaint" in text
    assert "Prompts: any number of tokens are read" in text
    assert "Prompts: 77 tokens are read" in told(capsys, "models", "info", "starter")
    assert data(capsys, "models", "remove", "painter") == [{"id": "painter", "path": str(folder)}]
    assert settings.load().models == ()


def test_the_licence_is_the_folders_own(capsys: Told, folder: Path) -> None:
    assert "RAIL-M" in data(capsys, "models", "info", str(folder))["license"]
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: ours-1.0\ntags:\n- x\n---\n# Painter\n")
    (folder / "LICENSE.md").write_text("Do what you like.\x1b[31m\n")
    about = data(capsys, "models", "info", str(folder))
    assert (about["license"], about["license_file"]) == ("ours-1.0", "LICENSE.md")
    assert about["license_text"].startswith("Do what you like.")
    text = told(capsys, "models", "info", str(folder))
    assert "Do what you like.\\x1b[31m" in text


def test_an_unknown_or_refused_model_is_one_sentence(capsys: Told, folder: Path) -> None:
    assert "There is no model 'nope'" in told(capsys, "models", "info", "nope", code=2)
    (folder / "model_index.json").unlink()
    for command in ("info", "verify"):
        assert told(capsys, "models", command, str(folder), code=2).count("\n") == 1


def test_a_good_model_is_verified_in_full(capsys: Told, folder: Path) -> None:
    report = data(capsys, "models", "verify", str(folder))
    assert report["well"]
    assert {part["part"] for part in report["parts"]} == {"vae", "text_encoder", "tokenizer", "unet", "scheduler"}
    assert all(part["tensors"] > 30 for part in report["parts"] if part["files"])
    assert "well    unet" in told(capsys, "models", "verify", str(folder))
    assert told(capsys, "models", "verify", "starter")


def test_numbers_that_are_none_are_found(capsys: Told, folder: Path) -> None:
    def spoil(tensors: dict[str, torch.Tensor]) -> None:
        tensors["conv_out.weight"].view(-1)[-1] = torch.nan
        tensors["conv_in.bias"][0] = torch.inf

    change(folder / "unet/diffusion_pytorch_model.safetensors", spoil)
    found = broken(data(capsys, "models", "verify", str(folder), code=2))
    assert set(found) == {"unet"}
    assert "NaN or infinity in conv_in.bias, conv_out.weight" in found["unet"]
    assert "is damaged in unet; nothing was changed" in told(capsys, "models", "verify", str(folder), code=2)


def test_tensors_that_do_not_fit_the_config_are_named(capsys: Told, folder: Path) -> None:
    def spoil(tensors: dict[str, torch.Tensor]) -> None:
        for name in [name for name in tensors if name.endswith("layers.1.layer_norm1.bias")]:
            del tensors[name]
        tensors["more"] = torch.zeros(3)

    change(folder / "text_encoder/model.safetensors", spoil)
    change(
        folder / "vae/diffusion_pytorch_model.safetensors",
        lambda tensors: tensors.update({"decoder.conv_in.bias": torch.zeros(7)}),
    )
    report = data(capsys, "models", "verify", str(folder), code=2)
    found = broken(report)
    assert "lacks encoder.layers.1.layer_norm1.bias" in found["text_encoder"]
    assert "decoder.conv_in.bias: of another shape" in found["vae"]
    assert [part["remarks"] for part in report["parts"] if part["part"] == "text_encoder"] == [
        ["It also holds more, which CLIPTextModel does not use."]
    ]


def test_a_file_that_was_cut_is_told_in_one_sentence(capsys: Told, folder: Path) -> None:
    weights = folder / "unet/diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    said = told(capsys, "models", "verify", str(folder), code=2)
    assert "damaged" in said
    assert said.count("\n") == 1


def test_the_parts_of_one_file_are_verified_each(capsys: Told, tmp_path: Path) -> None:
    file = tmp_path / "painter.safetensors"
    original.save(original.sd15(), file)
    reports = {part["part"]: part for part in data(capsys, "models", "verify", str(file))["parts"]}
    assert all(reports[part]["tensors"] > 30 for part in ("unet", "vae", "text_encoder"))
    assert sum(part["bytes"] for part in reports.values()) < file.stat().st_size

    def spoil(tensors: dict[str, torch.Tensor]) -> None:
        tensors[next(name for name in tensors if name.endswith("out.2.weight"))].view(-1)[300] = torch.nan

    change(file, spoil)
    assert set(broken(data(capsys, "models", "verify", str(file), code=2))) == {"unet"}
