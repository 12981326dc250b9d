"""Names of copies: readable, unique, and never a path."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import form
from studio.cli import export
from studio.descriptions import TaskInfo
from studio.errors import UserError
from studio.role import Role

WORDS = form.FormField("words", "Words", "text", "text", role=Role.PROMPT)
UPSCALE = form.TaskForm(TaskInfo("upscale", "Upscale", {}), (form.FormField("prompt", "", "text", "prompt"), WORDS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A red Mushroom, on blue!", "a-red-mushroom-on-blue"),
        ("一只戴着帽子的猫", "一只戴着帽子的猫"),
        ("../../etc/cron.d/x", "etc-cron-d-x"),
        ("%n {__class__} \x00\x1b[31m", "n-class-31m"),
        ("con", "con-"),
        ("a\u202eb", "a-b"),
        ("नमस्ते", "नमस्ते"),
        ("🍄", ""),
        ("   ", ""),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert export.slug(text) == expected


@given(st.text(max_size=500))
def test_a_slug_is_always_one_short_name(text: str) -> None:
    name = export.slug(text)
    assert len(name) <= 81
    assert len(f"{name}-1000.png".encode()) <= 255
    assert Path(f"{name}.png").name == f"{name}.png"
    assert not set(name) & set('/\\:*?"<>|\x00')
    assert name.isprintable()


def test_the_name_is_the_prompt_else_the_task() -> None:
    assert export.stem(UPSCALE, {"words": "a cat"}) == "a-cat"
    assert export.stem(UPSCALE, {"words": "🍄"}) == "upscale"
    assert export.stem(UPSCALE, {"words": 5}) == "upscale"
    assert export.stem(UPSCALE, {"prompt": "not declared to be one"}) == "upscale"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    picture = tmp_path / "01jd.png"
    picture.write_bytes(b"new")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a-cat.png").write_bytes(b"old")
    assert export.place(picture, tmp_path / "out", "a-cat") == tmp_path / "out/a-cat-2.png"
    assert export.place(picture, tmp_path / "out", "a-cat") == tmp_path / "out/a-cat-3.png"
    assert (tmp_path / "out/a-cat.png").read_bytes() == b"old"
    assert (tmp_path / "out/a-cat-2.png").read_bytes() == b"new"


def test_a_failed_copy_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(FileNotFoundError):
        export.place(tmp_path / "gone.png", tmp_path / "out", "a-cat")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="nothing was started"):
        export.folder(str(tmp_path / "file/below"))
    assert export.folder(str(tmp_path / "new/deep")).is_dir()
