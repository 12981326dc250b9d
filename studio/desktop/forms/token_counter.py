"""Counter: how much of a prompt a model's text encoder reads, counted by the model's own tokenizer, without torch."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FOLDERS = ("tokenizer", "prior_tokenizer")
CLIP_LENGTH = 77
"""Tokens of CLIP's text encoders, for a tokenizer that does not say its own limit."""
JSON_CAP_BYTES = 16 * 2**20


class TokenCount(NamedTuple):
    """`used` tokens of `limit`, 0 for any number; what stands from the character `cut` on, if anything, is not read."""

    used: int
    limit: int
    cut: int | None = None


class TokenCounter:
    """Counts the tokens of texts; for a worker's thread. Made once for each model."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError for a folder without a tokenizer that can be read."""
        self._tokenizer = _load(folder)
        config = _read_json(folder / "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
        length = config.get("model_max_length")
        length = length if isinstance(length, int) and 0 < length < 100_000 else CLIP_LENGTH
        self._special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self.limit = max(1, length - self._special)

    def count(self, text: str, tokens: int | None = None) -> TokenCount:
        """`tokens`: how many the model reads, start and end included, 0 for any number; None asks the tokenizer."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        used, limit = len(encoded.ids), self.limit if tokens is None else max(0, tokens - self._special)
        return TokenCount(used, limit, encoded.offsets[limit][0] if 0 < limit < used else None)


def find(model: Path) -> Path | None:
    """The folder of the tokenizer that reads the prompts of a model."""
    for candidate in _candidates(model):
        if (candidate / "tokenizer.json").is_file() or (candidate / "vocab.json").is_file():
            return candidate
    return None


def _candidates(model: Path) -> Iterator[Path]:
    yield from (model / name for name in FOLDERS)
    if (model / "movq").is_dir():  # a decoder of Kandinsky, whose prior is a folder beside it
        yield from (prior / "tokenizer" for prior in sorted(model.parent.glob("*prior*")))


def _load(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer  # 20 ms, on the worker's thread

    whole = folder / "tokenizer.json"
    if not whole.is_file():
        return _clip(folder)
    if whole.stat().st_size > JSON_CAP_BYTES:
        raise ValueError("its tokenizer.json is too large")
    tokenizer = Tokenizer.from_str(whole.read_text("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _clip(folder: Path) -> "Tokenizer":
    """CLIP's byte-pair encoding out of vocab.json and merges.txt, the layout of models older than tokenizer.json.

    As in transformers/convert_slow_tokenizer.py, CLIPConverter.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocab, lines = _read_json(folder / "vocab.json"), (folder / "merges.txt").read_text("utf-8").splitlines()
    pairs = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
    merges = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]
    start, end = "<|startoftext|>", "<|endoftext|>"
    model = models.BPE(
        vocab=vocab, merges=merges, continuing_subword_prefix="", end_of_word_suffix="</w>", unk_token=end
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    words = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(words), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        (end, vocab[end]), (start, vocab[start]), add_prefix_space=False, trim_offsets=False
    )
    return tokenizer


def _read_json(path: Path) -> dict[str, Any]:
    if path.stat().st_size > JSON_CAP_BYTES:
        raise ValueError(f"its {path.name} is too large")
    content = json.loads(path.read_text("utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"its {path.name} is no object")
    return content
