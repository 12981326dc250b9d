"""The files of a model's folder: none leads out of it, none is code, and what each part needs is there."""

import os
import stat
from pathlib import Path

from studio.models import config
from studio.models.entry import refused
from studio.models.loaders.component import ComponentSpec, is_shard
from studio.text import Text

NEEDED = {
    "Scheduler": ("scheduler_config.json",),
    "Tokenizer": ("tokenizer.json", "vocab.json", "vocab.txt", "spiece.model", "tokenizer.model"),
    "Process": ("preprocessor_config.json", "processor_config.json"),
    "Extractor": ("preprocessor_config.json",),
}
"""What a part of a class with this in its name cannot do without, one of these; all others want a config.json."""
SHOWN = 5
VOCABULARY_CAP_BYTES = 64 * 2**20
"""Gemma's tokenizer, the largest of those in use, has 34 million bytes."""


def inside(root: Path, name: str) -> Path:
    """A path inside a model's folder; a link that leads elsewhere is refused."""
    path, real = root / name, root.resolve()
    # The hub's cache links the files of models--OWNER--NAME/snapshots/REVISION to ../../blobs.
    cached = (each.parent for each in (real, *real.parents) if each.name == "snapshots")
    home = next((each for each in cached if each.name.startswith("models--")), real)
    try:
        leads_out = not path.resolve(strict=path.is_symlink()).is_relative_to(home)
    except (OSError, RuntimeError, ValueError):  # a loop, a link to nothing, a name that no file can have
        leads_out = True
    if leads_out:
        raise refused(root, "its part {} leads out of the folder", repr(name[:200]))
    return path


def no_code(path: Path) -> None:
    """Raises UserError for a folder with code in it."""
    for folder, _, names in os.walk(path):
        code = next((name for name in names if name.endswith(".py")), None)
        if code is not None:
            raise refused(
                path,
                "it contains code ({}), and code of a model is never run; if you know that it needs none, move that "
                "file out of the folder",
                Path(folder, code).relative_to(path),
            )


def check_files(path: Path, key: str, class_name: str) -> None:
    """The libraries make an empty tokenizer of an empty folder, without a word, and wait for ever at a pipe."""
    for file in (path / key).iterdir():
        if not stat.S_ISREG(mode := file.stat().st_mode) and not stat.S_ISDIR(mode):
            raise refused(path, "{}/{} is a device or a pipe, not a file", key, file.name)
        if file.suffix in config.SUFFIXES and file.stat().st_size > VOCABULARY_CAP_BYTES:
            raise refused(path, "{}/{} is larger than any vocabulary should be", key, file.name)
    needed = next((files for ending, files in NEEDED.items() if ending in class_name), ("config.json",))
    if not any((path / key / name).is_file() for name in needed):
        raise refused(path, "its part {} lacks {}; download it again", repr(key), " or ".join(needed))


def check_weights(path: Path, key: str, spec: ComponentSpec) -> None:
    """Raises UserError where there are no weights, or a shard of them is missing."""
    if not spec.weights:
        pickles = [file.name for pattern in ("*.bin", "*.ckpt", "*.pth", "*.pt") for file in spec.path.glob(pattern)]
        only = Text("holds no weights")
        if pickles:
            only = Text(
                "holds only {}, a pickle, which could run code unless the studio converts it", pickles[0]
            )
        raise refused(path, "its part {} {}; get the version with .safetensors files", repr(key), only)
    for index_file in _indexes(spec):
        shards = config.read(index_file).get("weight_map")
        if not isinstance(shards, dict) or not all(isinstance(shard, str) for shard in shards.values()):
            raise refused(path, "its {}/{} does not say which files hold its weights", key, index_file.name)
        missing = sorted({shard for shard in shards.values() if not inside(spec.path, shard).is_file()})
        if missing:
            raise refused(path, "its part {} lacks {}; download it again", repr(key), ", ".join(missing[:SHOWN]))


def _indexes(spec: ComponentSpec) -> list[Path]:
    """Those of the precision that is loaded; none where its library opens one file, whatever lies beside it."""
    if spec.library == "transformers" and not any(map(is_shard, spec.weights)):
        return []
    found = spec.path.glob("*.safetensors.*.json")
    return [file for file in found if ("fp16" in file.name) == bool(spec.variant) and "non_ema" not in file.name]
