"""A server on 127.0.0.1 that behaves like the hub, for us and for huggingface_hub, and misbehaves on demand."""

import hashlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BLOCK_BYTES = 16 * 1024


@dataclass
class Request:
    """One that came in."""

    method: str
    path: str
    start: int
    token: str
    sent_bytes: int = 0


Fault = Callable[["HubHandler", bytes, int], None]
"""Answers instead of the server: with the handler, the right bytes, and where they were asked from."""


@dataclass
class FakeHub:
    """What it has, what it was asked, and how it is to fail: each fault is used once, in its order, by file."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    requests: list[Request] = field(default_factory=list)
    bytes_per_s: float = 0
    page_rows: int = 1000
    """Of a listing, what one answer holds."""
    token: str = "right-token"
    url: str = ""

    def add(self, id: str, files: dict[str, bytes], **card: Any) -> None:
        self.repos[id], self.cards[id] = files, card

    def commit(self, id: str) -> str:
        return hashlib.sha1(f"{id}{self.versions.get(id, 0)}".encode()).hexdigest()

    def gets(self, path: str) -> list[Request]:
        """Of one file's contents."""
        return [each for each in self.requests if each.method == "GET" and each.path.endswith(path)]


class HubHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, *_: Any) -> None:
        """The tests look at `requests`."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.request_record = Request(self.command, path, start, token)
        self.hub.requests.append(self.request_record)
        if path == "/api/models":
            return self._search(parse_qs(parts.query)["search"][0])
        for id, files in self.hub.repos.items():
            if path.startswith(f"/api/models/{id}/revision/"):
                return self._info(id, path.rpartition("/")[2])
            if path.startswith(f"/api/models/{id}/tree/"):
                return self._tree(path, files, int(parse_qs(parts.query).get("cursor", ["0"])[0]))
            if path.startswith(f"/{id}/resolve/"):
                revision, _, name = path.removeprefix(f"/{id}/resolve/").partition("/")
                return self._file(id, revision, name, start, body)
        self.send_error_code(404, "RepoNotFound")

    def _tree(self, path: str, files: dict[str, bytes], first: int) -> None:
        end = first + self.hub.page_rows
        rows = [_row(name, data) for name, data in [*files.items()][first:end]]
        following = f'<{self.hub.url}{path}?recursive=true&cursor={end}>; rel="next"'
        self.send_plain(200, json.dumps(rows).encode(), **({"Link": following} if end < len(files) else {}))

    def _search(self, text: str) -> None:
        found = [{"id": id, "downloads": 1, "tags": [f"license:{self.hub.cards[id].get('license', '')}"],
                  "pipeline_tag": "text-to-image", "gated": False} for id in self.hub.repos if text in id]  # fmt: skip
        self.send_json(found)

    def _known(self, id: str, revision: str) -> bool:
        return revision in ("main", self.hub.commit(id))

    def _info(self, id: str, revision: str) -> None:
        if not self._known(id, revision):
            return self.send_error_code(404, "RevisionNotFound")
        siblings = [{"rfilename": name} for name in self.hub.repos[id]]
        gated = "manual" if id in self.hub.gated else False
        self.send_json({"id": id, "sha": self.hub.commit(id), "gated": gated, "private": False,
                        "cardData": self.hub.cards[id], "siblings": siblings, "tags": []})  # fmt: skip

    def _file(self, id: str, revision: str, name: str, start: int, body: bool) -> None:
        data = self.hub.repos[id].get(name)
        if not self._known(id, revision):
            return self.send_error_code(404, "RevisionNotFound")
        if data is None:
            return self.send_error_code(404, "EntryNotFound")
        if id in self.hub.gated and self.request_record.token != self.hub.token:
            return self.send_error_code(401, "GatedRepo")
        if body and self.hub.faults[name]:
            return self.hub.faults[name].pop(0)(self, data, start)
        self.send_file(data, start, body=body, commit=self.hub.commit(id), name=name)

    # ---- ways to answer

    def send_file(self, data: bytes, start: int, *, body: bool = True, commit: str = "", name: str = "") -> None:
        if start >= len(data) > 0:
            return self.send_plain(416, b"")
        self.send_response(206 if start else 200)
        etag = _row(name or "x.safetensors", data)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("ETag", f'"{(etag.get("lfs") or etag)["oid"]}"')
        self.send_header("X-Repo-Commit", commit)
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if body:
            self.send_body(data[start:])

    def send_body(self, data: bytes) -> None:
        begun = time.monotonic()
        for at in range(0, len(data), BLOCK_BYTES):
            try:
                self.wfile.write(data[at : at + BLOCK_BYTES])
            except OSError:  # whoever asked has gone
                self.close_connection = True
                return
            self.request_record.sent_bytes = at + BLOCK_BYTES
            if self.hub.bytes_per_s:
                time.sleep(max(0, begun + (at + BLOCK_BYTES) / self.hub.bytes_per_s - time.monotonic()))

    def send_json(self, value: Any) -> None:
        self.send_plain(200, json.dumps(value).encode(), "application/json")

    def send_plain(self, status: int, data: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def send_error_code(self, status: int, code: str) -> None:
        self.send_plain(status, b"", **{"X_Error_Code": code})


# ---- faults


def closes_after(count: int) -> Fault:
    """The whole length is announced, `count` bytes come."""

    def answer(handler: HubHandler, data: bytes, start: int) -> None:
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Length", str(len(data) - start))
        handler.end_headers()
        handler.send_body(data[start : start + count])
        handler.close_connection = True

    return answer


def ignores_range(handler: HubHandler, data: bytes, start: int) -> None:
    handler.send_file(data, 0)


def wrong_bytes(handler: HubHandler, data: bytes, start: int) -> None:
    handler.send_file(data[:-1] + bytes([data[-1] ^ 1]), start)


def longer(handler: HubHandler, data: bytes, start: int) -> None:
    handler.send_file(data + b"more", start)


def shorter(handler: HubHandler, data: bytes, start: int) -> None:
    """The server knows less of the file than it listed."""
    handler.send_file(data[: len(data) // 2], start)


def says(status: int, code: str = "", **headers: str) -> Fault:
    return lambda handler, data, start: handler.send_plain(
        status, b"", **(headers | ({"X_Error_Code": code} if code else {}))
    )


def redirects(url: str) -> Fault:
    return lambda handler, data, start: handler.send_plain(302, b"", Location=url)


def html(handler: HubHandler, data: bytes, start: int) -> None:
    handler.send_plain(200, b"<html>Log in</html>", "text/html; charset=utf-8")


@contextmanager
def running_hub() -> Iterator[FakeHub]:
    hub = FakeHub()
    handler = type("BoundHandler", (HubHandler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _row(name: str, data: bytes) -> dict[str, Any]:
    """As the hub lists it; what is no text is kept in its store of large files."""
    sha1 = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    row: dict[str, Any] = {"type": "file", "path": name, "size": len(data), "oid": sha1}
    if name.endswith((".safetensors", ".bin", ".gguf")):
        row["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return row
