"""One byte-level vocabulary for both languages, its merges learned from captions of both."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from studio_starter.caption import LANGUAGES, caption
from studio_starter.scene import sample

LENGTH = 32
"""Tokens of a caption; the longest of our captions has fewer (tested)."""
MERGES = 700
START, END = "<|startoftext|>", "<|endoftext|>"


def captions(seed: int, count: int) -> Iterator[str]:
    rng = random.Random(seed)
    for number in range(count):
        yield caption(sample(rng), rng, LANGUAGES[number % 2]).text


def learn(seed: int = 1, count: int = 40_000) -> CLIPTokenizer:
    """A tokenizer for transformers and, through its folder, for open_clip. START and END have the highest ids:
    open_clip finds the end of a text as its largest id."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    frame = _frame([*letters, *(f"{letter}</w>" for letter in letters)], [])
    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    learner.normalizer = frame.backend_tokenizer.normalizer
    learner.pre_tokenizer = frame.backend_tokenizer.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=2 * len(letters) + MERGES, initial_alphabet=letters, end_of_word_suffix="</w>", show_progress=False
    )
    learner.train_from_iterator(captions(seed, count), trainer)
    merges = [tuple(pair) for pair in json.loads(learner.to_str())["model"]["merges"]]
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in merges)]
    return _frame(list(dict.fromkeys(words)), merges)


def _frame(words: list[str], merges: list[tuple[str, ...]]) -> CLIPTokenizer:
    vocabulary = {word: number for number, word in enumerate([*words, START, END])}
    return CLIPTokenizer(
        vocab=vocabulary, merges=merges, bos_token=START, eos_token=END, unk_token=END, pad_token=END,
        model_max_length=LENGTH,
    )  # fmt: skip


def load(work: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
