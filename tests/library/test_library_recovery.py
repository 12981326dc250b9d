"""Putting a library in order at start."""

import os
import shutil
import subprocess
import sys
import time

import pytest
from PIL import Image

from studio.library import Library, Recipe, index, recovery


def leftover(folder, age_s=0.0, name=".x.png.1-0a1b2c3d.tmp"):
    path = folder / name
    path.write_bytes(b"half a picture")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_leftovers(library, noise):
    """Whoever may have written them: nobody holds them."""
    folder = library.save(noise, Recipe("task")).path.parent
    fresh, old = leftover(folder), leftover(folder, 90, f".y.png.{os.getpid()}-0a1b2c3d.tmp")
    assert library.sweep() == ["2 unfinished file(s) of a save that was interrupted were removed."]
    assert not fresh.exists()
    assert not old.exists()


def test_what_is_not_ours_stays(library, noise):
    folder = library.save(noise, Recipe("task")).path.parent
    kept = [folder / "notes.tmp", folder / ".x.tmp", folder / "foreign.png"]
    for path in kept[:2]:
        path.write_text("somebody's")
        os.utime(path, (0, 0))
    Image.new("L", (3, 3)).save(kept[2])
    assert library.sweep() == []
    assert all(path.exists() for path in kept)
    assert library.count() == 1


WRITER = """
import sys
from pathlib import Path
from studio import atomic

with atomic.writing(Path(sys.argv[1])) as file:
    file.write(b"whole")
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("pid", [None, "1", "999999999"])
def test_what_a_living_process_writes_stays_however_old_it_looks(library, noise, pid):
    """The clock may be wrong, and the process in a container whose numbers mean nothing here."""
    target = library.save(noise, Recipe("task")).path.with_name("slow.png")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "writing\n"
    (temporary,) = target.parent.glob(".*.tmp")
    if pid:
        temporary = temporary.rename(temporary.with_name(f".slow.png.{pid}-0a1b2c3d.tmp"))
    os.utime(temporary, (0, 0))
    assert library.sweep() == []
    assert temporary.exists()
    writer.kill()
    writer.communicate()
    assert library.sweep() == ["1 unfinished file(s) of a save that was interrupted were removed."]


def test_pictures_that_others_save_during_the_sweep_are_neither_gone_nor_orphans(library, noise, monkeypatch):
    """One is saved when the rows have been read, one when the files have been; one has its file and no row yet."""
    other = Library(library.root)
    library.save(noise, Recipe("task"))
    told = []

    def paths(self):
        found = real_paths(self)
        told.append(other.save(noise, Recipe("between rows and files")))
        return found

    def files(root, start, suffix):
        found = [*real_files(root, start, suffix)]
        if start == "pictures":
            told.append(other.save(noise, Recipe("after files")))
        return found

    real_paths, real_files = index.Index.paths, recovery._files
    monkeypatch.setattr(index.Index, "paths", paths)
    monkeypatch.setattr(recovery, "_files", files)
    assert library.sweep() == []
    assert len(told) == 2
    assert not any(record.missing for record in library.find())
    assert library.get(told[0].id).recipe.task == "between rows and files"
    other.close()


def test_a_picture_whose_row_comes_next_is_no_orphan(library, noise, monkeypatch):
    """It is swept at the very moment between its file and its row."""
    swept = []
    real = index.Index.add

    def add(self, *arguments):
        if self is library._index and not swept:
            monkeypatch.setattr(index.Index, "add", real)
            swept.append(other.sweep())
        return real(self, *arguments)

    other = Library(library.root)
    monkeypatch.setattr(index.Index, "add", add)
    record = library.save(noise, Recipe("task", {"image": "/usr/share/a.png"}))
    assert swept == [[]]
    assert library.get(record.id).recipe.params == {"image": "/usr/share/a.png"}
    other.close()


def test_a_picture_that_others_delete_for_good_during_the_sweep_is_not_told(library, noise, monkeypatch):
    record = library.save(noise, Recipe("task"))
    library.delete([record.id])
    real = index.Index.paths

    def paths(self):
        found = real(self)
        library.empty_trash()
        return found

    monkeypatch.setattr(index.Index, "paths", paths)
    assert library.sweep() == []


def test_deleted_and_restored_pictures(library, noise):
    record = library.save(noise, Recipe("task"))
    hidden = library.root / "hidden"
    record.path.rename(hidden)
    assert library.sweep() == [f"1 picture(s) are listed but their files are gone from {library.root}."]
    assert library.get(record.id).missing
    hidden.rename(record.path)
    assert library.sweep() == []
    assert not library.get(record.id).missing


def test_a_picture_moved_within_the_library_is_found_again(library, noise):
    record = library.save(noise, Recipe("task", {"image": "/usr/share/a.png"}, parents=["/usr/share/a.png"]))
    target = library.root / "pictures" / "favourites" / "猫.png"
    target.parent.mkdir()
    record.path.rename(target)
    assert library.sweep() == ["1 picture(s) that the index did not list were added to it."]
    moved = library.get(record.id)
    assert moved.recipe == record.recipe, "with all that the index knows of it"
    assert (moved.path, moved.sequence, moved.missing) == (target, record.sequence, False)


def test_copies_are_left_alone(library, noise):
    record = library.save(noise, Recipe("task"))
    shutil.copy(record.path, record.path.with_name("copy.png"))
    assert library.sweep() == []
    assert library.get(record.id) == record


def test_cut_and_changed_pictures_are_not_adopted(library, noise, tmp_path):
    other = Library(tmp_path / "other")
    content = other.save(noise, Recipe("task")).path.read_bytes()
    other.close()
    folder = library.root / "pictures"
    folder.mkdir()
    recipe = content.index(b"iTXt")
    (folder / "cut.png").write_bytes(content[:-3])
    (folder / "half.png").write_bytes(content[: recipe + 30])
    (folder / "flipped.png").write_bytes(content[: recipe + 40] + b"X" + content[recipe + 41 :])
    (folder / "empty.png").write_bytes(b"")
    (folder / "folder.png").mkdir()
    assert library.sweep() == []
    (folder / "whole.png").write_bytes(content)
    assert len(library.sweep()) == 1
    assert library.count() == 1


def test_long_recipes_stay_readable(library, noise):
    prompt = "猫" * 30_000
    recipe = Recipe("task", {"prompt": prompt, "log": "x" * 2_000_000, "steps": 7}, seed=5)
    record = library.save(noise, recipe)
    assert library.get(record.id).recipe == recipe, "the index holds all of it"
    with Image.open(record.path) as image:
        image.load()
        assert len(image.text["studio"].encode()) <= 256 * 1024
    library.close()
    (library.root / "index.db").unlink()
    again = Library(library.root)
    again.sweep()
    found = again.get(record.id).recipe
    assert found.params == {"prompt": prompt, "steps": 7}
    assert (found.seed, found.cut) == (5, ["log"])
    again.close()


def test_odd_values_never_cost_a_picture(library, noise):
    circle = {}
    circle["me"] = circle
    odd = {"surrogate": "\ud800", "object": object(), "circle": circle, "tuple keys": {(1, 2): 3}, "nan": float("nan")}
    record = library.save(noise, Recipe("task", odd, values={"big": 2**80}))
    found = library.get(record.id).recipe
    assert found.params["surrogate"] == "?"
    assert found.params["tuple keys"] == {"(1, 2)": 3}
    assert found.values == {"big": 2**80}
