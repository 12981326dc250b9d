"""What is kept of models between two starts, damaged or written by somebody else: it is made anew, without a word."""

import json
from pathlib import Path

import pytest
from built_in import BUILT_IN
from tiny import TinyModels

from studio.api import Work
from studio.models.catalogue import read_model
from studio.models.fingerprint import Fingerprints
from studio.models.measurements import Measurements

DAMAGED = [b"", b"[]", b"\xff", b'{"a": "\xed\xa0\x80"}', b'{"":' * 5000, b'{"a": 3}']


@pytest.mark.parametrize("held", DAMAGED)
def test_damaged_fingerprints_are_made_anew(tmp_path: Path, tiny_models: TinyModels, held: bytes) -> None:
    vae = read_model(tiny_models.sd15, "model", BUILT_IN).components["vae"]
    right = Fingerprints(tmp_path / "right.json").of(vae)
    (tmp_path / "held.json").write_bytes(held)
    assert Fingerprints(tmp_path / "held.json").of(vae) == right


def test_a_fingerprint_that_is_no_hash_is_made_anew(tmp_path: Path, tiny_models: TinyModels) -> None:
    vae = read_model(tiny_models.sd15, "model", BUILT_IN).components["vae"]
    file = tmp_path / "held.json"
    right = Fingerprints(file).of(vae)
    file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_bytes()), "a\0b")))
    assert Fingerprints(file).of(vae) == right


@pytest.mark.parametrize(
    "held", [*DAMAGED, b'{"k": [{"width": 0, "height": 0, "pictures": 0, "steps": 0, "seconds": 2}]}']
)
def test_damaged_measurements_tell_nothing(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "measured.json").write_bytes(held)
    found = Measurements(tmp_path / "measured.json").estimate("k", Work(64, 64, 1, 4))
    assert (found.working_bytes, found.seconds) == (None, None)
