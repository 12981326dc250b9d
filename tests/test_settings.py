"""One file of settings: where it is, what it may hold, and that a broken one is never overwritten."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import settings
from studio.errors import UserError
from studio.settings import Settings


def home(path):
    return {"STUDIO_HOME": str(path)}


def test_defaults(tmp_path):
    loaded = settings.load(home(tmp_path / "new"))
    assert loaded == Settings(home=tmp_path / "new")
    assert loaded.library_dir == tmp_path / "new" / "library"
    assert (loaded.device, loaded.memory_budget_bytes, loaded.safe_mode) == ("auto", 0, False)
    assert not (tmp_path / "new").exists(), "reading makes no folders"


def test_home_of_the_user_when_no_studio_home():
    assert settings.load({}).home.name == "open-image-studio"
    assert settings.load({"STUDIO_HOME": ""}).home == settings.load({}).home


def test_home_may_be_relative_or_start_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.load(home("here")).home == tmp_path / "here"
    assert settings.load(home("~/there")).home == Path("~/there").expanduser()


def test_round_trip_and_privacy(tmp_path):
    chosen = Settings(
        home=tmp_path / "h", library_dir=tmp_path / "pictures", models=("/m/a", "/m/模型"), safe_mode=True
    )
    settings.save(chosen)
    assert settings.load(home(tmp_path / "h")) == chosen
    assert (tmp_path / "h" / settings.FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "h").iterdir()] == [settings.FILE]


def test_moving_the_home_moves_everything(tmp_path):
    settings.save(Settings(home=tmp_path / "old", device="cpu"))
    (tmp_path / "old").rename(tmp_path / "new")
    assert settings.load(home(tmp_path / "new")) == Settings(home=tmp_path / "new", device="cpu")


@given(models=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple), budget=st.integers(0, 2**62))
def test_any_text_survives(tmp_path_factory, models, budget):
    place = tmp_path_factory.mktemp("h")
    chosen = Settings(home=place, models=models, memory_budget_bytes=budget)
    settings.save(chosen)
    assert settings.load(home(place)) == chosen


def test_what_a_newer_studio_stored_is_kept(tmp_path):
    (tmp_path / settings.FILE).write_text('{"from_the_future": 7, "device": "cpu"}')
    settings.save(msgspec.structs.replace(settings.load(home(tmp_path)), theme="dark"))
    stored = json.loads((tmp_path / settings.FILE).read_text())
    assert (stored["from_the_future"], stored["device"], stored["theme"]) == (7, "cpu", "dark")


BROKEN = [
    "",
    "{",
    "[]",
    "null",
    '{"models": "x"}',
    '{"memory_budget_bytes": -1}',
    '{"library_dir": 3}',
    '{"device": 1}',
]


@pytest.mark.parametrize("content", [*BROKEN, b"\xff\xfe{}".decode("latin-1")])
def test_a_broken_file_is_named_and_left_alone(tmp_path, content):
    file = tmp_path / settings.FILE
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match="damaged") as caught:
        settings.load(home(tmp_path))
    assert str(file) in caught.value.message
    assert file.read_bytes() == content.encode("latin-1")


def test_a_home_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be read"):
        settings.load(home(tmp_path / "file"))


def test_the_home_stored_in_the_file_is_ignored(tmp_path):
    (tmp_path / settings.FILE).write_text('{"home": "/elsewhere"}')
    assert settings.load(home(tmp_path)).home == tmp_path


def test_saving_where_there_is_no_room():
    with pytest.raises(UserError, match="could not be saved") as caught:
        settings.save(Settings(home=Path("/proc/studio")))
    assert caught.value.code == "storage"


def test_cheap_to_import():
    code = "import sys, studio.settings; print(sorted({'pydantic', 'torch', 'PySide6', 'PIL'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
