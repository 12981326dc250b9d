"""OpenAI's images API: what goes in becomes a job of the right task, and what comes out is what its clients read."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from served import MODELS, Served, built_in_tasks, encoded, mask, picture

from studio.library import embedded_recipe
from studio.server.openai import operation

GENERATIONS, EDITS, VARIATIONS = "/v1/images/generations", "/v1/images/edits", "/v1/images/variations"
Serve = Callable[..., Served]


def opened(b64: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(b64)))
    image.load()
    return image


def error(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json()["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert told["message"]
    assert answer.headers["x-request-id"]
    return answer.status_code, told["code"], told["param"]


def test_a_picture_comes_from_words(served: Served) -> None:
    done = served.http.post(GENERATIONS, json={"prompt": "a red cup", "n": 2, "size": "64x32", "model": None})
    assert done.status_code == 200, done.text
    body = done.json()
    (order,) = served.submitted
    assert order.task == "text-to-image"
    assert order.params == {"prompt": "a red cup", "count": 2, "size": "64x32"}
    assert [each["seed"] for each in body["data"]] == [7, 8]
    assert {opened(each["b64_json"]).size for each in body["data"]} == {(64, 32)}
    assert body["size"] == "64x32"
    assert (body["output_format"], body["background"]) == ("png", "opaque")
    assert served.backend.library.get(body["data"][0]["library_id"]).recipe.params["prompt"] == "a red cup"
    assert body["job_id"] == order.job


def test_what_the_words_became_is_told_where_they_were_open(served: Served) -> None:
    told = [
        served.http.post(GENERATIONS, json={"prompt": words}).json()["data"][0]["revised_prompt"]
        for words in ("{a|the} red cup", "a red cup")
    ]
    assert told == ["the red cup", None]


def test_extra_parameters_are_those_of_the_task_by_role_or_by_name(served: Served) -> None:
    extra = {"seed": 5, "steps": 3, "guidance": 2.5, "negative_prompt": "blue", "spread": False}
    assert served.http.post(GENERATIONS, json={"prompt": "x", **extra}).status_code == 200
    params = served.submitted[0].params
    assert (params["seed"], params["steps"], params["guidance_scale"]) == (5, 3, 2.5)
    assert params["negative_prompt"] == "blue"


@pytest.mark.parametrize(("name", "kind"), [("jpeg", "JPEG"), ("webp", "WEBP"), ("png", "PNG")])
def test_the_format_is_the_one_asked_for_and_carries_its_recipe(
    served: Served, name: str, kind: str, tmp_path: Any
) -> None:
    asked = {"prompt": "x", "output_format": name, **({"output_compression": 60} if name != "png" else {})}
    done = served.http.post(GENERATIONS, json=asked).json()
    data = base64.b64decode(done["data"][0]["b64_json"])
    assert opened(done["data"][0]["b64_json"]).format == kind
    (tmp_path / f"a.{name}").write_bytes(data)
    carried = embedded_recipe.read(tmp_path / f"a.{name}")
    assert carried is not None
    assert carried.recipe.params["prompt"] == "x"


def test_what_cannot_be_obeyed_is_refused_by_name_or_named_as_ignored(served: Served) -> None:
    ignored = {"style": "vivid", "user": "me", "quality": "high", "moderation": "low", "complexity": 1}
    done = served.http.post(GENERATIONS, json={"prompt": "x", **ignored, "background": "auto"})
    assert done.headers["x-ignored-params"] == "complexity, moderation, quality, style, user"
    for name, value, code in [
        ("background", "transparent", "invalid_value"), ("output_format", "gif", "invalid_value"),
        ("svg", {"model": "x"}, "unsupported_parameter"), ("frame_count", 4, "unsupported_parameter"),
        ("n", 0, "invalid_value"), ("n", 17, "invalid_value"), ("n", True, "invalid_value"),
        ("n", "two", "invalid_value"), ("size", "huge", "invalid_value"), ("size", "0x0", "invalid_value"),
        ("response_format", "xml", "invalid_value"),
        ("output_compression", 50, "invalid_value"), ("stream", "perhaps", "invalid_type"),
        ("partial_images", 4, "invalid_value"), ("steps", 100_000, "invalid_value"), ("steps", "many", "invalid_value"),
        ("colour", "red", "unknown_parameter"), ("prompt", 7, "invalid_type"), ("count", 3, "unknown_parameter"),
    ]:  # fmt: skip
        refused = served.http.post(GENERATIONS, json={"prompt": "x", name: value})
        assert error(refused) == (400, code, name), (name, value, refused.text)
    assert error(served.http.post(GENERATIONS, json={"n": 1})) == (400, "missing_required_parameter", "prompt")
    missing = served.http.post(GENERATIONS, json={"prompt": "x", "model": "nobody/knows"})
    assert error(missing) == (404, "model_not_found", "model")
    assert len(served.submitted) == 1


def test_models_of_openai_stand_for_the_own_one_and_old_programs_get_addresses(served: Served) -> None:
    done = served.http.post(GENERATIONS, json={"prompt": "x", "model": "dall-e-2", "size": "64x64"}).json()
    assert "model" not in served.submitted[0].params
    url = done["data"][0]["url"]
    assert url.startswith(f"{served.url}/pictures/")
    opened_without = served.http.get(url, headers={"authorization": ""})
    assert opened_without.status_code == 200
    assert opened_without.headers["content-type"] == "image/png"
    assert opened_without.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(opened_without.content)).size == (64, 64)
    other = url[:-8] + ("AAAA" if url[-8:-4] != "AAAA" else "BBBB") + url[-4:]
    assert error(served.http.get(other))[0] == 404


def test_a_link_ends_after_its_hour(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    done = served.http.post(GENERATIONS, json={"prompt": "x", "response_format": "url"}).json()
    monkeypatch.setattr(served.backend.links, "_clock", lambda: 1e12)
    assert error(served.http.get(done["data"][0]["url"]))[0] == 404


def test_an_edit_takes_what_the_mask_shows_through(served: Served) -> None:
    files = {"image": ("upload", picture(), "application/octet-stream"), "mask": ("m.png", mask(), "image/png")}
    done = served.http.post(EDITS, files=files, data={"prompt": "a hat", "n": "2", "seed": "7"})
    assert done.status_code == 200, done.text
    (order,) = served.submitted
    assert (order.task, order.params["count"], order.params["seed"]) == ("inpaint", 2, 7)
    white = Image.open(order.params["mask"])
    assert white.mode == "L"
    assert (white.getpixel((0, 0)), white.getpixel((9, 9))) == (0, 255)


def test_what_stands_in_for_a_mask(served: Served) -> None:
    holed = encoded(Image.new("RGBA", (32, 32), (9, 9, 9, 0)))
    for files, task in [
        ([("image", ("a.png", picture(), "image/png"))], "refine"),
        ([("image", ("a.png", holed, "image/png"))], "inpaint"),
        ([("image[]", ("猫.png", picture(), "image/png")), ("image[]", ("b", picture(), "image/png"))], "blend"),
    ]:
        done = served.http.post(EDITS, files=files, data={"prompt": "in oil"})
        assert done.status_code == 200, done.text
        assert done.json()["task"] == task
    assert served.submitted[-1].params["text"] == ["in oil"]
    assert len(served.submitted[-1].params["image"]) == 2


def test_an_edit_in_json_takes_data_urls_and_ids(served: Served) -> None:
    made = served.http.post(GENERATIONS, json={"prompt": "x"}).json()["data"][0]["library_id"]
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    for entry in ({"image_url": url}, {"file_id": made}, url, made):
        done = served.http.post(EDITS, json={"prompt": "x", "images": [entry]})
        assert done.status_code == 200, done.text
    assert served.submitted[-1].params["image"] == made
    for entry, code in [
        ({"image_url": "https://example.com/a.png"}, "invalid_value"), ("/etc/passwd", "file_not_found"),
        ("../../etc/passwd", "file_not_found"), ("file-" + "0" * 64, "file_not_found"), ({}, "invalid_value"),
        ("data:image/png;base64,@@", "invalid_value"), ("data:image/png,abc", "invalid_value"), (7, "invalid_value"),
    ]:  # fmt: skip
        refused = served.http.post(EDITS, json={"prompt": "x", "images": [entry]})
        assert error(refused)[:2] == (400, code), refused.text


def test_bad_pictures_and_masks_are_told(served: Served) -> None:
    good, text = picture(), b"no picture at all"
    for files, expected in [
        ({"image": ("a.png", text)}, (400, "invalid_image_file", "image")),
        ({"image": ("a.png", b"")}, (400, "invalid_image_file", "image")),
        ({"image": ("a.png", good[:200])}, (400, "invalid_image_file", "image")),
        ({"image": ("a.png", good), "mask": ("m", text)}, (400, "invalid_image_file", "mask")),
        ({"image": ("a.png", good), "mask": ("m", good)}, (400, "invalid_mask_image_format", "mask")),
        ({}, (400, "missing_required_parameter", "image")),
    ]:  # fmt: skip
        files = files or {"other": ("a", b"x")}
        refused = served.http.post(EDITS, files=files, data={"prompt": "x"})
        assert error(refused) == expected, refused.text
    assert served.submitted == []


def test_loras_are_those_of_the_catalogue(served: Served) -> None:
    asked = {"prompt": "x", "lora": [{"adapter": "Film", "weight": 0.5}]}
    assert served.http.post(GENERATIONS, json=asked).status_code == 200
    assert served.submitted[0].params["lora"] == asked["lora"]
    data = {"prompt": "x", "lora": json.dumps([{"adapter": "film"}])}
    assert served.http.post(EDITS, files={"image": picture()}, data=data).status_code == 200
    data["lora"] = json.dumps([{"adapter": "/etc/passwd"}])
    refused = served.http.post(EDITS, files={"image": picture()}, data=data)
    assert error(refused) == (404, "model_not_found", "lora")


def test_a_variation(served: Served) -> None:
    done = served.http.post(VARIATIONS, files={"image": picture()}, data={"n": "2", "distance": "0.3"})
    assert done.status_code == 200, done.text
    (order,) = served.submitted
    assert (order.task, order.params["count"], order.params["distance"]) == ("variation", 2, 0.3)
    assert len(done.json()["data"]) == 2
    refused = served.http.post(VARIATIONS, files={"image": picture()}, data={"prompt": "x"})
    assert error(refused) == (400, "unknown_parameter", "prompt")


def test_no_path_of_this_machine_is_an_extra_parameter(served: Served) -> None:
    data = {"unlike": "/etc/passwd"}
    refused = served.http.post(VARIATIONS, files={"image": picture()}, data=data)
    assert error(refused) == (400, "file_not_found", "unlike")


def test_a_task_is_found_by_what_it_declares(serve: Serve) -> None:
    """A third party's takes the place of the built-in one that is switched off; none at all is told."""
    tasks = {task.id: task for task in built_in_tasks()}
    own = type(tasks["text-to-image"])("paint", "Paint", tasks["text-to-image"].schema)
    served = serve(tasks=[tasks["upscale"], tasks["interpolate"], own], script=lambda order: [])
    chosen = operation.choose(operation.GENERATE, served.backend.jobs.tasks.values(), None)
    assert chosen.id == "paint"
    refused = served.http.post(VARIATIONS, files={"image": picture()})
    assert error(refused)[:2] == (404, "unsupported_operation")


def test_a_model_that_cannot_do_it_is_told(served: Served) -> None:
    refused = served.http.post(VARIATIONS, files={"image": picture()}, data={"model": "painter"})
    assert error(refused) == (400, "invalid_value", "model")
    assert served.http.post(GENERATIONS, json={"prompt": "x", "model": "painter"}).status_code == 200
    assert served.submitted[0].params["model"] == "painter"


def test_the_models(served: Served) -> None:
    listed = served.http.get("/v1/models").json()
    assert listed["object"] == "list"
    assert [each["id"] for each in listed["data"]] == [model.id for model in MODELS]
    assert served.http.get("/v1/models/starter").json()["object"] == "model"
    assert error(served.http.get("/v1/models/none")) == (404, "model_not_found", "model")


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_stream_has_as_many_previews_as_were_asked_for(served: Served, count: int) -> None:
    asked = {"prompt": "x", "stream": True, "partial_images": count, "output_format": "webp"}
    done = served.http.post(GENERATIONS, json=asked)
    assert done.headers["content-type"] == "text/event-stream"
    told = events(done.text)
    *partial, last = told
    assert [name for name, _ in partial] == ["image_generation.partial_image"] * len(partial)
    assert len(partial) <= count
    assert [data["partial_image_index"] for _, data in partial] == [*range(len(partial))]
    assert last[0] == last[1]["type"] == "image_generation.completed"
    assert opened(last[1]["b64_json"]).format == "WEBP"
    assert all(opened(data["b64_json"]).format == "WEBP" for _, data in partial)


def test_a_stream_of_two_edits_ends_twice(served: Served) -> None:
    done = served.http.post(EDITS, files={"image": picture()}, data={"prompt": "x", "n": "2", "stream": "true"})
    assert [name for name, _ in events(done.text)] == ["image_edit.completed"] * 2
