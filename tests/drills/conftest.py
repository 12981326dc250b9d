"""Drills: long tests that look for the next fault. What they found is written down where STUDIO_DRILLS_REPORT says.

By themselves they try a part of what they could, for a few minutes; with STUDIO_DRILLS=full everything, and with
STUDIO_DRILLS=night ten times as many kills.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FULL = os.environ.get("STUDIO_DRILLS") in ("full", "night")
Report = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether everything is tried."""
    return FULL


@pytest.fixture(scope="session")
def report() -> Report:
    """Write a line of the report: which drill, of what, and numbers."""
    target = os.environ.get("STUDIO_DRILLS_REPORT")

    def write(drill: str, what: str, **numbers: Any) -> None:
        if target:
            with Path(target).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"drill": drill, "what": what, "full": FULL, **numbers}) + "\n")

    return write


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fault shim, compiled."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or os.uname().sysname != "Linux":
        pytest.skip("needs Linux and a C compiler")
    built = tmp_path_factory.mktemp("shim") / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return built
