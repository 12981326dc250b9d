"""Any pipeline of diffusers over leased components: the exact class, embeddings kept, every step a cancel point."""

import importlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from studio.api._model import Lease
from studio.api._task import Context
from studio.diffusion._adapted import adapted, own
from studio.diffusion._draft import OFF, drafted
from studio.diffusion._picture import StepProgress, note_unread, reader
from studio.diffusion._preview import LatentPreview
from studio.diffusion._prompt import reading
from studio.diffusion._weight import weigh_sd3
from studio.errors import UserError

ADAPTED = "adapted"
"""Of a call: what T2I-Adapters add to the UNet, for a pipeline that takes none."""
BY_ALL = ("SD3ControlNetModel", "QwenImageControlNetModel")


def build_pipeline(ctx: Context, lease: Lease, capability: str, scheduler: Any = None, draft: str = OFF) -> Any:
    """The pipeline that does `capability` for this model, for one picture: it keeps state of its own while it runs.

    Its `encode_prompt` answers from `ctx.cached`, so that a new seed encodes nothing again; for families with
    `long_prompts` it reads prompts of any length, and the weights in them. `scheduler`: one beside the model's own.
    `draft`: `off` or `first-block`; raises UserError for a model that cannot be drafted.
    With ControlNets in the lease it is the one that follows their pictures, see `followed`.
    """
    made = _pipeline_class(lease, capability)
    about, known = lease.about, inspect.signature(made.__init__).parameters
    given = {**dict.fromkeys(about.optional), **about.init, **_options(lease)}
    components = lease.components(*(part for part in about.parts if part in lease)) | drafted(lease, capability, draft)
    parts = {about.parts[name]: part for name, part in components.items()}
    parts |= {} if scheduler is None else {"scheduler": scheduler}
    parts |= _control_parts(lease)
    pipeline = made(**{name: value for name, value in {**given, **parts}.items() if name in known})
    pipeline.set_progress_bar_config(disable=True)
    _keep_embeddings(pipeline, ctx, lease)
    return pipeline


def _control_parts(lease: Lease) -> dict[str, Any]:
    """The networks that follow pictures, as the pipelines take them."""
    nets = lease.controls
    if not nets:
        return {}
    name = type(nets[0]).__name__
    if name == "ZImageControlNetModel":  # its pipeline hangs parts of the transformer onto it
        return {"controlnet": own(nets[0])}
    if name == "QwenImageControlNetModel":
        from diffusers import QwenImageMultiControlNetModel

        return {"controlnet": QwenImageMultiControlNetModel(nets[:1]) if len(nets) > 1 else nets[0]}
    return {"controlnet": nets, "adapter": nets if len(nets) > 1 else nets[0]}


def _pipeline_class(lease: Lease, capability: str) -> Any:
    about = lease.about
    known = about.controls.get(type(lease.controls[0]).__name__, {}) if lease.controls else about.pipelines
    name = known.get(capability)
    if not name:
        raise UserError(
            "{} has no pipeline of diffusers for {}, so this tool cannot run it; choose another model.",
            lease.title, capability, field="model", code="unsupported_operation",
        )  # fmt: skip
    # Never through AutoPipeline, whose import brings every family's code and takes 12 seconds.
    return getattr(importlib.import_module("diffusers"), name)


def run(pipeline: Any, ctx: Context, lease: Lease, meter: StepProgress, call: Mapping[str, Any]) -> Any:
    """Call a pipeline and return its first picture, (H, W, 3) in [0, 1].

    Of `call` and of what the family adds, the pipeline gets what it takes. Each step is a step of the meter, and so is
    decoding. Raises Cancelled.
    """
    takes = inspect.signature(pipeline.__call__).parameters
    watched = {**call, **_callbacks(takes, call, ctx, lease, meter)}
    if ADAPTED in call:
        pipeline.unet = adapted(pipeline.unet, call[ADAPTED])
    with _drawn_alike(lease, call):
        images = pipeline(**called_with(pipeline, lease, watched)).images
    meter.step("codec")
    return images[0]


def called_with(pipeline: Any, lease: Lease, call: Mapping[str, Any]) -> dict[str, Any]:
    """What of `call` and of what the family adds this pipeline takes."""
    takes = inspect.signature(pipeline.__call__).parameters
    given = {**lease.about.call, **call, "output_type": "np"}
    return {name: value for name, value in given.items() if name in takes}


@contextmanager
def _drawn_alike(lease: Lease, call: Mapping[str, Any]) -> Iterator[None]:
    """Some pipelines encode control pictures by what torch draws for everybody: by the seed."""
    if not any(type(net).__name__ in BY_ALL for net in lease.controls) or "generator" not in call:
        yield
        return
    with torch.random.fork_rng():
        torch.manual_seed(call["generator"].initial_seed())
        yield


def words(params: Any, ctx: Context, lease: Lease) -> dict[str, Any]:
    """What the pipeline is told of a task's `prompt`, and of `negative_prompt` and `guidance_scale` if it has them.

    What the model will not read of it, the user is told.
    """
    about = lease.about
    without, given = getattr(params, "negative_prompt", ""), getattr(params, "guidance_scale", None)
    note_unread(ctx, lease, params.prompt, *([without] if about.takes_negative else []))
    guidance = lease.defaults["guidance_scale"] if given is None else given
    told = {"prompt": fitting(params.prompt, lease), about.guidance: float(guidance)}
    negative = without or about.empty_negative
    if negative is not None and about.takes_negative:
        told["negative_prompt"] = negative
    elif without:
        ctx.note("{} has no negative prompt, so those words were left out.", about.title)
    return told


def fitting(prompt: str, lease: Lease) -> str:
    """The prompt, or as much of it as is read, for a pipeline that fails on more."""
    if not lease.about.cuts_prompts:
        return prompt
    tokenizer, limit = reader(lease)
    ids = tokenizer(prompt).input_ids
    return prompt if limit is None or len(ids) <= limit else str(tokenizer.decode(ids[: limit - 1]))


def takes(lease: Lease, capability: str, *names: str) -> bool:
    """Whether the pipeline that does `capability` can be told all of these."""
    made = _pipeline_class(lease, capability)
    return set(names) <= set(inspect.signature(made.__call__).parameters)


def _options(lease: Lease) -> dict[str, Any]:
    return {key: lease.defaults[key] for key in lease.about.options if key in lease.defaults}


def _callbacks(
    takes: Mapping[str, Any], call: Mapping[str, Any], ctx: Context, lease: Lease, meter: StepProgress
) -> dict[str, Any]:
    size = call.get("width"), call.get("height")
    codec = next((lease[part] for part in ("vae", "movq") if part in lease), None)
    preview = LatentPreview(ctx, lease, codec) if codec else None

    def told(pipeline: Any, latents: torch.Tensor) -> None:
        shown = _spatial(pipeline, latents, size) if preview and ctx.wants_preview else None
        meter.step("denoising", preview.of(shown) if preview and shown is not None else None)

    def on_step_end(pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        told(pipeline, tensors["latents"])
        return {}

    if "callback_on_step_end" in takes:
        return {"callback_on_step_end": on_step_end}
    # PixArt and the x4 upscaler have only the older kind.
    return {"callback": lambda _step, _time, latents: told(None, latents), "callback_steps": 1}


def _spatial(pipeline: Any, latents: torch.Tensor, size: tuple[Any, Any]) -> torch.Tensor | None:
    """(B, C, h, w) of latents, also of those that FLUX packs into a sequence; None where there is no such picture."""
    if latents.ndim == 4:
        return latents
    unpack = getattr(pipeline, "_unpack_latents", None)
    if latents.ndim != 3 or unpack is None or None in size:
        return None
    asked = {
        "latents": latents, "height": size[1], "width": size[0], "vae_scale_factor": pipeline.vae_scale_factor,
        "patch_size": getattr(pipeline.transformer.config, "patch_size", 2),
    }  # fmt: skip
    unpacked: torch.Tensor = unpack(**{name: asked[name] for name in inspect.signature(unpack).parameters})
    return unpacked if unpacked.ndim == 4 else None


def _keep_embeddings(pipeline: Any, ctx: Context, lease: Lease) -> None:
    if not hasattr(pipeline, "encode_prompt"):
        return
    encode = reading(pipeline) if lease.about.long_prompts else pipeline.encode_prompt
    if lease.about.weighs_words:
        weigh_sd3(pipeline)
    names = list(inspect.signature(pipeline.encode_prompt).parameters)

    def kept(*arguments: Any, **named: Any) -> Any:
        asked = {**dict(zip(names, arguments, strict=False)), **named}
        key = tuple(sorted((name, _plain(value)) for name, value in asked.items() if value is not None))
        if any(value is _UNKNOWN for _, value in key):  # an edit model reads a picture along with the words
            return encode(*arguments, **named)
        return ctx.cached(
            ("prompt", type(pipeline).__name__, lease.fingerprint, key), lambda: encode(*arguments, **named)
        )

    pipeline.encode_prompt = kept


_UNKNOWN = object()


def _plain(value: Any) -> Any:
    """What tells two calls apart, as a key; _UNKNOWN for what cannot be one."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.device | torch.dtype):
        return str(value)
    if isinstance(value, list | tuple):
        entries = tuple(_plain(entry) for entry in value)
        return _UNKNOWN if _UNKNOWN in entries else entries
    return _UNKNOWN
