"""The shape of the house: imports point down, and what must be light stays light."""

import ast
import importlib.util
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py"))
CONTRACTS = {contract["name"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
PLUGIN_CONTRACT = "Plugins import studio.api and studio.diffusion, and nothing else of the studio"
HEAVY = {"torch", "diffusers", "transformers", "PySide6", "cv2"}
STRANGERS = [
    "studio.desktop.forms.token_counting", *["studio.engine.runner"] * 2, "studio.models.loaders.pickle_child",
    "studio.models.verification", "studio.plugin_host.plugin_loader", "studio.plugin_host.translators",
    *["studio.server.ray.client"] * 2,
]  # fmt: skip
"""Where any exception is taken: from tokenizers, which raise bare ones, from jobs and from what plans them, from the
libraries that a doubtful model or pickle is put before, from plugins, and from Ray."""
FRONTS = {"studio.__main__", "studio.cli", "studio.desktop", "studio.testing"}


def test_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_every_plugin_is_named_everywhere() -> None:
    tool = PROJECT["tool"]
    apart = {name: ROOT / "plugins" / name / "pyproject.toml" for name in PLUGINS}
    apart = {name: file for name, file in apart.items() if file.exists()}  # distributions of their own
    shipped = [name for name in PLUGINS if name not in apart]
    assert sorted(PROJECT["project"]["entry-points"]["studio.plugins"].values()) == shipped
    for name, file in apart.items():
        own = tomllib.loads(file.read_text())["project"]
        assert list(own["entry-points"]["studio.plugins"].values()) == [name]
        assert PROJECT["project"]["name"] in own["dependencies"]
    packages = [*(f"plugins/{name}" for name in shipped), "studio"]
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages
    assert sorted(tool["mypy"]["packages"]) == sorted(["studio", *PLUGINS])
    assert sorted(tool["importlinter"]["root_packages"]) == sorted(["studio", *PLUGINS])
    assert set(PLUGINS) <= set(CONTRACTS["Qt is imported in desktop only"]["source_modules"])
    for name, key in (
        (PLUGIN_CONTRACT, "source_modules"),
        ("The studio knows no plugin by name", "forbidden_modules"),
        ("Plugins are independent of each other", "modules"),
    ):
        assert sorted(CONTRACTS[name][key]) == PLUGINS, name


def test_no_module_escapes_the_contracts() -> None:
    modules = {f"studio.{path.stem}" for path in (ROOT / "studio").glob("[!_]*.py")}
    modules |= {f"studio.{path.parent.name}" for path in (ROOT / "studio").glob("*/__init__.py")}
    plugins_must_not = set(CONTRACTS[PLUGIN_CONTRACT]["forbidden_modules"])
    assert modules - {"studio.api", "studio.diffusion"} <= plugins_must_not
    light = set(CONTRACTS["Nothing but the engine and plugins knows the weight libraries"]["source_modules"])
    assert modules - light <= FRONTS | {"studio.engine", "studio.diffusion", "studio.models", "studio.plugin_host"}


def test_no_two_public_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for module in _modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module.name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_modules_import_each_other_not_even_for_their_types() -> None:
    assert [sorted(circle) for circle in _structure().circles(_modules())] == []


def test_any_exception_is_taken_only_where_strangers_code_is_called() -> None:
    places = [
        module.name
        for module in _modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and _structure().is_broad(node.type)
        and not isinstance(node.body[-1], ast.Raise)
    ]
    assert sorted(places) == STRANGERS


@cache
def _structure() -> Any:
    """The script that tells the figures of the structure."""
    spec = importlib.util.spec_from_file_location("structure", ROOT / "scripts" / "structure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _modules() -> list[Any]:
    found: list[Any] = _structure().modules(ROOT)
    return found


@pytest.mark.parametrize(
    "module",
    [
        "api", "client", "form", "images", "jobs", "library", "messages", "resource", "server.serve", "settings",
        "cli.main", "testing",
    ],
)
def test_importing_it_loads_no_weight_library_and_no_qt(module: str) -> None:
    assert not _loaded_by(f"import studio.{module}") & HEAVY


@pytest.mark.parametrize(
    "module", ["client", "desktop.app", "form", "images", "jobs", "library", "messages", "resource", "settings"]
)
def test_what_the_window_imports_needs_no_pydantic(module: str) -> None:
    assert not _loaded_by(f"import studio.{module}") & {"pydantic", "pluggy", "click"}


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "text-to-image", "--help"], ["plugins"]])
def test_the_command_line_answers_without_torch(arguments: list[str]) -> None:
    run = f"import sys; sys.argv = ['studio', *{arguments!r}]; from studio.__main__ import main"
    assert not _loaded_by(f"{run}\ntry: main()\nexcept SystemExit: pass") & HEAVY


def _loaded_by(code: str) -> set[str]:
    """The top-level modules in a new process after it has run the code."""
    tail = "\nimport sys; print('\\nLOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True, cwd="/")
    return {name.partition(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}
