"""A component out of a checkpoint, one file that holds a whole model: by diffusers' own converters, offline."""

import gzip
import importlib.util
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models.loaders.tensor import WeightsHeader

BUFFERS = ("position_ids", "logit_scale")
"""Tensors that checkpoints carry and that their networks do not need."""
VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"
MERGES = 49152 - 256 - 2
"""Of CLIP's vocabulary of 49,408: two times 256 bytes, these merges, and two marks (open_clip/tokenizer.py)."""


@dataclass(frozen=True)
class CheckpointSection:
    """Which tensors of a file make a component, and its config."""

    config: str
    """As JSON."""
    prefix: str = ""
    without: tuple[str, ...] = ()
    """Beginnings, after the prefix, of names that are left out."""
    renamed: tuple[str, str] = ("", "")
    """How its names begin in the file, and how in the published layout, which the prefix is of."""

    def holds(self, name: str) -> bool:
        published = self.published(name)
        rest = published.removeprefix(self.prefix)
        return (
            name.startswith(self.renamed[0])
            and published.startswith(self.prefix)
            and not rest.startswith(self.without)
            and not rest.endswith(BUFFERS)
        )

    def published(self, name: str) -> str:
        """What the tensor would be called in the published layout."""
        here, there = self.renamed
        return there + name.removeprefix(here) if name.startswith(here) else name

    def rest(self, name: str) -> str:
        """What it is called within its component."""
        return self.published(name).removeprefix(self.prefix)

    def of(self, header: WeightsHeader) -> WeightsHeader:
        """The header as it would be of this component alone."""
        return WeightsHeader(
            {name: tensor for name, tensor in header.tensors.items() if self.holds(name)}, header.metadata
        )


def read_section(made: Any, path: Path, section: CheckpointSection, dtype: str) -> Any:
    """The component: a module in `dtype`, or '' for a scheduler or tokenizer. Raises what the libraries raise."""
    config = json.loads(section.config)
    if not dtype:
        return made.from_config(config) if hasattr(made, "from_config") else _tokenizer(made, config)
    import torch
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm

    from studio.models.loaders.gguf_section import is_packed, read_packed  # bring torch
    from studio.models.loaders.narrow_section import is_narrow, read_narrow
    from studio.models.loaders.stored_tensors import stored_tensors

    held = stored_tensors(path, section.holds, packed=hasattr(made, "from_single_file"))
    tensors = {section.published(name): tensor for name, tensor in held.items()}
    if is_packed(tensors):
        return read_packed(made, section.config, tensors, getattr(torch, dtype))
    if is_narrow(tensors):
        return read_narrow(made, config, section.prefix, tensors, getattr(torch, dtype))
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(section.config)
        options = {"config": folder, "subfolder": "", "torch_dtype": getattr(torch, dtype), "local_files_only": True}
        try:
            if hasattr(made, "from_single_file"):
                return made.from_single_file(tensors, **options)
            return create_diffusers_clip_model_from_ldm(made, tensors, **options)
        except NotImplementedError:  # what was not filled has no numbers that could be brought into the dtype
            raise UserError(
                "{} lacks some of the tensors of a {}, so it was not loaded. Check that it is complete.",
                path.name,
                made.__name__,
                code="invalid_weights",
            ) from None


def _tokenizer(made: Any, config: dict[str, Any]) -> Any:
    """CLIP's own, of the vocabulary that open_clip carries; the words are numbered as in the published tokenizers."""
    # Not imported: that takes seconds, and the file is all that is wanted.
    package = importlib.util.find_spec("open_clip")
    assert package is not None, "it is a dependency"
    folder = Path(str(package.origin)).parent
    lines = gzip.decompress((folder / VOCABULARY).read_bytes()).decode().split("\n")
    merges = [tuple(line.split()) for line in lines[1 : MERGES + 1]]
    letters = _byte_letters()
    words = [*letters, *(f"{letter}</w>" for letter in letters), *map("".join, merges)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    return made(
        vocab={word: number for number, word in enumerate(words)}, merges=merges, bos_token="<|startoftext|>",
        eos_token="<|endoftext|>", unk_token="<|endoftext|>", **config,
    )  # fmt: skip


def _byte_letters() -> list[str]:
    """The printable letter that stands for each byte, in the order of the vocabulary (GPT-2, encoder.py)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [*map(chr, printable), *(chr(256 + number) for number in range(len(others)))]
