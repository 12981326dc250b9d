"""One component, from its files to a module: by an allow-list of classes, with the dtype it runs in.

Never code from a model's folder, never a pickle, never the network.
"""

import functools
import gc
import importlib
import re
import threading
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models.loaders.build_limit import build_limit
from studio.models.loaders.checkpoint_section import CheckpointSection, read_section
from studio.models.loaders.gguf_header import SUFFIX
from studio.models.loaders.header import read_header
from studio.models.loaders.soundness import check_complete, check_samples
from studio.models.loaders.tensor import FP8, WeightsHeader
from studio.models.offload import estimated_bytes

PANIC = "PanicException"
CODEC = ("studio.engine.loaders.codec", "PatchCodec")

# Which class names a model folder may ask for, by the library that model_index.json names.
ALLOWED: dict[str, frozenset[str]] = {
    "diffusers": frozenset(
        {
            "AutoencoderDC",
            "AutoencoderKL",
            "AutoencoderKLFlux2",
            "AutoencoderKLQwenImage",
            "ChromaTransformer2DModel",
            "Flux2Transformer2DModel",
            "FluxTransformer2DModel",
            "PixArtTransformer2DModel",
            "PriorTransformer",
            "QwenImageTransformer2DModel",
            "SD3Transformer2DModel",
            "SanaTransformer2DModel",
            "UNet2DConditionModel",
            "VQModel",
            "ZImageTransformer2DModel",
        }
    ),
    "transformers": frozenset(
        {
            "CLIPImageProcessor",
            "CLIPImageProcessorPil",
            "CLIPTextModel",
            "CLIPTextModelWithProjection",
            "CLIPTokenizer",
            "CLIPTokenizerFast",
            "CLIPVisionModelWithProjection",
            "Gemma2Model",
            "GemmaTokenizer",
            "GemmaTokenizerFast",
            "Qwen2Tokenizer",
            "Qwen2TokenizerFast",
            "Qwen2VLProcessor",
            "Qwen2_5_VLForConditionalGeneration",
            "Qwen3ForCausalLM",
            "Qwen3Model",
            "T5EncoderModel",
            "T5Tokenizer",
            "T5TokenizerFast",
        }
    ),
    "flux": frozenset({"ReduxImageEncoder"}),
    "stable_diffusion": frozenset({"StableUnCLIPImageNormalizer"}),
    CODEC[0]: frozenset({CODEC[1]}),
}
MODULES = {
    **{name: f"diffusers.pipelines.{name}" for name in ("flux", "stable_diffusion")},
    CODEC[0]: "studio.models.loaders.patch_codec",  # the name that stands in starters since the first one
}
"""Where a library of model_index.json is found that goes by another name: diffusers' own pipelines, and our codec."""
SCHEDULERS = frozenset(
    {
        "DDIMScheduler", "DDPMScheduler", "DEISMultistepScheduler", "DPMSolverMultistepScheduler",
        "DPMSolverSinglestepScheduler", "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler",
        "FlowMatchEulerDiscreteScheduler",
        "HeunDiscreteScheduler", "LCMScheduler", "LMSDiscreteScheduler", "PNDMScheduler", "UnCLIPScheduler",
        "UniPCMultistepScheduler",
    }
)  # fmt: skip

WIDE = {"F64": "float32", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
"""Kinds of numbers that can be brought to 8 bits, and as what they are read for that: as they are, so that the pages of
the file are read, and no wide copy of them is made first."""

construction_lock = threading.RLock()
"""Held while any module is built. diffusers' from_pretrained patches nn.Module.register_parameter for the whole
process; in two threads at once the patch can stay, and all later modules are silently left on the meta device
(diffusers#4296, transformers#41782)."""


@dataclass(frozen=True)
class ComponentSpec:
    """Where a component's files are, and as what they are to be loaded."""

    library: str
    """`diffusers`, `transformers`, `spandrel`, or the module of our codec."""
    class_name: str
    path: Path
    """A folder, or for spandrel a file."""
    dtype: str = ""
    """`float32`, `bfloat16`, `float16`; '' for what holds no weights."""
    section: CheckpointSection | None = None
    """Where in the file, and of which config, when the path is a checkpoint that holds more than this component."""
    narrowed: bool = False
    """Whether the weights of its layers are brought to 8 bits when it is loaded, and widened one by one to compute."""
    offloaded: bool = False
    """Whether its weights stay in RAM, and come to an accelerator block by block for as long as each computes."""
    tokens: int = 0
    """For a tokenizer, how many tokens its encoder reads, start and end included."""

    @property
    def weights(self) -> tuple[Path, ...]:
        """The safetensors files that its library would open, in order.

        The fp16 variant only where there is no plain one, never the non_ema one; and of a network that is there twice,
        as one file and as shards, one of the two.
        """
        if self.section or self.path.is_file():
            return (self.path,) if self.dtype else ()
        files = sorted(self.path.glob("*.safetensors"))
        plain = [file for file in files if ".fp16" not in file.name and ".non_ema" not in file.name]
        return _once(plain or files, self.library)

    @property
    def variant(self) -> str | None:
        return "fp16" if self.weights and all(".fp16" in file.name for file in self.weights) else None

    def headers(self) -> Iterator[tuple[Path, WeightsHeader]]:
        """Each file with the header of this component's tensors in it. Raises UserError for a damaged one."""
        for file in self.weights:
            header = read_header(file)
            yield file, self.section.of(header) if self.section else header

    def stored_bytes(self) -> int:
        """What its files take, or its share of one."""
        if self.section:
            return sum(header.bytes() for _, header in self.headers())
        return sum(file.stat().st_size for file in self.weights)

    def estimated_bytes(self) -> int:
        """What the loaded weights will take on their device, from the headers alone. Raises UserError for a bad one."""
        if self.offloaded:
            whole = replace(self, offloaded=False).estimated_bytes()
            own: Counter[str] = Counter()  # of each module
            for _, header in self.headers():
                for name, tensor in header.tensors.items():
                    own[name.rpartition(".")[0]] += tensor.count * self._size
            return estimated_bytes(whole, max(own.values(), default=0))
        size = self._size
        if self.narrowed:
            return sum(header.narrowed_bytes(size) for _, header in self.headers())
        return sum(header.loaded_bytes(size, keeps_packed=self.keeps_packed) for _, header in self.headers())

    @property
    def _size(self) -> int:
        """Bytes of a number that is not packed."""
        return {"float32": 4, "bfloat16": 2, "float16": 2}.get(self.dtype, 4)

    def in_8_bits(self) -> "ComponentSpec":
        """With its layers' weights in 8 bits; itself where they are that already, or it has no such layers."""
        kinds = {header.dtype() for _, header in self.headers()}
        return replace(self, narrowed=True) if self.library == "diffusers" and kinds <= WIDE.keys() else self

    @property
    def precision(self) -> str:
        """What sets apart in memory what is made of the same files."""
        narrowed, offloaded = ", layers in 8 bits" * self.narrowed, ", in RAM" * self.offloaded
        return f"{self.dtype}{narrowed}{offloaded}"

    @property
    def keeps_packed(self) -> bool:
        """Whether packed weights are unpacked only for as long as a layer computes, not when they are loaded."""
        is_gguf = self.path.suffix.lower() == SUFFIX
        return self.library == "diffusers" or (self.section is not None and not is_gguf)


_SHARD = re.compile(r".*-\d{5}-of-\d{5}\..*")


def is_shard(file: Path) -> bool:
    """Whether it is one of several files that hold a network together."""
    return _SHARD.fullmatch(file.name) is not None


def _once(files: list[Path], library: str) -> tuple[Path, ...]:
    """diffusers looks for shards first, transformers for one file."""
    shards = [*filter(is_shard, files)]
    whole = [file for file in files if file not in shards]
    return tuple((shards if library == "diffusers" else whole) if shards and whole else files)


def allowed(library: str, class_name: str, also: Collection[str] = ()) -> bool:
    """Whether a model folder may name this class; `also` are those that its family's plugin allows."""
    if library in ("diffusers", "transformers") and class_name in also:
        return True
    return class_name in ALLOWED.get(library, ()) or (library == "diffusers" and class_name in SCHEDULERS)


def load(spec: ComponentSpec, device: str) -> Any:
    """The component, on its device, ready to run. Raises UserError when the files do not make it."""
    headers = list(spec.headers())
    for file, header in headers:
        check_samples(file, header)
    with construction_lock, build_limit(spec.path, spec.class_name, [header for _, header in headers]):
        return _load_upscaler(spec, device) if spec.library == "spandrel" else _load_module(spec, device)


@functools.cache
def prepare() -> None:
    """Import the libraries, without progress bars of their own and warnings that would write a prompt into a log."""
    import diffusers
    import transformers

    gc.freeze()  # their hundred thousand objects stay: each full collection that looked at them would take 0.2 s

    warnings.filterwarnings("ignore", "Recommended: pip install sacremoses")  # MarianTokenizer works without
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.set_verbosity_error()


def _load_module(spec: ComponentSpec, device: str) -> Any:
    prepare()
    made = getattr(importlib.import_module(MODULES.get(spec.library, spec.library)), spec.class_name)
    module = _made(spec, made) if not spec.narrowed else _narrowed(spec, made)
    if not spec.dtype:
        return module
    _check(spec, module)
    return module.requires_grad_(False).eval().to(device)


def _narrowed(spec: ComponentSpec, made: Any) -> Any:
    import torch

    from studio.models.loaders.narrow import narrowed  # brings torch

    kinds = [header.dtype() for _, header in spec.headers()]
    return narrowed(_made(replace(spec, dtype=WIDE[kinds[0]], narrowed=False), made), getattr(torch, spec.dtype))


def _made(spec: ComponentSpec, made: Any) -> Any:
    """What the library makes of the files. Raises UserError for whatever it says against them."""
    try:
        if spec.section:
            return read_section(made, spec.path, spec.section, spec.dtype)
        return _with_text_length(spec, _pretrained(made, spec))
    except (UserError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - libraries let any value of a config run into any error
        raise _misfit(spec, error) from None
    except BaseException as error:
        if type(error).__name__ == PANIC:  # what the tokenizers library, which is written in Rust, ends with
            raise _misfit(spec, error) from None
        raise


def _with_text_length(spec: ComponentSpec, module: Any) -> Any:
    """A tokenizer that does not say how many tokens its encoder reads is told: its own number for that is 10**30."""
    if spec.tokens and getattr(module, "model_max_length", spec.tokens) != spec.tokens:
        module.model_max_length = spec.tokens
    return module


def _pretrained(made: Any, spec: ComponentSpec) -> Any:
    if not spec.dtype:
        return made.from_pretrained(str(spec.path), local_files_only=True)
    import torch

    options: dict[str, Any] = {"dtype": getattr(torch, spec.dtype), "local_files_only": True, "use_safetensors": True}
    if spec.variant:
        options["variant"] = spec.variant
    if spec.library == "diffusers" and any(header.dtype() in FP8 for _, header in spec.headers()):
        from studio.models.loaders.narrow_section import read_folder  # brings torch

        return read_folder(made, spec.path, spec.weights, options["dtype"])
    if spec.library == "transformers":
        options["ignore_mismatched_sizes"] = True  # they are named below; its own error tells only that there are some
    module, info = made.from_pretrained(str(spec.path), output_loading_info=True, **options)
    check_complete(spec.path, spec.class_name, info, sum(len(header.tensors) for _, header in spec.headers()))
    return module


def _load_upscaler(spec: ComponentSpec, device: str) -> Any:
    import torch
    from safetensors.torch import load_file
    from spandrel import ImageModelDescriptor, ModelLoader, UnsupportedModelError

    try:
        model = ModelLoader(device="cpu").load_from_state_dict(load_file(spec.path))
    except UnsupportedModelError:
        raise UserError("{} is no upscaler that spandrel knows.", spec.path.name, code="invalid_weights") from None
    except (UserError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - the names of one, with other tensors
        raise _misfit(spec, error) from None
    if not isinstance(model, ImageModelDescriptor):
        raise UserError("{} needs a mask and is no upscaler.", spec.path.name, code="invalid_weights")
    is_half = spec.dtype == "float16" and model.supports_half
    model.to(torch.device(device), dtype=torch.float16 if is_half else torch.float32)
    model.model.requires_grad_(False).eval()
    return model


def _check(spec: ComponentSpec, module: Any) -> None:
    """A module with tensors left on the meta device would fail much later, far from the cause."""
    lost = [name for name, tensor in module.state_dict().items() if tensor.is_meta]
    if lost:
        raise UserError(
            "{} lacks {} of the tensors of a {}, such as {}; it was not loaded. Check that it is complete.",
            spec.path.name,
            len(lost),
            spec.class_name,
            lost[0],
            code="invalid_weights",
        )


def _misfit(spec: ComponentSpec, error: BaseException) -> UserError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    first = first[:300].rstrip(" .:,")
    return UserError(
        "The files in {} do not make a {}: {}. Nothing was loaded.",
        spec.path,
        spec.class_name,
        first,
        code="invalid_weights",
    )
