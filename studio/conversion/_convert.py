"""The way of one file: a child opens it, limited in all that it may do; then its result gets its name."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import msgspec

from studio import atomic, files
from studio.conversion._reasons import REASONS
from studio.errors import Cancelled, UserError
from studio.text import Text

PICKLES = (".ckpt", ".pt", ".pth", ".bin")
ENDING = ".safetensors"
POLL_S = 0.1
SECONDS, BYTES_PER_S = 300.0, 5e6
"""What a child may take at least, and how much more for a large file: slow disks read 5 MB/s."""
SAID_CAP_BYTES, BLOCK_BYTES = 64 * 1024, 2**20


class Stopping(Protocol):
    """What says that somebody has given up: `studio.downloads.Stop`, or another."""

    def check(self) -> None:
        """Raises Cancelled."""


class _Never:
    def check(self) -> None:
        pass


class Converted(msgspec.Struct, frozen=True):
    """What was made of what, and what both hold."""

    source: str
    target: str
    tensors: int
    bytes: int
    source_sha256: str
    target_sha256: str
    left_out: int
    """Entries of the pickle that are no tensors: a training's notes."""


def can_convert(path: Path) -> bool:
    """Whether it has the name of a pickle; what it holds is not looked at."""
    return path.suffix.lower() in PICKLES


def convert(path: Path, folder: Path | None = None, stop: Stopping | None = None) -> Converted:
    """Make `path`'s twin with the ending .safetensors, beside it or in `folder`; `path` stays as it is.

    Raises UserError, and Cancelled from `stop`.
    """
    target = (folder or path.parent) / f"{path.stem}{ENDING}"
    if not can_convert(path):
        raise _refused(path, Text("it has none of the endings {}", ", ".join(PICKLES)))
    if target.exists():
        raise UserError(
            "{} is there already, so nothing was converted; add that file, or move it away first.", target,
            code="file_exists",
        )  # fmt: skip
    try:
        with files.open_regular(path) as source:
            size = os.fstat(source.fileno()).st_size
            before = _sha256(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-") as place:
            made = Path(place, "made")
            told = _run(path, made, size, before, stop or _Never())
            return _publish(path, made, target, before, told)
    except OSError as error:
        raise UserError(
            "{} could not be converted ({}); nothing was changed. Check that there is room where the result goes, and "
            "that you may write there.", path,
            error.strerror or type(error).__name__, code="storage",
        ) from error  # fmt: skip


def _publish(path: Path, made: Path, target: Path, before: str, told: dict[str, Any]) -> Converted:
    with made.open("rb") as result:
        after = _sha256(result)
    size = made.stat().st_size
    try:
        os.link(made, target)  # never over a file that somebody else has made meanwhile
    except FileExistsError:
        raise UserError(
            "{} is there already, so nothing was converted; add that file, or move it away first.", target,
            code="file_exists",
        ) from None  # fmt: skip
    except OSError:  # a file system without links
        made.replace(target)
    atomic.sync_folder(target.parent)
    return Converted(str(path), str(target), told["tensors"], size, before, after, told["left_out"])


def _sha256(file: BinaryIO) -> str:
    hashed = hashlib.sha256()
    while block := file.read(BLOCK_BYTES):
        hashed.update(block)
    return hashed.hexdigest()


# ---- the child


def _run(path: Path, made: Path, size: int, before: str, stop: Stopping) -> dict[str, Any]:
    """What the child says when it has ended well. Raises UserError, Cancelled."""
    order = json.dumps({"source": str(path.absolute()), "made": str(made), "size": size, "sha256": before})
    environ = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "studio.models.loaders.pickle_child", order],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=made.parent,
        env=environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": str(made.parent)},
    )  # fmt: skip
    said = _Said(process)
    try:
        until = time.monotonic() + SECONDS + size / BYTES_PER_S
        while process.poll() is None:
            stop.check()
            if time.monotonic() > until:
                raise _refused(path, Text(REASONS["time"]))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(POLL_S)
    except (Cancelled, UserError, KeyboardInterrupt):
        process.kill()
        process.wait()
        raise
    return _answer(path, process.returncode, said.all())


class _Said:
    """What a child writes, as much of it as is wanted; read on the side, so that a chatty one never waits."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._data = b""
        self._process = process
        self._thread = threading.Thread(target=self._read, name="conversion", daemon=True)
        self._thread.start()

    def all(self) -> bytes:
        self._thread.join(5)
        return self._data

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while block := stream.read1(SAID_CAP_BYTES):  # type: ignore[attr-defined]
                if len(self._data) < SAID_CAP_BYTES:
                    self._data += block


def _answer(path: Path, code: int, said: bytes) -> dict[str, Any]:
    try:
        told = json.loads(said.splitlines()[-1])
        reason, args = told.get("reason", ""), [str(arg)[:200] for arg in told.get("args", [])]
        if code == 0 and not reason:
            return {"tensors": int(told["tensors"]), "left_out": int(told["left_out"])}
        raise _refused(path, Text(REASONS[reason], *args))
    except (ValueError, LookupError, TypeError, AttributeError):  # it was ended, and could say nothing
        raise _refused(path, Text(REASONS["ended"])) from None


def _refused(path: Path, why: Text) -> UserError:
    return UserError(
        "{} was not converted: {}. Nothing was changed, and nothing in it was run; get the version with the ending "
        ".safetensors.", path, why, code="not_convertible",
    )  # fmt: skip
