"""Where models lie in a folder with many: those of A1111, ComfyUI, InvokeAI, the hub's cache, or one's own.

Folders in the layout of diffusers and lone files are found at any depth. Links are followed only inside the hub's
cache, which is made of them.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.errors import os_reason
from studio.models.folder import INDEX, UNFINISHED
from studio.text import Text

WEIGHTS = ".safetensors"
OTHERS = {".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx"}
"""Weights in other formats, which are listed and refused."""
INSIDE = ("models", "embeddings")
"""Where A1111, ComfyUI and InvokeAI keep theirs; the rest of their folders is programs and pictures."""
SKIPPED = {"__pycache__", "node_modules", "site-packages", "venv", "blobs", "locks"}
_LEADS_OUT = "it is a link that leads out of the folder; add what it leads to by itself"
REPOSITORY, SNAPSHOTS = "models--", "snapshots"


@dataclass(frozen=True)
class ModelLocation:
    """Something that may be a model: a folder or a file, and a stamp that changes when it does."""

    path: Path
    stamp: str
    problem: str = ""
    """Why it is not even looked at: the end of a sentence."""


def places(root: Path) -> Iterator[ModelLocation]:
    """All that may be models under `root`. What cannot be read is a place with a problem."""
    inside = [root / name for name in INSIDE if (root / name).is_dir()]
    starts = inside if (root / INSIDE[0]).is_dir() else [root]
    for start in starts:
        yield from _repository(start) if start.name.startswith(REPOSITORY) else _walk(start, _home(start))


def _home(folder: Path) -> Path:
    """What links must not lead out of: the folder, or the repository in the hub's cache that it belongs to."""
    real = folder.resolve()
    return next((each for each in real.parents if each.name.startswith(REPOSITORY)), real)


def _walk(folder: Path, home: Path) -> Iterator[ModelLocation]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield ModelLocation(folder, "", Text("it cannot be read ({})", os_reason(error)))
        return
    if any(entry.name == INDEX for entry in entries):
        yield ModelLocation(folder, _folder_stamp(folder))
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith(".") or entry.name in SKIPPED:
            continue
        path = folder / entry.name
        suffix = path.suffix.lower()
        if entry.is_dir(follow_symlinks=False):
            yield from _repository(path) if entry.name.startswith(REPOSITORY) else _walk(path, home)
        elif entry.is_symlink() and _is_folder(path):
            if not path.resolve().is_relative_to(home):  # else it is met under its own name
                yield ModelLocation(path, "", _LEADS_OUT)
        elif suffix == WEIGHTS or suffix in OTHERS or suffix in UNFINISHED:
            yield _file(entry, path, home, names)


def _file(entry: os.DirEntry[str], path: Path, home: Path, names: set[str]) -> ModelLocation:
    try:
        if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(home):
            return ModelLocation(path, "", _LEADS_OUT)
        stamp = _stamp(entry.stat())
    except (OSError, RuntimeError):  # a loop, a link to nothing, gone meanwhile
        return ModelLocation(path, "", "it is a link that leads nowhere")
    beside = path.with_suffix(".yaml").name
    return ModelLocation(path, stamp + _stamp((path.parent / beside).stat()) if beside in names else stamp)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, RuntimeError):  # a loop
        return False


def _repository(folder: Path) -> Iterator[ModelLocation]:
    """A repository in the hub's cache: of its snapshots the one that `main` means, or the newest."""
    snapshots = folder / SNAPSHOTS
    try:
        revisions = sorted(snapshots.iterdir(), key=lambda each: each.stat().st_mtime)
        named = [snapshots / ref.read_text(errors="replace").strip() for ref in (folder / "refs").glob("main")]
    except OSError:
        return  # nothing was downloaded yet
    chosen = next((each for each in (*named, *reversed(revisions)) if each in revisions), None)
    if chosen:
        yield from _walk(chosen, folder.resolve())


def _folder_stamp(folder: Path) -> str:
    """Changes with any file in the folder."""
    found = hashlib.sha256()
    level = [folder]
    while level:
        for entry in sorted(os.scandir(level.pop()), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                level.append(Path(entry.path))
            else:
                try:
                    found.update(f"{entry.path}|{_stamp(entry.stat())}".encode(errors="surrogateescape"))
                except OSError:  # a link to nothing
                    found.update(entry.path.encode(errors="surrogateescape"))
    return found.hexdigest()[:32]


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}|{status.st_mtime_ns}|{status.st_ino};"


def is_collection(path: Path) -> bool:
    """Whether a path is a folder to be looked through, not a model itself."""
    return path.is_dir() and not (path / INDEX).exists()
