"""A home with the painting plugin in it, and a `studio` that is called as users call it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import tried
from console import STUDIO, Studio
from tiny import tiny_models as tiny_models


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("paint.py"), studio_home / "plugins")
    return tried.keep(studio_home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the user is."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


@pytest.fixture
def studio(home: Path, folder: Path) -> Studio:
    def studio(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
        call: dict[str, object] = {"cwd": folder, "capture_output": True, "text": True, "env": os.environ, **options}
        return subprocess.run([*STUDIO, *arguments], **call)  # type: ignore[call-overload, no-any-return]

    return studio
