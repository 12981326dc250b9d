"""What packed weights take in memory against their file: at most 1.15 times is what is wanted of FP8.

    python benchmarks/packed_memory.py [FOLDER]

A UNet of Stable Diffusion XL in real size (2.6 thousand million random numbers) as FP8 and as scaled FP8, and two
blocks of each kind of FLUX.1 in real width as GGUF (Q4_0, Q8_0); each is loaded as the engine loads it, and run once
on a small picture, in a process of its own. Printed are the most that process ever had (resident) beyond what it had
before, over the size of the file: after loading, and after the run, which adds the picture's own and the largest
layer, unpacked. That layer is as large in the whole FLUX.1, of which the GGUF here is a twelfth, so it is printed too.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import FluxTransformer2DModel, UNet2DConditionModel
from safetensors.torch import save_file

from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec, load, prepare

WANTED = 1.15
SDXL = {
    "sample_size": 128, "block_out_channels": (320, 640, 1280), "cross_attention_dim": 2048,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10), "attention_head_dim": (5, 10, 20), "use_linear_projection": True,
    "addition_embed_type": "text_time", "addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816,
}  # fmt: skip
FLUX = {"num_layers": 2, "num_single_layers": 2, "guidance_embeds": True}
KINDS = {"FP8": "unet", "scaled FP8": "unet", "Q4_0": "flux", "Q8_0": "flux"}


def empty(which: str) -> Any:
    with init_empty_weights():
        return UNet2DConditionModel(**SDXL) if which == "unet" else FluxTransformer2DModel(**FLUX)


def write(kind: str, folder: Path) -> Path:
    shapes = {name: each.shape for name, each in empty(KINDS[kind]).state_dict().items()}
    if KINDS[kind] == "flux":
        return _gguf(kind, shapes, folder / "network.gguf")
    tensors: dict[str, torch.Tensor] = {}
    for name, shape in shapes.items():
        tensors[name] = (torch.randn(shape, dtype=torch.bfloat16) * 0.02).to(torch.float8_e4m3fn)
        if kind == "scaled FP8" and name.endswith(".weight") and len(shape) == 2:
            tensors[name.removesuffix(".weight") + ".scale_weight"] = torch.tensor(0.5)
    save_file(tensors, folder / "network.safetensors")
    return folder / "network.safetensors"


def _gguf(kind: str, shapes: dict[str, Any], file: Path) -> Path:
    import gguf

    writer = gguf.GGUFWriter(file, "flux", use_temp_file=True)
    own = gguf.GGMLQuantizationType[kind]
    for name, shape in shapes.items():
        numbers = (torch.randn(shape) * 0.02).numpy()
        dtype = own if numbers.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(numbers, dtype), raw_dtype=dtype)
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()
    return file


def run(module: Any) -> None:
    dtype = module.dtype
    with torch.inference_mode():
        if isinstance(module, UNet2DConditionModel):
            told = {"text_embeds": torch.zeros(1, 1280, dtype=dtype), "time_ids": torch.zeros(1, 6, dtype=dtype)}
            words = torch.zeros(1, 77, 2048, dtype=dtype)
            module(torch.zeros(1, 4, 16, 16, dtype=dtype), 3, words, added_cond_kwargs=told)
        else:
            module(
                hidden_states=torch.zeros(1, 64, 64, dtype=dtype),
                encoder_hidden_states=torch.zeros(1, 32, 4096, dtype=dtype),
                pooled_projections=torch.zeros(1, 768, dtype=dtype), timestep=torch.tensor([0.5], dtype=dtype),
                guidance=torch.tensor([3.5], dtype=dtype), img_ids=torch.zeros(64, 3), txt_ids=torch.zeros(32, 3),
            )  # fmt: skip


def peak() -> int:
    """Of this process alone; ru_maxrss would begin with what its parent has."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def measure(kind: str, file: str) -> None:
    """In a process of its own."""
    prepare()
    made = empty(KINDS[kind])
    config = json.dumps({key: value for key, value in made.config.items() if not key.startswith("_")})
    _tiny(load)
    spec = ComponentSpec("diffusers", type(made).__name__, Path(file), "float32", CheckpointSection(config))
    before, began = peak(), time.monotonic()
    module = load(spec, "cpu")
    loaded, load_s = peak() - before, time.monotonic() - began
    run(module)
    size = Path(file).stat().st_size
    print(json.dumps({"size": size, "loaded": loaded / size, "run": (peak() - before) / size, "load_s": load_s}))


def _tiny(load: Callable[..., Any]) -> None:
    """What the first use of the libraries imports is no weight."""
    with tempfile.TemporaryDirectory() as folder:
        small = UNet2DConditionModel(
            block_out_channels=(32,), layers_per_block=1, down_block_types=("DownBlock2D",),
            up_block_types=("UpBlock2D",), cross_attention_dim=8,
        )  # fmt: skip
        file = Path(folder, "small.safetensors")
        save_file({name: each.to(torch.float8_e4m3fn) for name, each in small.state_dict().items()}, file)
        config = json.dumps({key: value for key, value in small.config.items() if not key.startswith("_")})
        module = load(
            ComponentSpec("diffusers", "UNet2DConditionModel", file, "float32", CheckpointSection(config)), "cpu"
        )
        with torch.inference_mode():
            module(torch.zeros(1, 4, 8, 8), 3, torch.zeros(1, 7, 8))


def main(*folder: str) -> int:
    torch.manual_seed(0)
    most = 0.0
    for kind in KINDS:
        with tempfile.TemporaryDirectory(dir=folder[0] if folder else None) as place:
            file = write(kind, Path(place))
            told = subprocess.run(
                [sys.executable, __file__, "--measure", kind, str(file)], check=True, capture_output=True, text=True
            ).stdout
            found = json.loads(told.splitlines()[-1])
            most = max(most, found["run"]) if KINDS[kind] == "unet" else most
            print(
                f"{kind:10}  file {found['size'] / 2**30:.2f} GiB  loaded {found['loaded']:.2f}  "
                f"after a run {found['run']:.2f}, {(found['run'] - 1) * found['size'] / 2**20:+.0f} MiB "
                f"({found['load_s']:.1f} s to load)", flush=True,
            )  # fmt: skip
    print(f"the most of FP8: {most:.2f}, wanted: at most {WANTED}")
    return 0 if most <= WANTED else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:4])
    else:
        sys.exit(main(*sys.argv[1:]))
