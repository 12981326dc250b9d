"""What once crashed, hung or filled the memory, and a few new inputs each time: see model_fuzz."""

import shutil
from pathlib import Path

import model_fuzz
import pytest
from model_fuzz import CORPUS, READERS, TARGETS
from tiny import TinyModels

KEPT = [(name, file.name) for name in TARGETS for file in model_fuzz.corpus(TARGETS[name])]


@pytest.fixture(scope="module")
def model(tiny_models: TinyModels) -> Path:
    return tiny_models.sd15


def test_the_corpus_is_of_the_targets() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} <= set(TARGETS)
    assert len(KEPT) > 30


@pytest.mark.parametrize("name", sorted({name for name, _ in KEPT}))
def test_finds_of_the_past_are_refused_or_read(model: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "model"))
    target = TARGETS[name]
    assert {file.name: model_fuzz.attempt(target, folder, file.read_bytes()) for file in model_fuzz.corpus(target)} == {
        file.name: "" for file in model_fuzz.corpus(target)
    }


@pytest.mark.parametrize("target", READERS, ids=[target.name for target in READERS])
def test_new_inputs_are_refused_or_read(model: Path, target: model_fuzz.Target) -> None:
    assert list(model_fuzz.fuzz(target, model, 60, seed=1)) == []


def test_a_fault_of_a_reader_is_a_find(model: Path) -> None:
    """What the harness is for: an error that is no sentence, and an input that takes too long."""

    def crash(folder: Path, data: bytes) -> object:
        raise TypeError("as a reader that trusts its input would")

    def hang(folder: Path, data: bytes) -> object:
        while True:
            pass

    assert "TypeError" in model_fuzz.attempt(model_fuzz.Target("crash", lambda folder: b"", crash), model, b"")
    assert "took more than" in model_fuzz.attempt(
        model_fuzz.Target("hang", lambda folder: b"", hang), model, b"", limit_s=0.05
    )
