"""How much memory is free now: of the system within its container's limit and the process's, and of an accelerator.

"Free" is what can be had without pushing anybody out: pages of files that are merely cached count as free.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import psutil

FreeBytes = Callable[[str], int]
"""Free bytes of a device by its id: `cpu`, `cuda:0`, `xpu:0`, `mps`."""
CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")


def free_bytes(device: str) -> int:
    """Of an accelerator: what its driver says, and what torch's allocator holds unused."""
    kind, _, index = device.partition(":")
    if kind == "cpu":
        return min(psutil.virtual_memory().available, container_free_bytes(), address_free_bytes())
    import torch

    if kind == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory())
    accelerator = getattr(torch, kind)
    number = int(index or 0)
    unused = accelerator.memory_reserved(number) - accelerator.memory_allocated(number)
    return int(accelerator.mem_get_info(number)[0] + unused)


def address_free_bytes() -> int:
    """What `ulimit -v` leaves to this process, as clusters set it; a huge number without such a limit."""
    if sys.platform == "win32":
        return 2**62
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return 2**62
    return max(0, limit - int(psutil.Process().memory_info().vms))


def container_free_bytes(own: Path = OWN_CGROUP, root: Path = CGROUPS) -> int:
    """What the tightest limit of our cgroup (version 2) and those around it leaves; a huge number without any."""
    free = 2**62
    try:
        line = next(line for line in own.read_text().splitlines() if line.startswith("0::"))
        group = root / line[3:].strip().lstrip("/")
    except (OSError, StopIteration, UnicodeDecodeError):
        return free
    for folder in (group, *group.parents):
        if not folder.is_relative_to(root):
            break
        free = min(free, _left(folder))
    return free


def _left(group: Path) -> int:
    try:
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        cached = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no limit ("max"), no such controller, or no cgroups at all
        return 2**62
    reclaimable = int(cached.get("inactive_file", 0)) + int(cached.get("active_file", 0))
    return max(0, limit - used + reclaimable)
