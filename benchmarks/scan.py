"""Seconds to look through a folder of 10,000 model files, the first time and again; and what a file of none costs.

python benchmarks/scan.py [COUNT]

The headers are those of whole models (Stable Diffusion 1.5 as a checkpoint, 1,130 tensors) and of LoRAs (528 tensors);
their weights take no room on the disk. Printed: seconds per thousand, and the second scan as a share of the first.
"""

import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import diffusers
import original
import torch
from tiny import BUILT_IN
from transformers import CLIPTextConfig, CLIPTextModel

from studio.models.catalogue import scanner

WHOLE_SHARE = 10  # one file in ten is a whole model, the rest are LoRAs, as people have them


def checkpoint() -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        model = SimpleNamespace(
            unet=diffusers.UNet2DConditionModel(cross_attention_dim=768, attention_head_dim=8),
            vae=diffusers.AutoencoderKL(
                block_out_channels=(128, 256, 512, 512), latent_channels=4, layers_per_block=2,
                down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
            ),
            text_encoder=CLIPTextModel(
                CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12)
            ),
        )  # fmt: skip
    return {name: tuple(tensor.shape) for name, tensor in original.checkpoint(model).items()}


def lora() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for block in range(22):
        for layer in ("to_q", "to_k", "to_v", "to_out_0"):
            for attention, width in (("attn1", 640), ("attn2", 768)):
                name = f"lora_unet_down_blocks_1_attentions_{block}_transformer_blocks_0_{attention}_{layer}"
                shapes |= {f"{name}.lora_down.weight": (16, width), f"{name}.lora_up.weight": (640, 16)}
                shapes[f"{name}.alpha"] = ()
    return shapes


def fill(root: Path, count: int) -> None:
    whole, addition = checkpoint(), lora()
    for number in range(count):
        folder = root / f"{number // 100}"
        folder.mkdir(exist_ok=True)
        is_whole = number % WHOLE_SHARE == 0
        original.save_header(whole if is_whole else addition, folder / f"{number}.safetensors")


def timed(action: Any) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of the processor (which other programs do not lengthen), and the result."""
    clock, processor = time.perf_counter(), time.process_time()
    result = action()
    return time.perf_counter() - clock, time.process_time() - processor, result


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root, cache = Path(name, "models"), Path(name, "cache")
        root.mkdir()
        fill(root, count)
        *first, found = timed(lambda: scanner(cache, BUILT_IN).scan(root))
        *second, again = timed(lambda: scanner(cache, BUILT_IN).scan(root))
        assert found == again
        usable = sum(not info.problem for info in found)
        print(f"{count:,} files, {usable:,} models that can be used, {count - usable:,} named and left out")
        for title, (clock, processor) in (("first scan", first), ("second scan", second)):
            per_thousand = (
                f"{clock / count * 1000:.3f} s per thousand, {processor / count * 1000:.3f} s of the processor"
            )
            print(f"{title:<12} {clock:7.2f} s   {per_thousand}")
        print(f"second / first {second[0] / first[0]:.3f}, of the processor {second[1] / first[1]:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
