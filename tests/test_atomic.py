"""A file is there whole, or the one before it is."""

import errno
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


def test_temporary_names_are_known_again(tmp_path):
    with atomic.writing(tmp_path / "a.b-c.png"):
        (temporary,) = tmp_path.iterdir()
        assert temporary.stat().st_mode & 0o777 == 0o600
    assert atomic.is_temporary(temporary)


@pytest.mark.parametrize(
    "name",
    ["x.tmp", ".x.tmp", ".x.12-0a1b2c3d", ".x.٣-0a1b2c3d.tmp", "x.12-0a1b2c3d.tmp", ".tmp", "", ".12-0a1b2c3d.tmp"],
)
def test_other_names_are_not_ours(name, tmp_path):
    assert not atomic.is_temporary(Path("/folder", name))
    if name and "/" not in name:
        (tmp_path / name).touch()
        assert not atomic.discard_abandoned(tmp_path / name)
        assert (tmp_path / name).exists()


def test_the_longest_name_that_there_can_be(tmp_path):
    for name in ("n" * 251 + ".png", "猫" * 83 + ".png"):
        with atomic.writing(tmp_path / name) as file:
            file.write(b"whole")
        assert (tmp_path / name).read_bytes() == b"whole"
    assert len([*tmp_path.iterdir()]) == 2


def test_only_what_nobody_holds_is_abandoned(tmp_path):
    with atomic.writing(tmp_path / "a") as file:
        file.write(b"whole")
        file.flush()
        (temporary,) = tmp_path.iterdir()
        assert atomic.is_being_written(temporary)
        assert not atomic.discard_abandoned(temporary)
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert not atomic.is_being_written(tmp_path / "a")
    left = tmp_path / ".a.1-0a1b2c3d.tmp"
    left.touch()
    assert atomic.discard_abandoned(left)
    assert not left.exists()


def test_a_sweep_between_making_and_locking_costs_nothing(tmp_path, monkeypatch):
    real, swept = atomic._locked, []

    def locked(file):
        if not swept:
            swept.extend(atomic.discard_abandoned(path) for path in tmp_path.iterdir())
        return real(file)

    monkeypatch.setattr(atomic, "_locked", locked)
    with atomic.writing(tmp_path / "a") as file:
        file.write(b"whole")
    assert swept == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_new_file_takes_the_next_free_name(tmp_path):
    (tmp_path / "a").write_text("old")
    places = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for expected in ("b", "c"):
        assert atomic.write_new(places, lambda file: file.write(b"new")).name == expected
    assert (tmp_path / "a").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_new_file_where_nothing_can_be_linked(tmp_path, monkeypatch):
    def link(*arguments):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "a").write_text("old")
    places = [tmp_path / "a", tmp_path / "b"]
    assert atomic.write_new(places, lambda file: file.write(b"new")).name == "b"
    assert (tmp_path / "b").read_text() == "new"
    assert len([*tmp_path.iterdir()]) == 2


def test_a_new_file_that_cannot_be_written_leaves_nothing(tmp_path):
    def fail(file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        atomic.write_new([tmp_path / "a"], fail)
    assert [*tmp_path.iterdir()] == []


def test_folders_that_cannot_be_synced_are_no_fault_and_others_are(tmp_path, monkeypatch):
    """Some file systems sync no folders; one that fails at it has not kept the name."""
    for number, fails in ((errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)):

        def fsync(descriptor, number=number):
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fsync)
            if fails:
                with pytest.raises(OSError, match="Input/output error"):
                    atomic.sync_folder(tmp_path)
            else:
                atomic.sync_folder(tmp_path)


def lock_that_fails(number):
    def flock(descriptor, kind):
        raise OSError(number, os.strerror(number))

    return flock


def test_where_there_are_no_locks_nobody_sweeps_and_all_is_written(tmp_path, monkeypatch):
    left = tmp_path / ".a.1-0a1b2c3d.tmp"
    left.touch()
    monkeypatch.setattr(atomic.fcntl, "flock", lock_that_fails(errno.ENOLCK))
    assert not atomic.is_being_written(left)
    assert not atomic.discard_abandoned(left)
    assert left.exists()
    with atomic.writing(tmp_path / "a") as file:
        file.write(b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_a_lock_that_fails_for_another_reason_is_told(tmp_path, monkeypatch):
    left = tmp_path / ".a.1-0a1b2c3d.tmp"
    left.touch()
    monkeypatch.setattr(atomic.fcntl, "flock", lock_that_fails(errno.EIO))
    for ask in (atomic.is_being_written, atomic.discard_abandoned):
        with pytest.raises(OSError, match="Input/output error"):
            ask(left)
    assert left.exists()


def test_a_new_file_whose_name_cannot_be_given_leaves_nothing(tmp_path, monkeypatch):
    """Neither by a link nor by a rename, which is how a failing drive looks."""

    def link(*arguments):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def replace(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="Input/output error"):
        atomic.write_new([tmp_path / "a"], lambda file: file.write(b"new"))
    assert [*tmp_path.iterdir()] == []
    monkeypatch.setattr(os, "link", replace)
    with pytest.raises(OSError, match="Input/output error"):
        atomic.write_new([tmp_path / "a"], lambda file: file.write(b"new"))
    assert [*tmp_path.iterdir()] == []
