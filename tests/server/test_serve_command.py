"""`studio serve` as users start it: a process with a real engine and the bundled model."""

import base64
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest
from PIL import Image

from studio.cli.main import main
from studio.client import server_info

SERVE = (sys.executable, "-m", "studio", "serve")


class ServeProcess:
    """One that runs; `http` sends its token, and waits for its engine."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [*SERVE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "STUDIO_HOME": str(home)},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.process.communicate(timeout=30)
        info = server_info.load(home)
        assert info is not None
        self.info = info
        transport = httpx.HTTPTransport(retries=0)
        headers = {"authorization": f"Bearer {info.token}"}
        self.http = httpx.Client(base_url=info.url, headers=headers, timeout=120, transport=transport)

    def wait_for_engine(self) -> None:
        while self.http.get("/v1/models").status_code == 503:
            assert self.process.poll() is None

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, told = self.process.communicate(timeout=60)
        self.http.close()
        return self.process.returncode, told


@pytest.fixture
def started(studio_home: Path) -> Iterator[ServeProcess]:
    running = ServeProcess(studio_home)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()
        running.http.close()


def test_it_draws_and_ends_cleanly(
    started: ServeProcess, studio_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = studio_home / "server"
    for name in ("server.json", "token", "env", "lock"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    assert started.url.startswith("http://127.0.0.1:")
    assert started.info.token not in " ".join(started.process.args)  # type: ignore[arg-type]
    assert started.http.get("/v1/models", headers={"authorization": ""}).status_code == 401
    assert main(["serve"]) == 2
    assert f"runs already at {started.url}" in capsys.readouterr().err

    started.wait_for_engine()
    asked = {"prompt": "a red mushroom on a blue background", "steps": 2, "seed": 3}
    done = started.http.post("/v1/images/generations", json=asked)
    assert done.status_code == 200, done.text
    drawn = Image.open(io.BytesIO(base64.b64decode(done.json()["data"][0]["b64_json"])))
    assert done.json()["size"] == f"{drawn.width}x{drawn.height}"
    refused = started.http.post("/v1/images/generations", json={**asked, "size": "333x333"})
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "size"

    # The command line uses this engine: its job is one of the server's, and no other engine is started.
    paper = studio_home / "paper.png"
    drawn.save(paper)
    run = [sys.executable, "-m", "studio", "run", "upscale", "--image", str(paper), "--scale", "2", "--json"]
    upscaled = subprocess.run(run, capture_output=True, text=True, cwd=studio_home)
    assert upscaled.returncode == 0, upscaled.stderr
    (picture,) = json.loads(upscaled.stdout)["images"]
    assert picture["width"] == 2 * drawn.width
    jobs = started.http.get("/v1/jobs").json()["data"]
    assert [job["task"] for job in jobs] == ["text-to-image", "text-to-image", "upscale"]
    assert jobs[-1]["params"]["image"] == "paper.png"  # whoever has the API's token learns no folder
    assert len(psutil.Process(started.process.pid).children()) == 1

    code, told = started.end()
    assert (code, "has ended" in told) == (0, True), told
    assert not (folder / "server.json").exists()
    assert server_info.load(studio_home) is None
    assert (folder / "token").read_text().strip() == started.info.token
    logs = [*(studio_home / "logs").glob("server*.log")]
    assert logs == [] or started.info.token not in logs[0].read_text()


def test_other_machines_are_not_let_in_by_mistake(studio_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.com"):
        assert main(["serve", "--host", host]) == 2
        told = capsys.readouterr().err
        assert "TLS" in told
        assert "--insecure" in told
    assert main(["serve", "--host", "203.0.113.7", "--insecure"]) == 2
    assert "cannot listen" in capsys.readouterr().err


def test_a_token_file_must_be_private_and_long(
    studio_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    for content, mode, words in [
        (None, 0o600, "no token file"), ("a" * 20, 0o644, "Others may read"), ("short", 0o600, "16 or more"),
        ("with spaces in the midst", 0o600, "without spaces"), ("é" * 20, 0o600, "without spaces"),
    ]:  # fmt: skip
        if content is not None:
            file.write_text(content)
            file.chmod(mode)
        assert main(["serve", "--token-file", str(file)]) == 2
        assert words in capsys.readouterr().err
    assert not (studio_home / "server/token").exists()


def test_a_runtime_file_of_a_dead_server_counts_for_nothing(studio_home: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (studio_home / "server").mkdir(parents=True)
    info = {"url": "http://127.0.0.1:1", "token": "x", "front_token": "y", "pid": gone.pid, "version": "1"}
    (studio_home / "server/server.json").write_text(json.dumps(info))
    assert server_info.load(studio_home) is None
    (studio_home / "server/server.json").write_text("{")
    assert server_info.load(studio_home) is None
