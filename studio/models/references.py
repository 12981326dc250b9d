"""References: the IP-Adapters and Redux files of a catalogue, which image encoder each reads by, and how one goes with
a model."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from studio.api import ANY_REFERENCE, LeasedReference, Reference, UserError
from studio.errors import os_reason
from studio.models import reference_variant
from studio.models.add_ons import AddOnFile, AddOnKind, AddOns
from studio.models.catalogue import Catalogue
from studio.models.entry import DTYPES, CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.image_encoders import CLIP, SIGLIP, ImageEncoder, image_encoders
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.reference_layers import expected, parts_of_network
from studio.models.skeleton import configuration
from studio.text import Text

KIND, FIELD, NOUN = "reference", "reference", "IP-Adapter"
POOLED, HIDDEN, REDUX = "pooled", "hidden", "redux"
Change = Callable[[Any], None]


@dataclass(frozen=True)
class FittedReference:
    """A reference picture that a model can be told to be like: by what, and through which image encoder."""

    file: AddOnFile
    chosen: Reference
    header: WeightsHeader
    kind: str
    encoder: ComponentSpec
    embedder: ComponentSpec | None = None
    layers: Mapping[str, float] = field(default_factory=lambda: {"": 1.0})
    """Beginnings of the names of the UNet's layers that see it, and how much."""

    @property
    def size_bytes(self) -> int:
        return 0 if self.embedder else self.header.bytes()

    @cached_property
    def tensors(self) -> dict[str, Any]:
        """Read from the file. Raises UserError."""
        return _read(self.file)

    @property
    def weights(self) -> dict[str, float]:
        return {name: share * abs(self.chosen.weight) for name, share in self.layers.items()}

    def leased(self, encoder: Any, embedder: Any) -> LeasedReference:
        return LeasedReference(self.chosen, self.file.title, self.file.sha256, encoder, embedder, self.kind)


class References(AddOns):
    """The IP-Adapters and Redux files of a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes) -> None:
        super().__init__(catalogue, hashes, AddOnKind(KIND, NOUN, FIELD, "reference"))

    def fitted(self, entry: CatalogueEntry, capability: str, chosen: Iterable[Reference]) -> list[FittedReference]:
        """Those of them that count, held against the model; nothing is loaded. Raises UserError."""
        acting = [each for each in chosen if each.weight]
        if not acting and entry.about.references and entry.about.pipelines.get(capability) == "":
            raise UserError(
                "The model {} sees pictures only through an IP-Adapter or Redux, which this tool does not use; choose "
                "a model of Kandinsky 2.2 or of Stable Diffusion 2.1 unCLIP.",
                repr(entry.title), field="model", code="unsupported_operation",
            )  # fmt: skip
        if not entry.about.references:
            acting = [each for each in acting if each.reference != ANY_REFERENCE]
        return [self._fitted(entry, each) for each in acting]

    def _fitted(self, entry: CatalogueEntry, chosen: Reference) -> FittedReference:
        if not entry.about.references:
            raise UserError(
                "The model {} does not support reference pictures; remove them, or choose a model of Stable Diffusion "
                "1.5 or XL, or FLUX.1.",
                repr(entry.title), field=FIELD, code="unsupported_operation",
            )  # fmt: skip
        file = self._first(entry) if chosen.reference == ANY_REFERENCE else self.find(chosen.reference, chosen.sha256)
        _check_base(file, entry)
        header = read_header(file.path)
        return self._redux(file, chosen, header, entry) if "redux_up.weight" in header.tensors else self._adapter(
            file, chosen, header, entry
        )

    def _first(self, entry: CatalogueEntry) -> AddOnFile:
        """Of those for the model's base: one whose image encoder is there, if any is. Raises UserError."""
        listed = [info for info in self._listed() if not info.base or entry.about.lora in info.base.split(" or ")]
        refusal: UserError | None = None
        for info in listed:
            try:
                self._fitted(entry, Reference(reference=info.id, image="-"))
                return self._file(info)
            except UserError as error:
                refusal = refusal or error
        raise refusal or UserError(
            "The model {} sees pictures through a file of the kind {}, and none is among the models here; add one, "
            "such as {}, and the image encoder that it reads by.",
            repr(entry.title), *_wanted(entry.about.lora), field="model", code="missing_weights",
        )  # fmt: skip

    # ---- IP-Adapters

    def _adapter(
        self, file: AddOnFile, chosen: Reference, header: WeightsHeader, entry: CatalogueEntry
    ) -> FittedReference:
        if "unet" not in entry.components:
            raise _misfit(file, entry, Text("it steers a UNet, which the model has none of"))
        kind, width = _reads(file, header)
        _check_layers(file, header, entry)
        found = list(image_encoders(self._catalogue, CLIP))
        fitting = [each for each in found if (each.projected if kind == POOLED else each.hidden) == width]
        if not fitting:
            raise _no_encoder(file, Text("a CLIP image encoder {} numbers wide", width), found, _NAMES.get(width, ""))
        layers = parts_of_network(chosen.layers, configuration(entry.components["unet"]), entry.title)
        encoder = replace(fitting[0].spec, dtype=entry.components["unet"].dtype)
        return FittedReference(file, chosen, header, kind, encoder, layers=layers)

    # ---- Redux

    def _redux(
        self, file: AddOnFile, chosen: Reference, header: WeightsHeader, entry: CatalogueEntry
    ) -> FittedReference:
        if chosen.layers != "all":
            raise UserError(
                "Redux gives {} words for the whole picture, and has no layers for its style or its composition; take "
                "everything of it.",
                entry.title, field=FIELD, code="unsupported_operation",
            )  # fmt: skip
        if chosen.weight < 0:
            raise UserError(
                "{} is not guided away from anything, so a reference picture cannot weigh less than 0 there; take it "
                "out of the list.",
                entry.title, field=FIELD, code="unsupported_operation",
            )  # fmt: skip
        if "transformer" not in entry.components:
            raise _misfit(file, entry, Text("Redux writes tokens for FLUX.1, and the model is none"))
        sees, reads = header.tensors["redux_up.weight"].shape[1], header.tensors["redux_down.weight"].shape[0]
        network = entry.components["transformer"]
        own = int(configuration(network).get("joint_attention_dim", 0))
        if own != reads:
            raise _misfit(file, entry, Text("its tokens are {} numbers wide, the model reads {}", reads, own))
        found = list(image_encoders(self._catalogue, SIGLIP))
        fitting = [each for each in found if each.hidden == sees]
        if not fitting:
            raise _no_encoder(file, Text("a SigLIP image encoder {} numbers wide", sees), found, _SIGLIP)
        section = CheckpointSection(json.dumps({"redux_dim": sees, "txt_in_features": reads}))
        stored = DTYPES.get(header.dtype(), "float32")
        embedder = ComponentSpec("flux", "ReduxImageEncoder", file.path, stored, section)
        encoder, embedder = (replace(each, dtype=network.dtype) for each in (fitting[0].spec, embedder))
        return FittedReference(file, chosen, header, REDUX, encoder, embedder)


def parts(fitted: Sequence[FittedReference]) -> dict[str, ComponentSpec]:
    """By name, what the lease of a job has besides."""
    found = {}
    for number, each in enumerate(fitted):
        found[encoder_part(number)] = each.encoder
        if each.embedder:
            found[embedder_part(number)] = each.embedder
    return found


def encoder_part(number: int) -> str:
    return f"reference {number} encoder"


def embedder_part(number: int) -> str:
    return f"reference {number} embedder"


def changes(fitted: Sequence[FittedReference]) -> list[tuple[tuple[str, ...], Change]]:
    """What becomes of the UNet, step by step: first the weights, then how much each counts, so that another weight
    reads no file again. Each with what tells it from others."""
    adapters = [each for each in fitted if each.embedder is None]
    if not adapters:
        return []
    files = [each.file.sha256 for each in adapters]

    def put(unet: Any) -> None:
        read = {each.file.sha256: each.tensors for each in adapters}
        try:
            reference_variant.put_onto(unet, [read[sha256] for sha256 in files])
        except (KeyError, RuntimeError, ValueError, IndexError) as error:
            raise UserError(
                "The IP-Adapter {} lacks some of its tensors, or has others in their place ({}); nothing was made. Get "
                "it again.",
                adapters[0].file.path.name, str(error).splitlines()[0][:200], field=FIELD, code="invalid_weights",
            ) from None  # fmt: skip

    def weigh(unet: Any) -> None:
        reference_variant.weigh(unet, [each.weights for each in adapters])

    weights = [f"{layer}:{weight:g}" for each in adapters for layer, weight in each.weights.items()]
    return [(("IP-Adapter", *files), put), (("weights", *weights), weigh)]


# ---- what is said


_NAMES = {1024: "ViT-H", 1280: "ViT-H or ViT-bigG", 1664: "ViT-bigG", 768: "ViT-L"}
_SIGLIP = "sigclip_vision_patch14_384"


def _wanted(base: str) -> tuple[str, str]:
    if base == "FLUX.1":
        return "Redux", "flux1-redux-dev.safetensors"
    named = {"Stable Diffusion XL": "ip-adapter_sdxl_vit-h.safetensors"}
    return "IP-Adapter", named.get(base, "ip-adapter_sd15.safetensors")


def _check_base(file: AddOnFile, entry: CatalogueEntry) -> None:
    if file.base and entry.about.lora not in file.base.split(" or "):
        raise UserError(
            "The IP-Adapter {} is for {} and does not fit {}. Nothing was made; choose one for {}, or another model.",
            repr(file.title), file.base, entry.title, entry.about.lora, field=FIELD, code="unusable_model",
        )  # fmt: skip


def _reads(file: AddOnFile, header: WeightsHeader) -> tuple[str, int]:
    """What it reads of a picture, and how wide that is. Raises UserError."""
    shapes = {name.removeprefix("image_proj."): tensor.shape for name, tensor in header.tensors.items()}
    if "proj.weight" in shapes:
        return POOLED, shapes["proj.weight"][-1]
    if "proj.3.weight" in shapes:
        return HIDDEN, shapes["proj.0.weight"][-1]
    if "latents" in shapes and "proj_in.weight" in shapes:
        return HIDDEN, shapes["proj_in.weight"][-1]
    raise UserError(
        "The IP-Adapter {} is told of faces by a program that the studio does not have (FaceID), or lacks its "
        "projection; choose another one, such as ip-adapter-plus-face_sd15.",
        repr(file.title), field=FIELD, code="unusable_model",
    )  # fmt: skip


def _check_layers(file: AddOnFile, header: WeightsHeader, entry: CatalogueEntry) -> None:
    wanted = expected(entry.components["unet"])
    numbers = sorted({int(name.split(".")[1]) for name in header.tensors if _is_key(name)})
    found = [header.tensors[f"ip_adapter.{number}.to_k_ip.weight"].shape for number in numbers]
    if len(found) != len(wanted):
        raise _misfit(
            file, entry, Text("it has {} layers of attention, the model {}", len(found), len(wanted))
        )
    for number, own, there in zip(numbers, found, wanted, strict=True):
        if tuple(own) != there:
            shown = Text("its layer {} has {} numbers, the model's {}", number, _sides(own), _sides(there))
            raise _misfit(file, entry, shown)


def _is_key(name: str) -> bool:
    first, _, rest = name.partition(".")
    number, _, last = rest.partition(".")
    return first == "ip_adapter" and number.isdigit() and last == "to_k_ip.weight"


def _misfit(file: AddOnFile, entry: CatalogueEntry, why: Text) -> UserError:
    return UserError(
        "The IP-Adapter {} does not fit {}: {}. Nothing was made; choose another one, or another model.",
        repr(file.title), entry.title, why, field=FIELD, code="unusable_model",
    )  # fmt: skip


def _no_encoder(file: AddOnFile, needs: Text, found: Sequence[ImageEncoder], named: str) -> UserError:
    there = ", ".join(f"{each.name} ({each.hidden})" for each in found[:4]) or Text("none")
    return UserError(
        "The IP-Adapter {} reads pictures by {}{}, and none such is among the models here (image encoders: {}); put "
        "that file into a folder that is added to the studio.",
        repr(file.title), needs, Text(" ({})", named) if named else "", there, field=FIELD, code="missing_weights",
    )  # fmt: skip


def _sides(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


def _read(file: AddOnFile) -> dict[str, Any]:
    """Tensors of their own: the file may be written to while they are in use. Raises UserError."""
    import torch
    from safetensors.torch import load_file

    try:
        tensors = {name: tensor.clone() for name, tensor in load_file(file.path).items()}
    except OSError as error:
        raise UserError(
            "The IP-Adapter {} cannot be read ({}); check the file.", file.path, os_reason(error), field=FIELD,
            code="invalid_weights",
        ) from None  # fmt: skip
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise UserError(
                "The IP-Adapter {} holds numbers that are none (NaN or infinity) in {}; nothing was made. Get another "
                "version of it.",
                file.path.name, name, field=FIELD, code="invalid_weights",
            )  # fmt: skip
    return tensors
