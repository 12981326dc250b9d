"""What the HTTP front costs and what it stands: python benchmarks/server.py [JOBS]

A real `studio serve` with a real engine, whose only work is a picture of noise, so that what is measured is the way
there and back: a picture by HTTP, and by a front of another machine, which fetches it into its own library, against the
same through a client's pipe, as a ratio; jobs that are queued by the
hundred and cancelled by the hundred; and how long /v1/models takes while 64 clients ask, and while 200 others wait.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx2 as httpx
import psutil

from studio.client import EngineClient, server_info
from studio.client.remote import RemoteClient, RemoteEngine
from studio.messages import Finished, Ready, Submit

PLUGIN = """
from PIL import Image
from studio import api

class Flat(api.Task):
    id = "flat"
    title = "Noise"
    class Params(api.Params):
        prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
        size: api.Size = "256x256"
        count: int = api.Field(1, ge=1, le=4, role=api.Role.COUNT)
        seed: api.Seed = -1
    def run(self, params, ctx):
        width, height = api.parse_size(params.size, (256, 256))
        ctx.progress(0, 1)
        for _ in range(params.count):
            yield Image.effect_noise((width, height), 50).convert("RGB")

@api.hookimpl
def register_tasks():
    return [Flat]
"""
ROUNDS = 15


class BenchServer:
    """`studio serve` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "plugins").mkdir(parents=True)
        (home / "plugins/flat.py").write_text(PLUGIN)
        (home / "settings.json").write_text(json.dumps({"disabled_plugins": ["text-to-image"]}))
        os.environ["STUDIO_HOME"] = str(home)
        self.process = subprocess.Popen([sys.executable, "-m", "studio", "serve"], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()
        info = server_info.load(home)
        assert info is not None
        self.token = info.token
        self.headers = {"authorization": f"Bearer {info.token}"}
        self.http = httpx.Client(base_url=info.url, headers=self.headers, timeout=120)
        self.port = int(info.url.rpartition(":")[2])
        while self.http.get("/v1/models").status_code == 503:
            time.sleep(0.2)

    @property
    def resident_mb(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def pending(self) -> Counter[str]:
        return Counter(job["state"] for job in self.http.get("/v1/jobs").json()["data"])

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def milliseconds(call: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def way(server: BenchServer) -> None:
    """In turns, so that both have the same machine."""
    heard: SimpleQueue[Any] = SimpleQueue()
    client = EngineClient(heard.put)
    client.start()
    wait_for(heard, Ready)

    def by_pipe(size: str, number: int) -> None:
        client.submit(Submit(f"{size}-{number}", "flat", {"prompt": "x", "size": size}))
        wait_for(heard, Finished)

    def by_http(size: str) -> None:
        done = server.http.post("/v1/images/generations", json={"prompt": "x", "size": size})
        assert done.status_code == 200, done.text

    far: SimpleQueue[Any] = SimpleQueue()
    engine = RemoteEngine(str(server.http.base_url).rstrip("/"), lambda: server.token)
    remote = RemoteClient(far.put, engine, home=server.home / "far", library_dir=server.home / "far/library")
    remote.start()
    wait_for(far, Ready)

    def by_remote(size: str, number: int) -> None:
        remote.submit(Submit(f"r{size}-{number}", "flat", {"prompt": "x", "size": size}))
        wait_for(far, Finished)

    for size in ("256x256", "1024x1024"):
        pipe, http, afar = [], [], []
        for number in range(ROUNDS):
            afar += milliseconds(lambda number=number: by_remote(size, number), 1)  # type: ignore[misc]  # noqa: B023
            pipe += milliseconds(lambda number=number: by_pipe(size, number), 1)  # type: ignore[misc]  # noqa: B023
            http += milliseconds(lambda: by_http(size), 1)  # noqa: B023
        ours, theirs = statistics.median(http), statistics.median(pipe)
        print(f"{size}: {ours:.1f} ms by HTTP, {theirs:.1f} by the pipe: {ours - theirs:+.1f} ms, x{ours / theirs:.2f}")
        there = statistics.median(afar)
        print(f"    {there:.1f} ms from another machine's front: {there - theirs:+.1f} ms, x{there / theirs:.2f}")
    remote.close()
    client.close()


def wait_for(heard: "SimpleQueue[Any]", kind: type) -> None:
    while not isinstance(heard.get(timeout=120), kind):
        pass


def queued(server: BenchServer, count: int) -> None:
    before = server.resident_mb
    body = {"task": "flat", "params": {"prompt": "x", "size": "16x16"}}
    began = time.perf_counter()
    answers = Counter(server.http.post("/v1/jobs", json=body).status_code for _ in range(count))
    accepted = time.perf_counter() - began
    while any(state in server.pending() for state in ("waiting", "running")):
        time.sleep(0.2)
    took = time.perf_counter() - began
    print(f"{count} jobs: {1000 * accepted / count:.1f} ms each to be taken, {took:.1f} s until all were done;")
    print(f"    answers {dict(answers)}; memory {before:.0f} -> {server.resident_mb:.0f} MB")


def cancelled(server: BenchServer, count: int) -> None:
    body = {"task": "flat", "params": {"prompt": "x", "size": "1024x1024"}}
    ids = [server.http.post("/v1/jobs", json=body).json()["id"] for _ in range(count)]
    for id in [*ids[::2], *ids]:
        assert server.http.post(f"/v1/jobs/{id}/cancel").status_code in (202, 404)
    while any(state in server.pending() for state in ("waiting", "running")):
        time.sleep(0.2)
    states = {job["id"]: job["state"] for job in server.http.get("/v1/jobs").json()["data"]}
    ended = Counter(states.get(id, "forgotten") for id in ids)
    print(f"{count} jobs cancelled one and a half times: {dict(ended)}")
    assert server.http.post("/v1/images/generations", json={"prompt": "x"}).status_code == 200


def asked(server: BenchServer, clients: int, seconds: float = 5.0) -> None:
    """p50 and p99 of /v1/models while so many ask, each on a connection of its own."""
    taken: list[float] = []
    failed: list[object] = []
    all_there = threading.Barrier(clients + 1)
    end = 0.0

    def ask() -> None:
        with httpx.Client(base_url=server.http.base_url, headers=server.headers, timeout=30) as http:
            http.get("/health")  # what a new client costs itself is not ours
            all_there.wait()
            while time.perf_counter() < end:
                began = time.perf_counter()
                answer = http.get("/v1/models")
                taken.append(1000 * (time.perf_counter() - began))
                failed.extend([answer.status_code] if answer.status_code != 200 else [])

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    end = time.perf_counter() + seconds + 60  # set anew when all are there
    all_there.wait()
    end = time.perf_counter() + seconds
    for thread in threads:
        thread.join()
    ordered = sorted(taken)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(0.99 * len(ordered))]
    print(
        f"/v1/models, {clients} clients: {len(taken)} answers, p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(failed)} failed"
    )


def slow_loris(server: BenchServer, count: int = 200) -> None:
    waiting = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(b"GET / HTTP/1.1\r\nX-")
        waiting.append(connection)
    print(f"with {count} connections that only begin a request: ", end="")
    asked(server, 4, 3.0)
    began = time.perf_counter()
    for connection in waiting:
        connection.settimeout(30)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        connection.close()
    print(f"    all were ended {time.perf_counter() - began:.1f} s later")


def main(jobs: int = 1000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = BenchServer(Path(folder) / "home")
        try:
            way(server)
            asked(server, 1, 3.0)
            asked(server, 64)
            slow_loris(server)
            queued(server, jobs)
            cancelled(server, jobs // 2)
            print(f"memory at the end {server.resident_mb:.0f} MB")
        finally:
            server.close()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
