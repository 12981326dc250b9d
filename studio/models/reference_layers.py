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


def parts_of_network(wanted: str, config: Mapping[str, Any], title: str) -> tuple[str, ...]:
    """The beginnings of the names of the layers that see a reference. Raises UserError where the UNet has none such.

    Of Stable Diffusion XL the style is the second attention of the first block upwards, the composition the last
    attention downwards (InstantStyle, Wang et al. 2024, arXiv 2404.02733). Of 1.5 they are spread: the composition is
    in the lowest block downwards, the style in all others but the lowest two (as in ComfyUI_IPAdapter_plus).
    """
    if wanted == ALL:
        return ("",)
    found = [name for each in wanted.split("-") for name in _NAMED[each](config)]
    if not found:
        raise UserError(
            "The UNet of {} has no layers that are known to make the style or the composition of a picture; take "
            "everything of it.",
            title, field="reference", code="unsupported_operation",
        )  # fmt: skip
    return tuple(found)


def _is_large(config: Mapping[str, Any]) -> bool:
    return config.get("addition_embed_type") == "text_time"


def _levels(config: Mapping[str, Any], key: str) -> list[int]:
    return [level for level, name in enumerate(config.get(key, ())) if _ATTENDS in name]


def _per_block(config: Mapping[str, Any]) -> int:
    own = config.get("layers_per_block", 2)
    return int(own if isinstance(own, int) else own[-1])


def _style(config: Mapping[str, Any]) -> list[str]:
    down, up = _levels(config, "down_block_types"), _levels(config, "up_block_types")
    if _is_large(config):
        return [f"up_blocks.{up[0]}.attentions.1."] if up else []
    last = f"up_blocks.{up[0]}.attentions.{_per_block(config)}." if up else ""
    return [*(f"down_blocks.{level}." for level in down[:-1]), *([last] if last else []),
            *(f"up_blocks.{level}." for level in up[1:])]  # fmt: skip


def _composition(config: Mapping[str, Any]) -> list[str]:
    down = _levels(config, "down_block_types")
    if not down:
        return []
    return [f"down_blocks.{down[-1]}.attentions.{_per_block(config) - 1}."] if _is_large(config) else [
        f"down_blocks.{down[-1]}."
    ]


_NAMED = {STYLE: _style, COMPOSITION: _composition}
