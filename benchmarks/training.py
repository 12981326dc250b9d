"""How fast the starter's CLIP and decoder learn on this processor, by the kernel of attention.

Pictures a second through forward and backward, the fused kernel and the one that training takes in turns:
    python benchmarks/training.py [--rounds 5]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext

import torch
from studio_starter import clip, decoder
from studio_starter.codec import CHANNELS
from studio_starter.scale import SCALES
from studio_starter.training import attention, autocast

SCALE, TOKENS, VOCABULARY, DEVICE = SCALES["small"], 20, 2000, "cpu"
Step = Callable[[], torch.Tensor]


def clip_step(batch: int) -> Step:
    module = clip.build(VOCABULARY, SCALE)
    pixels, ids = torch.randn(batch, 3, SCALE.side, SCALE.side), torch.randint(VOCABULARY - 1, (batch, TOKENS))
    ids[:, -1] = VOCABULARY - 1
    return lambda: module.encode_image(pixels).square().mean() + clip.encode_text(module, ids, VOCABULARY - 1).mean()


def decoder_step(batch: int) -> Step:
    unet, side = decoder.build(SCALE).to(memory_format=torch.channels_last), SCALE.side // 4
    noised = torch.randn(batch, CHANNELS, side, side).contiguous(memory_format=torch.channels_last)
    times, embeds = torch.randint(1000, (batch,)), torch.randn(batch, clip.WIDTH)

    def step() -> torch.Tensor:
        found = unet(noised, times, encoder_hidden_states=None, added_cond_kwargs={"image_embeds": embeds}).sample
        loss: torch.Tensor = found.square().mean()
        return loss

    return step


def seconds(step: Step, ours: bool) -> float:
    began = time.perf_counter()
    with attention(DEVICE) if ours else nullcontext():
        with autocast(DEVICE):
            loss = step()
        loss.backward()  # type: ignore[no-untyped-call]
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for name, make in {"clip": clip_step, "decoder": decoder_step}.items():
        batch = SCALE.plans[name].batch
        step = make(batch)
        times = [(seconds(step, False), seconds(step, True)) for _ in range(rounds + 1)][1:]
        fused, ours = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{name}: {batch / fused:.0f}/s fused, {batch / ours:.0f}/s as trained, ratio {fused / ours:.2f}")


if __name__ == "__main__":
    main()
