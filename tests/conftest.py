"""For all tests: nobody's own settings or library, and no screen."""

import gc
import os
import sys
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Threads that spin while they wait for each other make tiny models ten times slower on a machine that is busy.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# The tests start hundreds of processes; where no bytecode is kept, each would compile half of the studio for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(autouse=True)
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A STUDIO_HOME of this test's own, for it and for the processes that it starts."""
    home = tmp_path / "studio-home"
    monkeypatch.setenv("STUDIO_HOME", str(home))
    return home


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=10, help="how often downloads are killed in the test of that")
    parser.addoption("--explore", action="store_true", help="property tests draw other examples each time")
    parser.addoption("--ray", action="store_true", help="also run the tests that start a Ray cluster, for minutes")
    parser.addoption("--network", action="store_true", help="also run the tests that fetch from package registries")


def pytest_configure(config: pytest.Config) -> None:
    """The same examples each time, so that a change is judged by what it changed; new ones are looked for by flag."""
    exploring = bool(config.getoption("--explore"))
    hypothesis.settings.register_profile("suite", derandomize=not exploring, database=None, deadline=None)
    hypothesis.settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What was imported for the tests stays: a collection of garbage that looks at it takes half a second."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for flag in ("network", "ray"):
        for item in [] if config.getoption(f"--{flag}") else items:
            if item.get_closest_marker(flag):
                item.add_marker(pytest.mark.skip(reason=f"needs --{flag}"))
