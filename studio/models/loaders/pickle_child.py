"""The process that opens a pickle: `torch.load(weights_only=True)`, with no network, no other files, bounded in all.

Run as `python -m studio.models.loaders.pickle_child ORDER`. torch's restricted unpickler builds tensors, lists and
numbers and refuses every other name; the limits around it are for the day on which that has a hole.
"""

import contextlib
import ctypes
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

GIB = 2**30
SPARE_BYTES = 12 * GIB
"""Of addresses, what Python and torch with its libraries take; memory itself they take a hundredth of."""
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PICKLE_CAP_BYTES = 256 * 2**20
"""Of the pickle inside an archive, which has names and sizes and no numbers."""
WRAPPERS = ("params_ema", "params-ema", "params", "state_dict", "model_state_dict", "model", "net", "g_ema")
"""Under which the weights of upscalers and checkpoints lie, the first that is there (spandrel, canonicalize)."""
EMBEDDING = ("string_to_param", "emb_params")
"""Where a textual inversion keeps its vectors, and what .safetensors files call them."""
STRANGERS = (
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint", "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar", "numpy.dtype", "numpy.dtypes.Float64DType", "numpy.dtypes.Float32DType",
    "numpy.dtypes.Int64DType", "omegaconf.dictconfig.DictConfig",
)  # fmt: skip
"""What trainers leave beside weights. Each is read as a note that does nothing, and left out."""
DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8",
    "bool": "BOOL",
}  # fmt: skip


class PickleRefusedError(Exception):
    """A word of REASONS, and what stands in its sentence."""

    def __init__(self, reason: str, *args: object) -> None:
        super().__init__(reason)
        self.reason, self.told = reason, [str(arg) for arg in args]


class ForeignNote:
    """What a stranger's object is read as."""

    def __init__(self, *args: object, **more: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


def limit(size: int) -> None:
    """What this process may take from now on. Where the system has no such limits, those of the unpickler remain."""
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = 600 + int(size / 2e6)
    for what, most in (
        (resource.RLIMIT_AS, SPARE_BYTES + 3 * size), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 2 * size + 2**24), (resource.RLIMIT_NOFILE, 256),
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS knows some by name only
            resource.setrlimit(what, (most, most))


def leave_network() -> None:
    """Into a namespace without any, where the system lets us; else `forbid` is what keeps it away."""
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)


def forbid(made: str) -> None:
    """Once all is imported: to start programs, to speak to others, to write or remove anything but the result."""
    ends = ("socket.", "subprocess.", "ctypes.", "shutil.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork")
    whole = {"os.system", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink",
             "os.truncate", "os.startfile", "import"}  # fmt: skip

    def hook(event: str, args: tuple[Any, ...]) -> None:
        is_import = event == "import" and str(args[0]).partition(".")[0] not in sys.modules
        writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and str(args[0]) != made
        if event.startswith(ends) or (event in whole and (event != "import" or is_import)) or writes:
            raise PickleRefusedError("forbidden", event)

    sys.addaudithook(hook)


# ---- what it is


def look(path: Path, size: int) -> None:
    """Raises PickleRefusedError for what is not even given to torch."""
    with path.open("rb") as file:
        first = file.read(512)
    if first.startswith(b"PK"):
        _look_into(path, size)
    elif first[257:262] == b"ustar" or (first.strip(b"\0") and tarfile.is_tarfile(path)):
        raise PickleRefusedError("old")
    elif not first.startswith(b"\x80"):
        raise PickleRefusedError("damaged", "it begins as no pickle does")


def _look_into(path: Path, size: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            spoiled = _spoiled(archive, size)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise PickleRefusedError("damaged", error) from None
    if spoiled:
        raise PickleRefusedError("damaged", f"{spoiled[:100]!r} does not have its checksum")
    names = [entry.filename.partition("/")[2] for entry in entries]
    if any(name == "constants.pkl" or name.startswith("code/") for name in names):
        raise PickleRefusedError("script")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise PickleRefusedError("compressed")
    held = sum(entry.file_size for entry in entries)
    if held > size:
        raise PickleRefusedError("promises", f"{held:,}", f"{size:,}")
    if any(entry.filename.endswith(".pkl") and entry.file_size > PICKLE_CAP_BYTES for entry in entries):
        raise PickleRefusedError("memory")


def _spoiled(archive: zipfile.ZipFile, size: int) -> str:
    """The first entry that is not what it was when it was written; torch does not look."""
    entries = archive.infolist()
    is_plain = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    if not is_plain or sum(entry.file_size for entry in entries) > size:  # which is told without reading them
        return ""
    return archive.testzip() or ""


# ---- what it holds


def read(path: Path) -> Any:
    """What torch's restricted unpickler makes of the file."""
    import torch

    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    with torch.serialization.safe_globals([(ForeignNote, name) for name in STRANGERS]):
        return torch.load(path, map_location="cpu", weights_only=True, mmap=is_zip)


def tensors_of(held: Any) -> tuple[dict[str, Any], int]:
    """The tensors by name, and how many entries are none. Raises PickleRefusedError."""
    import torch

    if isinstance(held, Mapping) and isinstance(vectors := held.get(EMBEDDING[0]), Mapping):
        held = {EMBEDDING[1] if name == "*" else name: each for name, each in vectors.items()}
    for _ in range(3):
        inner = next((held[key] for key in WRAPPERS if isinstance(held, Mapping) and key in held), None)
        if not isinstance(inner, Mapping):
            break
        held = inner
    if not isinstance(held, Mapping):
        raise PickleRefusedError("empty")
    found = {name: each for name, each in held.items() if isinstance(each, torch.Tensor) and isinstance(name, str)}
    if not found:
        raise PickleRefusedError("empty")
    return found, len(held) - len(found)


def check(tensors: Mapping[str, Any], size: int) -> None:
    """A tensor of one number can claim to be of a million million."""
    for name, tensor in tensors.items():
        kind = str(tensor.dtype).removeprefix("torch.")
        if tensor.layout is not _strided():
            raise PickleRefusedError("kind", repr(name[:100]), str(tensor.layout).removeprefix("torch."))
        if kind not in DTYPES:
            raise PickleRefusedError("kind", repr(name[:100]), kind)
    held = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    if held > 1.25 * size + 2**20:
        raise PickleRefusedError("promises", f"{held:,}", f"{size:,}")


def _strided() -> Any:
    import torch

    return torch.strided


def write(tensors: Mapping[str, Any], made: Path, metadata: dict[str, str]) -> None:
    """As safetensors does, widest numbers first, but one tensor after the other, so that none lies in memory twice."""
    ordered = sorted(tensors.items(), key=lambda each: (-each[1].element_size(), each[0]))
    entries: dict[str, Any] = {"__metadata__": metadata}
    at = 0
    for name, tensor in ordered:
        size = tensor.numel() * tensor.element_size()
        kind = DTYPES[str(tensor.dtype).removeprefix("torch.")]
        entries[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    with made.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for block in _blocks(ordered):
            file.write(block)
        file.flush()


def _blocks(ordered: list[tuple[str, Any]]) -> Iterator[Any]:
    import torch

    for _, tensor in ordered:
        if tensor.numel():
            yield memoryview(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy())


def main(order: Mapping[str, Any]) -> dict[str, Any]:
    source, made, size = Path(order["source"]), Path(order["made"]), int(order["size"])
    leave_network()
    look(source, size)
    import numpy  # noqa: F401 - all that is needed is imported before it is forbidden
    import torch

    torch.set_num_threads(1)
    torch.load(_sample(), weights_only=True)
    limit(size)
    forbid(str(made))
    tensors, left_out = tensors_of(read(source))
    check(tensors, size)
    about = {"format": "pt", "converted_from": source.name, "source_sha256": str(order["sha256"])}
    write(tensors, made, about)
    return {"tensors": len(tensors), "left_out": left_out}


def _sample() -> Any:
    """What torch imports when it first loads something."""
    import io

    import torch

    buffer = io.BytesIO()
    torch.save({"a": torch.zeros(1, dtype=torch.bfloat16)}, buffer)
    buffer.seek(0)
    return buffer


def answered(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the parent is told of it: its outcome, or a word of REASONS and what stands in that sentence."""
    import pickle

    try:
        return act()
    except PickleRefusedError as error:
        return {"reason": error.reason, "args": error.told}
    except MemoryError:
        return {"reason": "memory"}
    except pickle.UnpicklingError as error:
        return {"reason": "objects", "args": [_named(str(error))]}
    except OSError as error:
        return {"reason": "storage", "args": [error.strerror or type(error).__name__]}
    except RuntimeError as error:
        if "allocate memory" in str(error):
            return {"reason": "memory"}
        return {"reason": "damaged", "args": [_first_line(error)]}
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file makes of a reader
        return {"reason": "damaged", "args": [_first_line(error)]}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _named(said: str) -> str:
    """What torch's sentence names: a class or function that is not allowed."""
    import re

    found = re.search(r"GLOBAL ([\w.]+)", said)
    return found[1] if found else "instructions that torch never writes"


if __name__ == "__main__":
    told = answered(lambda: main(json.loads(sys.argv[1])))
    print(json.dumps(told), flush=True)  # noqa: T201 - it is how it answers
    sys.exit(1 if "reason" in told else 0)
