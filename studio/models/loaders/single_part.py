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
_TWICE = {
    "encoder.embed_tokens.weight": "shared.weight", "lm_head.weight": "model.language_model.embed_tokens.weight",
}  # fmt: skip
"""The same tensor under two names, of which files hold one."""
_ALSO = {"quant_conv": "encoder.quant_conv", "post_quant_conv": "decoder.post_quant_conv"}


def build(made: Any, tensors: Tensors, config: Config, dtype: Any, path: Path) -> Any:
    """The module of class `made`, in `dtype`. Raises UserError where tensors are missing, and what libraries raise.

    What is packed or narrow stays so, and is unpacked layer by layer.
    """
    from studio.models.loaders.gguf_section import is_packed, read_packed  # bring torch
    from studio.models.loaders.narrow_section import assembled, is_narrow

    if made.__module__.startswith("transformers."):
        return _encoder(made, tensors, config, dtype, path)
    empty = _empty(made, config)
    expected = set(empty.state_dict())

    def place(given: Tensors) -> Tensors:
        convert = _CONVERTERS.get(made.__name__)
        found = convert(given, config) if convert and set(given) != expected else given
        if lost := sorted(expected - set(found)):
            raise _lacks(path, made.__name__, lost)
        return {name: found[name] for name in expected}

    if is_narrow(tensors):
        return assembled(empty.requires_grad_(False), place, tensors, dtype)
    placed = place(tensors)
    if is_packed(placed):
        return read_packed(made, json.dumps(dict(config)), placed, dtype)
    if made.__name__ not in _SINGLE:
        empty.load_state_dict({name: _cast(tensor, dtype) for name, tensor in placed.items()}, assign=True)
        return empty.to(dtype).eval()
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(json.dumps(dict(config)))
        return made.from_single_file(placed, config=folder, subfolder="", torch_dtype=dtype, local_files_only=True)


def _empty(made: Any, config: Config) -> Any:
    from accelerate import init_empty_weights

    with init_empty_weights():
        return made.from_config(dict(config))


def _cast(tensor: Any, dtype: Any) -> Any:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _encoder(made: Any, tensors: Tensors, config: Config, dtype: Any, path: Path) -> Any:
    from studio.models.loaders.narrow_section import assembled, is_narrow

    held = dict(tensors)
    own = dict(config)
    if own.pop("unprojected", False):
        import torch

        held["text_projection.weight"] = torch.eye(own["hidden_size"], dtype=dtype)
    if is_narrow(held):
        empty = _empty_encoder(made, own).requires_grad_(False)
        return assembled(empty, _placing(set(empty.state_dict())), held, dtype)
    module, told = made.from_pretrained(
        None, config=made.config_class(**own), state_dict=held, dtype=dtype, output_loading_info=True,
        ignore_mismatched_sizes=True,
    )  # fmt: skip
    lost = [*told.get("missing_keys", ()), *(each[0] for each in told.get("mismatched_keys", ()))]
    if lost:
        raise _lacks(path, made.__name__, sorted(map(str, lost)))
    return module.eval()


def _empty_encoder(made: Any, config: Config) -> Any:
    from accelerate import init_empty_weights

    with init_empty_weights(include_buffers=False):
        return made(made.config_class(**config))


def _placing(expected: set[str]) -> Callable[[Tensors], Tensors]:
    """From the names of files to those of the module, as transformers' own loading brings them there."""

    def place(given: Tensors) -> Tensors:
        found = {next((each for each in _places(name) if each in expected), name): given[name] for name in given}
        for name, other in _TWICE.items():
            if name in expected and name not in found and other in found:
                found[name] = found[other]
        return found

    return place


def _places(name: str) -> tuple[str, ...]:
    """What a tensor may be called in a module."""
    return (
        name, name.removeprefix("text_model."), name.removeprefix("model."), f"model.{name}",
        name.replace("model.", "model.language_model.", 1),
    )  # fmt: skip


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
