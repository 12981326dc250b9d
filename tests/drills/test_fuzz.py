"""What once crashed, hung or filled the memory, and a few new inputs each time: see fuzzing."""

from pathlib import Path

import pytest
from fuzzing.harness import CORPUS, Target, attempt, corpus, fuzz, prepared
from fuzzing.targets import QUICK, TARGETS

from studio.errors import UserError
from studio.models.entry import Refusal

KEPT = [name for name in TARGETS if corpus(TARGETS[name])]
NEW = 20
"""Inputs that nobody has tried; thousands a second of the same are for fuzz.py."""


def test_the_corpus_is_of_the_targets() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} <= set(TARGETS)
    assert sum(len(corpus(TARGETS[name])) for name in KEPT) > 30


@pytest.mark.parametrize("name", KEPT)
def test_finds_of_the_past_are_refused_or_read(name: str) -> None:
    with prepared(TARGETS[name]) as folder:
        files = corpus(TARGETS[name])
        assert {file.name: attempt(TARGETS[name], folder, file.read_bytes()) for file in files} == {
            file.name: "" for file in files
        }


@pytest.mark.parametrize("target", QUICK, ids=[target.name for target in QUICK])
def test_what_is_right_is_read(target: Target) -> None:
    """Else mutations of it would tell nothing."""
    refused = 0
    with prepared(target) as folder:
        seeds = target.seeds(folder)
        for data in seeds:
            assert attempt(target, folder, data) == ""
            try:
                target.read(folder, data)
            except UserError as error:
                refused += not isinstance(error, Refusal)  # that of a model which was read to the end, and named
    assert refused <= len(seeds) // 2


@pytest.mark.parametrize("target", QUICK, ids=[target.name for target in QUICK])
def test_new_inputs_are_refused_or_read(target: Target) -> None:
    with prepared(target) as folder:
        assert list(fuzz(target, folder, NEW, seed=1)) == []


def test_a_fault_of_a_reader_is_a_find(tmp_path: Path) -> None:
    """What the harness is for: an error that is no sentence, and an input that takes too long."""

    def crash(folder: Path, data: bytes) -> object:
        raise TypeError("as a reader that trusts its input would")

    def hang(folder: Path, data: bytes) -> object:
        while True:
            pass

    assert "TypeError" in attempt(Target("crash", lambda folder: [b""], crash), tmp_path, b"")
    assert "took more than" in attempt(Target("hang", lambda folder: [b""], hang), tmp_path, b"", limit_s=0.05)
