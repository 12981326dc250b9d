"""Adapter: a LoRA and how strongly it acts, as a parameter of tasks."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from studio.api._params import Field
from studio.role import Role


def shown_by(widget: str) -> Callable[[dict[str, Any]], None]:
    """Has the schema of an object name its editor; what its docstring says is for authors, and no text of a form."""

    def change(schema: dict[str, Any]) -> None:
        schema.pop("description", None)
        schema["widget"] = widget

    return change


MOST = 16
"""In one job: each costs a few percent of a step's time."""
WEIGHT = 4.0


class Adapter(BaseModel):
    """One LoRA of a job: `lora: list[api.Adapter] = api.AdapterField()`, and `api.Model(…, adapters=params.lora)`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=shown_by("adapter"),
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )  # fmt: skip

    adapter: str = PydanticField(min_length=1, max_length=4096)
    """An id of the catalogue, the name of a LoRA's file without its ending, or a path."""
    weight: float = PydanticField(1.0, ge=-WEIGHT, le=WEIGHT, json_schema_extra={"step": 0.05})
    """-4 … 4: what its change of the weights is multiplied by; 0 is as if it were not there, below 0 turns it round."""
    text_weight: float | None = PydanticField(None, ge=-WEIGHT, le=WEIGHT, json_schema_extra={"step": 0.05})
    """The same for the text encoders alone, where the file changes those; None is `weight`."""
    sha256: str = PydanticField("", pattern="^([0-9a-f]{64})?$")
    """Of its file. The host fills it in before the task runs, so that the recipe tells which file it was."""


def AdapterField(*, title: str = "LoRA", description: str | None = None, advanced: bool = True) -> Any:
    """A list of up to 16 Adapters, with Role.ADAPTER: `<lora:NAME:WEIGHT>` in a PROMPT of the task is added to it."""
    told = description or "Files that change a model's style or teach it a subject, each with its weight."
    return Field([], max_length=MOST, role=Role.ADAPTER, title=title, description=told, advanced=advanced)
