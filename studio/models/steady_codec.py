"""Codecs in which float16 overflows: kept in float32, and never cast in place by the pipelines that know of it.

Diffusers' pipelines of Stable Diffusion XL cast such a codec to float32 and back around each use. That would change
what other jobs share, and cost a copy of all weights each time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.models.loaders.component import ComponentSpec
from studio.models.model_facts import codec_config

PART, KEY = "vae", ("its own dtype",)


def without_overflow(components: Mapping[str, ComponentSpec]) -> dict[str, ComponentSpec]:
    """With the codec in float32 where its config does not say that float16 will do."""
    spec = components.get(PART)
    if spec is None or spec.dtype != "float16" or not codec_config(spec).get("force_upcast", True):
        return {**components}
    return {**components, PART: replace(spec, dtype="float32")}


def keep_dtype(codec: Any) -> None:
    """Change a variant so that it takes numbers of any dtype, and no pipeline casts it."""
    codec.register_to_config(force_upcast=False)
    kind = type(codec)
    codec.__class__ = type(kind.__name__, (_AnyDtype, kind), {})


class _AnyDtype:
    """A class rather than functions on the instance, which a variant of the variant would share."""

    dtype: Any

    def encode(self, pixels: Any, *given: Any, **named: Any) -> Any:
        return super().encode(pixels.to(self.dtype), *given, **named)  # type: ignore[misc]

    def decode(self, latents: Any, *given: Any, **named: Any) -> Any:
        return super().decode(latents.to(self.dtype), *given, **named)  # type: ignore[misc]
