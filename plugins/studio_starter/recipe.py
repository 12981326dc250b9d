"""The stages in their order, each with what it needs; one call trains one."""

from dataclasses import replace
from pathlib import Path

from studio_starter import clip, codec, decoder, judge, prior, tokenizer, upscaler
from studio_starter.scale import Scale
from studio_starter.training import TrainingError

STAGES = ("tokenizer", "codec", "clip", "decoder", "prior", "upscaler", "judge")
NEEDS = {
    "clip": ("tokenizer",), "decoder": ("codec", "clip"), "prior": ("clip",), "upscaler": ("codec",),
    "judge": ("codec", "upscaler"),
}  # fmt: skip


def train_stage(
    stage: str, work: Path, scale: Scale, device: str = "cpu", seed: int = 1, pictures: int | None = None,
    minutes: float | None = None,
) -> None:  # fmt: skip
    """Train one stage, from its checkpoint where there is one. Raises TrainingError, in one sentence."""
    for need in NEEDS.get(stage, ()):
        if not (work / need).exists() and not (work / f"{need}.safetensors").exists():
            raise TrainingError(f"{stage} builds on {need}; run this first: studio starter train {need}.")
    work.mkdir(parents=True, exist_ok=True)
    if stage == "tokenizer":
        tokenizer.learn(seed).save_pretrained(work / "tokenizer")
        return
    if stage == "codec":
        codec.train_codec(work, seed, scale.pool)
        return
    plan = replace(scale.plans[stage], seed=seed)
    if pictures is not None:
        plan = replace(plan, pictures=pictures)
    if stage == "clip":
        clip.train_clip(work, plan, device, minutes, scale.pool)
    elif stage == "decoder":
        decoder.train_decoder(work, plan, scale.decoder_channels, scale.pool, device, minutes)
    elif stage == "prior":
        prior.train_prior(work, plan, scale.prior_layers, scale.pool, device, minutes)
    elif stage == "upscaler":
        upscaler.train_upscaler(work, plan, scale.large_pool, device, minutes)
    else:
        judge.train_judge(work, plan, scale.pool, device, minutes)
