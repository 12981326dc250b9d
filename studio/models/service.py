"""ModelService: the catalogue, and the devices with their memory, behind one door, as the engine uses them."""

import os
import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from pathlib import Path

import psutil
from msgspec import structs

from studio import resource
from studio import settings as settings_file
from studio.api import Adapter, Control, Lease, Model, Reference, UserError
from studio.descriptions import AdapterFit, ComponentInfo, DeviceInfo, DeviceMemory, ModelInfo
from studio.messages import MemoryReport
from studio.models import model_ids
from studio.models.adapters import Adapters
from studio.models.catalogue import STARTER, Catalogue, scanner
from studio.models.controls import Controls
from studio.models.device_models import DeviceModels, Known
from studio.models.devices import find_devices
from studio.models.entry import CatalogueEntry
from studio.models.families import Families
from studio.models.file_hashes import FileHashes
from studio.models.fingerprint import Fingerprints
from studio.models.measurements import Measurements
from studio.models.model_facts import ModelFacts
from studio.models.model_ids import ModelIds
from studio.models.precision import Precision
from studio.models.references import References
from studio.settings import NOTHING_SAID, SaidOfModel, Settings
from studio.text import Text

CPU_SHARE, ACCELERATOR_SHARE = 0.6, 0.85
"""Of a device's memory, what weights may take; the rest is for the pictures being made, and for other programs."""


class ModelService:
    """What there is, and what the jobs of each device lease from; `lease` and `facts` are those of the first."""

    def __init__(self, settings: Settings, families: Families) -> None:
        """`families`: the table of those that plugins bring."""
        self._settings = settings
        self._catalogue = Catalogue(
            resource.folder() / STARTER, settings.models, families, scanner(settings.cache_dir, families),
            ModelIds(settings.home / model_ids.FILE), settings.said_of_models,
        )  # fmt: skip
        hashes = FileHashes(settings.cache_dir / "hashes.json")
        self.adapters = Adapters(self._catalogue, hashes)
        """The LoRAs of the catalogue."""
        self.controls = Controls(self._catalogue, hashes)
        """The ControlNets of the catalogue."""
        self.references = References(self._catalogue, hashes)
        """The IP-Adapters and Redux files of the catalogue."""
        self._fingerprints = Fingerprints(settings.cache_dir / "fingerprints.json")
        self.measurements = Measurements(settings.cache_dir / "measured.json")
        """What jobs took on this machine."""
        precision = Precision(settings.cache_dir / "precision.json", wanted=settings.precision)
        self._known = Known(
            self._catalogue, self.adapters, self.controls, self.references, self._fingerprints, precision,
            self.measurements,
        )
        self.add_ons = self._known.add_ons
        """By the role of the fields that list them."""
        self._lock = threading.Lock()
        self._devices: list[DeviceInfo] | None = None
        self._at_work: list[DeviceModels] = []

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

    def file_of_role(self, role: str) -> Path | None:
        """A file that serves others as this, see `Signature.role`."""
        self._catalogue.wait()
        there = (info for info in (*self._catalogue.infos(), *self._catalogue.left_out()) if info.role == role)
        return next((path for info in there if (path := Path(info.path)).is_file()), None)

    def complete(self, infos: Sequence[ModelInfo]) -> list[ModelInfo]:
        """What a scan found, with the parts of models that lie in files of their own."""
        return self._catalogue.complete(infos)

    def refresh(self) -> None:
        """Read the models' folders again, which they are, and what they are computed in: the user may have chosen."""
        home = self._settings.home
        now: Settings | None = None
        if (home / settings_file.FILE).exists():
            with suppress(UserError):  # a file that cannot be read is told at the next start; what is known stays
                now = settings_file.load({**os.environ, "STUDIO_HOME": str(home)})
        if now:
            self._known.precision.wanted = now.precision
        self._catalogue.refresh(now)

    def devices(self) -> list[DeviceInfo]:
        with self._lock:
            if self._devices is None:
                found = find_devices(self._settings.cache_dir / "devices.json")
                self._devices = [structs.replace(device, budget_bytes=self._budget(device)) for device in found]
            return self._devices

    def at_work(self) -> list[DeviceModels]:
        """Those of each device that jobs run on. Where the settings name none that works, one that says so."""
        devices = self.devices()
        with self._lock:
            if not self._at_work:
                count = 1
                with suppress(UserError):
                    count = len(_chosen(devices, self._settings.device))
                self._at_work = [self._models_of(place) for place in range(count)]
            return self._at_work

    def _models_of(self, place: int) -> DeviceModels:
        def device() -> DeviceInfo:
            return _chosen(self.devices(), self._settings.device)[place]

        return DeviceModels(self._known, device, self._settings.memory_budget_bytes)

    # ---- memory, of all devices together

    @property
    def loaded_bytes(self) -> int:
        return sum(each.loaded_bytes for each in self._at_work)

    @property
    def resident_bytes(self) -> int:
        return sum(each.resident_bytes for each in self._at_work)

    @property
    def peak_bytes(self) -> int:
        """The most that components ever took on each device at once."""
        return sum(each.peak_bytes for each in self._at_work)

    @property
    def leaked_bytes(self) -> int:
        return sum(each.leaked_bytes for each in self._at_work)

    def report(self) -> MemoryReport:
        """What the managers hold now, and what there is; nothing is said of a device before its first job."""
        used = [each for each in self._at_work if each.id]
        return MemoryReport(
            [ComponentInfo(**asdict(row)) for each in used for row in each.report()],
            [DeviceMemory(each.id, each.resident_bytes, each.room_bytes) for each in used],
            sum(each.parked_bytes for each in used),
            self.leaked_bytes,
        )

    def unload(self, ids: Collection[str] = ()) -> None:
        """Give up what no job leases: these components, or everything."""
        for each in self._at_work:
            each.unload(ids)

    def keep(self, id: str, pinned: bool) -> None:
        """Whether a component is to go last when room is made."""
        for each in self._at_work:
            each.keep(id, pinned)

    def take_leaks(self) -> list[Text]:
        """Who holds components that were given up, as sentences; each is told once."""
        return [told for each in self._at_work for told in each.take_leaks()]

    # ---- of the first device

    def lease(self, spec: Model, *, working_bytes: int = 0, holder: str = "") -> AbstractContextManager[Lease]:
        return self.at_work()[0].lease(spec, working_bytes=working_bytes, holder=holder)

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        return self.at_work()[0].facts(ref, capability)

    def control_bytes(self, ref: str, capability: str, chosen: Iterable[Control]) -> int:
        return self.at_work()[0].control_bytes(ref, capability, chosen)

    def reference_bytes(self, ref: str, capability: str, chosen: Iterable[Reference]) -> int:
        return self.at_work()[0].reference_bytes(ref, capability, chosen)

    def looked_at(self, ref: str, capability: str, chosen: Iterable[Adapter]) -> list[AdapterFit]:
        return self.at_work()[0].looked_at(ref, capability, chosen)

    def _budget(self, device: DeviceInfo) -> int:
        return self._settings.memory_budget_bytes or _automatic_budget(device)


def _chosen(devices: list[DeviceInfo], wanted: str) -> list[DeviceInfo]:
    """The devices that jobs run on. `wanted`: `auto` for all of the best kind, or ids and kinds, as many as wanted.

    An id that is named twice works on two jobs at a time. Raises UserError for one that does not work.
    """
    working = [device for device in devices if not device.problem]
    if wanted == "auto":
        return [device for device in working if _kind(device) == _kind(working[0])]
    found = [[device for device in working if name in (device.id, _kind(device))] for name in wanted.split(",")]
    if all(found):
        return [device for named in found for device in named]
    raise UserError(
        "The device {} of the settings does not work here; choose one of {}, or auto.",
        repr(wanted),
        ", ".join(device.id for device in working),
        code="no_device",
    )


def _kind(device: DeviceInfo) -> str:
    return device.id.split(":")[0]


def _automatic_budget(device: DeviceInfo) -> int:
    if device.id == "cpu":
        return int(psutil.virtual_memory().total * CPU_SHARE)
    return int(device.memory_bytes * ACCELERATOR_SHARE)
