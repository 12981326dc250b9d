"""What is trained and how much of it: two presets, hours on two cores or minutes on a GPU."""

from dataclasses import dataclass

from studio_starter.training import Plan
from studio_starter.world import LARGE, SMALL, World

PICTURE = 256
"""Pixels a side of what the user sees, behind the upscaler."""


@dataclass(frozen=True)
class Scale:
    world: World
    plans: dict[str, Plan]
    side: int
    """Pixels a side of what CLIP and the decoder see."""
    vision_layers: int
    text_layers: int
    decoder_channels: tuple[int, ...]
    """Of its levels, the finest first; each has half the resolution of the one before."""
    decoder_layers: tuple[int, ...]
    """Of each level."""
    prior_layers: int
    pool: int
    """Different pictures of `side` pixels."""
    large_pool: int
    """Different pictures of 256 pixels a side, for the upscalers of people's pictures."""
    redrawn: int
    """Those that the model's own upscaler learns from."""
    head: int = 32
    """Channels of an attention head of the decoder; every width that attends is a multiple of it."""
    repaints: bool = False
    """Whether the decoder also learns to repaint a part of a picture."""
    judge_widths: tuple[int, ...] = (32, 48, 96, 128)
    upscaler_layers: int = 8
    enlarger_layers: int = 10
    enlarger_features: int = 32
    """Of the upscalers for people's own pictures."""
    variants: int = 8
    """Captions of a picture in each language."""

    @property
    def factor(self) -> int:
        """Of the model's own upscaler."""
        return PICTURE // self.side


SCALES = {
    "small": Scale(
        world=SMALL,
        plans={
            "clip": Plan(pictures=200_000, batch=96, rate=1e-3, decay=0.05),
            "decoder": Plan(pictures=500_000, batch=32, rate=1e-3, ema=0.9985),
            "prior": Plan(pictures=500_000, batch=64, rate=1e-3, ema=0.998),
            "upscaler": Plan(pictures=24_000, batch=16, rate=1e-3, decay=0.0, ema=0.998),
            "judge": Plan(pictures=150_000, batch=64, rate=2e-3, decay=0.02, ema=0.995),
            "upscaler-x2": Plan(pictures=80_000, batch=16, rate=1e-3, decay=0.0, ema=0.998),
            "upscaler-x4": Plan(pictures=80_000, batch=16, rate=1e-3, decay=0.0, ema=0.998),
        },
        side=64, vision_layers=5, text_layers=3, decoder_channels=(64, 128, 160),
        decoder_layers=(3, 2, 1), prior_layers=5, pool=100_000,
        large_pool=2_500, redrawn=800,
    ),
    # For one H100 and 16 cores; the pictures are upper bounds, `--within` fits them to the time there is.
    "large": Scale(
        world=LARGE,
        plans={
            "clip": Plan(pictures=3_000_000, batch=1024, rate=1e-3, decay=0.1, share=0.24),
            "decoder": Plan(pictures=5_000_000, batch=512, rate=1e-3, ema=0.9995, share=0.5),
            "prior": Plan(pictures=4_000_000, batch=1024, rate=1e-3, ema=0.9995, share=0.09),
            "upscaler": Plan(pictures=300_000, batch=64, rate=1e-3, decay=0.0, ema=0.998, share=0.03),
            "judge": Plan(pictures=1_000_000, batch=256, rate=2e-3, decay=0.02, ema=0.998, share=0.06),
            "upscaler-x2": Plan(pictures=400_000, batch=64, rate=1e-3, decay=0.0, ema=0.998, share=0.04),
            "upscaler-x4": Plan(pictures=400_000, batch=64, rate=1e-3, decay=0.0, ema=0.998, share=0.04),
        },
        side=128, vision_layers=6, text_layers=4, decoder_channels=(96, 144, 176),
        decoder_layers=(1, 1, 1), prior_layers=6, pool=300_000,
        large_pool=12_000, redrawn=6_000, head=16, repaints=True, judge_widths=(32, 64, 96, 128, 160),
    ),
}  # fmt: skip
