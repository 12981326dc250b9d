"""ModelService: the catalogue, the devices and the memory managers behind one door, as the engine uses them."""

import copy
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
from msgspec import structs

from studio import resource
from studio import settings as settings_file
from studio.api import Adapter, Control, Family, Lease, Model, UserError
from studio.descriptions import AdapterFit, ComponentInfo, DeviceInfo, ModelInfo
from studio.messages import MemoryReport
from studio.models import controls, model_ids
from studio.models.adapters import Adapters, changes
from studio.models.catalogue import STARTER, Catalogue, scanner
from studio.models.controls import Controls
from studio.models.devices import find_devices
from studio.models.entry import CatalogueEntry
from studio.models.families import Families
from studio.models.file_hashes import FileHashes
from studio.models.fingerprint import Fingerprints, combine
from studio.models.folder import PICTURE_PARTS
from studio.models.leased import Leased
from studio.models.loaders.component import ComponentSpec, load, prepare
from studio.models.lora import KIND
from studio.models.measurements import Measurements
from studio.models.memory import MemoryManager, gone
from studio.models.model_facts import ModelFacts, decoder_bytes
from studio.models.model_ids import ModelIds
from studio.models.precision import Precision, in_fast_dtypes
from studio.settings import NOTHING_SAID, SaidOfModel, Settings
from studio.text import Text

CPU_SHARE, ACCELERATOR_SHARE = 0.6, 0.85
"""Of a device's memory, what weights may take; the rest is for the pictures being made, and for other programs."""


class ModelService:
    """What the engine's jobs lease their models from."""

    def __init__(self, settings: Settings, families: Families) -> None:
        """`families`: the table of those that plugins bring."""
        self._settings = settings
        self._catalogue = Catalogue(
            resource.folder() / STARTER, settings.models, families, scanner(settings.cache_dir, families),
            ModelIds(settings.home / model_ids.FILE), settings.said_of_models,
        )  # fmt: skip
        self.adapters = Adapters(self._catalogue, FileHashes(settings.cache_dir / "hashes.json"))
        """The LoRAs of the catalogue."""
        self.controls = Controls(self._catalogue)
        """The ControlNets of the catalogue."""
        self._fingerprints = Fingerprints(settings.cache_dir / "fingerprints.json")
        self._precision = Precision(settings.cache_dir / "precision.json")
        self.measurements = Measurements(settings.cache_dir / "measured.json")
        """What jobs took on this machine."""
        self._lock = threading.Lock()
        self._devices: list[DeviceInfo] | None = None
        self._manager: MemoryManager | None = None

    def warm(self) -> None:
        """Import the weight libraries, which takes seconds, before the first job needs them."""
        import diffusers  # noqa: F401 - imported for the time it takes
        import torch  # noqa: F401

    # ---- what there is

    def infos(self) -> list[ModelInfo]:
        """The catalogue as far as it is known: folders with many models may still be looked through."""
        return self._catalogue.infos()

    def left_out(self) -> list[ModelInfo]:
        """What in folders with many models cannot be used, and why."""
        return self._catalogue.left_out()

    def wait_for_scan(self) -> bool:
        """Wait until all folders with many models have been looked through. Returns whether there are any."""
        self._catalogue.wait()
        return self._catalogue.is_waited_for

    def find(self, ref: str) -> CatalogueEntry:
        """The model behind an id or a path. Raises UserError."""
        return self._catalogue.find(ref)

    def place(self, ref: str) -> tuple[str, Path]:
        """The id and the path of a model, usable or not. Raises UserError."""
        return self._catalogue.place(ref)

    def read(self, path: Path, name: str, said: SaidOfModel = NOTHING_SAID) -> CatalogueEntry:
        """The model at a path as it is when the user says this of it. Raises UserError."""
        return self._catalogue.read(path, name, said)

    def complete(self, infos: Sequence[ModelInfo]) -> list[ModelInfo]:
        """What a scan found, with the parts of models that lie in files of their own."""
        return self._catalogue.complete(infos)

    def refresh(self) -> None:
        """Read the models' folders again, and which they are: another program may have added some."""
        home = self._settings.home
        now: Settings | None = None
        if (home / settings_file.FILE).exists():
            with suppress(UserError):  # a file that cannot be read is told at the next start; what is known stays
                now = settings_file.load({**os.environ, "STUDIO_HOME": str(home)})
        self._catalogue.refresh(now)

    def devices(self) -> list[DeviceInfo]:
        with self._lock:
            if self._devices is None:
                found = find_devices(self._settings.cache_dir / "devices.json")
                self._devices = [structs.replace(device, budget_bytes=self._budget(device)) for device in found]
            return self._devices

    # ---- memory

    @property
    def loaded_bytes(self) -> int:
        return self._manager.loaded_bytes if self._manager else 0

    @property
    def resident_bytes(self) -> int:
        return self._manager.used_bytes if self._manager else 0

    @property
    def peak_bytes(self) -> int:
        """The most that components ever took on the device at once."""
        return self._manager.peak_bytes if self._manager else 0

    def report(self) -> MemoryReport:
        """What the manager holds now, and what there is; nothing is said before the first job."""
        manager = self._manager
        if manager is None:
            return MemoryReport()
        components = [ComponentInfo(**asdict(row)) for row in manager.report()]
        return MemoryReport(
            components, manager.device, manager.used_bytes, max(0, manager.room_bytes), manager.parked_bytes,
            manager.leaked_bytes,
        )  # fmt: skip

    def unload(self, ids: Collection[str] = ()) -> None:
        """Give up what no job leases: these components, or everything."""
        if self._manager:
            self._manager.unload(ids)

    def keep(self, id: str, pinned: bool) -> None:
        """Whether a component is to go last when room is made."""
        if self._manager:
            self._manager.keep(id, pinned)

    @property
    def leaked_bytes(self) -> int:
        return self._manager.leaked_bytes if self._manager else 0

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
        components |= self._in_dtype(followed, components)
        working_bytes += sum(adapter.size_bytes for adapter in adapters)
        with manager.lease(components, spec.derived, working_bytes=working_bytes, holder=holder) as leased:
            keys = [self._fingerprints.of(component) for component in components.values()]
            for part, (key, change) in changes(adapters, entry.about.parts).items():
                if part in leased:
                    leased.replace(part, key, change)
                    keys.append(f"{part} {key}")
            told = [adapter.note for adapter in adapters if adapter.note]
            yield _Lease(entry, leased, manager.device, combine(keys), _dtype(components), spec.tiled, told,
                         [*followed])  # fmt: skip

    def control_bytes(self, ref: str, capability: str, chosen: Iterable[Control]) -> int:
        """What the ControlNets of a job will take. Raises UserError, as their lease would."""
        entry, components, _ = self._wanted(Model(ref, capability))
        wanted = self._in_dtype(self.controls.components(entry, capability, chosen), components)
        return sum(spec.estimated_bytes() for spec in {spec.path: spec for spec in wanted.values()}.values())

    def looked_at(self, ref: str, capability: str, chosen: Iterable[Adapter]) -> list[AdapterFit]:
        """How LoRAs go with a model; nothing is loaded. Raises UserError where there is no such model."""
        return self.adapters.looked_at(self._catalogue.find(ref), capability, chosen)

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        """What a plan needs to know of a model; nothing is loaded. Raises UserError."""
        entry, components, manager = self._wanted(Model(ref, capability))
        # Which files, not what they hold: that becomes known late, and what was measured before would be lost then.
        held = combine(f"{part} {spec.dtype} {self._identity(spec)}" for part, spec in components.items())
        return ModelFacts(
            key=f"{held} {manager.device}",
            device=manager.device,
            title=entry.title,
            defaults=entry.defaults,
            weights_bytes=sum(spec.estimated_bytes() for spec in components.values()),
            missing_bytes=manager.missing_bytes(components),
            room_bytes=manager.room_bytes,
            decoder_bytes=decoder_bytes(components),
        )

    def _identity(self, spec: ComponentSpec) -> str:
        try:
            return self._fingerprints.identity(spec)
        except OSError as error:
            raise gone(spec, error) from None

    def _wanted(self, spec: Model) -> tuple[CatalogueEntry, dict[str, ComponentSpec], MemoryManager]:
        """The model, those of its parts that are asked for, and where they go; in the dtypes of their device."""
        entry = self._catalogue.find(spec.ref)
        _check_capability(entry, spec.capability)
        manager = self._memory()
        if spec.float32:
            entry = entry.in_dtype("float32")
        entry = in_fast_dtypes(entry, manager.device, manager.room_bytes, self._precision.bfloat16_pays)
        return entry, {part: entry.components[part] for part in _parts(entry, spec)}, manager

    def _in_dtype(
        self, controls: Mapping[str, ComponentSpec], components: Mapping[str, ComponentSpec]
    ) -> dict[str, ComponentSpec]:
        """ControlNets in the dtype that the UNet runs in on its device."""
        return {part: replace(spec, dtype=components["unet"].dtype) for part, spec in controls.items()}

    def _memory(self) -> MemoryManager:
        devices = self.devices()
        with self._lock:
            if self._manager is None:
                device = _choose(devices, self._settings.device)
                self._manager = MemoryManager(load, self._fingerprints, device.id, self._settings.memory_budget_bytes)
            return self._manager

    def _budget(self, device: DeviceInfo) -> int:
        return self._settings.memory_budget_bytes or _automatic_budget(device)


@dataclass
class _Lease:
    """What a task holds while its `with` block runs."""

    _entry: CatalogueEntry
    _modules: Leased
    device: str
    fingerprint: str
    dtype: Any
    _tiled: bool = False
    told: list[Text] = field(default_factory=list)
    _controls: list[str] = field(default_factory=list)

    @property
    def controls(self) -> list[Any]:
        return [self._modules[part] for part in self._controls]

    @property
    def id(self) -> str:
        return self._entry.id

    @property
    def title(self) -> str:
        return self._entry.title

    @property
    def family(self) -> str:
        return self._entry.family

    @property
    def note(self) -> str:
        return self._entry.note

    @property
    def about(self) -> Family:
        return self._entry.about

    @property
    def defaults(self) -> Mapping[str, Any]:
        return self._entry.defaults

    def __getitem__(self, part: str) -> Any:
        module = self._modules[part]
        if self._tiled and hasattr(module, "enable_tiling"):
            return self._modules.patched(part, ("tiled",), _tile)
        # A scheduler keeps the state of a run: shared between two runs it gives a wrong picture without an error.
        return copy.deepcopy(module) if self._is_scheduler(part) else module

    def __contains__(self, part: object) -> bool:
        return part in self._modules

    @property
    def changed(self) -> list[tuple[str, str]]:
        return self._modules.changed

    def patched(self, part: str, key: tuple[str, ...], change: Callable[[Any], None]) -> Any:
        return self._modules.patched(part, key, change)

    def components(self, *parts: str) -> dict[str, Any]:
        return {part: self[part] for part in parts or self._modules}

    def _is_scheduler(self, part: str) -> bool:
        component = self._entry.components.get(part)  # none of what is derived
        return component is not None and component.class_name.endswith("Scheduler")


def _tile(decoder: Any) -> None:
    decoder.enable_tiling()


def _check_capability(entry: CatalogueEntry, capability: str) -> None:
    if entry.kind == controls.KIND:
        raise UserError(
            "{} is a ControlNet, which steers a model and is none itself; choose it under the picture to follow, and a "
            "model besides.",
            repr(entry.title), field="model", code="unsupported_operation",
        )  # fmt: skip
    if entry.kind == KIND:
        raise UserError(
            "{} is a LoRA, which changes a model and is none itself; choose it under LoRA, and a model besides.",
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


def _dtype(components: Mapping[str, ComponentSpec]) -> Any:
    """The dtype of the part that makes the picture."""
    import torch

    known = [components[part].dtype for part in PICTURE_PARTS if part in components]
    known += [component.dtype for component in components.values() if component.dtype]
    return getattr(torch, known[0]) if known else torch.float32


def _choose(devices: list[DeviceInfo], wanted: str) -> DeviceInfo:
    working = [device for device in devices if not device.problem]
    if wanted == "auto":
        return working[0]
    for device in working:
        if device.id == wanted or device.id.split(":")[0] == wanted:
            return device
    raise UserError(
        "The device {} of the settings does not work here; choose one of {}, or auto.",
        repr(wanted),
        ", ".join(device.id for device in working),
        code="no_device",
    )


def _automatic_budget(device: DeviceInfo) -> int:
    if device.id == "cpu":
        return int(psutil.virtual_memory().total * CPU_SHARE)
    return int(device.memory_bytes * ACCELERATOR_SHARE)
