"""`studio models` for models whose text encoders and VAEs lie in files of their own."""

import json
from pathlib import Path

import assembled
import file_names
from console import Studio


def test_a_choice_of_file_is_kept_and_undone_and_what_is_missing_is_listed(studio: Studio, tmp_path: Path) -> None:
    root = tmp_path / "ComfyUI" / "models"
    assembled.save_apart(assembled.flux(), assembled.LAYOUTS["flux-dev"][1], root)
    other = assembled.save(file_names.t5_names(assembled.t5()), root / "clip/zz.safetensors")
    added = studio("models", "add", str(root))
    assert "Added flux1-dev (flux)" in added.stdout, added.stderr
    said = studio("models", "set", "flux1-dev", "--file", f"text_encoder_2={other}", "--json")
    assert json.loads(said.stdout)["files"]["text_encoder_2"][0] == str(other)
    other.unlink()
    (root / "vae/ae.safetensors").unlink()
    missing = studio("models", "set", "flux1-dev", "--file", "text_encoder_2=")
    assert "which needs the VAE of FLUX.1 (for instance ae.safetensors)" in missing.stderr
    listed = json.loads(studio("models", "list", "--all", "--json").stdout)
    network = next(each for each in listed if each["path"].endswith("flux1-dev.safetensors"))
    assert network["kind"] == "network"
    assert "does not fit" in network["problem"]


def test_a_text_encoder_and_a_network_can_be_added_by_themselves(studio: Studio, tmp_path: Path) -> None:
    root = tmp_path / "parts"
    network = assembled.save_apart(assembled.flux(), assembled.LAYOUTS["flux-dev"][1], root)
    alone = network.rename(tmp_path / "flux1-dev.safetensors")
    told = studio("models", "add", str(alone)).stdout
    assert "Added flux1-dev, which cannot be used yet: " in told
    assert "studio models get flux-text-encoders" in told
    clip = (root / "clip/clip_l.safetensors").rename(tmp_path / "clip_l.safetensors")
    assert "which is used with the models that need it" in studio("models", "add", str(clip)).stdout
    assert "3 more were left out" not in studio("models", "add", str(root)).stdout
    assert "text-to-image" in studio("models", "info", str(alone)).stdout
