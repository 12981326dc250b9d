"""Reference: a picture that another one is to be like, by an IP-Adapter or by FLUX.1 Redux; as a parameter of tasks."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from studio.api._adapter import shown_by
from studio.api._params import Field
from studio.role import Role

MOST = 4
WEIGHT = 2.0
ANY_REFERENCE = "*"
"""As Reference.reference: the first of the catalogue that fits the model, and none where a model needs none."""
Layers = Literal["all", "style", "composition", "style-composition"]
LABELS = {
    "all": "Everything", "style": "Style", "composition": "Composition",
    "style-composition": "Style and composition",
}  # fmt: skip


class Reference(BaseModel):
    """One picture to be like: `reference: list[api.Reference] = api.ReferenceField()`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=shown_by("reference"),
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )  # fmt: skip

    reference: str = PydanticField(min_length=1, max_length=4096, title="IP-Adapter or Redux")
    """An id of the catalogue, the name of a file without its ending, or a path; for a task that chooses by itself
    ANY_REFERENCE."""
    image: str = PydanticField(
        min_length=1, title="Picture", json_schema_extra={"widget": "image", "embeddings": True}
    )
    """An ImageRef: the picture to be like, or a saved embedding."""
    weight: float = PydanticField(default=1.0, ge=-WEIGHT, le=WEIGHT, json_schema_extra={"step": 0.05})
    """-2 … 2: how much it counts; 0 is as if it were not there, below 0 it is guided away from."""
    layers: Layers = PydanticField(
        default="all", title="What to use", json_schema_extra={"labels": dict[str, Any](LABELS)}
    )
    """Which layers of the UNet see it: those that are known to make the style or the composition (InstantStyle)."""
    sha256: str = PydanticField(default="", pattern="^([0-9a-f]{64})?$")
    """Of the adapter's file. The host fills it in before the task runs, so that the recipe tells which it was."""


@dataclass(frozen=True)
class LeasedReference:
    """One of a lease's references: what was asked for, and the modules that read its picture."""

    chosen: Reference
    title: str
    """Of the file that was taken."""
    sha256: str
    """Of that file."""
    encoder: Any
    """CLIP's image tower, or SigLIP's."""
    embedder: Any = None
    """Of Redux: what makes tokens of what the encoder sees; None for IP-Adapters, whose projection the UNet holds."""
    kind: str = ""
    """`pooled` for an IP-Adapter that reads the picture's embedding, `hidden` for one that reads the encoder's last but
    one hidden states, `redux`."""


def ReferenceField(*, title: str = "Be like a picture", description: str | None = None, advanced: bool = True) -> Any:
    """A list of up to 4 References, with Role.REFERENCE."""
    told = description or "Pictures that the new one is like, each by an IP-Adapter or by FLUX.1 Redux."
    return Field([], max_length=MOST, role=Role.REFERENCE, title=title, description=told, advanced=advanced)
