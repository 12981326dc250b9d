"""A family of models: how its folders are told, what its models can do, and how diffusers is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Variant:
    """A model of a family that wants other defaults, told by its configs; the first one that fits wins.

    `when`: "PART.KEY" -> the value, or a tuple of values, that KEY has in the config of PART; "folder.WORD" -> True,
    for a word of the name of its folder or file, where the configs do not tell, or False for one that must not be
    there; "index.KEY" -> the value of KEY in model_index.json. Words are in small letters and as people write them:
    `v21TurboDPMSDE` has the words v, 21, turbo and dpmsde, and is one word besides, as is the name with `-` between its
    words. WORD may hold `*` for anything, and `|` between several.
    """

    when: Mapping[str, Any]
    title: str
    id: str = ""
    """A family name of its own (`sd21`); '' keeps the family's."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    call: Mapping[str, Any] = field(default_factory=dict)
    license: str = ""
    lora: str = ""
    """See `Family.lora`; '' is the family's."""
    scheduling: Mapping[str, Any] = field(default_factory=dict)
    """See `Family.scheduling`."""
    names_steps: bool = False
    """Whether it was distilled to few steps, of which a word of the name, such as `4step`, may say the number. That a
    model is one is an assumption, which the user is told and may undo."""
    note: str = ""
    """What is assumed or not known, a sentence for the user."""


@dataclass(frozen=True)
class Companion:
    """Parts that lie in a second folder, beside the model's own: what Kandinsky's decoder needs of its prior.

    `classes`: what that folder's model_index.json may say. `parts`: our name of a part -> its key there.
    `fits`: ("PART.KEY", "PART.KEY"), the configs of this model's part and of the other's that must agree.
    """

    classes: tuple[str, ...]
    parts: Mapping[str, str]
    fits: tuple[str, str]
    missing: str
    """The sentence's end when there is none: "it is a decoder, and no folder beside it holds …"."""


@dataclass(frozen=True)
class Excerpt:
    """A part as it lies in a checkpoint, which is one file with all parts of a model."""

    class_name: str
    """Of diffusers or transformers: what the part becomes."""
    prefix: str = ""
    """Of the names of its tensors; '' for what holds no weights, a scheduler or a tokenizer."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What of its config no tensor's shape tells."""
    renamed: tuple[str, str] = ("", "")
    """(how its names begin in this file, how they begin in the published layout, which `prefix` is of)."""


@dataclass(frozen=True)
class CompanionFile:
    """A part that a model's file may leave to a file of its own: a text encoder, a VAE.

    It is looked for in the model's own file first, then among the files of the folders that the user has added. One
    fits whose `Signature.role` is `role` and whose config agrees; of several the one that `prefers` speaks for.
    """

    role: str
    excerpt: Excerpt
    """What it becomes. Its prefix is what stands before its names in the model's own file; several are parted by `|`.
    """
    title: str
    """"a VAE", "the text encoder T5-XXL": what is said to be missing."""
    file: str
    """Under which name people get it: "t5xxl_fp16.safetensors"."""
    fits: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """A key of its config -> (PART.KEY of the model's, by how much it is multiplied) that must be equal."""
    like: Mapping[str, Any] = field(default_factory=dict)
    """A key of its config -> what it must be."""
    prefers: tuple[str, ...] = ()
    """Words of names, the best first, as in `Variant.when`; they tell what headers do not."""
    avoids: str = ""
    """Words of names, parted by `|`, of files that are another model's though their headers are alike."""
    optional: str = ""
    """What is said where there is none, for a part that the model can do without."""
    tokenizer: str = ""
    """The part that is its tokenizer, and is left out with it."""
    words: Excerpt | None = None
    """That tokenizer, where its vocabulary lies in the same file, under a name that ends with the excerpt's prefix."""
    get: str = ""
    """What the list of models calls it: `studio models get …`."""


@dataclass(frozen=True)
class Signature:
    """How a lone .safetensors file is told: by the names and shapes of its tensors, which its header lists.

    `has`: the name of a tensor -> its shape, None in the place of a side, or of the shape, that may be any. A name may
    hold `*` for anything; in the file `model.diffusion_model.` may stand before it, as in checkpoints.
    `lacks`: names, likewise, that must not be there.
    """

    title: str
    has: Mapping[str, tuple[int | None, ...] | None]
    lacks: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the file's metadata must say, word for word. `prediction` (see `Family.predictions`) is what the user says,
    a NAME.yaml beside the file, its metadata in the words of trainers, or a marker among its tensors."""
    parts: Mapping[str, Excerpt] = field(default_factory=dict)
    """Our name of a part -> where it lies, for a checkpoint that opens as it is."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What is different from the family's, switches of the pipeline too."""
    why: str = ""
    """The end of the sentence that refuses such a file: what it needs, what to do."""
    note: str = ""
    """What the header leaves open, and what was assumed: a sentence for the user."""
    kind: str = "checkpoint"
    """What sort of file it is: `checkpoint` (a whole model), `network` (the part that makes the picture), `lora`,
    `controlnet`, `adapter`, `embedding`, `vae`, `text-encoder`, `image-encoder`, `upscaler`, `translator`, `other`."""
    base: str = ""
    """Which model it is of or for, as people call it; '' where the header does not tell."""
    companions: Mapping[str, CompanionFile] = field(default_factory=dict)
    """Our name of a part -> the file that it may lie in, beside `parts`."""
    role: str = ""
    """For a file that is one part of a model: what other models look for, see `CompanionFile.role`."""
    prefix: str = ""
    """Of the names in such a file."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """For a file in the layout of transformers, as `parts` is for a checkpoint: our name of a part -> the class that it
    becomes, with what lies beside the file: its config.json, its vocabulary. One class is a tokenizer's, the other that
    of the network, whose weights are the file."""
    named: str = ""
    """Words of the file's name, parted by `|`, one of which it must have: for models whose headers are alike. What the
    user says of the family stands in for them."""


@dataclass(frozen=True)
class Upscaler:
    """An upscaler that a folder's studio.json may name beside the parts of model_index.json: a file of spandrel's.

    `key`: what studio.json calls it, as {"path": FILE, "scale": FACTOR}; or, where there may be one for each factor and
    `part` holds `{}` for it, {FACTOR: FILE}. `capability`: what a model can do besides that has it; a lease for that is
    of the first of a family's upscalers that the model has, and of nothing else.
    """

    key: str
    part: str
    """Our name of the part."""
    capability: str
    scale: str = ""
    """Under what name its factor stands among the model's defaults; '' for nowhere."""
    alone: bool = False
    """Whether leases for anything else are without it."""


@dataclass(frozen=True)
class Family:
    """One row of the table of families. A plugin returns rows from its hook `register_families`."""

    id: str
    title: str
    classes: tuple[str, ...]
    """The `_class_name`s of model_index.json that mean it; () for a row that only tells what lone files are."""
    parts: Mapping[str, str]
    """Our name of a part -> its key in model_index.json."""
    pipelines: Mapping[str, str]
    """Capability -> the class of diffusers that does it; '' where a task runs the parts by itself."""
    optional: tuple[str, ...] = ()
    """Parts that a folder may leave out; the pipeline gets None for them."""
    init: Mapping[str, Any] = field(default_factory=dict)
    """What else the pipelines are made with."""
    options: tuple[str, ...] = ()
    """Switches of the pipeline that model_index.json sets; handed on among the defaults."""
    call: Mapping[str, Any] = field(default_factory=dict)
    """What else the pipelines are called with, as far as they take it."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """width, height (pixels), multiple (of each side), steps, guidance_scale, strength …"""
    guidance: str = "guidance_scale"
    """What the pipeline calls its guidance scale."""
    languages: tuple[str, ...] = ()
    """The only languages that its text encoders read, by their ISO 639-1 codes: ("en",) for CLIP's, whose prompts are
    translated; () for many."""
    takes_negative: bool = True
    empty_negative: str | None = None
    """The negative prompt when there is none; None leaves it to the pipeline."""
    reader: str = "tokenizer"
    """The tokenizer whose encoder reads furthest."""
    prompt_tokens: int = 77
    """How many tokens of a prompt are read, start and end included."""
    cuts_prompts: bool = False
    """Whether its pipeline fails on a prompt that is longer than that; it gets what it can read then."""
    long_prompts: bool = False
    """Whether its text encoders are CLIP's alone: then a prompt of any length is read, `prompt_tokens` at a time, and
    the weights in it count."""
    weighs_words: bool = False
    """Whether weights such as (word:1.2) count, though no prompt of any length is read: of Stable Diffusion 3, and of
    Kandinsky's prior."""
    schedulers: tuple[str, ...] = ()
    """Scheduler classes that its pipelines work with."""
    scheduling: Mapping[str, Any] = field(default_factory=dict)
    """What of its scheduler's config is another than its folder says, since its card asks for it; `_class_name` too."""
    predictions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What its network may predict -> what that makes of its scheduler's config: `epsilon` (noise), `v` (velocity),
    `v-zero-snr` (down to no signal at all), `edm-v` (in the terms of EDM). One with a scheduler class that is not among
    `schedulers` works with that alone."""
    scheduler: str = ""
    """What takes the place of a scheduler that the studio does not run, over the same config; '' where nothing can."""
    allows: tuple[str, ...] = ()
    """Classes of diffusers and transformers that its folders may name, beyond those that the studio knows."""
    variants: tuple[Variant, ...] = ()
    companion: Companion | None = None
    upscalers: tuple[Upscaler, ...] = ()
    """What a folder's studio.json may name besides; the first that a model has is what it enlarges with."""
    lora: str = ""
    """Of which base the LoRAs are that its models take, as `Signature.base` names it (`FLUX.1`); '' where its pipelines
    read none."""
    controls: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The class of a network that reads a control picture (`ControlNetModel`, `T2IAdapter` …) -> capability -> the
    class of diffusers that does it following such pictures."""
    references: bool = False
    """Whether its models take reference pictures: by an IP-Adapter for a UNet, by Redux for FLUX.1's transformer."""
    regions: bool = True
    """Whether its pipelines ask their network about a picture alone, so that what it says for the words of several
    regions can be composed; not where words and picture are one sequence."""
    file_part: str = ""
    """For the row of lone upscalers, files that spandrel opens: our name of their one part. It has no `classes`."""
    files: tuple[Signature, ...] = ()
    """How lone files with such a model are told; the first that fits wins."""
    license: str = ""
    """Of the published weights, for the user to see; a folder may say otherwise."""
    refusal: str = ""
    """Why models of it cannot be used, for a family that is only told: the end of a sentence."""
    drafts: tuple[str, ...] = ()
    """Capabilities whose pipelines can work with a first-block cache, for drafts."""
    upcasts: bool = False
    """Whether float16 overflows in its VAE, and its pipelines cast that to float32 and back in place, unless its config
    has `"force_upcast": false`. It is loaded in float32 then, and stays so."""
    native_size: bool = False
    """Whether the UNet's sample_size is the size that the model was trained for."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        return tuple(self.pipelines)
