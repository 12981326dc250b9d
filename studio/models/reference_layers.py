"""Which layers of a UNet an IP-Adapter has, and which of them make a picture's style and its composition."""

from collections.abc import Mapping
from typing import Any

from studio.errors import UserError
from studio.models.loaders.component import ComponentSpec
from studio.models.skeleton import layer_shapes

ALL, STYLE, COMPOSITION = "all", "style", "composition"
_LAYER = ".attn2.to_k"
_ATTENDS = "CrossAttn"


def expected(unet: ComponentSpec) -> list[tuple[int, ...]]:
    """The shapes of its keys to words, in the order in which IP-Adapters count their layers: down, up, middle."""
    return [shape for name, shape in layer_shapes(unet).items() if name.endswith(_LAYER)]


def parts_of_network(wanted: str, config: Mapping[str, Any], title: str) -> dict[str, float]:
    """The beginnings of the names of the layers that see a reference, and how much; raises UserError where the UNet has
    none such.

    Of Stable Diffusion XL the style is the second attention of the first block upwards, the composition the last
    attention downwards (InstantStyle, Wang et al. 2024, arXiv 2404.02733). Of 1.5 they are spread: the composition is
    in the lowest block downwards, a quarter of it in its first attention, the style in all others but those around the
    middle (as in ComfyUI_IPAdapter_plus).
    """
    if wanted == ALL:
        return {"": 1.0}
    found = {name: share for each in wanted.split("-") for name, share in _NAMED[each](config).items()}
    if not found:
        raise UserError(
            "The UNet of {} has no layers that are known to make the style or the composition of a picture; take "
            "everything of it.",
            title, field="reference", code="unsupported_operation",
        )  # fmt: skip
    return found


def _is_large(config: Mapping[str, Any]) -> bool:
    return config.get("addition_embed_type") == "text_time"


def _levels(config: Mapping[str, Any], key: str) -> list[int]:
    return [level for level, name in enumerate(config.get(key, ())) if _ATTENDS in name]


def _per_block(config: Mapping[str, Any]) -> int:
    own = config.get("layers_per_block", 2)
    return int(own if isinstance(own, int) else own[-1])


def _style(config: Mapping[str, Any]) -> dict[str, float]:
    down, up = _levels(config, "down_block_types"), _levels(config, "up_block_types")
    if _is_large(config):
        return {f"up_blocks.{level}.attentions.1.": 1.0 for level in up[:1]}
    last = [f"up_blocks.{level}.attentions.{_per_block(config)}." for level in up[:1]]
    whole = [*(f"down_blocks.{level}." for level in down[:-1]), *(f"up_blocks.{level}." for level in up[1:])]
    return dict.fromkeys([*whole, *last], 1.0)


def _composition(config: Mapping[str, Any]) -> dict[str, float]:
    last = _per_block(config) - 1
    first = {} if _is_large(config) or not last else {0: 0.25}
    return {
        f"down_blocks.{level}.attentions.{number}.": share
        for level in _levels(config, "down_block_types")[-1:]
        for number, share in {**first, last: 1.0}.items()
    }


_NAMED = {STYLE: _style, COMPOSITION: _composition}
