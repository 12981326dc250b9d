"""Pictures, and files as they come from outside."""

import pytest
from PIL import Image


@pytest.fixture
def noise():
    return Image.merge("RGB", [Image.effect_noise((60, 40), 90 + 20 * band) for band in range(3)])


@pytest.fixture
def write(tmp_path):
    """Write bytes to a file and return its path."""

    def write(data, name="picture.png"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write
