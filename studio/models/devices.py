"""Which devices there are, found without being able to crash the engine.

Asking a broken driver can abort a process, and creating a CUDA context costs 100–300 MB. So a hint is looked for first
(a device file, a driver library), and only then a throw-away process asks torch; its answer is kept in a file.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

from studio import files
from studio.atomic import writing
from studio.descriptions import DeviceInfo
from studio.text import Text

PROBE_TIMEOUT_S = 60
HINTS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dri/renderD128", "/dev/dxg")

_PROBE = """
import json, torch
found = []
if torch.cuda.is_available():
    for index in range(torch.cuda.device_count()):
        torch.ones(8, device=f"cuda:{index}").sum().item()
        properties = torch.cuda.get_device_properties(index)
        found.append([f"cuda:{index}", properties.name, properties.total_memory])
if hasattr(torch, "xpu") and torch.xpu.is_available():
    for index in range(torch.xpu.device_count()):
        torch.ones(8, device=f"xpu:{index}").sum().item()
        properties = torch.xpu.get_device_properties(index)
        found.append([f"xpu:{index}", properties.name, properties.total_memory])
if torch.backends.mps.is_available():
    torch.ones(8, device="mps").sum().item()
    found.append(["mps", "Apple GPU", torch.mps.recommended_max_memory()])
print(json.dumps(found))
"""


def find_devices(cache_file: Path) -> list[DeviceInfo]:
    """Accelerators first, the processor last; one that fails its first sum is listed with its problem."""
    return [*_accelerators(cache_file), processor()]


def processor() -> DeviceInfo:
    """The CPU, a device like any other; its memory is the machine's."""
    return DeviceInfo("cpu", f"Processor, {os.cpu_count()} cores", psutil.virtual_memory().total)


def _accelerators(cache_file: Path) -> list[DeviceInfo]:
    hints = [hint for hint in HINTS if Path(hint).exists()]
    if sys.platform == "linux" and not hints:
        return []
    stamp = json.dumps([version("torch"), sys.platform, hints, os.environ.get("CUDA_VISIBLE_DEVICES")])
    kept = _read(cache_file, stamp)
    if kept is not None:
        return kept
    found = _probe([sys.executable, "-c", _PROBE])
    if not any(device.problem for device in found):
        _write(cache_file, stamp, found)
    return found


def _probe(command: Sequence[str]) -> list[DeviceInfo]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_TIMEOUT_S, check=True, text=True)
        return [DeviceInfo(*entry) for entry in json.loads(done.stdout.splitlines()[-1])]
    except subprocess.TimeoutExpired:
        problem = Text("it did not answer within {} seconds", PROBE_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        problem = Text(said[-1][:300]) if said else Text("the probe ended with {}", error.returncode)
    except (ValueError, IndexError, TypeError):
        problem = Text("its answer could not be read")
    return [DeviceInfo("accelerator", "An accelerator that does not work", 0, problem)]


def _read(file: Path, stamp: str) -> list[DeviceInfo] | None:
    try:
        entries = json.loads(file.read_bytes())
        return [DeviceInfo(*entry) for entry in entries["devices"]] if entries["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # a cache: asked anew


def _write(file: Path, stamp: str, devices: Sequence[DeviceInfo]) -> None:
    rows = [[device.id, device.title, device.memory_bytes] for device in devices]
    with contextlib.suppress(OSError):  # only time is lost
        files.make_private(file.parent)
        with writing(file) as stream:
            stream.write(json.dumps({"stamp": stamp, "devices": rows}).encode())
