"""Saving and finding: pixels and recipe come back as they were, in the order in which they were saved."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, PngImagePlugin

from studio.errors import UserError
from studio.library import Library, Recipe, picture_id


def same(one, other):
    return (
        one.mode == other.mode
        and one.size == other.size
        and (
            one.tobytes() == other.tobytes()
            if one.mode.startswith("I")
            else not ImageChops.difference(one, other).getbbox()
        )
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16"])
def test_pixels_come_back_as_they_were(library, noise, mode):
    image = Image.frombytes("I;16", (60, 80), noise.tobytes()[:9600]) if mode == "I;16" else noise.convert(mode)
    record = library.save(image, Recipe("task"))
    with Image.open(record.path) as saved:
        assert same(saved, image)
    assert (record.width, record.height) == image.size


def test_colour_profile_is_kept(library, noise):
    noise.info["icc_profile"] = b"a profile"
    with Image.open(library.save(noise, Recipe("task")).path) as saved:
        assert saved.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize("mode", ["CMYK", "F", "HSV"])
def test_what_png_cannot_hold_is_refused(library, mode):
    with pytest.raises(UserError, match=mode):
        library.save(Image.new(mode, (4, 4)), Recipe("task"))
    with pytest.raises(UserError, match="empty"):
        library.save(Image.new("RGB", (0, 4)), Recipe("task"))
    assert library.count() == 0
    assert not (library.root / "pictures").exists()


def test_recipe_comes_back_from_the_index_and_from_the_picture(library, noise):
    recipe = Recipe(
        "text-to-image",
        {"prompt": "一只戴着帽子的猫", "steps": 20},
        seed=2**63 - 1,
        index=2,
        batch=4,
        model="starter",
        plugin="studio_text_to_image",
        plugin_version="0.1.0",
        values={"seconds": 1.5},
        parents=["a", "b"],
        seconds=3.25,
        studio_version="0.1.0",
    )
    record = library.save(noise, recipe)
    assert record.recipe == recipe
    assert library.get(record.id) == record
    with PngImagePlugin.PngImageFile(record.path) as saved:
        embedded = json.loads(saved.text["studio"])
    assert embedded["recipe"]["params"] == recipe.params
    assert embedded["id"] == record.id


def test_only_the_user_may_look(library, noise):
    record = library.save(noise, Recipe("task", {"prompt": "private"}))
    library.thumbnail(record)
    for path in library.root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert library.root.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("prompt", ["../../etc/cron.d/x", "a\0b", "%n{__class__}", "x" * 5000, "CON", "\u202egnp.exe"])
def test_names_are_never_made_of_prompts(library, noise, prompt):
    record = library.save(noise, Recipe("task", {"prompt": prompt}))
    assert record.path.relative_to(library.root).as_posix() == f"pictures/{record.created[:7]}/{record.id}.png"
    assert library.get(record.id).recipe.params == {"prompt": prompt}


def test_order_is_the_sequence_whatever_the_clock_says(library, noise, monkeypatch):
    moments = [datetime(2030, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC)]
    saved = []
    for moment in moments:
        monkeypatch.setattr(picture_id, "utc_now", lambda moment=moment: moment)
        saved.append(library.save(noise, Recipe("task")))
    assert [record.sequence for record in saved] == [1, 2, 3]
    assert [record.id for record in library.find()] == [record.id for record in reversed(saved)]


def test_pages(library, noise):
    ids = [library.save(noise, Recipe("task")).id for _ in range(7)]
    found, before = [], None
    while page := library.find(limit=3, before_sequence=before):
        found += [record.id for record in page]
        before = page[-1].sequence
    assert found == ids[::-1]
    assert library.count() == 7


def test_search(library, noise):
    cat = library.save(noise, Recipe("text-to-image", {"prompt": "A Red CAT, 100%_"}, model="starter")).id
    chinese = library.save(noise, Recipe("variation", {"prompt": "一只戴着帽子的猫", "steps": 3})).id
    accent = library.save(noise, Recipe("upscale", {"note": "cafe\u0301 ＡＢＣ"})).id

    def find(text):
        return [record.id for record in library.find(text)]

    assert find("cat red") == [cat]
    assert find("猫") == [chinese]
    assert find("帽子 variation") == [chinese]
    assert find("CAFÉ abc") == [accent]
    assert find("%_") == [cat]
    assert find("starter") == [cat]
    assert find("' OR 1=1 --") == []
    assert find("cat 猫") == []
    assert find("  ") == [accent, chinese, cat]
    assert library.count("猫") == 1


def test_lineage(library, noise):
    parent = library.save(noise, Recipe("task"))
    children = [library.save(noise, Recipe("variation", parents=[parent.id, "/some/file.png"])) for _ in range(2)]
    assert library.children(parent.id) == children
    assert library.children(children[0].id) == []


def test_references(library, noise, tmp_path):
    record = library.save(noise, Recipe("task"))
    assert library.path(record.id) == record.path
    assert library.path(str(tmp_path / "x.png")) == tmp_path / "x.png"
    unknown = picture_id.new_id(datetime.now(UTC))
    with pytest.raises(UserError, match=unknown):
        library.path(unknown)
    with pytest.raises(UserError, match="no picture"):
        library.get("../../etc/passwd")


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1))
def test_ids_sort_by_time(one, other):
    first, second = sorted((one, other))
    early, late = (picture_id.new_id(datetime.fromtimestamp(t / 1000 / 1000, UTC)) for t in (first, second))
    assert picture_id.is_id(early)
    assert early[:9] <= late[:9]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(params=st.dictionaries(st.text(), values, max_size=5), model=st.text(), parents=st.lists(st.text(), max_size=3))
def test_any_recipe_can_be_saved_and_read_again(tmp_path_factory, params, model, parents):
    root = tmp_path_factory.mktemp("any")
    library = Library(root)
    record = library.save(Image.new("L", (2, 2)), Recipe("task", params, model=model, parents=parents))
    (root / "index.db").unlink()
    library.close()
    again = Library(root)  # from the picture alone
    again.sweep()
    assert [found.id for found in again.find()] == [record.id]
    assert set(again.get(record.id).recipe.params) == {key.encode("utf-8", "replace").decode() for key in params}
    again.close()


def test_threads_share_a_library(library, noise):
    def save(number):
        for _ in range(5):
            library.save(noise, Recipe("task"))
            library.find("task", limit=3)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, range(4)))
    assert [record.sequence for record in library.find()] == list(range(20, 0, -1))


SAVER = """
import sys
from pathlib import Path
from PIL import Image
from studio.library import Library, Recipe
sys.stdin.readline()
library = Library(Path(sys.argv[1]))
for _ in range(15):
    library.save(Image.new("RGB", (30, 20)), Recipe("task"))
    library.sweep()
"""


def test_processes_save_at_once(tmp_path):
    root = tmp_path / "library"
    command = [sys.executable, "-c", SAVER, root]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert errors == ["", "", ""]
    library = Library(root)
    assert library.count() == 45
    assert library.sweep() == []
    assert all(record.path.is_file() for record in library.find(limit=100))
    library.close()


def test_one_process_reads_what_another_saves(library, noise):
    reader = Library(library.root, readonly=True)
    assert reader.count() == 0
    record = library.save(noise, Recipe("task"))
    assert reader.find() == [record]
    reader.close()


def test_thumbnails(library, noise):
    for image in (noise.resize((900, 300)), noise.convert("RGBA"), Image.new("I;16", (700, 20), 40_000)):
        record = library.save(image, Recipe("task"))
        assert not record.thumbnail.exists(), "made only when asked for"
        path = library.thumbnail(record)
        assert path == record.thumbnail
        with Image.open(path) as small:
            assert max(small.size) == min(256, max(image.size))
            assert small.format == "WEBP"
            if image.mode == "I;16":
                assert abs(small.getpixel((0, 0))[0] - 40_000 / 257) < 4
        before = path.stat().st_mtime_ns
        assert library.thumbnail(record).stat().st_mtime_ns == before


def test_thumbnail_of_a_lost_or_damaged_picture(library, noise):
    record = library.save(noise, Recipe("task"))
    record.path.write_bytes(record.path.read_bytes()[:600])
    with pytest.raises(UserError, match="cannot be shown"):
        library.thumbnail(record)
    record.path.unlink()
    with pytest.raises(UserError, match="is missing"):
        library.thumbnail(record)
    assert not any(path.is_file() for path in (library.root / "thumbnails").rglob("*"))


def test_a_moved_library_opens_as_it_is(tmp_path, noise):
    library = Library(tmp_path / "old")
    record = library.save(noise, Recipe("task"))
    library.thumbnail(record)
    library.close()
    (tmp_path / "old").rename(tmp_path / "新 place")
    moved = Library(tmp_path / "新 place")
    assert moved.sweep() == []
    found = moved.get(record.id)
    assert found.path.is_file()
    assert found.thumbnail.is_file()
    moved.close()


def test_cheap_to_import():
    code = (
        "import sys, studio.library; print(sorted({'pydantic', 'torch', 'PySide6', 'PIL', 'numpy', 'psutil'} & "
        "set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
