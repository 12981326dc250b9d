"""Pictures by packed networks against diffusers' own pipeline with the same numbers: the largest difference of a pixel.

python benchmarks/packed_pixels.py [LAYOUT …]

Of each published layout of a network in a file of its own a tiny model is packed, opened and asked for a picture;
diffusers' pipeline gets the numbers that are in that file, unpacked. It must be 0. Kinds of GGUF that its package
cannot write are held against their definition by a test.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import assembled
import gguf
import numpy as np
import torch
from built_in import BUILT_IN
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio import api
from studio.models.loaders.stored_tensors import stored_tensors
from studio.models.precision import Precision
from studio.models.service import ModelService
from studio.settings import Settings

GGUF = ("F16", "BF16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0")
FP8, SCALED = "FP8", "scaled FP8"
E4M3, LARGEST, SCALE = torch.float8_e4m3fn, 448.0, ".scale_weight"


def kind_of(name: str, tensor: Tensor) -> gguf.GGMLQuantizationType:
    own = gguf.GGMLQuantizationType[name]
    whole = tensor.dim() == 2 and tensor.shape[-1] % gguf.GGML_QUANT_SIZES[own][0] == 0
    return own if whole else gguf.GGMLQuantizationType.F32


def pack(packing: str, file: Path) -> Path:
    """The file with its numbers packed; what it holds then are others."""
    tensors = load_file(file)
    if packing in GGUF:
        return _as_gguf(packing, file, tensors)
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        factor = tensor.abs().max() / LARGEST
        if packing == SCALED and tensor.dim() == 2 and name.endswith(".weight") and factor:
            made[name.removesuffix(".weight") + SCALE] = factor
            tensor = tensor / factor
        made[name] = tensor.to(E4M3)
    save_file(made, file)
    return file


def _as_gguf(packing: str, file: Path, tensors: dict[str, Tensor]) -> Path:
    made = file.with_suffix(".gguf")
    writer = gguf.GGUFWriter(made, "network")
    for name, tensor in tensors.items():
        kind = kind_of(packing, tensor)
        writer.add_tensor(name, gguf.quants.quantize(tensor.float().numpy(), kind), raw_dtype=kind)
    steps: tuple[Callable[[], None], ...] = (
        writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close,
    )  # fmt: skip
    for step in steps:
        step()
    file.unlink()
    return made


def service_for(root: Path) -> ModelService:
    """One that computes in 32 bits, whatever this processor does best: so does the pipeline that is compared."""
    settings = Settings(home=root / "home", device="cpu", models=(str(root / "models"),))
    Precision(settings.cache_dir / "precision.json", lambda dtype: 1.0).bfloat16_pays()  # measured so, and kept
    return ModelService(settings, BUILT_IN)


def unpacked(packing: str, file: Path) -> dict[str, Tensor]:
    """The numbers of the file."""
    if packing in GGUF:
        return {name: each.float() for name, each in stored_tensors(file, lambda name: True, packed=False).items()}
    tensors = load_file(file)
    factors = {name.removesuffix(SCALE) + ".weight": each for name, each in tensors.items() if name.endswith(SCALE)}
    return {
        name: each.float() * factors.get(name, 1.0) for name, each in tensors.items() if not name.endswith(SCALE)
    }  # fmt: skip


def difference(name: str, packing: str, root: Path) -> int:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    file = pack(packing, assembled.save_apart(pipeline, layout, root / "models"))
    numbers, ours = unpacked(packing, file), assembled.picture(service_for(root), file)
    file.unlink()
    wide = file.with_suffix(".safetensors")  # which opens as diffusers has it: see single_files.py
    save_file(numbers, wide)
    with service_for(root).lease(api.Model(str(wide))) as lease:
        pipeline.transformer.load_state_dict(lease["transformer"].state_dict())
    theirs = assembled.directly(pipeline, service_for(root).find(str(wide)))
    return int(np.abs(theirs.astype(int) - ours.astype(int)).max())


def main(wanted: list[str]) -> int:
    torch.set_num_threads(1)  # several add up in an order of their own
    worst = 0
    print("| layout | packing | largest difference, of 255 |\n|---|---|---|")
    for name in assembled.LAYOUTS:
        for packing in (*GGUF, FP8, SCALED) if not wanted or name in wanted else ():
            with tempfile.TemporaryDirectory() as folder:
                found = difference(name, packing, Path(folder))
            worst = max(worst, found)
            print(f"| {name} | {packing} | {found} |", flush=True)
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
