"""The starter's decoder: image embedding to picture, a UNet with Kandinsky 2.2's conditioning.

It predicts the velocity v = sqrt(a) e - sqrt(1 - a) x (Salimans and Ho 2022, section 2.4) of latents
z = sqrt(a) x + sqrt(1 - a) e, where `a` is the schedule's cumulative product of alphas.
"""

from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
from torch import Tensor
from torch.nn import functional

from studio_starter import clip
from studio_starter.codec import CHANNELS, Codec
from studio_starter.data import SIDE, Batch, Pool, unit
from studio_starter.training import Plan, Stage, train

DROPPED = 0.1
"""Share of pictures whose embedding is replaced by that of no picture, for guidance."""


def build(width: int, channels: tuple[int, ...]) -> UNet2DConditionModel:
    """`width` is the image embedding's. Twice the latents' channels come out, as the pipelines expect of a model that
    also learns a variance; the second half is unused."""
    down, across = "ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"
    levels = len(channels)
    return UNet2DConditionModel(
        sample_size=SIDE // 4,
        in_channels=CHANNELS,
        out_channels=2 * CHANNELS,
        down_block_types=(down, *[across] * (levels - 1)),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=(*["SimpleCrossAttnUpBlock2D"] * (levels - 1), "ResnetUpsampleBlock2D"),
        block_out_channels=channels,
        layers_per_block=1,
        addition_embed_type="image",
        addition_embed_type_num_heads=64,
        encoder_hid_dim=width,
        encoder_hid_dim_type="image_proj",
        cross_attention_dim=channels[-1],
        attention_head_dim=32,
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=16,
    )


def scheduler() -> DPMSolverMultistepScheduler:
    """What draws with the decoder. Without a variance type: the pipelines then leave the unused half aside."""
    return DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        algorithm_type="dpmsolver++",
        timestep_spacing="trailing",
        variance_type=None,
    )


def velocity(latents: Tensor, noise: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """The noised latents and the velocity to be predicted."""
    signal, rest = alpha.sqrt()[:, None, None, None], (1 - alpha).sqrt()[:, None, None, None]
    return signal * latents + rest * noise, signal * noise - rest * latents


def spread_times(count: int, steps: int) -> Tensor:
    """Random time steps, one in each of `count` equal stretches: less noise in the loss than independent ones."""
    shares = (torch.randperm(count) + torch.rand(count)) / count
    return (shares * steps).long().clamp(max=steps - 1)


def train_decoder(
    work: Path, plan: Plan, channels: tuple[int, ...], pool: int, device: str = "cpu", minutes: float | None = None
) -> None:
    codec, eyes = Codec.load(work, device), clip.load(work, device)
    torch.manual_seed(plan.seed)
    unet = build(clip.WIDTH, channels).to(device, memory_format=torch.channels_last)  # twice as fast on CPUs
    stage = Stage("decoder", work, unet, plan)
    alphas = scheduler().alphas_cumprod.to(device)
    nothing = clip.embed(eyes, torch.zeros(1, 3, SIDE, SIDE, device=device))

    def step(batch: Batch) -> Tensor:
        pixels = unit(batch.pixels).to(device)
        embeds = clip.embed(eyes, pixels)
        embeds = torch.where((torch.rand(len(embeds), 1) < DROPPED).to(device), nothing, embeds)
        latents = codec.encode(pixels)
        times = spread_times(len(latents), len(alphas)).to(device)
        noised, target = velocity(latents, torch.randn(latents.shape).to(device), alphas[times])
        with torch.autocast(device, torch.bfloat16):
            found = unet(noised, times, encoder_hidden_states=None, added_cond_kwargs={"image_embeds": embeds}).sample
        return functional.mse_loss(found[:, :CHANNELS].float(), target)

    train(stage, Pool(work, plan.seed, pool).batches(stage.done, plan.pictures, plan.batch), step, minutes)
