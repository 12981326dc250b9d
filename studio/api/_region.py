"""Region: a part of the picture with words of its own; as a parameter of tasks."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from studio.api._adapter import shown_by
from studio.api._params import PROMPT_MAX, Field
from studio.role import Role

MOST = 6


class Region(BaseModel):
    """Words for a part of the picture: `region: list[api.Region] = api.RegionField()`, and `diffusion.regional`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=shown_by("region"),
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )  # fmt: skip

    prompt: str = PydanticField(min_length=1, max_length=PROMPT_MAX, json_schema_extra={"widget": "text"})
    """What is to be seen there."""
    mask: str = PydanticField(min_length=1, title="Where", json_schema_extra={"widget": "mask"})
    """A MaskRef: white is the region. One of another shape is stretched to the picture's."""
    weight: float = PydanticField(default=1.0, ge=0, le=1, json_schema_extra={"step": 0.05})
    """0 … 1: how much its words count there, against those for the whole picture."""


def RegionField(*, title: str = "Regions", description: str | None = None, advanced: bool = True) -> Any:
    """A list of up to 6 Regions, with Role.REGION."""
    told = description or "Parts of the picture with words of their own; the prompt is for everything else."
    return Field([], max_length=MOST, role=Role.REGION, title=title, description=told, advanced=advanced)
