"""Fetching from a hub that behaves, and from one that does not."""

import hashlib
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import hub_server as faults
import pytest
from hub_server import FakeHub

from studio.downloads import DownloadProgress, Hub, Stop, Web, _web, clean_up, fetch, plan
from studio.downloads import _fetch as fetching
from studio.errors import Cancelled, UserError

ID = "maker/tiny"
WEIGHTS = "unet/diffusion_pytorch_model.fp16.safetensors"

CHILD = """
import sys
from pathlib import Path
from studio.downloads import Hub, DownloadProgress, Web, fetch, plan
with Web(Hub(endpoint=sys.argv[1], cache=Path(sys.argv[2]))) as web:
    found = plan(web, sys.argv[3])
    print("begun", flush=True)
    fetch(web, found, DownloadProgress(found.size_bytes))
"""


def get(web: Web, id: str = ID) -> Path:
    found = plan(web, id)
    return fetch(web, found, DownloadProgress(found.size_bytes))


def refusal(web: Web, id: str = ID) -> UserError:
    with pytest.raises(UserError) as raised:
        get(web, id)
    return raised.value


def parts(hub: Hub) -> list[Path]:
    return sorted(hub.cache.rglob("*.part"))


def test_what_is_fetched_lies_where_the_hub_client_finds_it(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    folder = get(web)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        "model_index.json", "README.md", "unet/config.json", WEIGHTS, "scheduler/scheduler_config.json"
    }  # fmt: skip
    assert (folder / WEIGHTS).read_bytes() == hub_server.repos[ID][WEIGHTS]
    asked = len(hub_server.requests)
    script = (
        "import sys, huggingface_hub as h; print(h.hf_hub_download(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3], "
        "endpoint=sys.argv[4], token=False)); "
        "print(h.snapshot_download(sys.argv[1], cache_dir=sys.argv[3], local_files_only=True))"
    )
    printed = _python(script, ID, WEIGHTS, str(hub.cache), hub_server.url)
    assert printed.split() == [str(folder / WEIGHTS), str(folder)]
    assert [each for each in hub_server.requests[asked:] if each.method == "GET" and "/resolve/" in each.path] == []


def test_what_the_hub_client_has_fetched_is_not_fetched_again(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    script = (
        "import sys, huggingface_hub as h; "
        "h.hf_hub_download(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3], endpoint=sys.argv[4], token=False)"
    )
    _python(script, ID, WEIGHTS, str(hub.cache), hub_server.url)
    hub_server.requests.clear()
    get(web)
    assert hub_server.gets(WEIGHTS) == []


def _python(script: str, *arguments: str) -> str:
    environ = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


def test_a_damaged_file_of_another_program_is_fetched_anew(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    folder = get(web)
    blob = (folder / WEIGHTS).resolve()
    blob.write_bytes(blob.read_bytes()[:-1] + b"!")
    assert get(web).joinpath(WEIGHTS).read_bytes() == hub_server.repos[ID][WEIGHTS]


@pytest.mark.parametrize(
    "misbehaviour",
    [
        [faults.closes_after(1_000_000), faults.closes_after(500_000)],
        [faults.closes_after(1_000_000), faults.ignores_range],
        [faults.wrong_bytes],
        [faults.says(429, Retry_After="0"), faults.says(503), faults.says(500)],
        [faults.closes_after(1_000_000), faults.says(416)],
        [faults.shorter],
    ],
    ids=["closes", "ignores range", "wrong bytes once", "busy", "416", "short"],
)
def test_it_gets_there_all_the_same(web: Web, hub: Hub, hub_server: FakeHub, misbehaviour: list[faults.Fault]) -> None:
    hub_server.faults[WEIGHTS] = list(misbehaviour)
    assert get(web).joinpath(WEIGHTS).read_bytes() == hub_server.repos[ID][WEIGHTS]
    assert hub_server.faults[WEIGHTS] == []
    assert parts(hub) == []


@pytest.mark.parametrize(
    ("misbehaviour", "code", "words"),
    [
        ([faults.wrong_bytes] * 2, "wrong_hash", "other contents"),
        ([faults.longer], "wrong_hash", "longer than was announced"),
        ([faults.html], "web_page", "web page"),
        ([faults.says(403)], "gated", "accepted its terms"),
        ([faults.says(404, "EntryNotFound")], "missing_model", "or it is private"),
        ([faults.says(404, "RevisionNotFound")], "moved", "moved it"),
        ([faults.says(503)] * 5, "busy", "Try again later"),
        ([faults.says(429, Retry_After="3600")], "busy", "come back in 3600 s"),
        ([faults.redirects("http://169.254.169.254/latest")], "redirect", "no public, protected address"),
        ([faults.redirects("http://localhost:1/x")], "redirect", "no public, protected address"),
        ([faults.redirects("file:///etc/passwd")], "redirect", "no public, protected address"),
        ([faults.closes_after(0)] * 6, "offline", "goes on from there"),
    ],
    ids=["hash", "long", "html", "403", "404", "moved", "503", "429", "metadata", "local", "file", "dead"],
)  # fmt: skip
def test_one_sentence_each(
    web: Web, hub: Hub, hub_server: FakeHub, misbehaviour: list[faults.Fault], code: str, words: str
) -> None:
    hub_server.faults[WEIGHTS] = list(misbehaviour)
    error = refusal(web)
    assert (error.code, words in error.message) == (code, True), error.message
    assert not (hub.cache / "models--maker--tiny" / "snapshots").exists()


def test_which_names_stand_for_machines_in_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(proxy, raising=False)
    answers = {
        "lan.example": "10.0.0.7",
        "cdn.example": "8.8.8.8",
        "tunnel.example": "198.18.3.4",
        "six.example": "fd00::1",
    }
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port: [(0, 0, 0, "", (answers[host], 0))])
    found = [name for name in (*answers, "192.168.1.1", "198.18.0.9", "::1", "1.1.1.1") if _web._is_private(name)]
    assert found == ["lan.example", "six.example", "192.168.1.1", "198.18.0.9", "::1"]
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert not _web._is_private("lan.example")


def test_a_long_listing_comes_in_pages(web: Web, hub_server: FakeHub) -> None:
    whole = plan(web, ID)
    hub_server.page_rows = 3
    assert plan(web, ID) == whole
    assert sum("/tree/" in request.path for request in hub_server.requests) == 5


def test_a_disk_that_fills_up_meanwhile_is_told_and_what_was_fetched_is_kept(hub: Hub, hub_server: FakeHub) -> None:
    """The limit of a file's size stands for the end of the disk, which is an error of the same kind."""
    script = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n" + CHILD
    command = [sys.executable, "-c", script, hub_server.url, str(hub.cache), ID]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert "cannot be written (File too large); what was fetched is kept" in told.splitlines()[-1]
    assert max(part.stat().st_size for part in parts(hub)) == 1_000_000
    with Web(hub) as web:
        get(web)
    assert hub_server.gets(WEIGHTS)[-1].start == 1_000_000


def test_redirects_on_the_same_host_are_followed(web: Web, hub_server: FakeHub) -> None:
    commit = hub_server.commit(ID)
    hub_server.faults[WEIGHTS] = [faults.redirects(f"/{ID}/resolve/{commit}/{WEIGHTS}")]
    assert get(web).joinpath(WEIGHTS).exists()


def test_gated_missing_and_moved(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.gated.add(ID)
    assert plan_is_gated(web)
    assert refusal(web).code == "gated"
    assert refusal(web, "maker/none").code == "missing_model"
    with pytest.raises(UserError) as raised:
        plan(web, ID, "f" * 40)
    assert raised.value.code == "moved"
    host = hub_server.url.removeprefix("http://")
    with Web(replace(hub, token="right-token", token_host=host)) as with_token:
        assert get(with_token).joinpath(WEIGHTS).exists()


def plan_is_gated(web: Web) -> bool:
    hub = web.hub
    index_needs_no_token = plan(web, ID, wanted=[WEIGHTS])
    return hub is web.hub and index_needs_no_token.gated and index_needs_no_token.license == "mit"


def test_the_token_goes_to_its_own_host_only(hub: Hub, hub_server: FakeHub) -> None:
    with Web(replace(hub, token="secret")) as web:
        get(web)
    assert {each.token for each in hub_server.requests} == {""}
    assert "secret" not in repr(replace(hub, token="secret"))


def test_offline_and_unreachable(hub: Hub) -> None:
    with Web(replace(hub, offline=True)) as web:
        assert refusal(web).code == "offline"
    with Web(replace(hub, endpoint="http://127.0.0.1:9"), patience=0.001) as web:
        assert refusal(web).code == "offline"


def test_a_full_disk_is_told_before(web: Web, hub_server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MARGIN_BYTES", 10**18)
    error = refusal(web)
    assert error.code == "storage"
    assert "nothing was downloaded" in error.message
    assert hub_server.gets(WEIGHTS) == []


@pytest.mark.parametrize("name", ["../out.safetensors", "C:\\x.json", "unet/../../x.json", "con.json", "a/\\\\host\\s"])
def test_unsafe_names_are_refused_before_anything_is_fetched(
    web: Web, hub: Hub, hub_server: FakeHub, name: str
) -> None:
    hub_server.repos[ID][name] = b"x"
    assert refusal(web).code == "unsafe_name"
    assert not hub.cache.exists()


def test_a_moved_revision_becomes_a_second_snapshot(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    first = get(web)
    hub_server.versions[ID] = 1
    second = get(web)
    assert first != second
    assert first.joinpath(WEIGHTS).exists()
    assert (hub.cache / "models--maker--tiny" / "refs" / "main").read_text() == second.name
    assert len(hub_server.gets(WEIGHTS)) == 1


def test_cancel_comes_within_a_second_and_the_rest_is_kept(hub: Hub, hub_server: FakeHub) -> None:
    stalled = threading.Event()

    def stall(handler: faults.HubHandler, data: bytes, start: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:1_000_000])
        stalled.wait(20)
        handler.close_connection = True

    hub_server.faults[WEIGHTS] = [stall]
    with Web(hub) as web:
        found = plan(web, ID)
        progress = DownloadProgress(found.size_bytes)
        ended: list[float] = []

        def work() -> None:
            with pytest.raises(Cancelled):
                fetch(web, found, progress)
            ended.append(time.monotonic())

        thread = threading.Thread(target=work)
        thread.start()
        while progress.done_bytes < 1_000_000:
            time.sleep(0.01)
        web.stop.set()
        thread.join(10)
    stalled.set()
    assert ended, "it waited for the server"
    assert max(part.stat().st_size for part in parts(hub)) == 1_000_000
    with Web(hub) as web:
        get(web)
    assert hub_server.gets(WEIGHTS)[-1].start == 1_000_000
    clean_up(hub.cache, found)


def test_giving_up_removes_the_part(web: Web, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.faults[WEIGHTS] = [faults.closes_after(100_000), *[faults.closes_after(0)] * 5]
    found = plan(web, ID)
    assert refusal(web).code == "offline"
    assert len(parts(hub)) == 1
    clean_up(hub.cache, found)
    assert parts(hub) == []


def test_two_at_once_fetch_it_once(hub: Hub, hub_server: FakeHub) -> None:
    def work() -> None:
        with Web(hub, Stop()) as web:
            get(web)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hub_server.gets(WEIGHTS)) == 1


def test_kills_at_random_bytes(hub: Hub, hub_server: FakeHub, request: pytest.FixtureRequest) -> None:
    """Each start goes on exactly where the part ends; nothing that was written is asked for again."""
    import random

    kills, chance = request.config.getoption("--kills"), random.Random(3)
    data = random.Random(4).randbytes(60_000 * (kills + 1))
    hub_server.repos[ID][WEIGHTS] = data
    hub_server.bytes_per_s = 4e6
    part = hub.cache / "models--maker--tiny" / "blobs" / f"{hashlib.sha256(data).hexdigest()}.part"
    ends = [0]
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, hub_server.url, str(hub.cache), ID], stdout=subprocess.PIPE
        )
        assert child.stdout
        assert child.stdout.readline() == b"begun\n"
        wanted = ends[-1] + chance.randrange(1, 40_000)
        while not part.exists() or part.stat().st_size < wanted:
            assert child.poll() is None, "it was done before it could be killed"
            time.sleep(0.001)
        child.kill()
        child.wait()
        child.stdout.close()
        ends.append(part.stat().st_size)
    hub_server.bytes_per_s = 0
    with Web(hub) as web:
        folder = get(web)
    assert hashlib.sha256((folder / WEIGHTS).read_bytes()).digest() == hashlib.sha256(data).digest()
    assert [each.start for each in hub_server.gets(WEIGHTS)] == ends
