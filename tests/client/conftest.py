"""A real engine process with the workshop plugin, and a recorder of all that it tells."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tried
from queued import QueuedClient
from recorder import Recorder

WORKSHOP = Path(__file__).parents[1] / "data/workshop.py"


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(WORKSHOP, studio_home / "plugins")
    return tried.keep(studio_home)


@pytest.fixture
def seen() -> Recorder:
    return Recorder()


@pytest.fixture
def make_client(home: Path, seen: Recorder) -> Iterator[Callable[..., QueuedClient]]:
    clients: list[QueuedClient] = []

    def make(**options: Any) -> QueuedClient:
        clients.append(QueuedClient(seen, log=home / "logs/engine.log", **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., QueuedClient]) -> QueuedClient:
    return make_client()
