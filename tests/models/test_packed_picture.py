"""Whole pictures by packed networks in files of their own: those of the same numbers unpacked, bit for bit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import assembled
import gguf
import lora_zoo
import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import FluxTransformer2DModel
from diffusers.quantizers.gguf.utils import GGUFParameter, dequantize_gguf_tensor
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.models.integrity import seal
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.loaders.stored_tensors import stored_tensors
from studio.models.lora_layers import LoraTensors
from studio.models.lora_variant import Loaded, put_onto
from studio.models.lycoris_layers import LycorisLayers, Place
from studio.models.precision import Precision
from studio.models.service import ModelService
from studio.models.variant import variant
from studio.settings import Settings

Q8_0, F32 = gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F32


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def service_for(home: Path, models: Path) -> ModelService:
    """One that computes in 32 bits, whatever this processor does best."""
    settings = Settings(home=home, device="cpu", models=(str(models),))
    assert not Precision(settings.cache_dir / "precision.json", lambda dtype: 1.0).bfloat16_pays(), "measured, and kept"
    return ModelService(settings, BUILT_IN)


def as_gguf(file: Path) -> dict[str, Tensor]:
    """In the place of the network's file its GGUF; and what that holds, unpacked."""
    made = file.with_suffix(".gguf")
    writer = gguf.GGUFWriter(made, "flux")
    for name, tensor in load_file(file).items():
        numbers = tensor.float().numpy()
        kind = Q8_0 if numbers.ndim == 2 and numbers.shape[-1] % 32 == 0 else F32
        writer.add_tensor(name, gguf.quants.quantize(numbers, kind), raw_dtype=kind)
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()
    file.unlink()
    return {name: each.float() for name, each in stored_tensors(made, lambda name: True, packed=False).items()}


@pytest.mark.parametrize("name", ["flux-dev", "z-image", "sd3"])
@pytest.mark.parametrize("packing", ["Q8_0", "FP8"])
def test_a_packed_network_draws_what_its_numbers_draw(home: Path, tmp_path: Path, name: str, packing: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    file = assembled.save_apart(make(), layout, tmp_path)
    whole = load_file(file)
    if packing == "FP8":
        narrow = {name: each.to(torch.float8_e4m3fn) for name, each in whole.items()}
        save_file(narrow, file)
        numbers = {name: each.float() for name, each in narrow.items()}
    else:
        numbers = as_gguf(file)
        file = file.with_suffix(".gguf")
    service = service_for(home, tmp_path)
    tiny_rest = name == "sd3" and packing == "Q8_0"  # its positions, which stay wide, outnumber its tiny layers
    assert service.find(str(file)).packing == ("" if tiny_rest else packing)
    packed = assembled.picture(service, file)
    assert packed.std() > 1
    file.unlink()
    wide = file.with_suffix(".safetensors")
    save_file(numbers, wide)
    assert np.array_equal(packed, assembled.picture(service_for(home, tmp_path), wide))
    save_file(whole, wide)
    assert not np.array_equal(packed, assembled.picture(service_for(home, tmp_path), wide))


@pytest.mark.parametrize("packing", ["Q8_0", "FP8"])
def test_a_lora_goes_onto_packed_layers_as_onto_wide_ones(tmp_path: Path, packing: str) -> None:
    pipeline = assembled.flux()
    file = assembled.save_apart(pipeline, assembled.LAYOUTS["flux-dev"][1], tmp_path / "models")
    lora = lora_zoo.save(tmp_path / "lora.safetensors", pipeline, text=False)
    told = json.loads(read_header(lora).metadata["lora_adapter_metadata"])
    loaded = Loaded(LoraTensors(load_file(lora), None, told), "transformer", 0.7)
    layer = "transformer_blocks.0.attn.to_q"
    held = lora_zoo.lycoris("loha", tuple(pipeline.transformer.get_submodule(layer).weight.shape))
    loha = Loaded(LycorisLayers({"x": held}, {"transformer": [Place("x", layer)]}), "transformer", 0.7)
    if packing == "FP8":
        save_file({name: each.to(torch.float8_e4m3fn) for name, each in load_file(file).items()}, file)
    else:
        as_gguf(file)
        file = file.with_suffix(".gguf")
    service = ModelService(Settings(home=tmp_path, device="cpu", models=(str(tmp_path / "models"),)), BUILT_IN)
    packed = load(service.find(str(file)).in_dtype("float32").components["transformer"], "cpu")
    wide = FluxTransformer2DModel.from_config(packed.config).eval()
    wide.load_state_dict({name: _numbers(each) for name, each in packed.named_parameters()})
    before = seal(packed)
    made = []
    for module in (packed, wide):
        changed, other = variant(module), variant(module)
        put_onto(changed, [loaded])
        put_onto(other, [loha])
        made.append((_made_by(changed), _made_by(other)))
    assert torch.equal(made[0][0], made[1][0])
    assert torch.equal(made[0][1], made[1][1])
    assert not any(torch.equal(each, _made_by(packed)) for each in made[0])
    assert seal(packed) == before


def _numbers(held: Tensor) -> Tensor:
    if isinstance(held, GGUFParameter):
        return dequantize_gguf_tensor(held).float()  # type: ignore[no-any-return]
    return held.view(torch.float8_e4m3fn).float() if held.dtype == torch.int8 else held


def _made_by(module: Any) -> Tensor:
    torch.manual_seed(3)
    config = module.config
    with torch.no_grad():
        return module(  # type: ignore[no-any-return]
            hidden_states=torch.randn(1, 16, config.in_channels), timestep=torch.tensor([0.5]),
            encoder_hidden_states=torch.randn(1, 5, config.joint_attention_dim),
            pooled_projections=torch.randn(1, config.pooled_projection_dim), guidance=torch.tensor([3.5]),
            img_ids=torch.zeros(16, 3), txt_ids=torch.zeros(5, 3),
        ).sample  # fmt: skip
