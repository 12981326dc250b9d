"""The documents say what is true: commands exist, links lead somewhere, the printed plugin runs."""

import ast
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio import api
from studio.cli.main import main

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
GUIDE = (ROOT / "docs/plugins.md").read_text()
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


def blocks(text: str, language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [block for name, block in fenced if name == language]


PLUGIN = blocks(GUIDE, "python")[0]


def commands(path: Path) -> list[list[str]]:
    lines = [line for block in blocks(path.read_text(), "") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.fixture
def posterize(studio_home: Path) -> None:
    (studio_home / "plugins").mkdir(parents=True)
    (studio_home / "plugins/posterize.py").write_text(PLUGIN)


@pytest.mark.usefixtures("posterize")
@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_commands_exist(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in commands(path):
        if words[0].startswith("scripts/"):
            assert (ROOT / words[0]).exists(), words
        if words[0] in ("studio", "scripts/run") and len(words) > 1 and "TASK" not in words:
            assert main([*words[1:], "--help"]) == 0, (words, capsys.readouterr().err)


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_every_python_block_is_python() -> None:
    for block in blocks(GUIDE, "python"):
        ast.parse(block)


def test_every_hook_is_documented_with_its_signature() -> None:
    (hooks,) = (node for node in ast.parse(_source(api.Hooks)).body if isinstance(node, ast.ClassDef))
    functions = [node for node in hooks.body if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        arguments = ", ".join(argument.arg for argument in function.args.args if argument.arg != "self")
        assert function.returns is not None
        returns = ast.unparse(function.returns).replace("'", "")
        assert f"### `{function.name}({arguments}) -> {returns}`" in GUIDE


def test_everything_of_the_api_is_named_in_the_guide() -> None:
    unnamed = {name for name in api.__all__ if f"api.{name}" not in GUIDE and f"`{name}" not in GUIDE}
    assert unnamed <= {"Context", "Hooks", "Lease", "StudioError", "VERSION"}


def test_all_that_plugins_share_for_diffusion_is_named_in_the_guide() -> None:
    source = ast.parse((ROOT / "studio/diffusion/__init__.py").read_text())  # without importing torch
    names = next(node.value for node in source.body if isinstance(node, ast.Assign))
    assert {name for name in ast.literal_eval(names) if f"diffusion.{name}" not in GUIDE} == set()


def test_the_printed_plugin_is_strictly_typed(tmp_path: Path) -> None:
    (tmp_path / "posterize.py").write_text(PLUGIN)
    # As its author would, who has the studio installed and no configuration of ours.
    command = [sys.executable, "-m", "mypy", "--strict", "posterize.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("posterize")
def test_the_printed_plugin_runs(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), (200, 100, 50)).save(tmp_path / "photo.png")
    command = [sys.executable, "-m", "studio", "run", "posterize", "--image", "photo.png", "--bits", "1", "--json"]
    done = subprocess.run([*command, "-o", "out"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (picture,) = json.loads(done.stdout)["images"]
    assert Path(picture["path"]) == tmp_path / "out/posterize.png"
    with Image.open(picture["path"]) as image:
        assert image.getpixel((0, 0)) == (128, 0, 0)


def _source(thing: type) -> str:
    module = sys.modules[thing.__module__]
    assert module.__file__ is not None
    return Path(module.__file__).read_text()
