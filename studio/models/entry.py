"""A model of the catalogue, as it was read from its folder or file without loading a weight."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.api import Family, Upscaler
from studio.descriptions import ModelInfo, NeededFile
from studio.errors import UserError
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.tensor import BLOCKS, FP8
from studio.text import Text

DTYPES = {
    "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float32",
    **dict.fromkeys((*FP8, *BLOCKS), "bfloat16"),
}  # fmt: skip
"""A header's name of a dtype -> the one that we run; what is packed was bfloat16 before, or has its range."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A model of the catalogue."""

    id: str
    title: str
    about: Family
    path: Path
    capabilities: tuple[str, ...]
    components: Mapping[str, ComponentSpec]
    """With the dtype of their files; what a device runs instead is decided when they are leased."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    license: str = ""
    note: str = ""
    """What could not be told for certain, sentences for the user."""
    kind: str = "folder"
    """What sort of thing it is: `folder`, or as `Signature.kind`."""
    base: str = ""
    """Which model it is of or for, as people call it."""
    words: tuple[str, ...] = ()
    """Of a LoRA: those that call what it has learned."""
    picture: str = ""
    """Of a LoRA: the file of a picture for it."""
    choices: tuple[str, ...] = ()
    """The titles of what a model of these parts may be, of which the user may say one."""
    seeks: tuple[str, ...] = ()
    """Roles of the parts that lie, or would lie, in files of their own: what it finds changes with what is there."""
    candidates: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    """Of such a part, all files that fit; the first was taken."""
    packing: str = ""
    """How its weights are packed, as people call it: `Q4_K`, `FP8`; '' for plain floats."""

    @property
    def family(self) -> str:
        return self.about.id

    def info(self) -> ModelInfo:
        """As data for the fronts."""
        reader = self._reader
        files = {file for spec in self.components.values() for file in spec.weights} or {self.path}
        return ModelInfo(
            id=self.id,
            title=self.title,
            family=self.family,
            path=str(self.path),
            capabilities=list(self.capabilities),
            defaults=dict(self.defaults),
            license=self.license,
            size_bytes=sum(file.stat().st_size for file in files if file.is_file()),
            family_title=self.about.title,
            note=self.note,
            kind=self.kind,
            base=self.base or ("" if self.kind in ("lora", "controlnet", "reference") else self.about.title),
            choices=list(self.choices),
            seeks=list(self.seeks),
            files={part: [str(each) for each in paths] for part, paths in self.candidates.items()},
            lora=self.about.lora,
            controls=list(dict.fromkeys(each for made in self.about.controls.values() for each in made)),
            references=self.about.references,
            words=list(self.words),
            picture=self.picture,
            packing=self.packing,
            reader=str(reader.path) if reader else "",
            prompt_tokens=self.prompt_tokens if reader else None,
        )

    def upscaler_parts(self, upscaler: Upscaler) -> tuple[str, ...]:
        """Which of its parts are this upscaler, one for each factor; none where its folder names none."""
        pattern = re.compile(re.escape(upscaler.part).replace(r"\{\}", r"\d+"))
        return tuple(part for part in self.components if pattern.fullmatch(part))

    @property
    def prompt_tokens(self) -> int:
        """How many tokens of a prompt are read, start and end included; 0 for any number."""
        if self.about.long_prompts:
            return 0
        most = int(self.about.call.get("max_sequence_length", self.about.prompt_tokens))
        own = self._reader.tokens if self._reader else 0  # a small model's encoder may read less than its family's do
        return min(most, own) if own else most

    @property
    def _reader(self) -> ComponentSpec | None:
        """The tokenizer that counts a prompt's tokens."""
        return self.components.get(self.about.reader) or self.components.get("tokenizer")

    def in_dtype(self, dtype: str) -> "CatalogueEntry":
        """With every part that holds weights in one dtype, but for an upscaler, which keeps its own."""
        # bfloat16 knows 256 steps between dark and bright at best, a picture as many or more.
        specs = {
            part: replace(spec, dtype=dtype) if spec.dtype and spec.library != "spandrel" else spec
            for part, spec in self.components.items()
        }
        return replace(self, components=specs)


class Refusal(UserError):
    """The one sentence about something that is no model to be used, which may be known to be something else."""

    def __init__(
        self, path: Path, why: Text, kind: str = "", base: str = "", packing: str = "", *, role: str = "",
        seeks: tuple[str, ...] = (), needs: tuple[NeededFile, ...] = (),
    ) -> None:  # fmt: skip
        """`role`: of what serves other models, see `Signature.role`; `seeks` and `needs`: of what lacks such files."""
        super().__init__("{} cannot be used as a model: {}.", path, why, field="model", code="unusable_model")
        self.path, self.why, self.kind, self.base, self.packing = path, why, kind, base, packing
        self.role, self.seeks, self.needs = role, seeks, needs

    def of(self, kind: str, base: str, packing: str = "") -> "Refusal":
        """The same of something whose kind is known."""
        more: dict[str, Any] = {"role": self.role, "seeks": self.seeks, "needs": self.needs}
        known = (self.kind or kind, self.base or base, self.packing or packing)
        return Refusal(self.path, self.why, *known, **more)

    @property
    def size_bytes(self) -> int:
        """Of a lone file; 0 for a folder, and for what is gone."""
        try:
            return self.path.stat().st_size if self.path.is_file() else 0
        except OSError:
            return 0


def refused(path: Path, why: str, *args: object) -> Refusal:
    """The one sentence about something that is no model."""
    return Refusal(path, Text(why, *args))


def refused_info(name: str, title: str, path: str, error: UserError | OSError, problem: Text) -> ModelInfo:
    """What is known of something that cannot be used. `problem`: its sentence, as it can be sent."""
    if not isinstance(error, Refusal):
        error = Refusal(Path(path), Text(""))
    return ModelInfo(
        name, title, "", path, problem=problem, kind=error.kind, base=error.base, packing=error.packing,
        size_bytes=error.size_bytes, role=error.role, seeks=list(error.seeks), needs=list(error.needs),
    )  # fmt: skip
