"""An engine on another machine, over a real server: pictures up and down, the library here, and what is refused."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from remote_front import RemoteFront, front_of
from served import Served, encoded, mask, picture

from studio import messages
from studio.jobs import JobState
from studio.library import png
from studio.messages import Begun, Failed, Finished, Note, Progress, Started, Unsaved

Serve = Callable[..., Served]


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """The home of the machine in front of which somebody sits."""
    home = tmp_path / "laptop"
    home.mkdir()
    return home


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve()


@pytest.fixture
def front(served: Served, far: Path) -> Iterator[RemoteFront]:
    made = front_of(served, far).ready()
    yield made
    made.close()


def spool(served: Served) -> list[Path]:
    return [path for path in (served.backend.uploads.folder.parent / "fronts").rglob("*") if path.is_file()]


def test_pictures_come_into_the_library_of_this_machine_and_stay_nowhere_else(
    served: Served, front: RemoteFront
) -> None:
    job = front.ends(front.submit(prompt="a cup", count=3))
    assert [saved.index for saved in job.saved] == [0, 1, 2]
    records = front.library.find()
    assert [record.id for record in records] == [saved.id for saved in reversed(job.saved)]
    assert all(saved.path == str(record.path) for saved, record in zip(reversed(job.saved), records, strict=True))
    assert records[-1].recipe.params["prompt"] == "a cup"
    found = png.read(records[0].path)
    assert found is not None
    assert found[2].recipe.seed == records[0].recipe.seed == 9
    assert served.backend.library.find() == []
    front.until(lambda: not spool(served))


def test_pictures_and_masks_go_up_once_and_are_called_what_they_are_called_here(
    served: Served, front: RemoteFront, far: Path
) -> None:
    (far / "room.png").write_bytes(picture())
    (far / "mask.png").write_bytes(mask())
    params = {"image": str(far / "room.png"), "mask": str(far / "mask.png"), "prompt": "a hat"}
    job = front.ends(front.submit("inpaint", **params))
    order = served.submitted[-1]
    sent = Path(order.params["image"])
    assert sent.parent.is_relative_to(served.backend.uploads.folder.parent)
    assert sent.name == hashlib.sha256((far / "room.png").read_bytes()).hexdigest()
    (record,) = front.library.find()
    assert record.recipe.params["image"] == params["image"]
    assert record.recipe.parents == [params["image"], params["mask"]]
    assert front.heard(Started)[-1].params["mask"] == params["mask"]
    again = front.ends(front.submit("variation", image=job.saved[0].id))  # of the library here, by its id
    assert front.library.get(again.saved[0].id).recipe.parents == [job.saved[0].id]
    uploads = [path for path in served.backend.uploads.folder.iterdir() if not path.suffix]
    assert len(uploads) == 3
    front.ends(front.submit("inpaint", **params))
    assert len([path for path in served.backend.uploads.folder.iterdir() if not path.suffix]) == 3


def test_nothing_tells_of_folders_of_the_other_machine(serve: Serve, far: Path) -> None:
    served = serve(manual=True)
    front = front_of(served, far).ready()
    (far / "room.png").write_bytes(picture())
    job = front.submit("variation", image=str(far / "room.png"))
    order = served.wait(lambda: served.submitted)[0]
    home = str(served.backend.uploads.folder.parent.parent)
    path = order.params["image"]
    served.emit(Begun(order.job), Started(order.job, {**order.params, "seed": 3}))
    served.emit(Note(order.job, f"“{path}” is odd; look at {home}/x."), Failed(order.job, f"{path} is no picture."))
    front.ends(job, JobState.FAILED)
    assert job.notes == ["“room.png” is odd; look at x."]
    assert job.message == "room.png is no picture."
    assert home not in "".join(map(repr, front.events))
    assert {model.path for model in front.heard(messages.Ready)[0].models} == {
        "starter", "painter", "Film.safetensors"
    }  # fmt: skip
    front.close()


def test_paths_models_and_tasks_of_this_machine_are_refused_in_one_sentence(
    served: Served, front: RemoteFront, far: Path
) -> None:
    gone = front.ends(front.submit("variation", image=str(far / "gone.png")), JobState.FAILED)
    assert "gone.png" in gone.message
    assert gone.field == "image"
    model = front.ends(front.submit(prompt="x", model=str(far / "model.safetensors")), JobState.FAILED)
    assert "has no model 'model.safetensors'" in model.message
    lora = [{"adapter": "/x/film2.safetensors", "weight": 1.0}]
    refused = front.ends(front.submit(prompt="x", lora=lora), JobState.FAILED)
    assert "film2.safetensors" in refused.message
    tag = front.ends(front.submit(prompt="a cup <lora:/x/film3:0.5>"), JobState.FAILED)
    assert "film3" in tag.message
    task = front.ends(front.submit("posterize", bits=3), JobState.FAILED)
    assert "has no task 'posterize'" in task.message
    (far / "no.png").write_bytes(b"no picture at all")
    bad = front.ends(front.submit("variation", image=str(far / "no.png")), JobState.FAILED)
    assert "“no.png” is not a picture" in bad.message
    assert served.submitted == []


def test_a_path_that_a_stranger_sends_is_not_opened(served: Served, front: RemoteFront, far: Path) -> None:
    place = f"/v1/remote/{'a' * 32}"
    assert served.http.put(place, json={"version": "1", "protocol": messages.PROTOCOL}).status_code == 200
    refs = ("/etc/passwd", "../../server/token", "0" * 26, "https://example.com/x.png")
    for number, ref in enumerate(refs):
        order = {"type": "submit", "job": f"j{number}", "task": "variation", "params": {"image": ref}}
        assert served.http.post(f"{place}/commands", json=order).status_code == 204
    events = served.http.get(f"{place}/events?after=0&wait=0").json()["items"]
    told = [each["event"] for each in events if each["event"]["type"] == "failed"]
    assert [each["code"] for each in told] == ["foreign_path"] * 4
    order["job"] = "../../x"
    assert served.http.post(f"{place}/commands", json=order).status_code == 400
    missing = {"type": "submit", "job": "j9", "task": "variation", "params": {"image": f"file-{'0' * 64}"}}
    assert served.http.post(f"{place}/commands", json=missing).status_code == 409
    assert served.http.get(f"{place}/pictures/j1/0").status_code == 404
    assert served.http.delete(place).status_code == 204
    assert served.http.get(f"{place}/events").status_code == 404


def test_an_order_that_is_sent_twice_runs_once(served: Served) -> None:
    place = f"/v1/remote/{'b' * 32}"
    hello = {"version": "1", "protocol": messages.PROTOCOL}
    order = {"type": "submit", "job": "j1", "task": "text-to-image", "params": {"prompt": "a cup"}}
    assert served.http.put(place, json=hello).json()["resumed"] is False
    for _ in range(3):
        assert served.http.post(f"{place}/commands", json=order).status_code == 204
    told = served.http.put(place, json=hello).json()
    assert (told["resumed"], told["jobs"]) == (True, ["j1"])
    items = served.http.get(f"{place}/events?after=0&wait=0").json()["items"]
    assert [each["event"]["type"] for each in items].count("finished") == 1
    assert len(served.submitted) == 1
    again = served.http.get(f"{place}/events?after=0&wait=0").json()["items"]  # the answer did not arrive
    assert again == items
    saved = next(each for each in items if each["event"]["type"] == "saved")
    data = served.http.get(f"{place}/pictures/j1/0").content
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (saved["sha256"], saved["size_bytes"])
    served.http.get(f"{place}/events?after={items[-1]['number']}&wait=0")
    assert served.http.get(f"{place}/pictures/j1/0").status_code == 404
    served.wait(lambda: not spool(served))


def test_what_comes_by_hash_is_verified_and_must_be_a_picture(served: Served) -> None:
    data = picture()
    id = f"file-{hashlib.sha256(data).hexdigest()}"
    octets = {"content-type": "application/octet-stream"}
    assert served.http.head(f"/v1/files/{id}").status_code == 404
    assert served.http.put(f"/v1/files/{id}", content=data[:-1], headers=octets).status_code == 422
    assert served.http.put(f"/v1/files/{id}", content=data).status_code == 415
    assert served.http.put("/v1/files/x", content=data, headers=octets).status_code == 400
    assert served.http.head(f"/v1/files/{id}").status_code == 404
    for _ in range(2):
        assert served.http.put(f"/v1/files/{id}", content=data, headers=octets).json()["id"] == id
    assert served.http.head(f"/v1/files/{id}").status_code == 200
    bomb = encoded(Image.new("1", (16_000, 16_000)))
    for bad in (b"no picture", bomb):
        place = f"/v1/files/file-{hashlib.sha256(bad).hexdigest()}"
        assert served.http.put(place, content=bad, headers=octets).status_code == 400
    assert sorted(path.suffix for path in served.backend.uploads.folder.iterdir()) == ["", ".json"]


def test_cancel_and_what_has_not_begun(serve: Serve, far: Path) -> None:
    served = serve(manual=True)
    front = front_of(served, far).ready()
    jobs = [front.submit(prompt=name) for name in ("a", "b", "c")]
    orders = served.wait(lambda: served.submitted if len(served.submitted) == 2 else None)
    served.emit(
        Begun(orders[0].job), Started(orders[0].job, {}), Progress(orders[0].job, 1, 4, "denoising", preview=b"j")
    )
    front.until(lambda: jobs[0].state is JobState.RUNNING and front.heard(Progress))
    assert front.heard(Progress)[-1].preview == b"j"
    front.queue.cancel(jobs[0])
    served.wait(lambda: served.cancelled)
    front.ends(jobs[0], JobState.CANCELLED)
    front.queue.cancel(jobs[1])
    front.ends(jobs[1], JobState.CANCELLED)
    front.close()
    front.ends(jobs[2], JobState.CANCELLED)
    served.wait(lambda: not served.backend.jobs.queue.pending)


def test_a_library_that_takes_nothing_keeps_the_picture_until_its_user_decides(
    served: Served, front: RemoteFront, far: Path
) -> None:
    (far / "pictures/pictures").write_text("in the way")
    job = front.submit(prompt="a cup", count=2)
    front.until(lambda: len(front.heard(Unsaved)) == 2)
    assert job.state is JobState.UNSAVED
    assert front.heard(Finished) == []
    front.queue.save_again(job, str(far / "elsewhere"))
    front.ends(job)
    assert len([*(far / "elsewhere").glob("*.png")]) == 2
    other = front.submit(prompt="another")
    front.until(lambda: other.state is JobState.UNSAVED)
    (far / "pictures/pictures").unlink()
    front.queue.save_again(other)
    front.ends(other)
    assert len(front.library.find()) == 1
    (far / "pictures/pictures").rename(far / "pictures/aside")
    (far / "pictures/pictures").write_text("in the way")
    third = front.submit(prompt="third")
    front.until(lambda: third.state is JobState.UNSAVED)
    front.queue.discard(third)
    assert "discarded" in front.ends(third, JobState.FAILED).message


def test_a_plan_is_asked_for_what_is_there_only(serve: Serve, far: Path) -> None:
    served = serve(manual=True)
    front = front_of(served, far).ready()
    (far / "room.png").write_bytes(picture())
    front.client.send(messages.Plan("1", "variation", {"image": str(far / "room.png")}))
    assert front.wait(messages.Planned).fits is None
    front.client.send(messages.Plan("2", "text-to-image", {"prompt": "x"}))
    asked = served.wait(lambda: [each for each in served.engine.sent if isinstance(each, messages.Plan)])[0]
    served.emit(messages.Planned(asked.request, True), messages.MemoryReport(parked_bytes=7))
    front.until(lambda: [each for each in front.heard(messages.Planned) if each.request == "2" and each.fits])
    assert front.wait(messages.MemoryReport).parked_bytes == 7
    front.client.restart()
    served.wait(lambda: served.engine.restarts == 1)
    front.close()


def test_kept_embeddings_travel_and_can_be_named_over_http(served: Served, front: RemoteFront, far: Path) -> None:
    from studio.api import Embedding
    from studio.engine import embedding_file

    calm = embedding_file.write(far, Embedding("calm", "clip", (0.5, 0.25)))
    front.ends(front.submit("variation", image=str(calm)))
    sent = Path(served.submitted[-1].params["image"])
    assert sent.suffix == ".safetensors"
    assert front.library.find()[0].recipe.parents == [str(calm)]
    kept = embedding_file.write(served.backend.library.root / "embeddings", Embedding("loud", "clip", (0.5, 0.25)))
    assert [each["ref"] for each in served.http.get("/v1/embeddings").json()["data"]] == ["embedding:loud"]
    body = {"task": "variation", "params": {"image": "embedding:loud"}}
    assert served.http.post("/v1/jobs", json=body).status_code == 202
    served.wait(lambda: served.submitted[-1].params["image"] == str(kept))
    for bad in ("embedding:../loud", "embedding:soft"):
        assert served.http.post("/v1/jobs", json={"task": "variation", "params": {"image": bad}}).status_code == 400


def test_two_fronts_do_not_hear_each_other(served: Served, front: RemoteFront, tmp_path: Path) -> None:
    other = front_of(served, tmp_path / "other").ready()
    front.ends(front.submit(prompt="mine"))
    other.ends(other.submit(prompt="theirs"))
    assert [record.recipe.params["prompt"] for record in other.library.find()] == ["theirs"]
    assert len(front.library.find()) == 1
    other.close()


def test_an_older_or_newer_server_is_told(served: Served, far: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.server.own.remote.PROTOCOL", 99)
    front = front_of(served, far)
    front.wait(messages.Ended)
    assert "update the older one" in front.why[0]
    front.close()
