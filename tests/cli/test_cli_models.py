"""`studio models`: one model from within, and whether its files hold what they should."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import original
import pytest
import torch
import upscaler
from built_in import BUILT_IN
from safetensors.torch import load_file, save_file
from tiny import TinyModels

from studio import settings
from studio.cli.main import main
from studio.models.service import ModelService

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
    assert "Prompts: 32 tokens are read" in told(capsys, "models", "info", "starter")  # its own encoder, not its family
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


def put(path: Path, **tensors: tuple[int, ...]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return original.save_header(dict(tensors), path)


def test_everything_in_a_mixed_folder_is_listed_with_its_kind_and_base(capsys: Told, tmp_path: Path) -> None:
    root = tmp_path / "mixed"
    upscaler.save_upscaler(upscaler.compact(2), _made(root / "写实亚洲.safetensors"))
    upscaler.save_upscaler(upscaler.compact(2), _made(root / "国风3.sft"))
    down = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
    put(root / "Lora/style.safetensors", **{down: (16, 2048)})
    put(root / "embeddings/bad.safetensors", emb_params=(8, 768))
    put(root / "odd.safetensors", thing=(3,))
    (root / "old.ckpt").write_bytes(b"\x80\x02")
    told(capsys, "models", "add", str(root))
    models = data(capsys, "models", "list", "--all")
    kinds = {Path(model["path"]).name: (model.get("kind", ""), model.get("base", "")) for model in models}
    assert kinds == {
        "starter": ("folder", "Kandinsky 2.2"),
        "写实亚洲.safetensors": ("upscaler", "Upscaler"),
        "国风3.sft": ("upscaler", "Upscaler"),
        "style.safetensors": ("lora", "Stable Diffusion XL"),
        "bad.safetensors": ("embedding", "Stable Diffusion 1.5"),
        "odd.safetensors": ("", ""),
        "old.ckpt": ("", ""),
    }
    assert {model["id"] for model in models if not model.get("problem")} == {"starter", "写实亚洲", "国风3", "style"}
    assert len(data(capsys, "models", "list")) == 4
    text = told(capsys, "models", "list", "--all")
    titles = [line for line in text.splitlines() if not line.startswith(" ")]
    assert titles == ["Models, as folders", "LoRAs", "Embeddings", "Upscalers", "Unknown"]
    assert "style  style  (lora, 0 MiB, for Stable Diffusion XL)" in text
    assert "LoRA for Stable Diffusion XL" in told(capsys, "models", "info", "style")


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_ids_stay_when_files_are_added(capsys: Told, tmp_path: Path) -> None:
    root = tmp_path / "mine"
    upscaler.save_upscaler(upscaler.compact(2), _made(root / "m/x2.safetensors"))
    told(capsys, "models", "add", str(root))
    upscaler.save_upscaler(upscaler.compact(2), _made(root / "a/x2.safetensors"))
    for _ in range(2):
        models = {model["id"]: model["path"] for model in data(capsys, "models", "list")}
        assert models["x2"] == str(root / "m/x2.safetensors")
        assert models["x2-2"] == str(root / "a/x2.safetensors")
    shutil.rmtree(root / "m")  # who is gone keeps no name from others
    upscaler.save_upscaler(upscaler.compact(2), _made(root / "z/x2.safetensors"))
    models = {model["id"]: model["path"] for model in data(capsys, "models", "list")}
    assert models["x2-2"] == str(root / "a/x2.safetensors")
    assert models["x2"] == str(root / "z/x2.safetensors")


MODEL = "paintxlturbo.safetensors"


def test_what_the_user_says_of_a_model_is_kept_beside_the_settings_and_wins(capsys: Told, tmp_path: Path) -> None:
    file = original.save(original.sdxl(), tmp_path / "paintXLTURBO.safetensors")
    stamp = [entry.stat().st_mtime_ns for entry in tmp_path.iterdir()]
    told(capsys, "models", "add", str(file))
    before = data(capsys, "models", "info", MODEL)
    assert (before["family_title"], before["defaults"]["steps"]) == ("Stable Diffusion XL, with Turbo", 6)
    assert "was assumed: 6 steps, guidance 2.0" in before["note"]
    assert "Stable Diffusion XL" in before["choices"]
    said = data(capsys, "models", "set", MODEL, "--family", "Stable Diffusion XL", "--prediction", "v")
    assert (said["family_title"], said["defaults"]["steps"], said["note"]) == ("Stable Diffusion XL", 30, "")
    told(capsys, "models", "set", MODEL, "--default", "steps=12", "--default", "guidance_scale=3.5")
    (listed,) = (model for model in data(capsys, "models", "list") if model["id"] == MODEL)
    assert (listed["defaults"]["steps"], listed["defaults"]["guidance_scale"]) == (12, 3.5)
    entry = ModelService(settings.load(), BUILT_IN).find(MODEL)
    assert entry.about.scheduling["prediction_type"] == "v_prediction"
    error = told(capsys, "models", "set", MODEL, "--family", "FLUX.1", code=2)
    assert "you said that it is 'FLUX.1', which its parts are not of; say one of 'Stable Diffusion XL'" in error
    assert "no KEY=NUMBER" in told(capsys, "models", "set", MODEL, "--default", "steps", code=2)
    assert "said: prediction v" in told(capsys, "models", "set", MODEL)
    after = data(capsys, "models", "set", MODEL, "--reset")
    assert after["defaults"] == before["defaults"]
    assert settings.load().said_of_models == {}
    assert [entry.stat().st_mtime_ns for entry in tmp_path.iterdir() if entry.is_file()] == stamp


def test_what_was_said_of_a_model_in_a_folder_of_many_wins_too(capsys: Told, tmp_path: Path) -> None:
    original.save(original.sd15(), _made(tmp_path / "many/dreamer_lcm.safetensors"))
    told(capsys, "models", "add", str(tmp_path / "many"))
    told(capsys, "models", "set", "dreamer-lcm", "--family", "Stable Diffusion 1.5")
    (listed,) = (model for model in data(capsys, "models", "list") if model["id"] == "dreamer-lcm")
    assert (listed["family_title"], listed["defaults"]["steps"]) == ("Stable Diffusion 1.5", 30)


def test_a_pickle_is_refused_converted_and_added(capsys: Told, tmp_path: Path) -> None:
    weights = upscaler.compact(2).state_dict()
    torch.save({"params": weights, "epoch": 1}, tmp_path / "x2.pth")
    assert "have it converted" in told(capsys, "models", "add", str(tmp_path / "x2.pth"), code=2)
    made = data(capsys, "models", "convert", str(tmp_path / "x2.pth"), "--to", str(tmp_path / "made"))
    assert (made["target"], made["tensors"]) == (str(tmp_path / "made/x2.safetensors"), len(weights))
    assert "Added x2" in told(capsys, "models", "add", "--convert", str(tmp_path / "x2.pth"))
    assert settings.load().models == (str(tmp_path / "x2.safetensors"),)
    assert "is there already" in told(capsys, "models", "add", "--convert", str(tmp_path / "x2.pth"), code=2)
