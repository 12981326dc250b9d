"""One part of a model out of a file of its own: a network, a text encoder, a VAE, under the names that others use.

diffusers' own converters rename the tensors; transformers renames those of its models itself. Nothing asks a hub.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from studio.errors import UserError
from studio.models.loaders import pixart_names

Tensors = dict[str, Any]
Config = Mapping[str, Any]
_FLUX_WIDTH, _LUMINA_WIDTHS = 3072, (2304, 768)
"""What diffusers' converters take every FLUX.1, Chroma and Lumina 2 to be wide."""
_GUESSED = ("spiece_model", "tekken_model")
"""Tokenizers that lie in files of text encoders as if they were tensors."""
_ALSO = {"quant_conv": "encoder.quant_conv", "post_quant_conv": "decoder.post_quant_conv"}


def build(made: Any, tensors: Tensors, config: Config, dtype: Any, path: Path) -> Any:
    """The module of class `made`, in `dtype`. Raises UserError where tensors are missing, and what libraries raise."""
    if made.__module__.startswith("transformers."):
        return _encoder(made, tensors, config, dtype, path)
    expected = _names(made, config)
    if set(tensors) != expected:
        convert = _CONVERTERS.get(made.__name__)
        tensors = convert(tensors, config) if convert else tensors
    if lost := sorted(expected - set(tensors)):
        raise _lacks(path, made.__name__, lost)
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(json.dumps(dict(config)))
        if made.__name__ in _SINGLE:
            return made.from_single_file(
                {name: tensors[name] for name in expected}, config=folder, subfolder="", torch_dtype=dtype,
                local_files_only=True,
            )  # fmt: skip
    return _filled(made, {name: tensors[name] for name in expected}, config, dtype)


def _names(made: Any, config: Config) -> set[str]:
    from accelerate import init_empty_weights

    with init_empty_weights():
        return set(made.from_config(dict(config)).state_dict())


def _filled(made: Any, tensors: Tensors, config: Config, dtype: Any) -> Any:
    """For classes that diffusers opens from folders only."""
    from accelerate import init_empty_weights

    with init_empty_weights():
        module = made.from_config(dict(config))
    module.load_state_dict({name: _cast(tensor, dtype) for name, tensor in tensors.items()}, assign=True)
    return module.to(dtype).eval()


def _cast(tensor: Any, dtype: Any) -> Any:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _encoder(made: Any, tensors: Tensors, config: Config, dtype: Any, path: Path) -> Any:
    held = {name: tensor for name, tensor in tensors.items() if name not in _GUESSED}
    if "text_projection" in held:  # open_clip's way round
        raise _lacks(path, made.__name__, ["text_projection.weight"])
    own = dict(config)
    if own.pop("unprojected", False):
        import torch

        held["text_projection.weight"] = torch.eye(own["hidden_size"], dtype=dtype)
    module, told = made.from_pretrained(
        None, config=made.config_class(**own), state_dict=held, dtype=dtype, output_loading_info=True,
        ignore_mismatched_sizes=True,
    )  # fmt: skip
    lost = [*told.get("missing_keys", ()), *(each[0] for each in told.get("mismatched_keys", ()))]
    if lost:
        raise _lacks(path, made.__name__, sorted(map(str, lost)))
    return module.eval()


def _lacks(path: Path, name: str, lost: list[str]) -> UserError:
    return UserError(
        "{} lacks {} of the tensors of a {}, such as {}; it was not loaded. Check that it is complete.",
        path.name, len(lost), name, lost[0], code="invalid_weights",
    )  # fmt: skip


# ---- converters


def _converter(name: str) -> Callable[..., Tensors]:
    from diffusers.loaders import single_file_utils

    found: Callable[..., Tensors] = getattr(single_file_utils, name)
    return found


def _by(name: str) -> Callable[[Tensors, Config], Tensors]:
    return lambda tensors, config: _converter(name)(checkpoint=tensors, config=config)


def _flux(name: str) -> Callable[[Tensors, Config], Tensors]:
    def convert(tensors: Tensors, config: Config) -> Tensors:
        width = config["num_attention_heads"] * config["attention_head_dim"]
        return _of_width(_converter(name), {_FLUX_WIDTH: width})(tensors)

    return convert


def _lumina(tensors: Tensors, config: Config) -> Tensors:
    head = config["hidden_size"] // config["num_attention_heads"]
    widths = (config["hidden_size"], config["num_kv_heads"] * head)
    numbers = dict(zip(_LUMINA_WIDTHS, widths, strict=True))
    return _of_width(_converter("convert_lumina2_to_diffusers"), numbers)(tensors)


def _of_width(convert: Any, widths: Mapping[int, int]) -> Callable[..., Tensors]:
    """A copy of diffusers' function for networks of another width than the one that stands in it as a number."""
    if all(here == there for here, there in widths.items()):
        return convert  # type: ignore[no-any-return]
    code = _with_numbers(convert.__code__, widths)
    return FunctionType(code, convert.__globals__, convert.__name__, convert.__defaults__, convert.__closure__)


def _with_numbers(code: CodeType, numbers: Mapping[int, int]) -> CodeType:
    def other(value: Any) -> Any:
        if isinstance(value, CodeType):
            return _with_numbers(value, numbers)
        if isinstance(value, tuple):
            return tuple(map(other, value))
        return numbers.get(value, value) if type(value) is int else value

    return code.replace(co_consts=tuple(map(other, code.co_consts)))


def _flux2_vae(tensors: Tensors, config: Config) -> Tensors:
    """Latent diffusion's names, and the statistics of its latents; the 1 x 1 convolutions stand in either half."""
    for ours, theirs in _ALSO.items():
        for end in ("weight", "bias"):
            if f"{theirs}.{end}" in tensors:
                tensors[f"{ours}.{end}"] = tensors.pop(f"{theirs}.{end}")
    own = {name: tensor for name, tensor in tensors.items() if name.startswith("bn.")}
    return _converter("convert_ldm_vae_checkpoint")(tensors, config) | own


_CONVERTERS: dict[str, Callable[[Tensors, Config], Tensors]] = {
    "AutoencoderKL": _by("convert_ldm_vae_checkpoint"),
    "AutoencoderKLFlux2": _flux2_vae,
    "AutoencoderKLQwenImage": _by("convert_wan_vae_to_diffusers"),
    "ChromaTransformer2DModel": _flux("convert_chroma_transformer_checkpoint_to_diffusers"),
    "Flux2Transformer2DModel": _by("convert_flux2_transformer_checkpoint_to_diffusers"),
    "FluxTransformer2DModel": _flux("convert_flux_transformer_checkpoint_to_diffusers"),
    "Lumina2Transformer2DModel": _lumina,
    "PixArtTransformer2DModel": pixart_names.convert,
    "SD3Transformer2DModel": _by("convert_sd3_transformer_checkpoint_to_diffusers"),
    "ZImageTransformer2DModel": _by("convert_z_image_transformer_checkpoint_to_diffusers"),
}
_SINGLE = frozenset(_CONVERTERS) - {"AutoencoderKLFlux2", "AutoencoderKLQwenImage", "PixArtTransformer2DModel"} | {
    "QwenImageTransformer2DModel", "UNet2DConditionModel",
}  # fmt: skip
"""Classes that diffusers opens from single files (diffusers/loaders/single_file_model.py)."""
