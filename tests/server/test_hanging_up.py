"""Clients that vanish, come back, wait in line, or meet an engine that is gone."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from served import Served, jpeg, picture
from wire import Wire

from studio.messages import Ended, Failed, Finished, Interrupted, Progress, Started, Submit, Unsaved
from studio.server import following, tied

Serve = Callable[..., Served]
GENERATIONS = "/v1/images/generations"
BODY = json.dumps({"prompt": "a cup"}).encode()
JSON = "Content-Type: application/json"
LENGTH = f"Content-Length: {len(BODY)}"


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(manual=True)


def ask(wire: Wire, *headers: str, body: bytes = BODY) -> None:
    wire.head("POST", GENERATIONS, JSON, f"Content-Length: {len(body)}", *headers)
    wire.send(body)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


class Asking(threading.Thread):
    """A request that waits for its answer."""

    def __init__(self, served: Served, body: dict[str, Any], **headers: str) -> None:
        super().__init__(daemon=True)
        self._call = lambda: served.http.post(GENERATIONS, json=body, headers=headers)
        self.start()

    def run(self) -> None:
        self._answer = self._call()

    @property
    def answer(self) -> Any:
        self.join(30)
        return self._answer


@pytest.mark.parametrize("stream", [False, True])
def test_who_hangs_up_cancels_the_job(served: Served, stream: bool) -> None:
    body = json.dumps({"prompt": "x", "stream": stream, "partial_images": 1 if stream else 0}).encode()
    with Wire(served) as wire:
        ask(wire, body=body)
        (order,) = served.wait(lambda: served.submitted)
        served.emit(Started(order.job, {}), Progress(order.job, 2, 4, "denoising", preview=jpeg()))
        if stream:
            wire.until(b"partial_image")
        assert served.cancelled == []
    served.wait(lambda: served.cancelled == [order.job])


def test_who_hangs_up_at_any_point_leaves_nothing_behind(served: Served) -> None:
    whole = b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nx\r\n'
    whole += b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' + picture() + b"\r\n--b--\r\n"
    head = [
        "POST",
        "/v1/images/edits",
        "Content-Type: multipart/form-data; boundary=b",
        f"Content-Length: {len(whole)}",
    ]
    for cut in (0, 1, 30, 100, len(whole) // 2, len(whole) - 1, len(whole)):
        with Wire(served) as wire:
            wire.head(*head)
            wire.send(whole[:cut])
    served.wait(lambda: not served.on_loop(lambda: [*served._server.server_state.tasks]))
    served.wait(lambda: not served.on_loop(lambda: served.backend.jobs.queue.pending))
    assert len(served.submitted) <= 1


def test_a_client_that_timed_out_finds_its_job_again(served: Served) -> None:
    waited_long_enough = ("x-stainless-read-timeout: 1",)
    with Wire(served) as wire:
        ask(wire, *waited_long_enough, "x-stainless-retry-count: 0")
        (order,) = served.wait(lambda: served.submitted)
        served.emit(Started(order.job, {}))
    again = Asking(served, {"prompt": "a cup"}, **{"x-stainless-retry-count": "1", "x-stainless-read-timeout": "1"})
    served.wait(lambda: served.backend.jobs._feeds.get(order.job))
    served.emit(Finished(order.job, 1.0))
    assert again.answer.json()["job_id"] == order.job
    assert len(served.submitted) == 1
    assert served.cancelled == []


def test_who_promised_to_come_back_and_does_not_is_not_waited_for_long(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tied, "RETURN_S", 0.2)
    with Wire(served) as wire:
        ask(wire, "idempotency-key: one")
        (order,) = served.wait(lambda: served.submitted)
    served.wait(lambda: served.cancelled == [order.job] or not served.backend.jobs.queue.pending)


def test_an_idempotency_key_stands_for_one_job(serve: Serve) -> None:
    served = serve()
    key = {"idempotency-key": "k"}
    first = served.http.post(GENERATIONS, json={"prompt": "x"}, headers=key).json()
    second = served.http.post(GENERATIONS, json={"prompt": "x"}, headers=key).json()
    other = served.http.post(GENERATIONS, json={"prompt": "y"}, headers=key).json()
    assert first["job_id"] == second["job_id"] != other["job_id"]
    assert first["data"] == second["data"]
    plain = [served.http.post(GENERATIONS, json={"prompt": "x"}).json()["job_id"] for _ in range(2)]
    assert len({*plain, first["job_id"]}) == 3


def test_a_full_queue_says_when_to_come_again(serve: Serve) -> None:
    served = serve(manual=True, most_pending=3)
    waiting = [Asking(served, {"prompt": f"{number}"}) for number in range(3)]
    served.wait(lambda: len(served.backend.jobs.queue.pending) == 3)
    refused = served.http.post(GENERATIONS, json={"prompt": "x"})
    assert code(refused) == (429, "queue_full")
    assert int(refused.headers["retry-after"]) > 0
    for _ in range(3):
        order = served.submitted[_]
        served.emit(Started(order.job, {}), Finished(order.job, 1.0))
        served.wait(lambda count=_: len(served.submitted) >= min(count + 2, 3))
    assert [each.answer.status_code for each in waiting] == [200] * 3


def test_no_engine_yet(serve: Serve) -> None:
    served = serve(held=True)
    for path, call in ((GENERATIONS, {"json": {"prompt": "x"}}), ("/v1/images/variations", {"files": {"image": b"x"}})):
        refused = served.http.post(path, **call)  # type: ignore[arg-type]
        assert code(refused) == (503, "engine_starting")
        assert refused.headers["retry-after"] == "3"
    assert served.http.get("/health").json() == {"status": "ok"}


def test_an_engine_that_dies_ends_the_job_and_is_not_asked_again(served: Served) -> None:
    asking = Asking(served, {"prompt": "x"})
    (order,) = served.wait(lambda: served.submitted)
    served.emit(Started(order.job, {}))
    served.emit(Interrupted(order.job, "The engine stopped."))
    assert code(asking.answer) == (500, "engine_stopped")
    assert asking.answer.headers["x-should-retry"] == "false"
    served.emit(Ended("The engine stopped; it is started again.", -9, True))
    assert code(served.http.post(GENERATIONS, json={"prompt": "x"})) == (503, "engine_starting")
    served.emit(Ended("The engine cannot start: there is no torch.", 78, False))
    refused = served.http.post(GENERATIONS, json={"prompt": "x"})
    assert code(refused) == (503, "engine_stopped")
    assert "no torch" in refused.json()["error"]["message"]
    served.wait(lambda: served.backend.jobs.ready)  # somebody asked for it, so it was started again


@pytest.mark.parametrize(
    ("failed", "status", "type"),
    [
        ({"code": "empty_prompt", "field": "prompt", "user": True}, 400, "invalid_request_error"),
        ({"code": "invalid", "field": "size", "user": True}, 400, "invalid_request_error"),
        ({"code": "out_of_memory", "user": True}, 500, "server_error"),
        ({"code": "nan", "user": True}, 500, "server_error"),
        ({"code": "storage", "user": True}, 500, "server_error"),
        ({"code": "empty_mask", "field": "mask", "user": True}, 400, "image_generation_user_error"),
        ({"code": "bug", "details": "Traceback /home/me"}, 500, "server_error"),
    ],
)  # fmt: skip
def test_how_a_job_that_failed_is_told(serve: Serve, failed: dict[str, Any], status: int, type: str) -> None:
    def script(order: Submit) -> Any:
        yield Started(order.job, {})
        yield Failed(order.job, "It failed.", **failed)

    served = serve(script)
    for stream in (False, True):
        told = served.http.post(GENERATIONS, json={"prompt": "x", "stream": stream})
        assert told.status_code == status
        assert told.json()["error"]["type"] == type
        assert told.json()["error"]["param"] == failed.get("field")
        assert (told.headers.get("x-should-retry") == "false") == (status == 500)
        assert "Traceback" not in told.text


def test_a_failure_within_a_stream_is_an_event(served: Served) -> None:
    body = json.dumps({"prompt": "x", "stream": True, "partial_images": 1}).encode()
    with Wire(served) as wire:
        ask(wire, "Connection: close", body=body)
        (order,) = served.wait(lambda: served.submitted)
        served.emit(Started(order.job, {}), Progress(order.job, 2, 4, "denoising", preview=jpeg()))
        wire.until(b"partial_image")
        served.emit(Failed(order.job, "Not enough memory.", "out_of_memory", user=True))
        rest = wire.answer()
    assert b"event: error\ndata: " in rest
    assert b'"code": "out_of_memory"' in rest


def test_a_long_silence_in_a_stream_is_filled(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "KEEPALIVE_S", 0.05)
    with Wire(served) as wire:
        ask(wire, body=json.dumps({"prompt": "x", "stream": True}).encode())
        wire.until(b": keepalive")


def test_a_picture_that_the_library_does_not_take_goes_beside_it(served: Served, home: Any) -> None:
    asking = Asking(served, {"prompt": "x"})
    (order,) = served.wait(lambda: served.submitted)
    served.emit(Started(order.job, {}), Unsaved(order.job, 0, "The disk is full."))
    resave = served.wait(lambda: [each for each in served.engine.sent if type(each).__name__ == "Resave"])[0]
    assert resave.folder == str(home / "rescued")
    served.emit(Unsaved(order.job, 0, "The disk is full."))
    served.wait(lambda: [each for each in served.engine.sent if type(each).__name__ == "Discard"])
    served.emit(Failed(order.job, "1 of 1 finished pictures could not be saved.", "storage", user=True))
    assert code(asking.answer) == (500, "storage")


def test_an_end_tells_those_who_wait_and_keeps_nobody(served: Served) -> None:
    asking = [Asking(served, {"prompt": f"{number}"}) for number in range(4)]
    served.wait(lambda: len(served.backend.jobs.queue.pending) == 4)
    served.emit(Started(served.submitted[0].job, {}))
    served.close()
    assert {code(each.answer) for each in asking} == {(503, "server_stopping")}
    assert {each.answer.headers["retry-after"] for each in asking} == {"3"}


def test_fifty_uploads_at_once(serve: Serve) -> None:
    served = serve()
    answers: list[int] = []

    def upload(number: int) -> None:
        files = {"image": (f"猫{number}.png", picture(64), "application/octet-stream")}
        done = httpx.post(
            f"{served.url}/v1/images/variations", files=files, headers=dict(served.http.headers), timeout=60
        )  # fmt: skip
        answers.append(done.status_code)

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [200] * 50
    assert len({job.id for job in served.backend.jobs.queue}) == 50
