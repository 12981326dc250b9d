"""Where tensors really live: exact bytes by unique storage, which are pages of a file, and giving memory back."""

import ctypes
import gc
import logging
import re
import sys
import types
import weakref
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.text import Text

log = logging.getLogger(__name__)
Storage = tuple[str, int]
"""(device, address)."""
MAPS = Path("/proc/self/maps")
MAPPED = re.compile(r"\.(safetensors|sft|gguf)( \(deleted\))?$", re.IGNORECASE)
"""How a line of the maps ends that is of a file of weights."""


def module_of(component: Any) -> Any:
    """The module with the weights: spandrel's descriptor wraps its own."""
    return getattr(component, "model", component)


def tensors(module: Any) -> Iterator[Any]:
    """Every plain tensor of its parameters and buffers that holds numbers."""
    if hasattr(module, "parameters") and hasattr(module, "buffers"):
        for tensor in (*module.parameters(), *module.buffers()):
            yield from (plain for plain in _plain(tensor) if not plain.is_meta)


def storages(component: Any) -> dict[Storage, int]:
    """Every storage that a component's parameters and buffers live in, with its bytes."""
    found: dict[Storage, int] = {}
    for tensor in tensors(module_of(component)):
        storage = tensor.untyped_storage()
        found[str(tensor.device), storage.data_ptr()] = storage.nbytes()
    return found


def mapped(found: dict[Storage, int]) -> frozenset[Storage]:
    """Those that are pages of a weights file: the system takes them back by itself, and reads them again."""
    try:
        lines = MAPS.read_text().splitlines()
    except (OSError, UnicodeDecodeError):  # another system: then all count as private
        return frozenset()
    spans = sorted(
        tuple(int(end, 16) for end in line.split(maxsplit=1)[0].split("-")) for line in lines if MAPPED.search(line)
    )
    starts = [start for start, _ in spans]

    def is_inside(address: int) -> bool:
        at = bisect_right(starts, address) - 1
        return at >= 0 and address < spans[at][1]

    return frozenset(place for place in found if place[0] == "cpu" and is_inside(place[1]))


def _plain(tensor: Any) -> Iterator[Any]:
    """The plain tensors inside a tensor subclass (a quantised weight holds several), or the tensor itself."""
    if hasattr(tensor, "quant_type"):  # GGUF's: results of what is done with one would be taken for packed ones too
        yield tensor.as_tensor()
    elif hasattr(tensor, "__tensor_flatten__"):
        names, _ = tensor.__tensor_flatten__()
        for name in names:
            yield from _plain(getattr(tensor, name))
    else:
        yield tensor


def release(gone: "list[weakref.ref[Any]]") -> list[Text]:
    """See that dropped modules are freed, and hand the memory back to the system.

    Returns a sentence for each that somebody still holds, with who that is.
    """
    if not gone:
        return []
    if any(reference() is not None for reference in gone):
        gc.collect()  # a cycle may hold one; nothing else may
    held = [module for module in (reference() for reference in gone) if module is not None]
    told = []
    for module in held:
        holders = _holders(module, {id(held)})
        told.append(
            Text("{} was given up but is still held by {}; its memory is lost until the engine restarts.",
                 type(module).__name__, holders)
        )  # fmt: skip
        log.warning(told[-1])
    empty_caches()
    return told


def _holders(module: Any, ours: set[int]) -> str:
    """Who holds it: modules by their name, so that a plugin which keeps one is named; `ours`: our own, by id."""
    modules = {id(vars(known)): name for name, known in [*sys.modules.items()] if hasattr(known, "__dict__")}
    names = set()
    for holder in gc.get_referrers(module):
        if isinstance(holder, types.FrameType) or id(holder) in ours:  # one of ours, or of the garbage collector's
            continue
        name = modules.get(id(holder))
        if name is None:  # a list, say, that a module holds
            name = next((modules[id(each)] for each in gc.get_referrers(holder) if id(each) in modules), None)
        kind = type(holder)
        names.add(f"the module {name}" if name else f"{kind.__module__}.{kind.__qualname__}")
    return ", ".join(sorted(names)) or "something that does not tell"


def empty_caches() -> None:
    """Hand back what torch's and the C library's allocators hold unused."""
    import torch

    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.cuda.empty_cache()
    trim_heap()


def trim_heap() -> None:
    """Hand back what the C library's allocator holds unused."""
    try:
        # glibc keeps freed blocks; a measured 1,331 MB stayed resident until this call (875 MB after it).
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        log.debug("this C library has no malloc_trim")
