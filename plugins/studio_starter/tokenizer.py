"""One byte-level vocabulary for both languages, its merges learned from captions of both."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from studio_starter.world import LANGUAGES, World

START, END = "<|startoftext|>", "<|endoftext|>"


def captions(world: World, seed: int, count: int) -> Iterator[str]:
    rng = random.Random(seed)
    for number in range(count):
        yield world.caption(world.sample(rng), rng, LANGUAGES[number % 2]).text


def learn(world: World, seed: int = 1, count: int = 40_000) -> CLIPTokenizer:
    """A tokenizer for transformers and, through its folder, for open_clip. START and END have the highest ids:
    open_clip finds the end of a text as its largest id."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    frame = _frame([*letters, *(f"{letter}</w>" for letter in letters)], [], world.length)
    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    learner.normalizer = frame.backend_tokenizer.normalizer
    learner.pre_tokenizer = frame.backend_tokenizer.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=2 * len(letters) + world.merges,
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    learner.train_from_iterator(captions(world, seed, count), trainer)
    merges = [tuple(pair) for pair in json.loads(learner.to_str())["model"]["merges"]]
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in merges)]
    return _frame(list(dict.fromkeys(words)), merges, world.length)


def _frame(words: list[str], merges: list[tuple[str, ...]], length: int) -> CLIPTokenizer:
    vocabulary = {word: number for number, word in enumerate([*words, START, END])}
    return CLIPTokenizer(
        vocab=vocabulary, merges=merges, bos_token=START, eos_token=END, unk_token=END, pad_token=END,
        model_max_length=length,
    )  # fmt: skip


def load(work: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)


def encode(words: CLIPTokenizer, texts: list[str]) -> torch.Tensor:
    """(B, length) ids; what follows the end is filled with the end."""
    length = words.model_max_length
    found = words(texts, padding="max_length", truncation=True, max_length=length, return_tensors="pt")
    ids: torch.Tensor = found.input_ids
    return ids
