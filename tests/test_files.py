"""Files that others made or named: read in bounded size and without waiting, and paths as people write them."""

import os
from pathlib import Path

import pytest

from studio import files
from studio.errors import UserError


def test_a_file_is_read_up_to_a_cap(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"12345")
    assert files.read_bounded(file, 5) == b"12345"
    with pytest.raises(files.FileTooLongError):
        files.read_bounded(file, 4)
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(files.FileTooLongError):
        files.read_bounded(sparse, 2**30)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs Linux")
def test_a_file_that_does_not_tell_its_size_is_read_too() -> None:
    assert b"VmRSS" in files.read_bounded(Path("/proc/self/status"), 2**20)
    with pytest.raises(files.FileTooLongError):
        files.read_bounded(Path("/proc/self/status"), 10)


def test_room_is_made_for_the_file_and_not_for_the_cap(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert files.read_bounded(tmp_path / "x", 2**60) == b"12345"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(files.IrregularFileError):
        files.open_regular(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        files.open_regular(tmp_path)
    real = os.open

    def swapped(path: Path, flags: int) -> int:
        """Somebody puts a pipe in the file's place between the look and the opening."""
        Path(path).unlink()
        os.mkfifo(path)
        return real(path, flags)

    (tmp_path / "x").write_bytes(b"12345")
    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(files.IrregularFileError):
        files.open_regular(tmp_path / "x")


def test_names_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert files.absolute("~/a.png") == tmp_path / "home/a.png"
    assert files.absolute("~draft-of-nobody.png") == tmp_path / "~draft-of-nobody.png"
    assert files.absolute("a.png") == tmp_path / "a.png"
    assert files.home() == tmp_path / "home"


def test_a_user_whom_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert files.home() == Path("/")
    with pytest.raises(UserError, match="home folder, which is not known"):
        files.absolute("~/a.png")


def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for name in ("a.png", "~draft-of-nobody.png"):
        with pytest.raises(UserError, match="is gone"):
            files.absolute(name)
    monkeypatch.chdir(tmp_path)


def test_folders_are_for_their_user_alone(tmp_path: Path) -> None:
    files.make_private(tmp_path / "a/b")
    files.make_private(tmp_path / "a/b")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


def test_whether_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "plugins"
    assert not files.others_may_write(folder), "there is none"
    folder.mkdir(mode=0o755)
    (folder / "a.py").touch(0o644)
    assert not files.others_may_write(folder)
    (folder / "a.py").chmod(0o666)
    assert files.others_may_write(folder), "a file in it"
    (folder / "a.py").chmod(0o644)
    folder.chmod(0o775)
    assert files.others_may_write(folder), "its group"
    folder.chmod(0o755)
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert files.others_may_write(folder) == (owner != 0), "it is somebody else's"
