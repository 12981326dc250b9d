"""How much of each stage: two presets, hours on two cores or minutes on a GPU."""

from dataclasses import dataclass

from studio_starter.training import Plan


@dataclass(frozen=True)
class Scale:
    plans: dict[str, Plan]
    decoder_channels: tuple[int, ...]
    prior_layers: int
    pool: int
    """Different pictures of 64 pixels a side."""
    large_pool: int
    """Different pictures of 256 pixels a side."""


SCALES = {
    "small": Scale(
        plans={
            "clip": Plan(pictures=160_000, batch=96, rate=1e-3, decay=0.05),
            "decoder": Plan(pictures=250_000, batch=32, rate=1e-3, ema=0.9985),
            "prior": Plan(pictures=90_000, batch=256, rate=1e-3, ema=0.995),
            "upscaler": Plan(pictures=24_000, batch=16, rate=1e-3, decay=0.0, ema=0.998),
            "judge": Plan(pictures=50_000, batch=64, rate=2e-3, decay=0.02, ema=0.995),
        },
        decoder_channels=(64, 128, 160), prior_layers=5, pool=60_000, large_pool=2_500,
    ),
    "large": Scale(
        plans={
            "clip": Plan(pictures=3_000_000, batch=1024, rate=1e-3, decay=0.1),
            "decoder": Plan(pictures=8_000_000, batch=256, rate=1e-3, ema=0.9998),
            "prior": Plan(pictures=4_000_000, batch=1024, rate=1e-3, ema=0.9995),
            "upscaler": Plan(pictures=400_000, batch=64, rate=1e-3, decay=0.0, ema=0.9995),
            "judge": Plan(pictures=1_000_000, batch=256, rate=2e-3, decay=0.02, ema=0.9995),
        },
        decoder_channels=(96, 128, 160), prior_layers=5, pool=400_000, large_pool=20_000,
    ),
}  # fmt: skip
