"""Everything a plugin needs, and the only module of the studio that it may import."""

from studio.api._embedding import Embedding
from studio.api._family import Companion, Family, Variant
from studio.api._hook import VERSION, Hooks, hookimpl
from studio.api._model import Derived, Lease, Model
from studio.api._params import (
    Color,
    Field,
    ImageRef,
    MaskRef,
    ModelField,
    ModelRef,
    Params,
    Prompt,
    Seed,
    Size,
    parse_size,
)
from studio.api._scheduler import Scheduler
from studio.api._task import Context, Original, Result, Rows, Task
from studio.errors import Cancelled, StudioError, UserError

__all__ = [
    "VERSION",
    "Cancelled",
    "Color",
    "Companion",
    "Context",
    "Derived",
    "Embedding",
    "Family",
    "Field",
    "Hooks",
    "ImageRef",
    "Lease",
    "MaskRef",
    "Model",
    "ModelField",
    "ModelRef",
    "Original",
    "Params",
    "Prompt",
    "Result",
    "Rows",
    "Scheduler",
    "Seed",
    "Size",
    "StudioError",
    "Task",
    "UserError",
    "Variant",
    "hookimpl",
    "parse_size",
]
