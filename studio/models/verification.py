"""Whether a model's files hold what they should: every number read, every tensor held against the config.

Loading looks at headers only, because to read gigabytes takes minutes; this is for whoever doubts a download.
"""

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models.entry import CatalogueEntry
from studio.models.loaders.build_limit import build_limit
from studio.models.loaders.component import MODULES, ComponentSpec, construction_lock, load, prepare
from studio.models.loaders.gguf_header import SUFFIX
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import BLOCKS, FLOATS, WeightsHeader

SHOWN = 3  # names of tensors in a sentence


@dataclass(frozen=True)
class PartReport:
    """One part of a model: what was read, a sentence for each thing that is wrong with it, and for what is odd."""

    part: str
    class_name: str
    files: int
    tensors: int
    bytes: int
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(entry: CatalogueEntry, on_bytes: Callable[[int], None] = lambda count: None) -> Iterator[PartReport]:
    """A report for each part, as it is done; `on_bytes` hears how many more bytes were read."""
    for part, spec in entry.components.items():
        yield _part(part, spec, on_bytes)


def _part(part: str, spec: ComponentSpec, on_bytes: Callable[[int], None]) -> PartReport:
    problems: list[str] = []
    tensors = size = 0
    for file in spec.weights:
        try:
            header = read_header(file) if spec.section is None else spec.section.of(read_header(file))
        except UserError as error:
            problems.append(error.message)
            continue
        tensors += len(header.tensors)
        size += header.bytes()
        problems += _numbers(file, header, on_bytes)
    remarks: list[str] = []
    if not problems:  # what is damaged would not fit either, and say less
        _fit(spec, problems, remarks)
    return PartReport(part, spec.class_name, len(spec.weights), tensors, size, tuple(problems), tuple(remarks))


def _numbers(file: Path, header: WeightsHeader, on_bytes: Callable[[int], None]) -> Iterator[str]:
    """A sentence when there are tensors with NaN or infinity, or whole numbers where weights should be."""
    invalid = []
    with _opened(file) as get:
        for name, described in header.tensors.items():
            if described.dtype in FLOATS and described.count and not _is_finite(get(name)):
                invalid.append(name)
            on_bytes(described.bytes)
    if invalid:
        yield f"{file.name} has NaN or infinity in {_names(invalid)}; download it again, or get another version."
    known = FLOATS | BLOCKS.keys()
    whole = [name for name, each in header.tensors.items() if name.endswith(".weight") and each.dtype not in known]
    if whole:
        yield f"{file.name} has whole numbers for weights in {_names(whole)}; get a version that is not quantised."


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Callable[[str], Any]]:
    """What gives a tensor by its name."""
    if file.suffix.lower() == SUFFIX:
        from studio.models.loaders.stored_tensors import stored_tensors  # brings torch

        yield lambda name: stored_tensors(file, name.__eq__)[name]
        return
    from safetensors import safe_open

    with safe_open(file, framework="pt") as tensors:
        yield tensors.get_tensor


def _is_finite(tensor: Any) -> bool:
    """One pass without a copy: a sum is finite only where all it is made of is."""
    import torch

    plain = tensor.float() if tensor.element_size() == 1 else tensor  # 8-bit floats know no sum
    wide = torch.float64 if plain.dtype == torch.float64 else torch.float32
    return bool(torch.isfinite(plain.sum(dtype=wide))) or bool(torch.isfinite(plain).all())


def _fit(spec: ComponentSpec, problems: list[str], remarks: list[str]) -> None:
    """What of the tensors that the config asks for is missing or of another shape, and what is there besides."""
    if not (spec.dtype and spec.path.is_dir()):
        problems += _loaded(spec)
        return
    try:
        missing, unexpected, misshapen = _loading_info(spec)
    except UserError as error:
        problems.append(error.message)
        return
    except Exception as error:  # noqa: BLE001 - libraries let any value of a config run into any error
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        problems.append(f"It does not make a {spec.class_name}: {reason}")
        return
    if missing:
        problems.append(f"It lacks {_names(missing)}, which its config asks for; complete the download.")
    if misshapen:
        problems.append(f"{_names(misshapen)}: of another shape than its config says, so they are of different models.")
    if unexpected:
        remarks.append(f"It also holds {_names(unexpected)}, which {spec.class_name} does not use.")


def _loaded(spec: ComponentSpec) -> Iterator[str]:
    try:
        load(spec, "cpu")
    except UserError as error:
        yield error.message


def _loading_info(spec: ComponentSpec) -> tuple[list[str], list[str], list[str]]:
    """(missing, unexpected, misshapen): the names of tensors, as the library that loads them sees it."""
    import torch

    made = getattr(importlib.import_module(MODULES.get(spec.library, spec.library)), spec.class_name)
    options: dict[str, Any] = {"variant": spec.variant} if spec.variant else {}
    prepare()
    with construction_lock, build_limit(spec.path, spec.class_name, [header for _, header in spec.headers()]):
        _, info = made.from_pretrained(
            str(spec.path), dtype=getattr(torch, spec.dtype), local_files_only=True, use_safetensors=True,
            output_loading_info=True, ignore_mismatched_sizes=True, **options,
        )  # fmt: skip
    misshapen = [each if isinstance(each, str) else each[0] for each in info["mismatched_keys"]]
    return sorted(info["missing_keys"]), sorted(info["unexpected_keys"]), sorted(misshapen)


def _names(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - SHOWN} more tensors" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more
