"""A library, pictures for it, and places where saving fails as it does in life."""

import subprocess
import sys
import textwrap

import pytest
from PIL import Image

from studio.library import Library


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@pytest.fixture
def noise():
    return Image.effect_noise((120, 80), 90).convert("RGB")


@pytest.fixture
def in_namespace(tmp_path):
    """Run Python in a mount namespace of its own, after a shell command that may mount; skip where that is forbidden.

    For root, who may write everywhere, only a mount is read-only or full.
    """

    def run(mount: str, script: str) -> str:
        if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "t", tmp_path], capture_output=True).returncode:
            pytest.skip("this system does not allow mount namespaces (unshare -rm)")
        command = [
            "unshare",
            "-rm",
            "sh",
            "-ec",
            f'{mount}\nexec "$0" -c "$1"',
            sys.executable,
            textwrap.dedent(script),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
