"""Who may ask, and how: every route, and every way in that others have left open."""

import json
from collections.abc import Callable
from itertools import cycle
from typing import Any

import httpx2 as httpx
import pytest
from served import TOKEN, Served, picture
from starlette.routing import Route
from wire import Wire

from studio.messages import Failed, Started
from studio.server import app, guard, protocol
from studio.server import body as bodies
from studio.server.openai import parameters

Serve = Callable[..., Served]
GENERATIONS = "/v1/images/generations"
ASKED = {"prompt": "a cup"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_no_route_that_does_anything_answers_without_the_token(served: Served) -> None:
    walked, headers = 0, cycle(["", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
    for route in app.routes():
        assert isinstance(route, Route)
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", "x" * 30)
        for method in sorted((route.methods or set()) | {"GET", "POST", "PUT", "DELETE", "OPTIONS"}):
            header = next(headers)
            done = served.http.request(method, path, headers={"authorization": header})
            public = guard.PUBLIC.fullmatch(path) and method in ("GET", "HEAD")
            assert public or done.status_code in (401, 405), (method, path, header, done.status_code)
            walked += 1
    assert walked > 40
    assert served.submitted == []
    assert {path for path in ("/v1/models", "/v1/jobs", "/docs", "/v1") if guard.PUBLIC.fullmatch(path)} == set()


def test_the_token_is_read_from_one_header_only(served: Served) -> None:
    nobody = {"authorization": ""}
    assert served.http.get(f"/v1/models?token={TOKEN}&api_key={TOKEN}", headers=nobody).status_code == 401
    assert served.http.get("/v1/models", headers={**nobody, "cookie": f"token={TOKEN}"}).status_code == 401
    twice = [("authorization", f"Bearer {TOKEN}")] * 2
    refused = httpx.get(f"{served.url}/v1/models", headers=twice)
    assert code(refused) == (401, "invalid_api_key")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in refused.headers
    assert "server" not in refused.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.com", "localhost.", "127.0.0.1", "127.0.0.1:1", "[::1]:99", "", "%31:80"]
)
def test_other_hosts_are_refused(served: Served, host: str) -> None:
    with Wire(served) as wire:
        wire.head("GET", "/v1/models", "Connection: close", host=host or "\t")
        answer = wire.answer()
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400")), answer
    assert b"application/json" in answer


def test_own_names_are_served_and_none_is_not(served: Served) -> None:
    for host in (f"localhost:{served.port}", f"[::1]:{served.port}", f"LOCALHOST:{served.port}"):
        assert served.http.get("/v1/models", headers={"host": host}).status_code == 200
    with Wire(served) as wire:
        wire.send(b"GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert wire.answer().startswith(b"HTTP/1.1 400")


def test_pages_of_others_are_refused(served: Served) -> None:
    for name, value in [
        ("origin", "https://evil.example"), ("origin", "null"), ("origin", "file://"),
        ("origin", f"http://127.0.0.1:{served.port + 1}"), ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ]:  # fmt: skip
        assert code(served.http.post(GENERATIONS, json=ASKED, headers={name: value})) == (403, "forbidden_origin")
    own = {"origin": served.url, "sec-fetch-site": "same-origin"}
    done = served.http.post(GENERATIONS, json=ASKED, headers=own)
    assert done.status_code == 200
    preflight = served.http.request("OPTIONS", GENERATIONS, headers={"origin": served.url})
    assert preflight.status_code == 405
    for answer in (done, preflight):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_form_of_another_page_is_refused_before_its_body_is_read(served: Served) -> None:
    with Wire(served) as wire:
        wire.head("POST", "/v1/images/edits", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 99999",
                  token="no")  # fmt: skip
        assert wire.first().startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-7", "application/jsonp"],
)
def test_json_must_say_that_it_is(served: Served, kind: str) -> None:
    done = served.http.post(GENERATIONS, content=json.dumps(ASKED), headers={"content-type": kind})
    assert code(done) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[1]", b'"a"', b"{", b"\xff\xfe", b'\xef\xbb\xbf{"prompt":"x"}', b'{"prompt":"a","prompt":"b"}',
        b'{"prompt":"x","seed":NaN}', b'{"prompt":"x","seed":1e999}', b'{"prompt":"\\ud800"}',
        b'{"prompt":"x","n":' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b'{"prompt":' + b"[" * 80 + b"]" * 80 + b"}",
    ],
)  # fmt: skip
def test_nonsense_is_one_kind_of_error(served: Served, body: bytes) -> None:
    done = served.http.post(GENERATIONS, content=body, headers={"content-type": "application/json"})
    assert code(done) == (400, "invalid_json"), done.text


def test_numbers_that_are_none_are_refused_in_forms_too(served: Served) -> None:
    for name, value in [("distance", "nan"), ("seed", "inf"), ("seed", "1e400"), ("guidance", "NaN"), ("n", "1.5")]:
        done = served.http.post("/v1/images/variations", files={"image": picture()}, data={name: value})
        assert code(done) == (400, "invalid_value"), done.text


def test_a_body_that_is_too_large_is_answered_not_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 100_000)
    big = b'{"prompt":"' + b"x" * 3_000_000 + b'"}'
    headers = {"content-type": "application/json"}
    assert code(served.http.post(GENERATIONS, content=big, headers=headers)) == (413, "request_too_large")
    chunked = served.http.post(GENERATIONS, content=iter([big]), headers=headers)
    assert code(chunked) == (413, "request_too_large")
    form = served.http.post("/v1/images/edits", files={"image": big}, data={"prompt": "x"})
    assert code(form) == (413, "request_too_large")
    assert served.http.get("/v1/models").status_code == 200


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (b"x" * 300_000, 400),
        (b"--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n" + b"x" * 300_000 + b"\r\n--b--\r\n", 400),
        (b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n" * 200 + b"--b--\r\n", 400),
        (b"--b\r\nX: " + b"y" * 9000 + b"\r\n\r\nx\r\n--b--\r\n", 400),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400),
        (b"--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\nx", 400),
    ],
)  # fmt: skip
def test_forms_that_are_none(served: Served, part: bytes, expected: int) -> None:
    kind = {"content-type": "multipart/form-data; boundary=b"}
    done = served.http.post("/v1/images/edits", content=part, headers=kind)
    assert done.status_code == expected, done.text
    assert done.json()["error"]["code"]


def test_methods_and_addresses_are_an_allow_list(served: Served) -> None:
    for method in ("PUT", "PATCH", "TRACE", "PROPFIND"):
        assert served.http.request(method, "/v1/models").status_code == 405
    override = {"x-http-method-override": "DELETE"}
    assert served.http.post("/v1/models", headers=override).status_code == 405
    long = "x" * 10_000
    for path in ("/v1", "/v1/models/", "/v1/../etc/passwd", "/pictures/../x", f"/pictures/{long}", f"/v1/models/{long}",
                 "/v1/models/%2e%2e%2fx", "/v1/models/a%00b", "/v1/models/C:%5Cx", "/static/../a"):  # fmt: skip
        done = served.http.get(path)
        assert done.status_code in (401, 404), (path, done.status_code)
        assert done.json()["error"]["code"]


def test_what_is_no_http(served: Served) -> None:
    for data in (
        b"GET\r\n\r\n", b"GET / HTTP/0.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET /a b HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 80_000 + b"\r\n\r\n",
    ):  # fmt: skip
        with Wire(served) as wire:
            wire.send(data)
            assert wire.first().startswith(b"HTTP/1.1 4"), data[:60]
    assert served.http.get("/health").status_code == 200


def test_chunked_nonsense_and_wrong_lengths_harm_nobody(served: Served) -> None:
    kind = "Content-Type: application/json"
    for tail, framing in (
        (b"zz\r\n{}\r\n", "Transfer-Encoding: chunked"), (b"5\r\n{}", "Transfer-Encoding: chunked"),
        (b'{"prompt":"x"}GET /smuggled HTTP/1.1\r\n\r\n', "Content-Length: 14"), (b"{}", "Content-Length: 20"),
    ):  # fmt: skip
        with Wire(served) as wire:
            wire.head("POST", GENERATIONS, kind, framing, "Connection: close")
            wire.send(tail)
            wire.socket.shutdown(1)
            wire.answer()
    assert served.http.get("/v1/models").status_code == 200


def test_who_waits_is_ended(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_S", 0.4)
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.4)
    with Wire(served) as silent, Wire(served) as half, Wire(served) as trickling, Wire(served) as body:
        half.send(b"GET / HTTP/1.1\r\nHost: x")
        trickling.send(b"GET / HTTP/1.1\r\nA: ")
        body.head("POST", GENERATIONS, "Content-Type: application/json", "Content-Length: 50")
        body.send(b"{")
        assert trickling.is_closed_within(10, trickle=b"a")
        assert silent.closes()
        assert half.closes()
        assert body.first().startswith(b"HTTP/1.1 408")
    with Wire(served) as second:  # the second request of a connection
        second.head("GET", "/health")
        assert second.first().startswith(b"HTTP/1.1 200")
        second.send(b"GET / HTTP/1.1\r\nA: ")
        assert second.is_closed_within(10, trickle=b"a")


def test_a_body_that_drips_is_ended(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.3)
    monkeypatch.setattr(protocol, "DRAIN_S", 0.3)
    with Wire(served) as wire:
        wire.head("POST", GENERATIONS, "Content-Type: application/json", "Content-Length: 5000")
        assert wire.is_closed_within(15, trickle=b" ")


def test_many_who_wait_keep_nobody_out(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 20)
    waiting = [Wire(served) for _ in range(60)]
    try:
        for wire in waiting[-20:]:
            wire.send(b"GET / HTTP/1.1\r\n")
        assert served.http.get("/v1/models").status_code == 200
        assert served.http.post(GENERATIONS, json=ASKED).status_code == 200
        assert served.on_loop(lambda: len(served._server.server_state.connections)) <= 20
    finally:
        for wire in waiting:
            wire.socket.close()


def test_an_answer_that_nobody_reads_is_ended(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "STALL_S", 0.3)
    served = serve()
    asked = json.dumps({**ASKED, "n": 10, "size": "1000x1000", "stream": True}).encode()
    with Wire(served) as wire:
        wire.socket.setsockopt(1, 8, 4096)  # SO_RCVBUF
        wire.head("POST", GENERATIONS, "Content-Type: application/json", f"Content-Length: {len(asked)}")
        wire.send(asked)
        served.wait(lambda: served.submitted)
        served.wait(lambda: all(job.state.ended for job in served.backend.jobs.queue))
    served.wait(lambda: not served.on_loop(lambda: [*served._server.server_state.tasks]))


def test_no_error_tells_folders_or_the_token(serve: Serve, home: Any) -> None:
    def script(order: Any) -> Any:
        yield Started(order.job, {})
        yield Failed(order.job, f"Nothing at {home}/library/pictures/x.png.", "missing_file", user=True)

    served = serve(script)
    done = served.http.post(GENERATIONS, json=ASKED)
    assert done.status_code == 400
    assert str(home) not in done.text
    assert TOKEN not in done.text
    assert "pictures/x.png" in done.text


def test_a_bug_is_one_sentence_and_its_details_are_in_the_log(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parameters, "read", lambda given: 1 / 0)
    done = served.http.post(GENERATIONS, json=ASKED)
    assert code(done) == (500, "internal_error")
    assert done.headers["x-should-retry"] == "false"
    assert "ZeroDivisionError" not in done.text
    served.wait(lambda: "ZeroDivisionError" in caplog.text)  # a moment after the answer
