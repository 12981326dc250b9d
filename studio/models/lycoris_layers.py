"""The layers that a file of LyCORIS's forms changes, by diffusers' names, held against the modules of a model.

Most are named as the modules are, with `_` for dots. Where they are not (Stability's names of Stable Diffusion XL,
Black Forest Labs' of FLUX, fused queries, keys and values), diffusers' converters for LoRA know the names: they are
given a LoRA of rank 1 whose numbers tell which layer and which row each came from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from studio.models import lora_layers, lycoris
from studio.models.loaders.tensor import Tensor, WeightsHeader
from studio.models.lora_layers import LayerFit, LoraTensors, Shape

_PREFIXES = {
    "lora_te3_": "text_encoder_3", "lora_te2_": "text_encoder_2", "lora_te1_": "text_encoder",
    "lora_te_": "text_encoder",
    "text_encoder_3.": "text_encoder_3", "text_encoder_2.": "text_encoder_2", "text_encoder.": "text_encoder",
    "lora_unet_": "", "lora_transformer_": "", "lycoris_": "", "unet.": "", "transformer.": "", "diffusion_model.": "",
}  # fmt: skip
"""Before a layer's name, and diffusers' name of the part that it is of; '' for the network."""
_WRAPPINGS = ("base_model.model.", "model.")
Shapes = Mapping[str, Mapping[str, Shape]]
"""By diffusers' name of each part, the shapes of its layers."""


@dataclass(frozen=True)
class Place:
    """Where a layer of the file goes."""

    layer: str
    """By the file's name."""
    module: str
    rows: tuple[int, ...] | None = None
    """Which rows of its change go there; None for all."""


@dataclass(frozen=True)
class LycorisLayers:
    """What a file holds, and where it goes: by diffusers' name of each part the places that fit."""

    held: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Sequence[Place]] = field(default_factory=dict)


@dataclass(frozen=True)
class LycorisFit:
    """How a file goes with a model."""

    fits: Mapping[str, LayerFit]
    places: Mapping[str, Sequence[Place]] | None = None
    """None for a plain LoRA, which diffusers puts onto the model."""


def judged(pipeline: Any, header: WeightsHeader, unet: Any, shapes: Shapes) -> LycorisFit:
    """By the header alone. `pipeline`, `unet`: see `lora_layers.converted`."""
    held, unknown = lycoris.layers(header.tensors)
    fits: dict[str, LayerFit] = {}
    if unknown:
        fits[""] = LayerFit(absent=tuple(unknown))
    places: dict[str, list[Place]] = {}
    for part, place in _placed(pipeline, held, unet, shapes):
        if place.module not in shapes.get(part, {}):
            found = LayerFit(absent=(place.module,))
        else:
            found = _judge(place, held[place.layer], shapes[part][place.module])
            if found.fitting:
                places.setdefault(part, []).append(place)
        fits[part] = fits.get(part, LayerFit()) + found
    return LycorisFit(fits, places)


def _judge(place: Place, held: Mapping[str, Tensor], there: Shape) -> LayerFit:
    import torch

    light = {key: torch.empty(each.shape, device="meta") for key, each in held.items()}
    if not light.keys() - {"diff_b", "alpha"}:
        made: Shape = (*held["diff_b"].shape, *there[1:]) if "diff_b" in held else ()
    else:
        try:
            made = tuple(lycoris.change(light).shape)
        except (KeyError, RuntimeError):
            return LayerFit(torn={place.module: ", ".join(f"{key} {_sides(each.shape)}" for key, each in held.items())})
    if place.rows is not None:
        made = (len(place.rows), *made[1:])
    if "dora_scale" in held and not _is_length(held["dora_scale"].shape, made, whole=place.rows is None):
        return LayerFit(absent=(place.module,))
    if made[:1] == there[:1] and prod(made) == prod(there):
        return LayerFit(fitting=(place.module,))
    return LayerFit(misshapen={place.module: (made, there)})


def _is_length(scales: Shape, made: Shape, *, whole: bool) -> bool:
    """Whether it is one number for each row; or for each column, which those of a part of a layer do not tell."""
    return whole and prod(scales) in made[:2]


def _sides(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "1"


# ---- names


def _placed(
    pipeline: Any, held: Mapping[str, Mapping[str, Tensor]], unet: Any, shapes: Shapes
) -> Iterator[tuple[str, Place]]:
    network = next((part for part in shapes if not part.startswith("text_encoder")), "")
    flat = {part: _flat(modules) for part, modules in shapes.items()}
    others = []
    for layer in held:
        part, rest = _split(layer)
        module = flat.get(part or network, {}).get(rest.replace(".", "_"))
        if module is None:
            others.append(layer)
        else:
            yield part or network, Place(layer, module)
    if others:
        yield from _by_converter(pipeline, others, held, unet, shapes)


def _flat(modules: Iterable[str]) -> dict[str, str]:
    """Modules by their names with `_` for dots; those of CLIP also with `text_model`, gone since transformers 5."""
    found = {name.replace(".", "_"): name for name in modules}
    return {f"text_model_{flat}": name for flat, name in found.items()} | found


def _split(layer: str) -> tuple[str, str]:
    """Of a layer's name the part, and the rest."""
    for wrapping in _WRAPPINGS:
        layer = layer.removeprefix(wrapping)
    for prefix, part in _PREFIXES.items():
        if layer.startswith(prefix):
            return part, layer.removeprefix(prefix)
    return "", layer


def _by_converter(
    pipeline: Any, layers: Sequence[str], held: Mapping[str, Mapping[str, Tensor]], unet: Any, shapes: Shapes
) -> Iterator[tuple[str, Place]]:
    import torch

    probes: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for number, layer in enumerate(layers):
        light = {key: torch.empty(each.shape, device="meta") for key, each in held[layer].items()}
        try:
            made = tuple(lycoris.change(light).shape)
        except (KeyError, RuntimeError):
            made = (1, 1)
        down, up = ("lora_down", "lora_up") if "." not in layer else ("lora_A", "lora_B")
        counts[layer] = made[0]
        probes[f"{layer}.{down}.weight"] = torch.full((1, *made[1:]), number + 1.0)
        probes[f"{layer}.{up}.weight"] = torch.arange(float(made[0])).reshape(made[0], *[1] * (len(made) - 1))
    try:
        converted = _converted(pipeline, probes, unet)
    except LookupError:
        yield from (("", Place(layer, layer)) for layer in layers)
        return
    seen = set()
    for part, modules in shapes.items():
        for module, (down, up) in lora_layers.pairs(converted, part, modules).items():
            layer = layers[round(float(down.flatten()[0])) - 1]
            rows = tuple(map(round, up.flatten().tolist()))
            seen.add(layer)
            is_whole = rows == tuple(range(counts[layer]))
            yield part, Place(layer, module, None if is_whole else rows)
    yield from (("", Place(layer, layer)) for layer in layers if layer not in seen)


def _converted(pipeline: Any, probes: Mapping[str, Any], unet: Any) -> LoraTensors:
    """Raises LookupError for names that diffusers does not know."""
    try:
        return lora_layers.converted(pipeline, probes, WeightsHeader({}, {}), unet)
    except Exception as error:
        raise LookupError("names of another model") from error
