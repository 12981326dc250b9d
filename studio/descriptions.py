"""Descriptions that messages carry: tasks, plugins, models, devices, as data that any front can offer.

Sentences for people in them cross as English text, and beside it, in `templates`, as what the text was made of.
"""

from typing import Any

import msgspec

from studio import text
from studio.text import Text


class Telling(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What has sentences for people in it: those that are a `Text` when it is made are one again when it is read."""

    templates: dict[str, list[Any]] = {}
    """By field, the template of its sentence and the arguments, as `text.dump` writes them."""

    def __post_init__(self) -> None:
        kept: dict[str, list[Any]] = {}
        for name in self.__struct_fields__:
            told = getattr(self, name)
            if name in self.templates and not isinstance(told, Text):
                told = _text(told, self.templates[name])
                msgspec.structs.force_setattr(self, name, told)
            if isinstance(told, Text) and told.args:
                kept[name] = text.dump(told)
        if kept or self.templates:
            msgspec.structs.force_setattr(self, "templates", kept)


def _text(told: Any, dumped: list[Any]) -> Any:
    """The sentence with its template, if that is really one of it."""
    try:
        loaded = text.load(dumped)
    except ValueError:
        return told
    return loaded if loaded == told else told


class ValueInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a number in a recipe is called, and what it means."""

    title: str
    description: str = ""


class StageInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of a task's jobs: what it is called, and how what it reveals is drawn (see `studio.api.Stage`)."""

    title: str
    shows: str = ""
    data: list[str] = []
    """Under which names it is given what is drawn."""
    heading: str = ""
    description: str = ""
    goal: str = ""


class TaskInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task as data: all that a window or a command line needs to offer it."""

    id: str
    title: str
    schema: dict[str, Any]
    """The JSON Schema of its parameters; `studio.form.read` reads it."""
    description: str = ""
    plugin: str = ""
    builtin: bool = False
    icon: str = ""
    """Of the studio's family; one that is not known stands for none."""
    values: dict[str, ValueInfo] = {}
    """Of the values of its results, by name."""
    stages: dict[str, StageInfo] = {}
    """By the names that Progress and Revealed have, in the order of their drawings."""
    translations: dict[str, dict[str, str]] = {}
    """By language, what its texts are in it; `studio.translation` puts them in."""
    sequence: bool = False
    """Its pictures, in their order, can be played."""


class PluginInfo(Telling, frozen=True, omit_defaults=True):
    """A plugin that was found; `problem` says in one sentence why it was refused, '' when it works."""

    name: str
    origin: str
    """`entry point` or the path of a file in STUDIO_HOME/plugins."""
    version: str = ""
    tasks: list[str] = []
    commands: list[str] = []
    problem: str = ""
    details: str = ""
    sentences: dict[str, dict[str, str]] = {}
    """By language, what its errors and notes are in it; see `studio.translation.Phrasebook`."""
    note: str = ""
    """What its import cost, when that was much."""


MODEL_KINDS = {
    "folder": "Models, as folders", "checkpoint": "Checkpoints",
    "network": "Networks, with their other parts in other files",
    "lora": "LoRAs", "controlnet": "ControlNets",
    "reference": "IP-Adapters and Redux", "adapter": "Adapters", "embedding": "Embeddings", "vae": "VAEs",
    "text-encoder": "Text encoders", "image-encoder": "Image encoders", "upscaler": "Upscalers", "other": "Others",
}  # fmt: skip
"""Titles of `ModelInfo.kind`, in the order in which they are listed."""
UNKNOWN_KIND = "Unknown"


def kind_order(kind: str) -> int:
    return [*MODEL_KINDS].index(kind) if kind in MODEL_KINDS else len(MODEL_KINDS)


class NeededFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a model needs beside its own."""

    title: str
    """"a VAE"."""
    file: str
    """Under which name people get it."""
    get: str = ""
    """What the list of models calls it; '' where it is not in the list."""


class ModelInfo(Telling, frozen=True, omit_defaults=True):
    """A model of the catalogue; `problem` as in PluginInfo."""

    id: str
    title: str
    family: str
    path: str
    capabilities: list[str] = []
    defaults: dict[str, Any] = {}
    license: str = ""
    size_bytes: int = 0
    problem: str = ""
    family_title: str = ""
    """What its family is called, by the table of families."""
    note: str = ""
    """What its file does not tell and was assumed."""
    reader: str = ""
    """The folder of the tokenizer that counts a prompt's tokens; '' where that is not known."""
    prompt_tokens: int | None = None
    """How many tokens are read, start and end included; 0 for any number, None where that is not known."""
    kind: str = ""
    """What sort of thing it is: `folder`, or as `studio.api.Signature.kind`; '' for what nothing is known of."""
    base: str = ""
    """Which model it is of or for, as people call it; '' where its header does not tell."""
    lora: str = ""
    """Which base a LoRA must be made for to fit this model; '' where it takes none."""
    controls: list[str] = []
    """What it can do following the pictures of ControlNets, which are those of its `lora` base."""
    references: bool = False
    """Whether it takes reference pictures, by files that are made for its `lora` base."""
    words: list[str] = []
    """Of a LoRA: those that call what it has learned."""
    picture: str = ""
    """Of a LoRA: the path of a picture for it."""
    choices: list[str] = []
    """What a model of these parts may be, by title; `studio models set --family` takes one."""
    role: str = ""
    """For a file that is one part of a model: as what other models use it, see `studio.api.Signature.role`."""
    seeks: list[str] = []
    """Roles of its parts that lie in files of their own."""
    files: dict[str, list[str]] = {}
    """By such a part, all files that fit; the first is used, `studio models set --file PART=PATH` takes another."""
    needs: list[NeededFile] = []
    """What it cannot be used without, and what is not there."""
    packing: str = ""
    """How its weights are packed, as people call it: `Q4_K`, `FP8`; '' for plain floats."""

    def takes(self, lora: "ModelInfo") -> bool:
        """Whether a LoRA may fit this model, as far as its header tells which base it is for."""
        return bool(self.lora) and (not lora.base or self.lora in lora.base.split(" or "))

    def follows(self, control: "ModelInfo") -> bool:
        """Whether a ControlNet may fit this model, as far as its header tells which base it is for."""
        return bool(self.controls) and (not control.base or self.lora == control.base)

    def refers(self, reference: "ModelInfo") -> bool:
        """Whether an IP-Adapter or Redux may fit this model, as far as its header tells which base it is for."""
        return self.references and (not reference.base or self.lora in reference.base.split(" or "))


class AdapterFit(Telling, frozen=True, omit_defaults=True):
    """How a LoRA goes with the model of a form, by its header."""

    title: str
    fitting: int = 0
    """So many of its layers are layers of the model."""
    layers: int = 0
    problem: str = ""
    """Why it cannot be used; '' when it can."""
    size_bytes: int = 0


class DeviceInfo(Telling, frozen=True, omit_defaults=True):
    id: str
    title: str
    memory_bytes: int
    problem: str = ""
    budget_bytes: int = 0
    """How much of it models may take at once; 0 where that is not known."""


class DeviceMemory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What models take on a device."""

    id: str
    used_bytes: int = 0
    room_bytes: int = 0
    """What weights and pictures may take there."""


class ComponentInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A component in memory: a UNet, a text encoder, a decoder."""

    title: str
    bytes: int
    leases: int
    """By how many jobs it is in use now."""
    derived: bool = False
    """Whether it was made of others, over their weights."""
    place: str = ""
    """The device, or `ram` for what rests there."""
    mapped_bytes: int = 0
    """Of these, pages of its file that the system can take back by itself."""
    load_s: float = 0.0
    idle_s: float = 0.0
    """Since it was last used."""
    id: str = ""
    pinned: bool = False
    """Whether it is the last to go."""
    used_by: str = ""
    """The task that has leased it last."""


class Cheaper(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another plan for the same job, which takes less."""

    params: dict[str, Any]
    """What is other in it."""
    bytes: int
    fits: bool
    seconds: float | None = None
    narrow: bool = False
    """Whether the model's layers are kept in 8 bits for it, which is done by itself when memory runs out."""
    offloaded: bool = False
    """Whether its weights stay in RAM for it and come to the device block by block, which is done by itself too."""


class SpanInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of a job: `kind` is `load`, `stage` or `save`."""

    name: str
    kind: str
    began_s: float
    """Since the job began."""
    seconds: float
