"""Deleted pictures lie in the trash, whole, until it is emptied."""

import sqlite3
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
    assert library.get(middle.id).trashed
    assert library.path(middle.id).read_bytes() == pixels  # a picture that was made from it still finds its source
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
    assert not any(record.path.exists() for record in gone)
    assert listed(library) == [kept.id]
    assert library.count(trashed=True) == 0
    with pytest.raises(UserError, match="There is no picture"):
        library.get(gone[0].id)
    assert library.empty_trash() == (0, 0)


def test_all_of_them_or_none(library, three):
    with pytest.raises(UserError, match="There is no picture"):
        library.delete([three[0].id, "0" * 26])
    assert len(listed(library)) == 3


def test_an_index_that_cannot_be_written_says_so(library, three):
    with sqlite3.connect(library.root / "index.db") as other:
        other.execute("CREATE TRIGGER no BEFORE UPDATE ON pictures BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StorageError, match=r"Nothing could be deleted in .*: no\. Nothing was changed"):
        library.delete([record.id for record in three])
    assert len(listed(library)) == 3


def test_a_file_that_cannot_be_removed_stays_in_the_trash_with_its_row(library, three):
    library.delete([record.id for record in three])
    stuck = three[1].path
    stuck.unlink()
    (stuck / "x").mkdir(parents=True)
    with pytest.raises(StorageError, match="The trash could not be emptied in"):
        library.empty_trash()
    assert listed(library, trashed=True) == [three[1].id, three[0].id]


def test_what_is_kept_stays_in_the_trash(library, three):
    library.delete([record.id for record in three])
    assert library.empty_trash(kept={three[1].id}).pictures == 2
    assert listed(library, trashed=True) == [three[1].id]
    assert three[1].path.is_file()


@pytest.mark.parametrize("path", ["/{}", "../{}", "pictures/../../{}", "C:\\{}", "pictures\\..\\..\\{}"])
def test_a_row_that_leads_out_of_the_library_harms_no_file(library, three, tmp_path, path):
    outside = tmp_path / "letter.txt"
    outside.write_text("mine")
    library.delete([three[1].id])
    with sqlite3.connect(library.root / "index.db") as foreign:
        stored = path.format(str(outside)[1:] if path[0] == "/" else outside.name)
        foreign.execute("UPDATE pictures SET path = ? WHERE id = ?", (stored, three[1].id))
    foreign.close()
    with pytest.raises(UserError, match="lists a file outside the library") as caught:
        library.empty_trash()
    assert caught.value.code == "library_damaged"
    assert outside.read_text() == "mine"


def test_a_folder_that_is_linked_from_elsewhere_loses_only_pictures_of_ours(library, three, tmp_path):
    """People put their pictures on another disk; a foreign library may link to anything."""
    ours, theirs = three[0], three[1]
    away = tmp_path / "disk"
    ours.path.parent.rename(away)
    ours.path.parent.symlink_to(away, target_is_directory=True)
    (away / theirs.path.name).write_text("a letter")
    library.delete([record.id for record in three])
    assert library.empty_trash().pictures == 3
    assert [path.read_text() for path in away.iterdir()] == ["a letter"]


def test_a_kill_while_the_trash_is_emptied(library, three):
    library.delete([record.id for record in three])
    library.close()
    script = f"""
import os
from pathlib import Path
from studio.library import Library, index
index.Index.forget = lambda self, ids: os._exit(9)  # the files are gone, their rows not yet
Library(Path({str(library.root)!r})).empty_trash()
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    opened = Library(library.root)
    try:
        assert opened.sweep() == [], "what lay in the trash is missed by nobody"
        assert all(record.missing for record in opened.find(trashed=True))
        assert opened.empty_trash().pictures == 3
        assert opened.sweep() == []
    finally:
        opened.close()


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
