"""A file is there whole, or the one before it is."""

import os
from pathlib import Path

import pytest

from studio import atomic


def test_replaces_only_at_the_end(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with atomic.writing(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "file"
    path.write_text("old")

    def write():
        with atomic.writing(path) as file:
            file.write(b"half of the n")
            raise error

    with pytest.raises(error):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_temporary_names_tell_their_writer(tmp_path):
    with atomic.writing(tmp_path / "a.b-c.png"):
        (temporary,) = tmp_path.iterdir()
        assert temporary.stat().st_mode & 0o777 == 0o600
    assert atomic.writer(temporary) == os.getpid()


@pytest.mark.parametrize(
    "name",
    ["x.tmp", ".x.tmp", ".x.12-0a1b2c3d", ".x.٣-0a1b2c3d.tmp", "x.12-0a1b2c3d.tmp", ".tmp", "", ".12-0a1b2c3d.tmp"],
)
def test_other_names_are_not_ours(name):
    assert atomic.writer(Path("/folder", name)) is None
