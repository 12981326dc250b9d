"""The stages of unCLIP (Ramesh et al. 2022) over a leased model: diffusers' stock prior and decoder, then the upscaler.

Image embeddings are (N, D), not normalised, in the dtype of the prior, as the pipelines of Kandinsky 2.2 pass them on.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from diffusers import KandinskyV22Img2ImgPipeline, KandinskyV22Pipeline, KandinskyV22PriorPipeline
from PIL import Image

from studio.api._model import Lease
from studio.api._params import parse_size
from studio.api._region import Region
from studio.api._task import Context
from studio.diffusion._composition import compose
from studio.diffusion._emphasis import fragments, unweighted
from studio.diffusion._picture import StepProgress, to_picture
from studio.diffusion._preview import LatentPreview
from studio.diffusion._repaint import whole
from studio.diffusion._shares import shares
from studio.diffusion._weight import token_weights, weighed


class Prior(KandinskyV22PriorPipeline):  # type: ignore[misc]  # diffusers is untyped
    """The stock prior, whose text and zero embeddings are kept between jobs: a new seed encodes nothing again."""

    @classmethod
    def over(cls, ctx: Context, lease: Lease) -> "Prior":
        """The pipeline over the leased components; __init__ stays diffusers' own, whose signature diffusers reads."""
        pipeline = cls(
            prior=lease["prior"],
            image_encoder=lease["image_encoder"],
            text_encoder=lease["text_encoder"],
            tokenizer=lease["tokenizer"],
            scheduler=lease["prior_scheduler"],
            image_processor=lease["image_processor"],
        )
        pipeline._ctx, pipeline._lease = ctx, lease
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def embed(self, prompt: str, negative: str, generator: torch.Generator, meter: StepProgress) -> tuple[Any, Any]:
        """The image embedding of a prompt, (1, D), and the one to be guided away from.

        Takes the model's `prior_steps`, each of which is a step of the meter.
        """
        path: list[torch.Tensor] = []

        def on_step(_pipe: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            if self._ctx.reveals:
                path.append(tensors["latents"])
            meter.step("prior")
            return {}

        made = self(
            prompt,
            negative_prompt=negative or None,
            num_inference_steps=self._lease.defaults["prior_steps"],
            guidance_scale=self._lease.defaults["prior_guidance_scale"],
            generator=generator,
            callback_on_step_end=on_step,
        )
        for number, latents in enumerate(path):
            embedding = self.prior.post_process_latents(latents)[:1]
            similarity = torch.cosine_similarity(embedding.float(), made.image_embeds.float()).item()
            self._ctx.reveal("prior", step=number + 1, similarity=similarity)
        return made.image_embeds, made.negative_image_embeds

    def _encode_prompt(self, prompt: Any, device: Any, count: int, guided: bool, negative: Any = None) -> Any:
        key = ("prompt", self._lease.fingerprint, tuple(prompt), count, guided, tuple(negative or ()))
        return self._ctx.cached(key, lambda: self._weighed_prompt(prompt, device, count, guided, negative))

    def _weighed_prompt(self, prompt: Any, device: Any, count: int, guided: bool, negative: Any) -> Any:
        """With the weights of words in the hidden states; the pooled embedding is that of the words alone."""
        encode = super()._encode_prompt
        asked = [*(negative or [""] * len(prompt) if guided else []), *prompt]
        readings = [fragments(text) for text in asked]
        texts = [None if given is None else [unweighted(text) for text in given] for given in (prompt, negative)]
        pooled, states, mask = encode(texts[0], device, count, guided, texts[1])
        if any(fragment.weight != 1 for reading in readings for fragment in reading):
            empty = encode([""], device, 1, False)[1]
            rows = [token_weights(self.tokenizer, reading, states.shape[1]) for reading in readings]
            parts = states.chunk(len(rows))
            states = torch.cat([weighed(part, empty, row) for part, row in zip(parts, rows, strict=True)])
        return pooled, states, mask

    def get_zero_embed(self, batch_size: int = 1, device: Any = None) -> Any:
        key = ("zero", self._lease.fingerprint, batch_size)
        return self._ctx.cached(key, lambda: super(Prior, self).get_zero_embed(batch_size, device))


class _FromPicture(KandinskyV22Img2ImgPipeline):  # type: ignore[misc]  # diffusers is untyped
    """The stock one, for latents of any number of channels: if they are not 4 it takes them for pixels."""

    def prepare_latents(
        self, image: Any, timestep: Any, batch_size: int, num_images_per_prompt: int, dtype: Any, device: Any,
        generator: Any = None,
    ) -> Any:  # fmt: skip
        known = image.to(device=device, dtype=dtype)
        noise = torch.randn(known.shape, generator=generator, dtype=dtype).to(device)
        return self.scheduler.add_noise(known, noise, timestep)


def decode(
    positive: torch.Tensor, negative: torch.Tensor, ctx: Context, lease: Lease,
    generator: torch.Generator, meter: StepProgress, *, size: tuple[int, int], steps: int, guidance_scale: float,
    start: Image.Image | None = None, strength: float = 1.0, scheduler: Any = None,
    regions: Sequence[tuple[Region, torch.Tensor]] = (),
) -> Image.Image:  # fmt: skip
    """The picture of an image embedding (1, D), `size` = (width, height) pixels before any upscaling.

    From noise, or from `start` (of that size) with noise of `strength` added. Takes as many steps of the meter as are
    run, and one more. `scheduler`: another one than the model's own. `regions`: each with the image embedding that
    counts where its mask is. Raises UserError, naming the nearest legal size, for one that the pipeline would round.
    """
    unet = whole(lease["unet"], lease["movq"].config.latent_channels)
    made = KandinskyV22Pipeline if start is None else _FromPicture
    decoder = made(unet=unet, scheduler=scheduler or lease["scheduler"], movq=lease["movq"])
    decoder.set_progress_bar_config(disable=True)
    reduced = 2 ** (len(lease["movq"].config.block_out_channels) - 1)
    parse_size(f"{size[0]}x{size[1]}", size, multiple=reduced**2)  # as the pipelines round
    preview = LatentPreview(ctx, lease, lease["movq"])

    def on_step(_pipe: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        shown = preview.of(tensors["latents"]) if ctx.wants_preview or ctx.reveals else None
        if shown is not None and ctx.reveals:
            ctx.reveal("denoise", step=step + 1, picture=shown)
        meter.step("decoder", shown)
        return {}

    # The img2img pipeline takes each side for the other: it calls preprocess(image, width, height).
    width, height = size if start is None else size[::-1]
    call = {
        "image_embeds": positive, "negative_image_embeds": negative, "width": width, "height": height,
        "num_inference_steps": steps, "guidance_scale": guidance_scale, "output_type": "np",
        **({} if start is None else {"image": start, "strength": strength}),
    }  # fmt: skip
    if regions:
        grid = shares(ctx, [region for region, _ in regions], (size[0] // reduced, size[1] // reduced))
        calls = [call, *({**call, "image_embeds": embedding} for _, embedding in regions)]
        decoder.unet = compose(decoder, "unet", grid, calls)
    images = decoder(**call, generator=generator, callback_on_step_end=on_step).images
    meter.step("codec")
    return to_picture(images[0])


def enlarge(picture: Image.Image, ctx: Context, lease: Lease, meter: StepProgress) -> Image.Image:
    """The picture through the model's own upscaler, `upscaler_scale` times as wide; one step of the meter."""
    upscaler = lease["upscaler"]
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 255).permute(2, 0, 1)[None]
    large = upscaler(pixels.to(upscaler.device, upscaler.dtype))
    result = to_picture(large[0].float().cpu().permute(1, 2, 0).numpy())
    if ctx.reveals:
        ctx.reveal("upscale", before=picture, after=result)
    meter.step("upscaler", result if ctx.wants_preview else None)
    return result
