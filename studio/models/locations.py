"""Where models lie in a folder with many: those of A1111, ComfyUI, InvokeAI, the hub's cache, or one's own.

Folders in the layout of diffusers and lone files are found at any depth. Links to files and folders elsewhere, on a
shared drive say, are followed, each folder once; those inside a model's own folder are not (see `folder_files`), but
for the hub's cache, which is made of them.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.errors import os_reason
from studio.files import read_bounded
from studio.models.folder import INDEX, UNFINISHED
from studio.text import Text

WEIGHTS = {".safetensors", ".sft", ".gguf"}
OTHERS = {".ckpt", ".pt", ".pth", ".bin", ".onnx"}
"""Weights in other formats, which are listed and refused."""
INSIDE = ("models", "embeddings")
"""Where A1111, ComfyUI and InvokeAI keep theirs; the rest of their folders is programs and pictures."""
SKIPPED = {"__pycache__", "node_modules", "site-packages", "venv", "blobs", "locks"}
ALIKE = (
    "diffusion_pytorch_model", "diffusion_pytorch_model.fp16", "pytorch_lora_weights", "model", "pytorch_model",
)  # fmt: skip
"""Names that diffusers and transformers give to files everywhere."""
REPOSITORY, SNAPSHOTS = "models--", "snapshots"
REF_CAP_BYTES = 4096


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
    seen: set[Path] = set()
    for start in starts:
        yield from _repository(start, seen) if start.name.startswith(REPOSITORY) else _walk(start, seen)


def _walk(folder: Path, seen: set[Path]) -> Iterator[ModelLocation]:
    """`seen`: the folders, by where they really are, that were looked through already."""
    if (real := folder.resolve()) in seen:
        return
    seen.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (entry.is_symlink(), entry.name))
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
        if entry.is_symlink() and _is_folder(path) and real.is_relative_to(path.resolve()):
            yield ModelLocation(path, "", "it is a link to a folder that contains it")
        elif _is_folder(path):
            yield from _repository(path, seen) if entry.name.startswith(REPOSITORY) else _walk(path, seen)
        elif suffix in WEIGHTS or suffix in OTHERS or suffix in UNFINISHED:
            yield _file(entry, path, names)


def _file(entry: os.DirEntry[str], path: Path, names: set[str]) -> ModelLocation:
    try:
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return ModelLocation(path, "", "it is a device or a pipe, not a file")
        beside = path.with_suffix(".yaml")
        return ModelLocation(path, _stamp(status) + (_stamp(beside.stat()) if beside.name in names else ""))
    except OSError:  # a loop, a link to nothing, gone meanwhile
        return ModelLocation(path, "", "it is a link that leads nowhere")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, RuntimeError):  # a loop
        return False


def _repository(folder: Path, seen: set[Path]) -> Iterator[ModelLocation]:
    """A repository in the hub's cache: of its snapshots the one that `main` means, or the newest."""
    snapshots = folder / SNAPSHOTS
    try:
        revisions = sorted(snapshots.iterdir(), key=lambda each: each.stat().st_mtime)
        refs = [read_bounded(ref, REF_CAP_BYTES).decode(errors="replace") for ref in (folder / "refs").glob("main")]
        named = [snapshots / ref.strip() for ref in refs]
    except OSError:
        return  # nothing was downloaded yet
    chosen = next((each for each in (*named, *reversed(revisions)) if each in revisions), None)
    if chosen:
        yield from _walk(chosen, seen)


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


def folder_name(path: Path) -> str:
    """Of the folder that a file lies in; of the hub's cache, which names folders by commits, that of the repository."""
    folder = path.parent
    return folder.parent.parent.name.rpartition("--")[2] if folder.parent.name == "snapshots" else folder.name
