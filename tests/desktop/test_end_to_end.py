"""The window on a real screen with the real engine: an X server is started, and journeys go through it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import control_zoo
import lora_zoo
import pytest
from tiny import stable_diffusion

JOURNEYS = [Path(__file__).with_name(name) for name in ("journey.py", "journey_guided.py")]


@pytest.fixture
def display() -> Iterator[str]:
    """The name of an X server of this test's own."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.fail("Xvfb is missing; scripts/test installs it, or: apt-get install xvfb")
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(writer), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writer)
    with process, os.fdopen(reader) as pipe:
        try:
            number = pipe.readline().strip()  # written once it listens
            assert number, process.stderr and process.stderr.read()
            yield f":{number}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion with random weights, a LoRA trained by peft, another as kohya names it, a ControlNet."""
    folder = tmp_path_factory.mktemp("models")
    model = stable_diffusion()
    model.save_pretrained(folder / "tiny-sd15")
    control_zoo.plain(model, seed=1).save_pretrained(folder / "tiny-canny")
    state, _ = lora_zoo.learn(model)
    lora_zoo.save_learned(folder / "ink wash.safetensors", model, state)
    lora_zoo.as_kohya(lora_zoo.save(folder.parent / "film", model, seed=2), folder / "film.safetensors")
    return folder


@pytest.mark.slow
@pytest.mark.timeout(620)
def test_a_person_gets_along_with_nothing_but_the_window(display: str, models: Path, tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    env |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
    env["STUDIO_JOURNEY_MODELS"] = str(models)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, JOURNEYS), "-q", "-p", "no:cacheprovider",
         f"--basetemp={tmp_path / 'j'}"],
        env=env, capture_output=True, text=True, timeout=600, cwd=JOURNEYS[0].parents[2],
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "7 passed" in run.stdout
