"""The contract with plugins. They import this, inside `run` also studio.diffusion, and nothing else of the studio."""

from studio.api._adapter import Adapter, AdapterField
from studio.api._control import Control, ControlField
from studio.api._embedding import Embedding
from studio.api._family import Companion, CompanionFile, Excerpt, Family, Signature, Upscaler, Variant
from studio.api._hook import VERSION, Hooks, hookimpl
from studio.api._model import Derived, Lease, Model
from studio.api._operation import ControlPicture, PictureOperation
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
    Styles,
    parse_size,
)
from studio.api._reference import ANY_REFERENCE, LeasedReference, Reference, ReferenceField
from studio.api._region import Region, RegionField
from studio.api._scheduler import Scheduler, SchedulerField
from studio.api._stage import DIFFUSION_STAGES, Stage
from studio.api._task import Context, Original, Result, Rows, Task, Value, Work
from studio.api._translator import Language, LanguageField, Translator
from studio.errors import Cancelled, StudioError, UserError
from studio.limit import PIXEL_CAP
from studio.role import Role
from studio.text import Text

__all__ = [
    "ANY_REFERENCE",
    "DIFFUSION_STAGES",
    "PIXEL_CAP",
    "VERSION",
    "Adapter",
    "AdapterField",
    "Cancelled",
    "Color",
    "Companion",
    "CompanionFile",
    "Context",
    "Control",
    "ControlField",
    "ControlPicture",
    "Derived",
    "Embedding",
    "Excerpt",
    "Family",
    "Field",
    "Hooks",
    "ImageRef",
    "Language",
    "LanguageField",
    "Lease",
    "LeasedReference",
    "MaskRef",
    "Model",
    "ModelField",
    "ModelRef",
    "Original",
    "Params",
    "PictureOperation",
    "Prompt",
    "Reference",
    "ReferenceField",
    "Region",
    "RegionField",
    "Result",
    "Role",
    "Rows",
    "Scheduler",
    "SchedulerField",
    "Seed",
    "Signature",
    "Size",
    "Stage",
    "StudioError",
    "Styles",
    "Task",
    "Text",
    "Translator",
    "Upscaler",
    "UserError",
    "Value",
    "Variant",
    "Work",
    "hookimpl",
    "parse_size",
]
