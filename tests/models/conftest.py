"""What the tests of models share."""

from pathlib import Path

import pytest
from tiny import tiny_models
from zoo import zoo

__all__ = ["home", "tiny_models", "zoo"]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For services that need no home of their own: looking for devices starts a process that imports torch."""
    return tmp_path_factory.mktemp("home")
