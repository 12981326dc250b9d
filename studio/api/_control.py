"""Control: a picture whose edges, depth or pose another one is to follow, by a ControlNet; as a parameter of tasks."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from studio.api._adapter import shown_by
from studio.api._operation import SHOWS
from studio.api._params import Field
from studio.role import Role

MOST = 3
READY = "ready"
LABELS = {READY: "No preprocessing"}
Shows = Literal["auto", "lines", "scribble", "depth", "pose", "normals", "segments", "tile", "blur", "inpaint"]


class Control(BaseModel):
    """One ControlNet of a job, and its picture: `control: list[api.Control] = api.ControlField()`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=shown_by("control"),
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )  # fmt: skip

    control: str = PydanticField(min_length=1, max_length=4096, title="ControlNet")
    """An id of the catalogue, the name of a ControlNet's file without its ending, or a path."""
    image: str | None = PydanticField(None, min_length=1, title="Picture", json_schema_extra={"widget": "image"})
    """An ImageRef: the picture that is followed, or that the control picture is made of. None is the picture that the
    task begins from, where it begins from one."""
    hint: str = PydanticField(READY, title="Control type", json_schema_extra={"labels": dict[str, Any](LABELS)})
    """What is made of the picture first: the id of an api.PictureOperation, as of all plugins together; `ready` takes
    the picture as it is: of depth or a pose, made elsewhere."""
    shows: Shows = PydanticField("auto", title="Shows", json_schema_extra={"labels": dict[str, Any](SHOWS)})
    """What the control picture shows, for ControlNets that read several kinds; `auto` is what `hint` makes. `inpaint`
    is the picture of an edit without what is masked, for ControlNets that were trained to fill it."""
    weight: float = PydanticField(1.0, ge=0, le=2, json_schema_extra={"step": 0.05})
    """0 … 2: how strictly it is followed."""
    start: float = PydanticField(0.0, ge=0, le=1, title="Start", json_schema_extra={"step": 0.05})
    """The share of the steps, 0 … 1, before it begins to act."""
    end: float = PydanticField(1.0, ge=0, le=1, title="End", json_schema_extra={"step": 0.05})
    """The share of the steps, 0 … 1, after which it acts no more."""
    sha256: str = PydanticField("", pattern="^([0-9a-f]{64})?$")
    """Of the ControlNet's file. The host fills it in before the task runs, so that the recipe tells which it was."""


def ControlField(
    *, title: str = "Follow a picture", description: str | None = None, advanced: bool = True, own_picture: bool = False
) -> Any:
    """A list of up to 3 Controls, with Role.CONTROL. `own_picture`: whether the picture that the task begins from is
    followed where a Control has none."""
    told = description or "Pictures whose edges, lines or depth the new one follows, each by a ControlNet."
    made = Field([], max_length=MOST, role=Role.CONTROL, title=title, description=told, advanced=advanced)
    made.json_schema_extra["own_picture"] = own_picture
    return made
