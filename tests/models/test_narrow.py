"""8-bit floats: kept as they are, computed wide, with the numbers of the same file widened; scaled ones multiplied."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import family_zoo
import original
import pytest
import torch
from built_in import BUILT_IN
from diffusers import FluxTransformer2DModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Qwen3Config, Qwen3Model

from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.integrity import seal
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec, load
from studio.models.loaders.narrow import NarrowLinear
from studio.models.loaders.narrow_section import assembled
from studio.models.variant import variant

E4M3, E5M2 = torch.float8_e4m3fn, torch.float8_e5m2
Tensors = dict[str, Tensor]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return original.save(original.sdxl(), tmp_path_factory.mktemp("narrow") / "whole.safetensors")


def rewritten(source: Path, target: Path, change: Callable[[Tensors], Tensors]) -> Path:
    with safe_open(source, "pt") as file:
        metadata = file.metadata()
    save_file(change(load_file(source)), target, metadata)
    return target


def narrowed(kind: torch.dtype) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: each.to(kind) if each.is_floating_point() else each for name, each in tensors.items()}


def close(one: Tensor, other: Tensor) -> bool:
    """Equal but for the last bits: with AVX-512, MKL's sums depend on where in memory a weight begins, and those of a
    file begin anywhere. Numbers that are read wrongly are off by a thousand times as much.
    """
    tolerance = 1e-5 if one.dtype == torch.float32 else 0.0
    return bool(torch.allclose(one, other, rtol=tolerance, atol=tolerance))


def computed(part: str, module: Any) -> Tensor:
    torch.manual_seed(1)
    with torch.no_grad():
        if part == "vae":
            return module.decode(torch.randn(1, 4, 8, 8).to(module.dtype)).sample  # type: ignore[no-any-return]
        if part != "unet":
            return module(torch.arange(77)[None])[0]  # type: ignore[no-any-return]
        pooled = module.config.projection_class_embeddings_input_dim - 6 * module.config.addition_time_embed_dim
        told = {"text_embeds": torch.randn(1, pooled), "time_ids": torch.ones(1, 6)}
        words = torch.randn(1, 7, module.config.cross_attention_dim).to(module.dtype)
        told = {name: each.to(module.dtype) for name, each in told.items()}
        noise = torch.randn(1, 4, 16, 16).to(module.dtype)
        return module(noise, 3, words, added_cond_kwargs=told).sample  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", [E4M3, E5M2])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_narrow_weights_compute_as_the_same_numbers_do_in_a_wide_file(
    whole: Path, tmp_path: Path, kind: torch.dtype, dtype: str
) -> None:
    file = rewritten(whole, tmp_path / "narrow.safetensors", narrowed(kind))
    wide = rewritten(file, tmp_path / "wide.safetensors", narrowed(torch.float32))
    entry = read_model(file, "narrow", BUILT_IN)
    assert entry.packing == "FP8"
    assert entry.components["unet"].dtype == "bfloat16"
    for part, spec in entry.in_dtype(dtype).components.items():
        if spec.dtype:
            module = load(spec, "cpu")
            expected = load(replace(spec, path=wide), "cpu")
            assert close(computed(part, module), computed(part, expected)), part
            held = sum(each.nbytes for each in (*module.parameters(), *module.buffers()))
            assert held < 1.05 * spec.stored_bytes(), part
            assert abs(held - spec.estimated_bytes()) < 0.05 * held


def test_a_narrow_module_and_its_variants_stay_as_they_are(whole: Path, tmp_path: Path) -> None:
    """What the layerwise casting of diffusers does to a shared module is what this is held against."""
    spec = read_model(rewritten(whole, tmp_path / "n.safetensors", narrowed(E4M3)), "n", BUILT_IN).components["unet"]
    module = load(replace(spec, dtype="float32"), "cpu")
    before, expected = seal(module), computed("unet", module)
    copy = variant(module)
    assert torch.equal(computed("unet", copy), expected)
    copy.to(torch.bfloat16).to(torch.float32)
    layers = [layer for layer in module.modules() if isinstance(layer, NarrowLinear)]
    assert {layer.weight.dtype for layer in layers} == {torch.int8}
    assert before is not None
    assert before.tensors[0] == seal(module).tensors[0]  # type: ignore[union-attr]


# ---- scaled


def scaled(tensors: Tensors, ending: str, *, rows: bool = False) -> Tensors:
    """Each layer's weights as a narrow number times a factor."""
    found: Tensors = {}
    for name, tensor in tensors.items():
        if name.endswith(".weight") and tensor.dim() == 2:
            size = tensor.abs().float()
            factor = (size.amax(1, keepdim=True) if rows else size.max()) / 448
            found[name] = (tensor.float() / factor).to(E4M3)
            found[name.removesuffix(".weight") + ending] = factor
            found[name.removesuffix(".weight") + ".scale_input"] = torch.ones(())
        else:
            found[name] = tensor
    return found


def multiplied_out(tensors: Tensors, ending: str) -> Tensors:
    factors = {name.removesuffix(ending) + ".weight": each for name, each in tensors.items() if name.endswith(ending)}
    return {
        name: each.float() * factors[name] if name in factors else each
        for name, each in tensors.items()
        if not name.endswith((ending, ".scale_input", "scaled_fp8"))
    }


@pytest.mark.parametrize(
    ("ending", "rows"), [(".scale_weight", False), (".weight_scale", False), (".weight_scale", True)]
)
def test_scaled_weights_are_multiplied_out(whole: Path, tmp_path: Path, ending: str, rows: bool) -> None:
    file = rewritten(
        whole, tmp_path / "scaled.safetensors",
        lambda tensors: scaled(tensors, ending, rows=rows) | {"scaled_fp8": torch.zeros(2).to(E4M3)},
    )  # fmt: skip
    wide = rewritten(file, tmp_path / "wide.safetensors", lambda tensors: multiplied_out(tensors, ending))
    entry = read_model(file, "scaled", BUILT_IN)
    for part, spec in entry.in_dtype("float32").components.items():
        if spec.dtype:
            module = load(spec, "cpu")
            expected = computed(part, load(replace(spec, path=wide), "cpu"))
            assert close(computed(part, module), expected), part
            plain = load(replace(spec, path=whole), "cpu")
            assert (expected - computed(part, plain)).abs().max() < 0.25 * expected.abs().max(), part


def test_a_factor_is_kept_beside_its_layer_and_follows_its_parts(tmp_path: Path) -> None:
    """Of a FLUX.1 in diffusers' names; the weights stay narrow."""
    network = family_zoo.flux().transformer
    tensors = scaled(network.state_dict(), ".scale_weight")
    save_file(tensors, tmp_path / "flux.safetensors")
    config = {key: value for key, value in network.config.items() if key != "_name_or_path"}
    section = CheckpointSection(json.dumps(config))
    spec = ComponentSpec("diffusers", "FluxTransformer2DModel", tmp_path / "flux.safetensors", "float32", section)
    module = load(spec, "cpu")
    assert isinstance(module, FluxTransformer2DModel)
    layers = [layer for layer in module.modules() if isinstance(layer, NarrowLinear)]
    assert len(layers) > 20
    assert all(layer.weight_scale is not None for layer in layers)
    expected = FluxTransformer2DModel.from_config(network.config)
    expected.load_state_dict(multiplied_out(tensors, ".scale_weight"))
    given = {
        "hidden_states": torch.randn(1, 16, config["in_channels"]), "timestep": torch.tensor([0.5]),
        "encoder_hidden_states": torch.randn(1, 5, config["joint_attention_dim"]),
        "pooled_projections": torch.randn(1, config["pooled_projection_dim"]), "guidance": torch.tensor([3.5]),
        "img_ids": torch.zeros(16, 3), "txt_ids": torch.zeros(5, 3),
    }  # fmt: skip
    with torch.no_grad():
        assert torch.equal(module(**given).sample, expected.eval()(**given).sample)


def test_a_language_model_keeps_its_rotations_wide(tmp_path: Path) -> None:
    config = Qwen3Config(
        vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16,
    )  # fmt: skip
    torch.manual_seed(4)
    tensors = narrowed(E4M3)(Qwen3Model(config).state_dict())
    wide = {name: each.to(torch.bfloat16) for name, each in tensors.items()}
    expected = Qwen3Model.from_pretrained(None, config=config, state_dict=wide, dtype=torch.bfloat16).eval()
    empty = Qwen3Model(config).requires_grad_(False)
    module = assembled(empty, lambda given: given, tensors, torch.bfloat16)
    words = torch.arange(40)[None]
    with torch.no_grad():
        assert torch.equal(module(words).last_hidden_state, expected(words).last_hidden_state)


# ---- folders


def test_a_narrow_part_of_a_folder_stays_narrow(tmp_path: Path) -> None:
    original.sdxl().save_pretrained(tmp_path / "model")
    file = tmp_path / "model/unet/diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    save_file(narrowed(E4M3)(tensors), file)
    spec = read_model(tmp_path / "model", "m", BUILT_IN).in_dtype("float32").components["unet"]
    module = load(spec, "cpu")
    assert sum(each.nbytes for each in module.parameters()) < 1.05 * spec.stored_bytes()
    save_file({name: each.float() for name, each in narrowed(E4M3)(tensors).items()}, file)
    assert torch.equal(computed("unet", module), computed("unet", load(spec, "cpu")))


def test_a_factor_for_each_block_is_refused(whole: Path, tmp_path: Path) -> None:
    def blocks(tensors: Tensors) -> Tensors:
        name = next(name for name, each in tensors.items() if name.endswith(".weight") and each.dim() == 2)
        factors = torch.ones(tensors[name].shape[0], 2)
        return tensors | {name: tensors[name].to(E4M3), name.removesuffix(".weight") + ".weight_scale": factors}

    file = rewritten(whole, tmp_path / "blocks.safetensors", blocks)
    with pytest.raises(UserError, match="FP8 with a factor for each block, which the studio does not unpack"):
        read_model(file, "blocks", BUILT_IN)


def test_what_lacks_a_tensor_is_not_loaded(whole: Path, tmp_path: Path) -> None:
    def without(tensors: Tensors) -> Tensors:
        gone = "model.diffusion_model.time_embed.2.weight"
        return {name: each for name, each in narrowed(E4M3)(tensors).items() if name != gone}

    spec = read_model(rewritten(whole, tmp_path / "n.safetensors", without), "n", BUILT_IN).components["unet"]
    with pytest.raises(UserError, match="lacks|do not make a"):
        load(spec, "cpu")
