"""A real engine process with the workshop plugin, and a recorder of all that it tells."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder

from studio.client import EngineClient

WORKSHOP = Path(__file__).parents[1] / "data/workshop.py"


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(WORKSHOP, studio_home / "plugins")
    return studio_home


@pytest.fixture
def seen() -> Recorder:
    return Recorder()


@pytest.fixture
def make_client(home: Path, seen: Recorder) -> Iterator[Callable[..., EngineClient]]:
    clients: list[EngineClient] = []

    def make(**options: Any) -> EngineClient:
        clients.append(EngineClient(seen, **options))
        clients[-1].start()
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., EngineClient]) -> EngineClient:
    return make_client()
