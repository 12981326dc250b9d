"""A plugin that was written for studio.api.diffusion is told the new place when it is loaded."""

from pathlib import Path

import pytest

from studio import settings
from studio.plugin_host import registry

TASK = """
from studio import api

class Old(api.Task):
    id = "old"
    title = "Old"
    class Params(api.Params): ...
    def run(self, params, ctx):
        {inside}
        yield

@api.hookimpl
def register_tasks():
    return [Old]
"""


def problem(home: Path) -> str:
    found = registry.load(settings.load())
    [info] = [
        info for info in found.plugins
        if not info.name.startswith(("text", "var", "inp", "ups", "sta", "model-", "pict", "tran"))
    ]
    assert bool(info.problem) == ("old" not in found.tasks)
    return info.problem


@pytest.mark.parametrize(
    "line",
    [
        "from studio.api.diffusion import StepProgress",
        "from studio.api import diffusion",
        "import studio.api.diffusion",
        "api.diffusion.seeds(1, 2)",
    ],
)
def test_inside_run_where_it_would_fail_only_later(studio_home: Path, line: str) -> None:
    folder = studio_home / "plugins"
    folder.mkdir(parents=True)
    (folder / "old.py").write_text(TASK.format(inside=line))
    assert problem(studio_home) == (
        "The plugin 'old' imports studio.api.diffusion, which is studio.diffusion now; write "
        "`from studio import diffusion`. Its code has run all the same; what it did holds until the restart."
    )


@pytest.mark.parametrize("line", ["from studio.api.diffusion import seeds", "from studio.api import diffusion"])
def test_at_the_top_where_its_import_fails(studio_home: Path, line: str) -> None:
    folder = studio_home / "plugins"
    folder.mkdir(parents=True)
    (folder / "old.py").write_text(f"{line}\n{TASK.format(inside='pass')}")
    assert "write `from studio import diffusion`" in problem(studio_home)


def test_in_another_module_of_a_package(studio_home: Path) -> None:
    folder = studio_home / "plugins" / "pack"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(TASK.format(inside="from . import job"))
    (folder / "job.py").write_text("from studio.api.diffusion import run\n")
    (folder / "draft.py").write_text("this is no Python; diffusion\n")
    assert "The plugin 'pack' imports studio.api.diffusion" in problem(studio_home)


def test_the_new_place_is_welcome(studio_home: Path) -> None:
    folder = studio_home / "plugins"
    folder.mkdir(parents=True)
    (folder / "old.py").write_text(TASK.format(inside="from studio import diffusion"))
    assert problem(studio_home) == ""
