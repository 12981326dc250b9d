"""OpenAI's client, in three generations, against a real server: each in an environment of its own."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from served import TOKEN, Painter, Served, mask, picture, serving

from studio.messages import Event, Failed, Started, Submit

README = Path(__file__).parents[2] / "README.md"
SCRIPT = Path(__file__).with_name("conformance.py")
CHECKS = ["generate", "url", "edit", "variation", "models", "stream", "raw", "errors", "retries", "concurrent"]
SLOW_S = 2.5


class Actor:
    """Paints, but for prompts that say what else to do."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self.prompts: list[str] = []
        self.served: Served | None = None

    def __call__(self, order: Submit) -> Iterable[Event]:
        words = order.params.get("prompt", "")
        self.prompts.append(words)
        first, _, rest = words.partition(" ")
        if first == "fail":
            field = "prompt" if rest == "empty_prompt" else None
            return [Started(order.job, {}), Failed(order.job, f"It failed, as was asked: {rest}.", rest, field, True)]
        if first in ("slow", "slower"):
            assert self.served
            painted = [*self._painter(order)]
            events = [event for event in painted if not isinstance(event, Started)]
            threading.Timer(SLOW_S, self.served.emit, events).start()
            return painted[:1]
        if first == "count":
            return [_counted(event, self.prompts.count(rest)) for event in self._painter(order)]
        seed = order.params.get("seed")
        return [_counted(event, seed) if seed else event for event in self._painter(order)]


def _counted(event: Event, seed: int) -> Event:
    return replace(event, seed=seed) if type(event).__name__ == "Saved" else event


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("version", ["openai>=3,<4", "openai>=2,<3", "openai>=1.109,<2"])
def test_the_official_client_is_content(version: str, tmp_path: Path, home: Path) -> None:
    python = _environment(tmp_path / "venv", version)
    for name, data in (("picture.png", picture()), ("猫.png", picture()), ("mask.png", mask())):
        (tmp_path / name).write_bytes(data)
    actor = Actor(None)  # type: ignore[arg-type]  # it has one as soon as there is a library
    served = serving(home, actor)
    actor.served, actor._painter = served, Painter(served.backend.library)
    try:
        command = [python, str(SCRIPT), f"{served.url}/v1", TOKEN, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        variables = {"OPENAI_BASE_URL": f"{served.url}/v1", "OPENAI_API_KEY": TOKEN}
        read_me = subprocess.run(
            [python, "-c", example()], cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=60
        )
        with Image.open(tmp_path / "cup.png") as cup:
            size = cup.size
    finally:
        served.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (read_me.returncode, read_me.stderr) == (0, ""), read_me.stderr
    assert size == (256, 256)
    assert done.stdout.split() == CHECKS


def example() -> str:
    """The lines of the README; the picture that they draw is larger than the mask of this test."""
    (block,) = re.findall(r"^```python\n(import base64.*?)^```$", README.read_text(), flags=re.MULTILINE | re.DOTALL)
    return f"import warnings\nwarnings.simplefilter('ignore')\n{block}"


def _environment(folder: Path, version: str) -> str:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    installed: Any = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", version], capture_output=True, text=True, timeout=280
    )
    assert installed.returncode == 0, installed.stderr
    return python


@pytest.mark.network
@pytest.mark.slow
def test_what_the_document_says_is_what_is_answered(tmp_path: Path, home: Path) -> None:
    """Schemathesis sends what the document allows, and what it does not, and holds the answers to it."""
    python = _environment(tmp_path / "venv", "schemathesis>=4,<5")
    served = serving(home)
    try:
        checks = "not_a_server_error,content_type_conformance,response_schema_conformance"
        command = [
            str(Path(python).with_name("st")), "run", f"{served.url}/v1/openapi.json", "--checks", checks,
            "-H", f"Authorization: Bearer {TOKEN}", "--max-examples", "8", "--phases", "coverage,fuzzing", "--no-color",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    finally:
        served.close()
    assert done.returncode == 0, done.stdout
