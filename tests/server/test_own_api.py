"""The studio's own API: tasks, jobs and their events, the library, files, and the document that tells of them."""

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from served import Served, built_in_tasks, jpeg, picture
from starlette.routing import Route
from wire import Wire

from studio.form import read
from studio.jobs import load_jobs
from studio.messages import Failed, Finished, Note, Progress, Started
from studio.server import app
from studio.server.own.api_operations import OPERATIONS
from studio.server.own.openapi import document

Serve = Callable[..., Served]
ASKED = {"task": "text-to-image", "params": {"prompt": "a red cup", "count": 2, "seed": 5}}


def code(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json()["error"]
    return answer.status_code, told["code"], told["param"]


def lora(entry: Any) -> dict[str, Any]:
    return {"task": "text-to-image", "params": {"prompt": "x", "lora": [entry]}}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        found += [(lines["event"], {"id": lines["id"], **json.loads(lines["data"])})] if lines else []
    return found


def test_the_tasks_with_their_schemas(served: Served) -> None:
    listed = served.http.get("/v1/tasks").json()["data"]
    assert {task["id"] for task in listed} == {task.id for task in built_in_tasks()}
    one = served.http.get("/v1/tasks/variation").json()
    assert one["schema"]["properties"]["distance"]["role"] == "distance"
    assert code(served.http.get("/v1/tasks/none"))[:2] == (404, "unknown_task")


def test_a_job_goes_on_by_itself_and_is_fetched_later(served: Served) -> None:
    made = served.http.post("/v1/jobs", json=ASKED)
    assert made.status_code == 202
    place = made.headers["location"]
    job = served.wait(lambda: (found := served.http.get(place).json())["state"] == "done" and found)
    assert (job["task"], job["params"], job["error"]) == ("text-to-image", ASKED["params"], None)
    assert [each["seed"] for each in job["pictures"]] == [7, 8]
    for each in job["pictures"]:
        assert Image.open(io.BytesIO(served.http.get(each["url"]).content)).format == "PNG"
        jpeg_of_it = served.http.get(each["url"], params={"format": "jpeg", "quality": 50})
        assert Image.open(io.BytesIO(jpeg_of_it.content)).format == "JPEG"
    assert job["id"] in [each["id"] for each in served.http.get("/v1/jobs").json()["data"]]
    told = events(served.http.get(f"{place}/events").text)
    assert [name for name, _ in told] == ["job", "picture", "picture", "end"]
    assert [each["id"] for _, each in told] == ["1", "2", "3", "4"]
    assert code(served.http.get(f"{place}/pictures/9"))[0] == 404
    assert code(served.http.get("/v1/jobs/none"))[:2] == (404, "not_found")


def test_events_as_they_come(serve: Serve) -> None:
    served = serve(manual=True)
    body = json.dumps({**ASKED, "stream": True}).encode()
    with Wire(served) as wire:
        wire.head("POST", "/v1/jobs", "Content-Type: application/json", f"Content-Length: {len(body)}")
        wire.send(body)
        (order,) = served.wait(lambda: served.submitted)
        assert order.previews
        served.emit(Started(order.job, {}), Progress(order.job, 1, 4, "denoising", 2.0, jpeg()))
        seen = wire.until(b"event: preview")
        assert b'"state": "running"' in seen
        served.emit(Note(order.job, f"Words of {served.backend.private[0]}/x were left out."))
        assert str(served.backend.private[0]).encode() not in wire.until(b"event: note")
        served.emit(Finished(order.job, 1.0))
        wire.until(b"event: end")


def test_who_hangs_up_cancels_what_they_follow_and_nothing_else(serve: Serve) -> None:
    served = serve(manual=True)
    body = json.dumps({**ASKED, "stream": True}).encode()
    with Wire(served) as wire:
        wire.head("POST", "/v1/jobs", "Content-Type: application/json", f"Content-Length: {len(body)}")
        wire.send(body)
        (followed,) = served.wait(lambda: served.submitted)
    served.wait(lambda: served.cancelled == [followed.job])
    made = served.http.post("/v1/jobs", json=ASKED).json()
    with Wire(served) as wire:
        wire.head("GET", f"/v1/jobs/{made['id']}/events")
        wire.until(b"event: job")
    served.emit(Started(made["id"], {}), Finished(made["id"], 1.0))
    assert served.http.get(f"/v1/jobs/{made['id']}").json()["state"] == "done"


def test_a_cancel_and_a_failure(serve: Serve) -> None:
    served = serve(manual=True)
    jobs = [served.http.post("/v1/jobs", json=ASKED).json()["id"] for _ in range(3)]
    served.emit(Started(jobs[0], {}))
    for id in reversed(jobs):
        assert served.http.post(f"/v1/jobs/{id}/cancel").status_code == 202
        assert served.http.post(f"/v1/jobs/{id}/cancel").status_code == 202
    told = [served.http.get(f"/v1/jobs/{id}").json() for id in jobs]
    assert [(job["state"], job["error"]["code"]) for job in told] == [("cancelled", "cancelled")] * 3
    failing = served.http.post("/v1/jobs", json=ASKED).json()["id"]
    served.emit(Started(failing, {}), Failed(failing, "Not enough memory.", "out_of_memory", user=True))
    assert served.http.get(f"/v1/jobs/{failing}").json()["error"]["code"] == "out_of_memory"


def test_a_cancel_storm_ends_each_job_once(serve: Serve) -> None:
    served = serve(manual=True)
    ended: list[str] = []
    served.on_loop(lambda: served.backend.jobs.queue.ended.connect(lambda job: ended.append(job.id)))
    jobs = [served.http.post("/v1/jobs", json=ASKED).json()["id"] for _ in range(30)]
    for id in [*jobs[::3], *jobs]:
        served.http.post(f"/v1/jobs/{id}/cancel")
    served.wait(lambda: not served.on_loop(lambda: served.backend.jobs.queue.pending))
    assert sorted(ended) == sorted(jobs)
    assert served.http.get("/v1/models").status_code == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "missing_required_parameter", "task")),
        ({"task": "none"}, (404, "unknown_task", "task")),
        ({"task": 7}, (400, "invalid_type", "task")),
        ({"task": "text-to-image"}, (400, "missing_required_parameter", "prompt")),
        ({"task": "text-to-image", "params": []}, (400, "invalid_type", "params")),
        ({**ASKED, "when": "now"}, (400, "unknown_parameter", "when")),
        ({**ASKED, "stream": "yes"}, (400, "invalid_type", "stream")),
        ({"task": "text-to-image", "params": {"prompt": "x", "colour": 1}}, (400, "unknown_parameter", "colour")),
        ({"task": "text-to-image", "params": {"prompt": "x", "count": 99}}, (400, "invalid_value", "count")),
        ({"task": "text-to-image", "params": {"prompt": None}}, (400, "invalid_value", "prompt")),
        ({"task": "text-to-image", "params": {"prompt": "x", "model": "/etc"}}, (404, "model_not_found", "model")),
        ({"task": "upscale", "params": {"image": "/etc/passwd"}}, (400, "file_not_found", "image")),
        ({"task": "blend", "params": {"image": ["../x"], "text": []}}, (400, "file_not_found", "image")),
        ({"task": "blend", "params": {"image": "x"}}, (400, "invalid_value", "image")),
        (lora({"adapter": "/etc/passwd"}), (404, "model_not_found", "lora")),
        (lora({"adapter": "../film.safetensors"}), (404, "model_not_found", "lora")),
        (lora({"adapter": "film", "weight": 9}), (400, "invalid_value", "weight")),
        (lora({"adapter": "film", "path": "x"}), (400, "invalid_value", "lora")),
        ({"task": "text-to-image", "params": {"prompt": "x", "control": [{"control": "/etc/passwd"}]}},
         (404, "model_not_found", "control")),
        (lora({"weight": 1}), (400, "invalid_value", "lora")),
        (lora("film"), (400, "invalid_value", "lora")),
    ],
)  # fmt: skip
def test_what_a_job_cannot_be(served: Served, body: Any, expected: Any) -> None:
    assert code(served.http.post("/v1/jobs", json=body)) == expected
    assert served.submitted == []


def test_files_are_kept_once_and_named_by_their_id(served: Served) -> None:
    data = picture()
    sent = [
        served.http.post("/v1/files", files={"file": ("猫.png", data)}, data={"purpose": "vision"}).json() for _ in "ab"
    ]
    assert sent[0]["id"] == sent[1]["id"]
    assert (sent[0]["filename"], sent[0]["bytes"]) == ("猫.png", len(data))
    place = f"/v1/files/{sent[0]['id']}"
    assert served.http.get(f"{place}/content").content == data
    made = served.http.post("/v1/jobs", json={"task": "upscale", "params": {"image": sent[0]["id"]}}).json()
    assert made["params"]["image"] == sent[0]["id"]
    assert Path(served.submitted[0].params["image"]).read_bytes() == data
    edit = {"prompt": "x", "images": [{"file_id": sent[0]["id"]}]}
    assert served.http.post("/v1/images/edits", json=edit).status_code == 200
    assert served.http.delete(place).json()["deleted"] is True
    assert code(served.http.get(place))[0] == 404
    assert code(served.http.post("/v1/files", files={"file": ("a", b"text")}))[:2] == (400, "invalid_image_file")
    for id in ("file-x", "../token", "%2e%2e%2ftoken", "file-" + "0" * 64):
        assert served.http.get(f"/v1/files/{id}").status_code == 404


def test_uploads_make_room_for_others(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.backend.uploads, "_most_bytes", 20_000)
    ids = [
        served.http.post("/v1/files", files={"file": ("a.png", picture(side))}).json()["id"]
        for side in (60, 61, 62, 63)
    ]
    found = [served.http.get(f"/v1/files/{id}").status_code for id in ids]
    assert found[0] == 404
    assert found[-1] == 200


def test_what_a_killed_server_had_begun_to_write_is_swept(served: Served) -> None:
    folder = served.backend.uploads.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".x.123-0123abcd.tmp").write_bytes(b"half")
    served.backend.uploads.sweep()
    assert [entry for entry in folder.iterdir() if entry.name.endswith(".tmp")] == []


def test_the_library(served: Served) -> None:
    served.http.post("/v1/images/generations", json={"prompt": "a purple giraffe", "n": 3})
    found = served.http.get("/v1/library", params={"q": "purple giraffe", "limit": 2}).json()
    assert (len(found["data"]), found["has_more"]) == (2, True)
    before = found["data"][-1]["sequence"]
    rest = served.http.get("/v1/library", params={"q": "purple giraffe", "before": before}).json()
    assert (len(rest["data"]), rest["has_more"]) == (1, False)
    id = found["data"][0]["id"]
    assert served.http.get(f"/v1/library/{id}").json()["recipe"]["params"]["prompt"] == "a purple giraffe"
    whole = served.http.get(f"/v1/library/{id}/picture")
    assert (whole.headers["content-type"], whole.headers["x-content-type-options"]) == ("image/png", "nosniff")
    webp = served.http.get(f"/v1/library/{id}/picture", params={"format": "webp"})
    assert Image.open(io.BytesIO(webp.content)).format == "WEBP"
    assert served.http.get(f"/v1/library/{id}/thumbnail").headers["content-type"] == "image/webp"
    for bad in ({"limit": "0"}, {"limit": "x"}, {"before": "-1"}, {"colour": "red"}):
        assert served.http.get("/v1/library", params=bad).status_code == 400
    for bad in ("format=gif", "format=jpeg&quality=200", "format=png%00"):
        assert served.http.get(f"/v1/library/{id}/picture?{bad}").status_code == 400
    for unknown in ("x", "0" * 26, "../index.db", "%2e%2e", "..%5c", "a" * 10_000):
        assert served.http.get(f"/v1/library/{unknown}").status_code == 404
        assert served.http.get(f"/v1/library/{unknown}/picture").status_code == 404


def test_no_answer_tells_a_path(served: Served) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    served.http.post("/v1/images/edits", json={"prompt": "x", "images": [url]})
    for path in ("/v1/jobs", "/v1/library", "/v1/models", "/v1/tasks", "/v1/openapi.json"):
        assert str(served.backend.private[0]) not in served.http.get(path).text, path


def test_what_waited_is_there_after_a_restart(serve: Serve, home: Path) -> None:
    served = serve(manual=True)
    jobs = [served.http.post("/v1/jobs", json=ASKED).json()["id"] for _ in range(4)]
    tied = json.dumps({**ASKED, "stream": True}).encode()
    with Wire(served) as wire:
        wire.head("POST", "/v1/jobs", "Content-Type: application/json", f"Content-Length: {len(tied)}")
        wire.send(tied)
        wire.until(b"event: job")
        served.emit(Started(jobs[0], {}))
        served.close()
        assert b"event: end" in wire.until(b"event: end")
    assert [job.id for job in load_jobs(home / "server/queue.json")] == jobs[1:]
    again = serve()
    for id in jobs[1:]:
        again.wait(lambda id=id: again.http.get(f"/v1/jobs/{id}").json()["state"] == "done")
    assert [order.job for order in again.submitted] == jobs[1:]
    again.close()
    assert load_jobs(home / "server/queue.json") == []


def test_the_document_tells_of_every_route_and_of_nothing_else(served: Served) -> None:
    told = served.http.get("/v1/openapi.json").json()
    documented = {(operation.method, operation.path) for operation in OPERATIONS}
    assert len(documented) == len(OPERATIONS) == len({operation.id for operation in OPERATIONS})
    served_routes = {
        (method, route.path)
        for route in app.routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    of_the_studio = {
        ("GET", "/"), ("GET", "/static/{name}"), ("GET", "/v1/front/{front}/events"),
        ("POST", "/v1/front/{front}/{verb}"),
    }  # fmt: skip
    of_the_studio |= {each for each in served_routes if each[1].startswith("/v1/remote/")}
    assert documented == served_routes - of_the_studio
    for operation in OPERATIONS:
        names = set(re.findall(r"{(\w+)}", operation.path))
        assert {each["name"] for each in operation.parameters if each["in"] == "path"} == names
        assert told["paths"][operation.path][operation.method.lower()]["operationId"] == operation.id
    for target in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told)):
        entry = told
        for part in target.split("/"):
            entry = entry[part]
    assert told == document([read(task) for task in built_in_tasks()])


def test_refusals_are_told_in_the_language_that_is_asked_for(served: Served) -> None:
    body = {"task": "text-to-image", "params": {"prompt": "x" * 200_000}}
    upload = {"file": ("x.png", b"no picture at all")}
    for asked, letters in (("zh-CN,en;q=0.5", True), ("en,zh;q=0.5", False), ("fr", False), ("zh;q=0", False)):
        headers = {"accept-language": asked}
        answer = served.http.post("/v1/files", files=upload, headers=headers)
        message = answer.json()["error"]["message"]
        assert answer.status_code == 400
        assert ("图片" in message) is letters, (asked, message)
        assert answer.headers.get("content-language") == ("zh" if letters else None)
        assert answer.json()["error"]["code"] == "invalid_image_file"
        untranslated = served.http.post("/v1/jobs", json=body, headers=headers)
        assert untranslated.status_code == 400


def test_no_path_is_opened_wherever_it_stands(served: Served) -> None:
    for params in (
        {"lora": [{"adapter": "/etc/x"}]}, {"control": [{"control": "/etc/x", "image": "data:image/png;base64,AA=="}]},
        {"reference": [{"reference": "/etc/x", "image": "data:image/png;base64,AA=="}]}, {"model": "/etc/x"},
        {"prompt": "a cup <LoRA: /etc/x :0.5>"}, {"prompt": "a cup <lora:..\\x:0.5>"},
    ):  # fmt: skip
        body = {"task": "text-to-image", "params": {"prompt": "a cup", **params}}
        answer = served.http.post("/v1/jobs", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found"), params
    assert served.submitted == []
    ok = {"task": "text-to-image", "params": {"prompt": "a cup <lora:Film:0.5>"}}
    assert served.http.post("/v1/jobs", json=ok).status_code == 202
