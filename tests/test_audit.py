"""The audit of the pinned packages: real pip-audit, asking a server of ours as it asks OSV; with --network, OSV."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/audit.py"
BAD = {
    "id": "PYSEC-2023-1", "modified": "2023-01-01T00:00:00Z", "published": "2023-01-01T00:00:00Z", "details": "x",
    "affected": [{"package": {"name": "pillow", "ecosystem": "PyPI"}, "versions": ["9.5.0"],
                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "10.0.1"}]}]}],
}  # fmt: skip


class Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bad = asked["package"]["name"] == "pillow" and asked["version"] == "9.5.0"
        answer = json.dumps({"vulns": [BAD]} if bad else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def audit(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True)


def test_a_package_that_is_known_to_be_vulnerable_is_named(service: str, tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("pillow==9.5.0\nclick==8.4.0\n")
    done = audit("--service-url", service, "--constraints", tmp_path / "pins.txt")
    assert done.returncode == 1, done.stderr
    assert "pillow 9.5.0: PYSEC-2023-1, mended in 10.0.1" in done.stdout
    assert "2 packages, 1 vulnerable, 0 not asked about" in done.stdout


def test_all_that_is_pinned_is_asked_about(service: str) -> None:
    done = audit("--service-url", service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 vulnerable, 0 not asked about" in done.stdout


def test_a_service_that_does_not_answer_is_no_clean_bill(tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("pillow==9.5.0\n")
    done = audit("--service-url", "http://127.0.0.1:9/v1/query", "--constraints", tmp_path / "pins.txt")
    assert done.returncode == 3, done.stdout
    assert "Nothing is known" in done.stdout


@pytest.mark.network
def test_nothing_that_is_pinned_is_known_to_be_vulnerable() -> None:
    done = audit()
    if done.returncode == 3:
        pytest.skip(f"the service cannot be asked from here: {done.stdout}")
    assert done.returncode == 0, done.stdout
