"""Full disks, read-only folders, damaged and newer indexes: one sentence, and nothing lost or half-written."""

import errno
import os
import sqlite3

import pytest
from PIL import Image

from studio.errors import UserError
from studio.library import Library, Recipe, StorageError

FULL = """
    from pathlib import Path
    from PIL import Image
    from studio.library import Library, Recipe, StorageError
    library = Library(Path("full/library"))
    image = Image.effect_noise((150, 150), 90)
    saved = 0
    try:
        while True:
            library.save(image, Recipe("task"))
            saved += 1
    except StorageError as error:
        assert error.code == "storage", error.code
        assert "disk is full" in error.message and str(library.root) in error.message, error.message
    assert saved > 2
    pictures = list(Path("full").rglob("*.png"))
    for path in pictures:
        Image.open(path).load()
    assert library.count() == len(pictures) == saved, (library.count(), len(pictures), saved)
    assert not list(Path("full").rglob("*.tmp"))
    # Elsewhere, then here again once there is room.
    assert Library(Path("elsewhere")).save(image, Recipe("task")).path.is_file()
    for path in pictures[:4]:
        path.unlink()
    assert library.save(image, Recipe("task")).path.is_file()
    assert sum(record.missing for record in library.find()) == 0
    assert "4 picture(s)" in library.sweep()[0]
    assert sum(record.missing for record in library.find()) == 4
    print("done")
"""


@pytest.mark.parametrize("size", ["300k", "420k", "600k"])
def test_full_disk(in_namespace, size):
    assert in_namespace(f"mkdir full elsewhere; mount -t tmpfs -o size={size} t full", FULL) == "done\n"


BRIMFUL = """
    from pathlib import Path
    from PIL import Image
    from studio.library import Library, Recipe, StorageError
    library = Library(Path("full/library"))
    records = [library.save(Image.effect_noise((150, 150), 90), Recipe("task")) for _ in range(3)]
    library.close()
    try:
        with Path("full/ballast").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(512))
    except OSError:
        pass
    library = Library(Path("full/library"))
    try:
        library.save(Image.effect_noise((150, 150), 90), Recipe("task"))
        raise SystemExit("saved on a full disk")
    except StorageError as error:
        assert "disk is full" in error.message or "only be read" in error.message, error.message
    library.delete([records[0].id, records[1].id])
    assert library.count(trashed=True) == 2
    library.restore([records[1].id])
    library.close()
    library = Library(Path("full/library"))  # each of them in a call of its own, as on the command line
    emptied = library.empty_trash()
    assert emptied.pictures == 1 and emptied.size_bytes > 10_000, emptied
    assert not records[0].path.exists()
    assert [record.id for record in library.find()] == [records[2].id, records[1].id]
    library.close()
    print("done")
"""


def test_on_a_brimful_disk_pictures_can_be_deleted(in_namespace):
    assert in_namespace("mkdir full; mount -t tmpfs -o size=24m t full", BRIMFUL) == "done\n"


def test_disk_too_full_for_an_index(in_namespace):
    script = """
        from pathlib import Path
        from PIL import Image
        from studio.library import Library, Recipe, StorageError
        ballast = Path("full/ballast")
        try:
            with ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError:
            pass
        library = Library(Path("full/library"))
        assert library.problem
        assert library.find() == [] and library.sweep() == []
        image = Image.new("L", (9, 9))
        try:
            library.save(image, Recipe("task"))
            raise SystemExit("saved on a full disk")
        except StorageError as error:
            assert "full/library" in error.message, error.message
        ballast.unlink()
        assert library.save(image, Recipe("task")).sequence == 1
        print("done")
    """
    assert in_namespace("mkdir full; mount -t tmpfs -o size=200k t full", script) == "done\n"


@pytest.mark.parametrize("failing", [1, 2])
def test_a_disk_that_fails_to_sync(library, noise, monkeypatch, failing):
    """Of the file, then of its folder: data whose fsync failed is not saved, whatever a second fsync would say."""
    library.save(noise, Recipe("task"))
    calls = 0
    real = os.fsync

    def fsync(descriptor):
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError, match="input/output error"):
        library.save(noise, Recipe("task"))
    monkeypatch.undo()
    assert len([path for path in (library.root / "pictures").rglob("*") if path.is_file()]) == 1
    assert library.count() == 1
    assert library.sweep() == []


READ_ONLY = """
    from pathlib import Path
    from PIL import Image
    from studio.library import Library, Recipe, StorageError
    library = Library(Path("library"))
    assert library.problem, "it is read-only"
    (record,) = library.find("cat")
    assert library.get(record.id) == record and record.path.is_file()
    assert library.thumbnail(record) == record.path
    assert library.sweep() == []
    try:
        library.save(Image.new("L", (9, 9)), Recipe("task"))
        raise SystemExit("saved on a read-only disk")
    except StorageError as error:
        assert str(library.root) in error.message and "read" in error.message, error.message
    library.close()
    print("done")
"""
READ_ONLY_MOUNT = "mount --bind library library; mount -o remount,bind,ro library"


def test_read_only_folder(library, noise, in_namespace):
    library.save(noise, Recipe("task", {"prompt": "cat"}))
    library.close()
    assert in_namespace(READ_ONLY_MOUNT, READ_ONLY) == "done\n"


def test_read_only_folder_with_a_journal_left_by_a_kill(library, noise, in_namespace):
    library.save(noise, Recipe("task", {"prompt": "cat"}))
    (library.root / "index.db-shm").unlink()  # what is left on a medium that was taken out
    assert (library.root / "index.db-wal").stat().st_size
    assert in_namespace(READ_ONLY_MOUNT, READ_ONLY) == "done\n"


def test_nothing_can_be_made_here(in_namespace):
    script = """
        from pathlib import Path
        from studio.library import Library
        library = Library(Path("place/new/library"))
        assert library.problem and library.find() == [] and library.count() == 0
        print("done")
    """
    assert in_namespace("mkdir place; mount -t tmpfs -o ro t place", script) == "done\n"


def test_readonly_by_choice(library, noise, tmp_path):
    record = library.save(noise, Recipe("task"))
    with pytest.raises(UserError):
        Library(tmp_path / "none", readonly=True).save(noise, Recipe("task"))
    assert not (tmp_path / "none").exists()
    reader = Library(library.root, readonly=True)
    assert reader.find() == [record]
    with pytest.raises(StorageError, match="only be read"):
        reader.save(noise, Recipe("task"))
    reader.close()


def test_the_library_is_a_file(tmp_path, noise):
    (tmp_path / "library").write_text("x")
    library = Library(tmp_path / "library")
    with pytest.raises(StorageError, match="library"):
        library.save(noise, Recipe("task"))


def test_an_index_that_is_damaged_while_it_is_open(library, noise):
    for number in range(40):
        library.save(noise, Recipe("task", {"prompt": f"cat {number} " + "x" * 400}))
    library.close()
    opened = Library(library.root)
    file = library.root / "index.db"
    with file.open("r+b") as index:  # all but the page that says what it is
        index.seek(4096)
        index.write(bytes(file.stat().st_size - 4096))
    nobody = "0" * 26
    reads = (opened.find, opened.count, lambda: opened.get(nobody), lambda: opened.children(nobody))
    for look in (*reads, lambda: opened.delete([nobody]), lambda: opened.restore([nobody])):
        with pytest.raises(UserError, match="pictures beside it are untouched"):
            look()
    opened.close()


def test_a_drive_that_goes_while_the_library_is_open_and_comes_back(library, noise):
    record = library.save(noise, Recipe("task"))
    away = library.root.rename(library.root.with_name("unplugged"))
    assert library.find() == [record]  # the index is still open
    with pytest.raises(UserError, match="is missing"):
        library.thumbnail(record)
    with pytest.raises(StorageError, match="It is not lost"):
        library.save(noise, Recipe("task"))
    for change in (library.delete, library.restore):
        with pytest.raises(StorageError, match="the folder is gone"):
            change([record.id])
    with pytest.raises(StorageError, match="the folder is gone"):
        library.empty_trash()
    assert not library.root.exists()
    away.rename(library.root)
    again = library.save(noise, Recipe("task"))
    assert library.find() == [again, record]
    assert library.thumbnail(record).is_file()


@pytest.mark.parametrize("readonly", [False, True])
def test_an_index_whose_version_makes_no_sense(library, noise, readonly):
    library.save(noise, Recipe("task"))
    library.close()
    with sqlite3.connect(library.root / "index.db") as index:
        index.execute("PRAGMA user_version = -5")
    index.close()
    with pytest.raises(UserError, match="says that its version is -5") as caught:
        Library(library.root, readonly=readonly)
    assert caught.value.code == "library_damaged"


def test_an_index_of_a_newer_studio(library, noise):
    record = library.save(noise, Recipe("task"))
    library.close()
    with sqlite3.connect(library.root / "index.db") as index:
        index.execute("ALTER TABLE pictures ADD COLUMN stars INTEGER")
        index.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(UserError, match="newer version") as caught:
        Library(library.root)
    assert caught.value.code == "library_newer"
    reader = Library(library.root, readonly=True)
    assert reader.find() == [record]
    reader.close()


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 300])
def test_a_damaged_index_is_made_anew_from_the_pictures(library, noise, damage):
    ids = [library.save(noise, Recipe("task", {"prompt": str(number)})).id for number in range(3)]
    library.close()
    index = library.root / "index.db"
    index.write_bytes(damage)
    if damage:
        with pytest.raises(UserError, match="untouched") as caught:
            Library(library.root)
        assert caught.value.code == "library_damaged"
        index.rename(library.root / "index.broken")
    again = Library(library.root)
    assert again.sweep() == ["3 picture(s) that the index did not list were added to it."]
    assert [record.id for record in again.find()] == ids[::-1]
    assert again.get(ids[1]).recipe.params == {"prompt": "1"}
    again.close()


def test_one_bad_row_hides_no_other(library, noise):
    library.save(noise, Recipe("task"))
    bad = library.save(noise, Recipe("task"))
    with sqlite3.connect(library.root / "index.db") as index:
        index.execute("UPDATE pictures SET recipe = '{broken' WHERE id = ?", (bad.id,))
    index.close()
    assert [record.recipe.task for record in library.find()] == ["unknown", "task"]


def test_a_picture_that_cannot_be_decoded_is_no_storage_error(library, noise, tmp_path):
    noise.save(tmp_path / "x.png")
    (tmp_path / "x.png").write_bytes((tmp_path / "x.png").read_bytes()[:400])
    with Image.open(tmp_path / "x.png") as cut, pytest.raises(OSError):
        library.save(cut, Recipe("task"))
    assert library.count() == 0
