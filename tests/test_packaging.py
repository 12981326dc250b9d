"""What is shipped: a wheel that works in an environment of its own, its recipe's, and a tree that stays small."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MIB = 2**20


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new environment with the wheel in it; the dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin/python"
    site = Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    _install(_wheel(ROOT, folder), python)
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    # All but the studio itself and its recipe, which would be found where the clone has installed them.
    for found in (one for path in sys.path if path.endswith("site-packages") for one in Path(path).iterdir()):
        link = borrowed / found.name
        if found.suffix != ".pth" and not found.name.startswith("open_image_studio") and not link.exists():
            link.symlink_to(found)
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    return environment / "bin"


@pytest.mark.slow
def test_the_wheel_finds_its_plugins_and_resources(installed: Path, tmp_path: Path) -> None:
    assert _plugins(installed, tmp_path) == dict.fromkeys(_named(ROOT / "pyproject.toml"), "")
    where = "import studio, studio.resource as r, studio_upscale as s; print(studio.__file__, r.folder(), s.__file__)"
    places = _run(str(installed / "python"), "-c", where, cwd=tmp_path).stdout.split()
    assert all(Path(place).is_relative_to(installed.parent) for place in places), places


@pytest.mark.slow
def test_the_recipe_of_the_starter_is_a_wheel_of_its_own(installed: Path, tmp_path: Path) -> None:
    find = "import importlib.util as u; print(u.find_spec('studio_starter'))"
    assert _run(str(installed / "python"), "-c", find, cwd=tmp_path).stdout == "None\n"
    recipe = ROOT / "plugins/studio_starter"
    _install(_wheel(recipe, tmp_path), installed / "python")
    try:
        assert _plugins(installed, tmp_path).items() >= dict.fromkeys(_named(recipe / "pyproject.toml"), "").items()
        drawn = _run(str(installed / "studio"), "starter", "render", "sheet.png", "--count", "2", cwd=tmp_path)
        assert len(drawn.stdout.splitlines()) == 2
    finally:
        python = str(installed / "python")
        _run(sys.executable, "-m", "pip", "--python", python, "uninstall", "-y", "open-image-studio-starter")


@pytest.mark.slow
def test_the_wheel_has_the_starter(installed: Path, tmp_path: Path) -> None:
    models = json.loads(_run(str(installed / "studio"), "models", "--json", cwd=tmp_path).stdout)
    starter = next(model for model in models if model["id"] == "starter")
    assert not starter.get("problem")
    assert Path(starter["path"]).is_relative_to(installed.parent)


def test_the_tracked_tree_stays_small() -> None:
    files = [ROOT / name for name in _run("git", "ls-files", "-z", cwd=ROOT).stdout.split("\0") if name]
    sizes = {file: file.lstat().st_size for file in files if os.path.lexists(file)}
    assert sum(sizes.values()) <= 56 * MIB
    assert {file: size for file, size in sizes.items() if size > 15 * MIB} == {}


def test_constraints_pin_every_dependency() -> None:
    check = "import importlib.metadata as m; print(*m.requires('open-image-studio'), sep='\\n')"
    required = _run(sys.executable, "-c", check).stdout.splitlines()
    pinned = (ROOT / "constraints.txt").read_text().splitlines()
    assert {_name(line) for line in required} <= {_name(line) for line in pinned}


def _wheel(project: Path, folder: Path) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=project)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, python: Path) -> None:
    _run(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))


def _named(project: Path) -> list[str]:
    """Its plugins."""
    return list(tomllib.loads(project.read_text())["project"]["entry-points"]["studio.plugins"])


def _plugins(installed: Path, cwd: Path) -> dict[str, str]:
    """Each plugin that the installed studio finds, with what is wrong with it."""
    plugins = json.loads(_run(str(installed / "studio"), "plugins", "--json", cwd=cwd).stdout)
    return {plugin["name"]: plugin.get("problem", "") for plugin in plugins}


def _name(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement)[0].lower().replace("_", "-")


def _run(*command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
