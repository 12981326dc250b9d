"""A kill at any moment leaves no torn file, no row without a picture, and loses nothing that was reported as saved."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio.library import Library

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")
SCRIPT = Path(__file__).with_name("killed.py")


def kill(root, how, number):
    command = [sys.executable, SCRIPT, root, how, str(number)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def check(root, outcome):
    pictures = set((root / "pictures").rglob("*.png"))
    for path in pictures:  # nothing torn under a final name
        with Image.open(path) as image:
            image.load()
            assert image.size == (90, 70)
    with sqlite3.connect(root / "index.db") as index:
        rows = {root / path for (path,) in index.execute("SELECT path FROM pictures")}
        assert index.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows <= pictures, "a row without a picture"
    orphans = len(pictures - rows)

    library = Library(root)
    library.sweep()
    records = library.find(limit=1_000_000)
    assert {record.path for record in records} == pictures
    assert set(outcome["saved"]) <= {record.id for record in records}, "a picture that was reported as saved is lost"
    assert not any(record.missing for record in records)
    assert [path for path in root.rglob("*") if path.suffix == ".tmp"] == []
    assert library.sweep() == []
    library.close()
    return orphans


def test_killed_at_random_moments(tmp_path):
    outcome = kill(tmp_path / "library", "random", 40)
    assert outcome["kills"] == 40
    assert outcome["saved"], "the children never got as far as a finished save"
    check(tmp_path / "library", outcome)


def test_killed_before_each_step_of_a_save(tmp_path):
    outcome = kill(tmp_path / "library", "calls", 3)
    assert outcome["kills"] > 30
    assert check(tmp_path / "library", outcome) > 0, "no kill fell between the picture and its row"
