"""A real cluster on this machine, with two engines on the bundled model: by --ray, since it takes a minute or more."""

import base64
import contextlib
import importlib.util
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image
from served import mask, picture
from test_serve_command import ServeProcess

from studio.library import Library

pytestmark = [
    pytest.mark.ray,
    pytest.mark.timeout(900),
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is an extra"),
]
PLUGIN = Path(__file__).parents[1] / "batch/scatter.py"
JOBS = 24


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    home = tmp_path_factory.mktemp("home")
    (home / "plugins").mkdir()
    shutil.copy(PLUGIN, home / "plugins")
    running = ServeProcess(home, "--ray", "auto", "--ray-replicas", "2", "--ray-cores", "1", "--ray-exposed")
    try:
        running.wait_for_engine()
        yield running
        children = psutil.Process(running.process.pid).children(recursive=True)
        code, told = running.end()
        assert (code, "has ended" in told) == (0, True), told
        _, left = psutil.wait_procs(children, 20)
        assert left == []
        assert not [*Path("/tmp").glob(f"studio-ray-{running.process.pid}-*")]
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


def _replicas(cluster: ServeProcess) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(cluster.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if each.cmdline()[:1] and each.cmdline()[0].startswith("ray::ServeReplica"):
                found.append(each)
    return found


def _opened(answer: Any) -> list[Image.Image]:
    assert answer.status_code == 200, answer.text
    return [Image.open(io.BytesIO(base64.b64decode(each["b64_json"]))) for each in answer.json()["data"]]


def test_two_replicas_draw_edit_and_vary(cluster: ServeProcess) -> None:
    home = cluster.home
    token = home / "server/ray-token"
    assert token.stat().st_mode & 0o077 == 0
    folders = [*Path("/tmp").glob(f"studio-ray-{cluster.process.pid}-*")]
    assert [each.stat().st_mode & 0o077 for each in folders] == [0]
    assert len(_replicas(cluster)) == 2
    asked = {"prompt": "a red cup", "size": "256x256", "n": 2, "seed": 7}
    drawn = _opened(cluster.http.post("/v1/images/generations", json=asked))
    assert [each.size for each in drawn] == [(256, 256)] * 2
    files = {"image": ("cup.png", picture(256)), "mask": ("mask.png", mask(256))}
    assert len(_opened(cluster.http.post("/v1/images/edits", data={"prompt": "a hat"}, files=files))) == 1
    varied = cluster.http.post("/v1/images/variations", data={"n": "2"}, files={"image": ("cup.png", picture(256))})
    assert len(_opened(varied)) == 2
    streamed = {"prompt": "a car", "steps": 20, "stream": True, "partial_images": 1}
    with cluster.http.stream("POST", "/v1/images/generations", json=streamed) as lines:
        kinds = [line.removeprefix("event: ") for line in lines.iter_lines() if line.startswith("event: ")]
    assert kinds[-1] == "image_generation.completed"
    assert "image_generation.partial_image" in kinds


def test_killed_replicas_lose_no_job(cluster: ServeProcess) -> None:
    ids = []
    for number in range(JOBS):
        params = {"seed": 1000 + 10 * number, "count": 2, "pause": 0.2}
        made = cluster.http.post("/v1/jobs", json={"task": "scatter", "params": params})
        ids.append(made.json()["id"])
    killed: list[int] = []
    while True:
        jobs = {job["id"]: job for job in cluster.http.get("/v1/jobs").json()["data"]}
        ended = [id for id in ids if jobs[id]["state"] not in ("waiting", "running")]
        if len(ended) >= JOBS // 3 and not killed:
            victim = random.Random(3).choice(_replicas(cluster))
            victim.kill()
            killed.append(victim.pid)
        if len(ended) == JOBS:
            break
        time.sleep(0.1)
    assert {jobs[id]["state"] for id in ids} == {"done"}
    with contextlib.closing(Library(cluster.home / "library")) as library:
        seeds = [each.recipe.seed for each in library.find("scatter", 1000)]
    assert sorted(seed for seed in seeds if seed) == sorted(
        1000 + 10 * number + index for number in range(JOBS) for index in range(2)
    )


def test_a_client_that_hangs_up_frees_its_replica(cluster: ServeProcess) -> None:
    long = {"task": "scatter", "params": {"pause": 40}, "stream": True}
    for _ in range(3):
        with cluster.http.stream("POST", "/v1/jobs", json=long) as lines:
            next(line for line in lines.iter_lines() if line == "event: preview")
    done = cluster.http.post("/v1/jobs", json={"task": "scatter", "params": {}, "stream": True})
    assert "done" in done.text


def test_a_batch_goes_on_where_its_driver_was_killed(tmp_path: Path, studio_home: Path) -> None:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(PLUGIN, studio_home / "plugins")
    file, place = tmp_path / "jobs.jsonl", tmp_path / "out"
    file.write_text("".join(json.dumps({"prompt": f"{number}", "pause": 0.3}) + "\n" for number in range(60)))
    command = [sys.executable, "-m", "studio", "batch", str(file), "--task", "scatter", "-o", str(place)]
    command += ["--ray", "auto", "--ray-replicas", "2", "--ray-cores", "1", "--ray-exposed"]
    first = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while first.poll() is None and len([*place.rglob("*.json")]) < 10:
        time.sleep(0.05)
    children = psutil.Process(first.pid).children(recursive=True)
    drawing = [each for each in children if not each.name().endswith("Agent")]
    assert any("studio.engine" in each.cmdline() for each in drawing)
    first.send_signal(signal.SIGKILL)
    first.wait()
    # What draws ends with the one who started it; two agents of Ray's notice that minutes later.
    _, left = psutil.wait_procs(drawing, 20)
    assert left == []
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in (place / "results.jsonl").read_text().splitlines()]
    assert [each["index"] for each in results] == [*range(60)]
    assert len([*place.rglob("*.png")]) == 60
    assert {str(path.relative_to(place)) for path in place.rglob("*.png")} == {
        each["images"][0]["path"] for each in results
    }
