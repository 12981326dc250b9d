"""`studio library`, `models`, `plugins` and `doctor`: what they list, and what they refuse."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from studio import settings
from studio.cli import check, doctor
from studio.cli.check import BROKEN, POOR, WELL, Check
from studio.cli.main import main
from studio.library import Library, Recipe

Told = pytest.CaptureFixture[str]


@pytest.fixture
def picture(studio_home: Path) -> str:
    """The id of a saved picture."""
    library = Library(studio_home / "library")
    try:
        recipe = Recipe(task="colour", params={"prompt": "a red\x1b[31m cat"}, seed=3)
        return library.save(Image.new("RGB", (4, 5)), recipe).id
    finally:
        library.close()


def told(capsys: Told, *arguments: str, code: int = 0) -> str:
    assert main(arguments) == code, capsys.readouterr().err
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_the_library_is_listed_and_searched(capsys: Told, picture: str) -> None:
    line = told(capsys, "library")
    assert line.startswith(picture)
    assert "4x5" in line
    assert "\x1b" not in line
    assert told(capsys, "library", "list", "cat", "red") == line
    assert told(capsys, "library", "list", "dog") == ""
    (data,) = json.loads(told(capsys, "library", "list", "--json"))
    assert (data["id"], data["seed"], data["task"]) == (picture, 3, "colour")


def test_one_picture_is_shown(capsys: Told, picture: str, studio_home: Path) -> None:
    assert "seed: 3" in told(capsys, "library", "show", picture)
    assert json.loads(told(capsys, "library", "show", picture, "--json"))["width"] == 4
    assert Path(told(capsys, "library", "path", picture).strip()).is_file()
    assert told(capsys, "library", "path").strip() == str(studio_home / "library")
    assert "There is no picture 'x'" in told(capsys, "library", "show", "x", code=2)


def test_a_copy_shows_what_made_it(capsys: Told, picture: str, tmp_path: Path) -> None:
    made = Path(told(capsys, "library", "path", picture).strip())
    copy = Path(shutil.copy(made, tmp_path / "copy.png"))
    assert json.loads(told(capsys, "library", "show", str(copy), "--json"))["seed"] == 3
    Image.new("RGB", (4, 4)).save(tmp_path / "plain.png")
    assert "carries no recipe" in told(capsys, "library", "show", str(tmp_path / "plain.png"), code=2)


def test_a_picture_is_deleted_restored_and_removed_for_good(capsys: Told, picture: str) -> None:
    assert told(capsys, "library", "delete", picture) == ""
    assert told(capsys, "library") == ""
    assert told(capsys, "library", "trash").startswith(picture)
    assert json.loads(told(capsys, "library", "trash", "--json"))[0]["trashed"]
    told(capsys, "library", "restore", picture)
    assert told(capsys, "library").startswith(picture)
    told(capsys, "library", "delete", picture)
    assert main(("library", "trash", "--empty")) == 0
    assert capsys.readouterr().err.startswith("1 picture(s) and 0.0 MB are gone for good")
    assert "There is no picture" in told(capsys, "library", "restore", picture, code=2)


def test_an_empty_home_is_not_filled_by_looking(capsys: Told, studio_home: Path) -> None:
    assert told(capsys, "library", "list", "--json") == "[]\n"
    told(capsys, "plugins")
    told(capsys, "models")
    assert not (studio_home / "library").exists()


def test_models_are_added_and_removed(capsys: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "Times Four.safetensors"
    weight = np.zeros(3, np.float16)
    save_file({"body.0.weight": weight, "body.1.weight": weight}, model)  # as RealESRGAN's compact network
    monkeypatch.chdir(tmp_path)
    assert "upscale" in told(capsys, "models", "add", model.name)
    assert "already" in told(capsys, "models", "add", str(model), code=2)
    listed = {entry["path"]: entry for entry in json.loads(told(capsys, "models", "--json"))}
    assert not listed[str(model)]["problem"]
    assert "files stay" in told(capsys, "models", "remove", listed[str(model)]["id"])
    assert settings.load().models == ()


def test_what_is_no_model_is_not_added(capsys: Told, tmp_path: Path) -> None:
    assert "nothing was added" in told(capsys, "models", "add", str(tmp_path / "no"), code=2)
    assert "no model_index.json" in told(capsys, "models", "add", str(tmp_path), code=2)
    assert "Added ones: none" in told(capsys, "models", "remove", "starter", code=2)


def test_broken_settings_are_named(capsys: Told, studio_home: Path) -> None:
    studio_home.mkdir()
    (studio_home / "settings.json").write_text("{")
    assert "settings.json is damaged" in told(capsys, "models", code=2)


def test_safe_mode_leaves_third_parties_out(capsys: Told, studio_home: Path) -> None:
    (studio_home / "plugins").mkdir(parents=True)
    (studio_home / "plugins/loud.py").write_text("raise SystemExit('never imported')\n")
    assert "safe mode" in told(capsys, "--safe-mode", "plugins")
    assert "tried to end the program" in told(capsys, "plugins")


def test_doctor_says_what_a_machine_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(check, "WEIGHTS", "import torch_that_is_not_there")
    monkeypatch.setattr(check, "OPENCV", "raise ImportError('libGL.so.1: cannot open shared object file')")
    monkeypatch.setattr(check, "QT", "import os; os.abort()")
    weights, opencv, (qt,) = check.weights(), check.opencv(), check.qt()
    assert (weights.state, qt.state, opencv.state) == (BROKEN, BROKEN, POOR)
    assert "torch_that_is_not_there" in weights.found
    assert opencv.advice.endswith("apt-get install -y libgl1")
    (tmp_path / "file").touch()
    assert check.home(tmp_path / "file/home").state == BROKEN
    assert check.home(tmp_path / "new home").state == WELL


def test_a_library_row_names_one_package() -> None:
    rows = [line.split() for line in check.LIBRARIES.read_text().splitlines() if not line.startswith("#")]
    assert all(len(row) == 2 and ".so." in row[0] for row in rows)


@pytest.mark.slow
def test_doctor_looks_at_everything(capsys: Told, studio_home: Path) -> None:
    (studio_home / "plugins").mkdir(parents=True)
    (studio_home / "plugins/odd.py").write_text("import nowhere_to_be_found\n")
    main(["doctor", "--json"])
    checks = {entry["topic"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert checks["Engine"]["state"] == WELL
    assert checks["torch"]["state"] == WELL
    assert checks["Qt"]["state"] == WELL
    assert checks["Plugin odd"]["state"] == POOR
    assert "nowhere_to_be_found" in checks["Plugin odd"]["found"]
    assert any(topic.startswith("Device") for topic in checks)
    assert "Model starter" in checks


def test_doctor_ends_with_2_when_something_essential_is_broken(capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    for state, code in ((POOR, 0), (BROKEN, 2)):
        monkeypatch.setattr(doctor, "examine", lambda front, state=state: [Check("Disk", state, "is full", "Free it.")])
        assert main(["doctor"]) == code
        assert "Free it." in capsys.readouterr().out
