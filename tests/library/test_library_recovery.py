"""Putting a library in order at start."""

import os
import shutil
import subprocess
import sys
import time

from PIL import Image

from studio import atomic
from studio.library import Library, Recipe


def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leftover(folder, pid, age_s=0.0):
    path = folder / f".x.png.{pid}-0a1b2c3d{atomic.TEMPORARY}"
    path.write_bytes(b"half a picture")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_leftovers(library, noise):
    folder = library.save(noise, Recipe("task")).path.parent
    dead = leftover(folder, dead_pid())
    old = leftover(folder, os.getpid(), age_s=90)
    assert library.sweep() == ["2 unfinished file(s) of a save that was interrupted were removed."]
    assert not dead.exists()
    assert not old.exists()


def test_what_is_not_ours_or_still_being_written_stays(library, noise):
    folder = library.save(noise, Recipe("task")).path.parent
    kept = [leftover(folder, os.getpid()), folder / "notes.tmp", folder / ".x.tmp", folder / "foreign.png"]
    for path in kept[1:3]:
        path.write_text("somebody's")
        os.utime(path, (0, 0))
    Image.new("L", (3, 3)).save(kept[3])
    assert library.sweep() == []
    assert all(path.exists() for path in kept)
    assert library.count() == 1


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
    record = library.save(noise, Recipe("task"))
    target = library.root / "pictures" / "favourites" / "猫.png"
    target.parent.mkdir()
    record.path.rename(target)
    assert library.sweep() == ["1 picture(s) that the index did not list were added to it."]
    moved = library.get(record.id)
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
