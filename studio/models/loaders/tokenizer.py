"""Tokenizers that no file of weights holds, made of vocabularies that come with the studio and with open_clip."""

import functools
import gzip
import importlib.util
from pathlib import Path
from typing import Any

from studio import resource
from studio.models.loaders.spiece import gemma

VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"
MERGES = 49152 - 256 - 2
"""Of CLIP's vocabulary of 49,408: two times 256 bytes, these merges, and two marks (open_clip/tokenizer.py)."""
FOLDER = "tokenizers"
T5, QWEN = "t5.json.gz", "qwen.txt.gz"
_QWEN_WORDS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
    "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>", "<think>",
    "</think>",
)  # fmt: skip
"""After the pieces of the vocabulary, in the order of their numbers; the last four are Qwen 3's."""
QWEN2_WORDS = len(_QWEN_WORDS) - 4
QWEN_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
"""What the chat template of Qwen 3 comes to for words without tools or earlier answers."""


def tokenizer(made: Any, config: dict[str, Any], vocabulary: bytes = b"") -> Any:
    """The tokenizer of class `made`. `config`: `pad_token`, `model_max_length` and the like.

    `vocabulary`: of SentencePiece, where a file of weights holds it.
    """
    name = made.__name__
    if vocabulary:
        return gemma(made, vocabulary, config)
    if name.startswith("T5"):
        return _t5(made, config)
    return _qwen(made, config) if name.startswith("Qwen") else _clip(made, config)


def _clip(made: Any, config: dict[str, Any]) -> Any:
    """Of the vocabulary that open_clip carries; the words are numbered as in the published tokenizers."""
    # Not imported: that takes seconds, and the file is all that is wanted.
    package = importlib.util.find_spec("open_clip")
    assert package is not None, "it is a dependency"
    folder = Path(str(package.origin)).parent
    lines = gzip.decompress((folder / VOCABULARY).read_bytes()).decode().split("\n")
    merges = [tuple(line.split()) for line in lines[1 : MERGES + 1]]
    letters = byte_letters()
    words = [*letters, *(f"{letter}</w>" for letter in letters), *map("".join, merges)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    return made(
        vocab={word: number for number, word in enumerate(words)}, merges=merges, bos_token="<|startoftext|>",
        eos_token="<|endoftext|>", unk_token="<|endoftext|>", **config,
    )  # fmt: skip


def _t5(made: Any, config: dict[str, Any]) -> Any:
    from tokenizers import Tokenizer

    return made(tokenizer_object=Tokenizer.from_str(_bundled(T5)), **config)


def _qwen(made: Any, config: dict[str, Any]) -> Any:
    merges = [(first, second) for first, _, second in (line.partition(" ") for line in _bundled(QWEN).split("\n"))]
    own = dict(config)
    special = _QWEN_WORDS[: own.pop("words", len(_QWEN_WORDS))]
    words = [*byte_letters(), *map("".join, merges), *special]
    found = made({word: number for number, word in enumerate(words)}, merges, **own)
    found.add_special_tokens({"additional_special_tokens": list(special)})
    found.chat_template = QWEN_CHAT
    return found


@functools.lru_cache(1)
def _bundled(name: str) -> str:
    return gzip.decompress((resource.folder() / FOLDER / name).read_bytes()).decode().rstrip("\n")


def byte_letters() -> list[str]:
    """The printable letter that stands for each byte, in the order of the vocabulary (GPT-2, encoder.py)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [*map(chr, printable), *(chr(256 + number) for number in range(len(others)))]
