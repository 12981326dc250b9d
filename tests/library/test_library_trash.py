"""Deleted pictures: row and file go into the trash together and come back together, whatever happens between."""

import os
import sqlite3
import stat
import subprocess
import sys

import pytest

from studio.errors import UserError
from studio.library import Library, Recipe, StorageError


@pytest.fixture
def three(library, noise):
    return [library.save(noise, Recipe("text-to-image", params={"prompt": f"cat {n}"})) for n in range(3)]


def listed(library, **which):
    return [record.id for record in library.find(**which)]


def test_a_deleted_picture_comes_back_as_it_was(library, three):
    first, middle, last = three
    pixels = middle.path.read_bytes()
    library.delete([middle.id])
    assert listed(library) == [last.id, first.id]
    assert listed(library, text="cat 1") == []
    assert listed(library, trashed=True) == [middle.id]
    assert (library.count(), library.count(trashed=True)) == (2, 1)
    assert not middle.path.exists()
    there = library.get(middle.id)  # a picture that was made from it still finds its source
    assert there.trashed
    assert there.path.read_bytes() == pixels
    library.restore([middle.id])
    assert library.find() == [last, middle, first]
    assert middle.path.read_bytes() == pixels
    assert library.count(trashed=True) == 0


def test_deleting_and_restoring_twice_changes_nothing(library, three):
    ids = [record.id for record in three]
    library.delete(ids)
    library.delete(ids)
    assert listed(library, trashed=True) == ids[::-1]
    library.restore(ids)
    library.restore(ids)
    assert listed(library) == ids[::-1]


def test_emptying_removes_files_thumbnails_and_rows_of_the_trash_only(library, three):
    kept, *gone = three
    thumbnails = [library.thumbnail(record) for record in gone]
    size = sum(path.stat().st_size for path in [*thumbnails, *(record.path for record in gone)])
    library.delete([record.id for record in gone])
    assert library.empty_trash() == (2, size)
    assert not any(path.exists() for path in thumbnails)
    assert list((library.root / "trash").iterdir()) == []
    assert listed(library) == [kept.id]
    assert library.count(trashed=True) == 0
    with pytest.raises(UserError, match="There is no picture"):
        library.get(gone[0].id)
    assert library.empty_trash() == (0, 0)


def test_all_of_them_or_none(library, three):
    with pytest.raises(UserError, match="There is no picture"):
        library.delete([three[0].id, "0" * 26])
    assert len(listed(library)) == 3
    # The second cannot be moved: a folder is where its file would go.
    blocked = library.root / "trash" / f"{three[1].id}.png"
    (blocked / "x").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"Nothing could be moved to the trash of .*Nothing was changed"):
        library.delete([record.id for record in three])
    assert len(listed(library)) == 3
    assert all(record.path.is_file() for record in three)


def test_a_row_that_cannot_be_written_leaves_the_files_where_they_are(library, three):
    with sqlite3.connect(library.root / "index.db") as other:
        other.execute("CREATE TRIGGER no BEFORE UPDATE ON pictures BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StorageError, match="no"):
        library.delete([three[0].id])
    assert three[0].path.is_file()
    assert len(listed(library)) == 3


@pytest.mark.parametrize("way", ["delete", "restore"])
def test_a_kill_between_file_and_row(tmp_path, library, three, way):
    id = three[1].id
    if way == "restore":
        library.delete([id])
    library.close()
    script = f"""
import os
from pathlib import Path
from studio.library import Library, index
class Killed(index.Index):
    def trash(self, trashed, act):
        super().trash(trashed, lambda: (act(), os._exit(9)))  # the files are moved, the row is not stored
index.Index = Killed
Library(Path({str(library.root)!r})).{way}([{id!r}])
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    opened = Library(library.root)
    try:
        assert opened.sweep() == []
        assert (id in listed(opened, trashed=True)) == (way == "delete")
        assert (id in listed(opened)) == (way == "restore")
        assert opened.get(id).path.is_file()
    finally:
        opened.close()


def test_an_index_made_anew_knows_what_lay_in_the_trash(library, three):
    library.delete([three[0].id])
    library.close()
    (library.root / "index.db").unlink()
    anew = Library(library.root)
    try:
        assert anew.sweep() == ["3 picture(s) that the index did not list were added to it."]
        assert listed(anew, trashed=True) == [three[0].id]
        anew.restore([three[0].id])
        assert three[0].path.is_file()
    finally:
        anew.close()


def test_what_was_moved_by_hand_is_followed(library, three):
    library.delete([record.id for record in three[:2]])
    library.get(three[0].id).path.rename(three[0].path)
    library.get(three[1].id).path.unlink()
    assert library.sweep() == []
    assert listed(library) == [three[2].id, three[0].id]
    assert library.count(trashed=True) == 0


def test_a_library_that_can_only_be_read_says_so(library, three):
    library.close()
    reader = Library(library.root, readonly=True)
    with pytest.raises(StorageError, match="it can only be read"):
        reader.delete([three[0].id])
    assert len(listed(reader)) == 3
    reader.close()


def test_an_index_of_the_first_version_is_brought_up_to_date_or_read_as_it_is(library, three):
    library.close()
    with sqlite3.connect(library.root / "index.db") as old:
        old.execute("ALTER TABLE pictures DROP COLUMN trashed")
        old.execute("PRAGMA user_version = 1")
    reader = Library(library.root, readonly=True)
    assert len(listed(reader)) == 3
    reader.close()
    with sqlite3.connect(library.root / "index.db") as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
    writer = Library(library.root)
    writer.delete([three[0].id])
    assert len(listed(writer)) == 2
    writer.close()


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_the_trash_is_its_users_own(library, three):
    library.delete([three[0].id])
    assert stat.S_IMODE((library.root / "trash").stat().st_mode) == 0o700
