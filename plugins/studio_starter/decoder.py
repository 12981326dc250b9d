"""The starter's decoder: image embedding to picture, a UNet with Kandinsky 2.2's conditioning.

It predicts the velocity v = sqrt(a) e - sqrt(1 - a) x (Salimans and Ho 2022, section 2.4) of latents
z = sqrt(a) x + sqrt(1 - a) e, where `a` is the schedule's cumulative product of alphas.
"""

from functools import partial
from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
from torch import Tensor
from torch.nn import functional

from studio_starter import clip
from studio_starter.codec import CHANNELS, Codec
from studio_starter.data import Batch, Pool, unit
from studio_starter.mask import masks
from studio_starter.scale import Scale
from studio_starter.training import Run, TrainingStage, train

DROPPED = 0.1
"""Share of pictures whose embedding is replaced by that of no picture, for guidance."""
GUIDANCE = 3.0
"""The guidance scale that it draws with."""


def build(scale: Scale) -> UNet2DConditionModel:
    """Twice the latents' channels come out, as the pipelines expect of a model that also learns a variance; the second
    half is unused. One that repaints also takes the latents to keep and the mask, in the order of diffusers' inpaint
    pipeline; where all of them are zero, all is painted anew."""
    channels = scale.decoder_channels
    down, across = "ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"
    levels = len(channels)
    return UNet2DConditionModel(
        sample_size=scale.side // 4,
        in_channels=2 * CHANNELS + 1 if scale.repaints else CHANNELS,
        out_channels=2 * CHANNELS,
        down_block_types=(down, *[across] * (levels - 1)),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=(*["SimpleCrossAttnUpBlock2D"] * (levels - 1), "ResnetUpsampleBlock2D"),
        block_out_channels=channels,
        layers_per_block=scale.decoder_layers,
        addition_embed_type="image",
        addition_embed_type_num_heads=64,
        encoder_hid_dim=clip.WIDTH,
        encoder_hid_dim_type="image_proj",
        cross_attention_dim=channels[-1],
        attention_head_dim=scale.head,
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=16,
    )


def scheduler() -> DPMSolverMultistepScheduler:
    """What draws with the decoder. Without a variance type: the pipelines then leave the unused half aside.

    Fresh noise at each step (SDE-DPM-Solver++, Lu et al. 2022) lets later steps mend what earlier ones drew wrong: a
    small decoder's outlines are far less ragged than along the equation without noise.
    """
    return DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        algorithm_type="sde-dpmsolver++",
        timestep_spacing="trailing",
        variance_type=None,
    )


def velocity(latents: Tensor, noise: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """The noised latents and the velocity to be predicted."""
    signal, rest = alpha.sqrt()[:, None, None, None], (1 - alpha).sqrt()[:, None, None, None]
    return signal * latents + rest * noise, signal * noise - rest * latents


def spread_times(count: int, steps: int, device: str = "cpu") -> Tensor:
    """Random time steps, one in each of `count` equal stretches: less noise in the loss than independent ones."""
    shares = (torch.randperm(count, device=device) + torch.rand(count, device=device)) / count
    return (shares * steps).long().clamp(max=steps - 1)


def train_decoder(work: Path, scale: Scale, run: Run) -> None:
    codec, eyes = Codec.load(work, run.device), clip.load(work, scale, run.device)
    torch.manual_seed(run.seed)
    unet = build(scale).to(run.device, memory_format=torch.channels_last)  # twice as fast on CPUs
    stage = TrainingStage("decoder", work, unet, scale.plans["decoder"], run)
    alphas = scheduler().alphas_cumprod.to(run.device)
    nothing = clip.embed(eyes, torch.zeros(1, 3, scale.side, scale.side, device=run.device))
    pool = Pool(work, scale, run.seed, device=run.device).reside()
    every = clip.embed_all(work, eyes, pool, min(pool.count, stage.plan.pictures), run.device)
    draws = run.compiled(unet)

    def step(batch: Batch) -> Tensor:
        rows = torch.arange(batch.numbers.start, batch.numbers.stop, device=run.device) % pool.count
        blank = torch.rand(len(rows), 1, device=run.device) < DROPPED
        embeds = torch.where(blank, nothing, every[rows])
        latents = codec.encode(unit(batch.pixels))
        times = spread_times(len(latents), len(alphas), run.device)
        noised, target = velocity(latents, torch.randn_like(latents), alphas[times])
        if scale.repaints:
            keep = masks(len(latents), latents.shape[-1], run.device)
            noised = torch.cat([noised, latents * keep, keep], dim=1)
        noised = noised.contiguous(memory_format=torch.channels_last)
        with run.autocast():
            found = draws(noised, times, encoder_hidden_states=None, added_cond_kwargs={"image_embeds": embeds}).sample
        return functional.mse_loss(found[:, :CHANNELS].float(), target)

    train(stage, partial(pool.batches, count=stage.plan.batch), step, run)
