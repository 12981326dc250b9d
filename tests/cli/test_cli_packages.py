"""What pip may do to the studio: packages of other versions, plugins that ask for them; in a place of its own."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio import messages, requirement

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PLUGIN = """
from studio import api

class Plain(api.Task):
    id = "plain"
    title = "Plain"

    class Params(api.Params):
        size: api.Size = "auto"

    def run(self, params, ctx):
        yield

@api.hookimpl
def register_tasks():
    return [Plain]
"""


def wheel(folder: Path, name: str, version: str, files: dict[str, str], requires: Sequence[str] = ()) -> Path:
    """A wheel as pip installs it."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        **files,
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {each}\n" for each in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        for place, content in files.items():
            file.writestr(place, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{place},sha256={digest},{len(content.encode())}")
        file.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]))
    return path


def plugin(folder: Path, name: str, requires: Sequence[str] = ()) -> Path:
    info = f"{name}-1.0.dist-info"
    points = {f"{info}/entry_points.txt": f"[studio.plugins]\n{name} = {name}\n"}
    return wheel(folder, name, "1.0", {f"{name}.py": PLUGIN, **points}, requires)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    return tmp_path / "wheels"


@pytest.fixture
def environment(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Python with all that this one has, and a place of its own, searched first, where pip installs."""
    root = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root], check=True)
    (own,) = root.glob("lib/python*/site-packages")
    others = [path for path in sys.path if "site-packages" in path] + [str(Path(requirement.__file__).parents[1])]
    sites = [f"import site; site.addsitedir({path!r})" for path in others]
    (own / "others.pth").write_text("\n".join([*others, *sites]))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([root / "bin/python", *arguments], capture_output=True, text=True, env=os.environ)

    return run


def test_a_plugin_that_fits_is_installed(environment: Run, wheels: Path) -> None:
    plugin(wheels, "fitting", ["pillow>=10"])
    done = environment("-m", "studio", "plugins", "install", "fitting")
    assert (done.returncode, done.stderr) == (0, "Installed: fitting 1.0; `studio plugins` tells what they bring.\n")
    listed = json.loads(environment("-m", "studio", "plugins", "--json").stdout)
    assert next(each for each in listed if each["name"] == "fitting")["tasks"] == ["plain"]
    assert environment("-m", "studio", "plugins", "install", "fitting").stderr == "Nothing was new.\n"


def test_a_plugin_that_would_replace_what_the_studio_needs_is_refused_with_the_reason(
    environment: Run, wheels: Path
) -> None:
    plugin(wheels, "clashing", ["pillow<10"])
    wheel(wheels, "pillow", "9.5.0", {"PIL/__init__.py": ""})
    done = environment("-m", "studio", "plugins", "install", "clashing")
    assert done.returncode == 2
    assert "Nothing was installed" in done.stderr
    assert "clashing 1.0 depends on pillow<10" in done.stderr
    assert "Traceback" not in done.stderr
    assert environment("-c", "import clashing").returncode == 1
    assert environment("-c", "from PIL import Image").returncode == 0


def test_a_replaced_package_is_told_by_every_command_with_the_way_back(environment: Run, wheels: Path) -> None:
    plugin(wheels, "clashing", ["pillow<10"])
    wheel(wheels, "pillow", "9.5.0", {"PIL/__init__.py": "raise ImportError('_imaging is of another version')"})
    assert environment("-m", "pip", "install", "clashing").returncode == 0
    for arguments in (["plugins"], ["--safe-mode", "plugins"], ["doctor"], ["run", "text-to-image", "a cat"]):
        done = environment("-m", "studio", *arguments)
        assert done.returncode == 2, arguments
        assert "The studio needs pillow>=12.3, but version 9.5.0 is installed (clashing asks for that)" in done.stderr
        assert "pip uninstall clashing, then" in done.stderr
        assert "pip install 'pillow>=12.3'" in done.stderr
        assert "Traceback" not in done.stderr
    engine = environment("-m", "studio.engine", "--commands", "0", "--events", "1")
    assert engine.returncode == messages.CANNOT_START
    assert engine.stderr.startswith("The studio needs pillow")
    assert environment("-m", "pip", "uninstall", "-y", "clashing", "pillow").returncode == 0
    assert environment("-m", "studio", "plugins").returncode == 0


def test_doctor_finds_a_package_that_works_and_is_too_old(environment: Run, wheels: Path) -> None:
    wheel(wheels, "pillow", "9.5.0", {"of_pillow.txt": ""})
    assert environment("-m", "pip", "install", "pillow==9.5.0").returncode == 0
    told = environment("-c", "from studio.cli import check; print(check.packages())").stdout
    assert "state='broken'" in told
    assert "pip install 'pillow>=12.3'" in told


def test_a_requirement_of_a_plugin_that_is_not_met_is_told(environment: Run, wheels: Path) -> None:
    plugin(wheels, "wishing", ["pillow<10", "not-there-anywhere>=2"])
    assert environment("-m", "pip", "install", "--no-deps", "wishing").returncode == 0
    listed = json.loads(environment("-m", "studio", "plugins", "--json").stdout)
    found = next(each for each in listed if each["name"] == "wishing")
    assert found["tasks"] == ["plain"]
    assert "It asks for pillow<10, but version" in found["problem"]
    assert "It asks for not-there-anywhere>=2, which is not installed." in found["problem"]


def test_what_the_studio_itself_needs_fits_together() -> None:
    assert requirement.report() == []
    assert {"pillow", "torch", "msgspec"} <= requirement.closure().keys()


@pytest.mark.parametrize(
    ("version", "bounds", "met"),
    [
        ("9.5.0", ">=12.3", False), ("12.3", ">=12.3", True), ("12.3.0", "==12.3", True), ("2.14+cpu", ">=2.14", True),
        ("0.43.1", ">=0.42,<0.43", False), ("0.42.9", ">=0.42,<0.43", True), ("1.4.5", "~=1.4.2", True),
        ("1.5", "~=1.4.2", False), ("1.4.7", "==1.4.*", True), ("1.40", "==1.4.*", False), ("1.5", "!=1.5.*", False),
        ("odd", ">=3", True), ("3", "", True),
    ],
)  # fmt: skip
def test_bounds_are_read(version: str, bounds: str, met: bool) -> None:
    assert requirement._meets(version, bounds) == met
