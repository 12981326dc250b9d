"""DeviceModels: what the jobs of one device lease their models from."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from studio.api import Adapter, Control, Derived, Lease, LeasedReference, Model, Reference, UserError
from studio.descriptions import AdapterFit, DeviceInfo
from studio.models import controls, references
from studio.models.adapters import Adapters, changes
from studio.models.add_ons import AddOns
from studio.models.catalogue import Catalogue
from studio.models.component_keys import gone
from studio.models.component_table import Resident
from studio.models.controls import Controls
from studio.models.entry import CatalogueEntry
from studio.models.fingerprint import Fingerprints, combine
from studio.models.folder import PICTURE_PARTS
from studio.models.lease import ModelLease
from studio.models.loaders.component import ComponentSpec, load, prepare
from studio.models.lora import KIND
from studio.models.measurements import Measurements
from studio.models.memory import MemoryManager
from studio.models.model_facts import CODECS, ModelFacts, decoder_bytes
from studio.models.precision import HALF_FLOATS, Precision, in_fast_dtypes, in_half_floats
from studio.models.references import FittedReference, References
from studio.models.steady_codec import KEY, PART, keep_dtype, without_overflow
from studio.role import Role
from studio.text import Text

OFFLOADABLE = ("diffusers", "transformers")


@dataclass(frozen=True)
class Known:
    """What all devices share: which models there are, what their files hold, and what was measured."""

    catalogue: Catalogue
    adapters: Adapters
    controls: Controls
    references: References
    fingerprints: Fingerprints
    precision: Precision
    measurements: Measurements

    @property
    def add_ons(self) -> dict[Role, AddOns]:
        """By the role of the fields that list them."""
        return {Role.ADAPTER: self.adapters, Role.CONTROL: self.controls, Role.REFERENCE: self.references}


class DeviceModels:
    """The memory of one device, and models for it. There is no manager before it is needed."""

    def __init__(self, known: Known, device: Callable[[], DeviceInfo], budget_bytes: int) -> None:
        """`device` raises UserError where there is none such."""
        self._known, self._device, self._budget_bytes = known, device, budget_bytes
        self.measurements, self.adapters = known.measurements, known.adapters
        self.controls, self.references, self.add_ons = known.controls, known.references, known.add_ons
        self._lock = threading.Lock()
        self._manager: MemoryManager | None = None

    @property
    def loaded_bytes(self) -> int:
        return self._manager.loaded_bytes if self._manager else 0

    @property
    def resident_bytes(self) -> int:
        return self._manager.used_bytes if self._manager else 0

    @property
    def parked_bytes(self) -> int:
        return self._manager.parked_bytes if self._manager else 0

    @property
    def peak_bytes(self) -> int:
        """The most that components ever took on the device at once."""
        return self._manager.peak_bytes if self._manager else 0

    @property
    def leaked_bytes(self) -> int:
        return self._manager.leaked_bytes if self._manager else 0

    @property
    def room_bytes(self) -> int:
        """What components may take; 0 before the first job."""
        return max(0, self._manager.room_bytes) if self._manager else 0

    @property
    def id(self) -> str:
        """Of the device; '' before the first job."""
        return self._manager.device if self._manager else ""

    def report(self) -> list[Resident]:
        return self._manager.report() if self._manager else []

    def unload(self, ids: Collection[str] = ()) -> None:
        """Give up what no job leases: these components, or everything."""
        if self._manager:
            self._manager.unload(ids)

    def keep(self, id: str, pinned: bool) -> None:
        """Whether a component is to go last when room is made."""
        if self._manager:
            self._manager.keep(id, pinned)

    def take_leaks(self) -> list[Text]:
        """Who holds components that were given up, as sentences; each is told once."""
        return self._manager.take_leaks() if self._manager else []

    @contextmanager
    def lease(self, spec: Model, *, working_bytes: int = 0, holder: str = "") -> Iterator[Lease]:
        """All that `spec` asks for, pinned until the block ends. Raises UserError.

        `working_bytes`: what the job will probably need beside the weights, for which room is made too. `holder`: the
        task that leases.
        """
        prepare()
        entry, components, manager = self._wanted(spec)
        adapters = self.adapters.fitted(entry, spec.capability, spec.adapters)
        followed = self.controls.components(entry, spec.capability, spec.controls)
        seen = self.references.fitted(entry, spec.capability, spec.references)
        components |= followed | _seeing(seen, components)
        if spec.offloaded and manager.device != "cpu":
            components = _offloaded(components, spec.derived)
        working_bytes += sum(each.size_bytes for each in adapters) + sum(each.size_bytes for each in seen)
        with manager.lease(components, spec.derived, working_bytes=working_bytes, holder=holder) as leased:
            keys = [self._known.fingerprints.of(component) for component in components.values()]
            if entry.about.upcasts and PART in leased:
                leased.replace(PART, KEY, keep_dtype)
            for part, (key, change) in changes(adapters, entry.about.parts).items():
                if part in leased:
                    leased.replace(part, key, change)
                    keys.append(f"{part} {key}")
            for key, change in references.changes(seen):
                leased.replace("unet", key, change)
                keys.append(f"unet {key}")
            told = [*self._chosen_precision(spec, entry, components), *(each.note for each in adapters if each.note)]
            yield ModelLease(entry, leased, manager.device, combine(keys), _dtype(components), spec.tiled, told,
                             [*followed], _leased(seen, leased))  # fmt: skip

    def _chosen_precision(
        self, spec: Model, entry: CatalogueEntry, components: Mapping[str, ComponentSpec]
    ) -> Iterator[Text]:
        """What the settings have made of the model, which a recipe must tell."""
        if any(each.narrowed for each in components.values()) and not spec.narrow:
            yield Text("The layers of the model were kept in 8 bits, as is chosen under Settings, Precision.")
        stored = self._known.catalogue.find(spec.ref).components
        network = [part for part in PICTURE_PARTS if part in components]
        changed = {components[part].dtype for part in network if components[part].dtype != stored[part].dtype}
        if self._known.precision.wanted == "half" and (halves := changed & HALF_FLOATS):
            yield Text("The model was computed in {}, as is chosen under Settings, Precision.", *halves)

    def control_bytes(self, ref: str, capability: str, chosen: Iterable[Control]) -> int:
        """What the ControlNets of a job will take. Raises UserError, as their lease would."""
        entry, _, _ = self._wanted(Model(ref, capability))
        wanted = self.controls.components(entry, capability, chosen)
        return sum(spec.estimated_bytes() for spec in {spec.path: spec for spec in wanted.values()}.values())

    def reference_bytes(self, ref: str, capability: str, chosen: Iterable[Reference]) -> int:
        """What the adapters and image encoders of a job will take. Raises UserError, as their lease would."""
        entry, components, _ = self._wanted(Model(ref, capability))
        seen = self.references.fitted(entry, capability, chosen)
        specs = {(spec.path, spec.class_name): spec for spec in _seeing(seen, components).values()}
        files = {each.file.path: each.size_bytes for each in seen}
        return sum(spec.estimated_bytes() for spec in specs.values()) + sum(files.values())

    def looked_at(self, ref: str, capability: str, chosen: Iterable[Adapter]) -> list[AdapterFit]:
        """How LoRAs go with a model; nothing is loaded. Raises UserError where there is no such model."""
        return self.adapters.looked_at(self._known.catalogue.find(ref), capability, chosen)

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        """What a plan needs to know of a model; nothing is loaded. Raises UserError."""
        entry, components, manager = self._wanted(Model(ref, capability))
        # Which files, not what they hold: that becomes known late, and what was measured before would be lost then.
        narrow = _narrowed(components)
        narrow_bytes = 0 if narrow == components else _bytes(narrow)
        offloaded = _offloaded(components)
        in_ram = manager.device != "cpu" and _bytes(components) <= manager.ram_bytes
        held = combine(f"{part} {spec.precision} {self._identity(spec)}" for part, spec in components.items())
        return ModelFacts(
            key=f"{held} {manager.device}",
            device=manager.device,
            title=entry.title,
            defaults=entry.defaults,
            languages=() if OWN_WORDING & entry.defaults.keys() else entry.about.languages,
            weights_bytes=_bytes(components),
            missing_bytes=manager.missing_bytes(components),
            room_bytes=manager.room_bytes,
            decoder_bytes=decoder_bytes(components),
            narrow_bytes=narrow_bytes,
            offloaded_bytes=_bytes(offloaded) if in_ram and offloaded != components else 0,
            narrow_offloaded_bytes=_bytes(_offloaded(narrow)) if in_ram and narrow_bytes else 0,
            offloaded_there=_rests(manager, offloaded),
            narrow_offloaded_there=_rests(manager, _offloaded(narrow)),
        )

    def _identity(self, spec: ComponentSpec) -> str:
        try:
            return self._known.fingerprints.identity(spec)
        except OSError as error:
            raise gone(spec, error) from None

    def _wanted(self, spec: Model) -> tuple[CatalogueEntry, dict[str, ComponentSpec], MemoryManager]:
        """The model, those of its parts that are asked for, and where they go; in the dtypes of their device."""
        entry = self._known.catalogue.find(spec.ref)
        _check_capability(entry, spec.capability)
        manager = self._memory()
        if spec.float32:
            entry = entry.in_dtype("float32")
        known = self._known.precision
        if known.wanted == "half" and not spec.float32:
            entry = in_half_floats(entry, manager.device, known.bfloat16_pays)
        entry = in_fast_dtypes(entry, manager.device, manager.room_bytes, known.bfloat16_pays)
        components = {part: entry.components[part] for part in _parts(entry, spec)}
        if entry.about.upcasts:
            components = without_overflow(components)
        is_narrow = spec.narrow or known.wanted == "8-bit"
        return entry, _narrowed(components) if is_narrow else components, manager

    def _memory(self) -> MemoryManager:
        device = self._device()
        with self._lock:
            if self._manager is None:
                self._manager = MemoryManager(load, self._known.fingerprints, device.id, self._budget_bytes)
            return self._manager


OWN_WORDING = {"phrasing", "vocabulary"}
"""What a model declares that brings prompts into words of its own, those of other languages too."""


def _check_capability(entry: CatalogueEntry, capability: str) -> None:
    if entry.kind == KIND:
        raise UserError(
            "{} is a LoRA, which is used together with a model; choose it under LoRA, and a model besides.",
            repr(entry.title), field="model", code="unsupported_operation",
        )  # fmt: skip
    if entry.kind == controls.KIND:
        raise UserError(
            "{} is a ControlNet, which is used together with a model; choose it under “Follow a picture”, and a model "
            "besides.",
            repr(entry.title), field="model", code="unsupported_operation",
        )  # fmt: skip
    if entry.kind == references.KIND:
        raise UserError(
            "{} is used together with a model, for reference pictures; choose it under the reference picture, and a "
            "model besides.",
            repr(entry.title), field="model", code="unsupported_operation",
        )  # fmt: skip
    if capability and capability not in entry.capabilities:
        able = ", ".join(entry.capabilities)
        raise UserError(
            "The model {} cannot do {} (it can do: {}); choose another model.",
            repr(entry.title),
            capability,
            able,
            field="model",
            code="unsupported_operation",
        )


def _parts(entry: CatalogueEntry, spec: Model) -> tuple[str, ...]:
    parts = spec.parts or _upscaler_parts(entry, spec.capability) or _other_parts(entry)
    missing = [part for part in parts if part not in entry.components]
    if missing:
        raise UserError(
            "The model {} has no part {}; it has {}.",
            repr(entry.title),
            repr(missing[0]),
            ", ".join(entry.components),
            field="model",
            code="unsupported_operation",
        )
    return parts


def _upscaler_parts(entry: CatalogueEntry, capability: str) -> tuple[str, ...]:
    """Those of the first of its family's upscalers that the model has, for the capability that they are leased for."""
    found = (entry.upscaler_parts(each) for each in entry.about.upscalers if each.capability == capability)
    return next((parts for parts in found if parts), ())


def _other_parts(entry: CatalogueEntry) -> tuple[str, ...]:
    alone = {part for each in entry.about.upscalers if each.alone for part in entry.upscaler_parts(each)}
    return tuple(part for part in entry.components if part not in alone)


def _seeing(seen: Sequence[FittedReference], components: Mapping[str, ComponentSpec]) -> dict[str, ComponentSpec]:
    """What reads reference pictures, in the dtype that the network which makes the picture runs in on its device."""
    dtype = next((components[part].dtype for part in PICTURE_PARTS if part in components), "")
    return {part: replace(spec, dtype=dtype) for part, spec in references.parts(seen).items()}


def _leased(seen: Sequence[FittedReference], leased: Mapping[str, Any]) -> list[LeasedReference]:
    return [
        each.leased(leased[references.encoder_part(number)], leased.get(references.embedder_part(number)))
        for number, each in enumerate(seen)
    ]


def _narrowed(components: Mapping[str, ComponentSpec]) -> dict[str, ComponentSpec]:
    """With the network that makes the picture in 8 bits."""
    return {part: spec.in_8_bits() if part in PICTURE_PARTS else spec for part, spec in components.items()}


def _offloaded(components: Mapping[str, ComponentSpec], derived: Iterable[Derived] = ()) -> dict[str, ComponentSpec]:
    """With the weights of networks in RAM; but of codecs, which are small, and of what other components are made of."""
    kept = {*CODECS, *(part for view in derived for part in view.of)}
    return {
        part: replace(spec, offloaded=spec.library in OFFLOADABLE and bool(spec.dtype) and part not in kept)
        for part, spec in components.items()
    }


def _rests(manager: MemoryManager, components: Mapping[str, ComponentSpec]) -> bool:
    wanted = {part: spec for part, spec in components.items() if spec.offloaded}
    return manager.device != "cpu" and bool(wanted) and not manager.missing_bytes(wanted)


def _bytes(components: Mapping[str, ComponentSpec]) -> int:
    return sum(spec.estimated_bytes() for spec in components.values())


def _dtype(components: Mapping[str, ComponentSpec]) -> Any:
    """The dtype of the part that makes the picture."""
    import torch

    known = [components[part].dtype for part in PICTURE_PARTS if part in components]
    known += [component.dtype for component in components.values() if component.dtype]
    return getattr(torch, known[0]) if known else torch.float32
