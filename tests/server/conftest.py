"""A real server on a loopback port, over an engine that the test plays."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served import Served, serving


@pytest.fixture
def home(studio_home: Path) -> Path:
    studio_home.mkdir(parents=True, exist_ok=True)
    return studio_home


@pytest.fixture
def serve(home: Path) -> Iterator[Callable[..., Served]]:
    """Starts one; it ends with the test."""
    running: list[Served] = []

    def start(*arguments: object, **options: object) -> Served:
        running.append(serving(home, *arguments, **options))
        return running[-1]

    yield start
    for each in running:
        each.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all tests of a module that leave it as it is."""
    served = serving(tmp_path_factory.mktemp("home"))
    yield served
    served.close()


@pytest.fixture
def served(shared: Served) -> Served:
    """Paints what it is asked for, at once; nothing was asked for yet."""
    shared.engine.sent.clear()
    return shared
