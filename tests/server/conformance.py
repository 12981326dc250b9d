"""What OpenAI's own client does with our server: run in an environment that has nothing but that client.

python conformance.py BASE_URL TOKEN FOLDER: FOLDER has picture.png, mask.png and 猫.png. Ends with 0 when all is well.
"""

import asyncio
import base64
import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
from openai import AsyncOpenAI, OpenAI

warnings.simplefilter("ignore", DeprecationWarning)  # newer clients say that variations are OpenAI's past
BASE, TOKEN, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])
client = OpenAI(base_url=BASE, api_key=TOKEN, timeout=60)
PICTURE, MASK, CAT = (FOLDER / name for name in ("picture.png", "mask.png", "猫.png"))


def is_picture(answer: Any, count: int = 1, start: bytes = b"\x89PNG") -> None:
    assert len(answer.data) == count, answer
    for each in answer.data:
        assert base64.b64decode(each.b64_json).startswith(start)
    assert answer.created > 1_600_000_000


def generate() -> None:
    is_picture(client.images.generate(prompt="a cup"))
    is_picture(client.images.generate(prompt="a cup", n=3), 3)
    nothing: Any = dict.fromkeys(("n", "size", "user", "quality", "model", "response_format"))
    is_picture(client.images.generate(prompt="a cup", **nothing))
    extra = {"seed": 7, "negative_prompt": "blue", "steps": 3, "guidance": 4.0}
    answer: Any = client.images.generate(prompt="一只猫 🐈", extra_body=extra)
    is_picture(answer)
    assert answer.data[0].seed == 7  # what the studio knows besides survives
    assert answer.job_id
    jpeg: Any = {"output_format": "jpeg", "output_compression": 70}
    is_picture(client.images.generate(prompt="a cup", extra_body=jpeg), 1, b"\xff\xd8")
    is_picture(client.images.generate(prompt="a cup", model="starter", size="256x256"))


def url() -> None:
    import urllib.request

    for options in ({"model": "dall-e-2"}, {"response_format": "url"}):
        answer = client.images.generate(prompt="a cup", **options)  # type: ignore[call-overload]
        with urllib.request.urlopen(answer.data[0].url) as opened:
            assert opened.read().startswith(b"\x89PNG")


def edit() -> None:
    data = PICTURE.read_bytes()
    for image in (PICTURE, PICTURE.open("rb"), data, io.BytesIO(data), ("a.png", data), ("猫.png", data, "image/png")):
        is_picture(client.images.edit(image=image, prompt="a hat"))
    is_picture(client.images.edit(image=CAT, mask=MASK, prompt="a hat", n=2), 2)
    is_picture(client.images.edit(image=[PICTURE, CAT], prompt="both", extra_body={"seed": 5}))
    is_picture(client.images.edit(image=data, mask=MASK.read_bytes(), prompt="x", size="auto", user="me"))


def variation() -> None:
    is_picture(client.images.create_variation(image=PICTURE, n=2), 2)
    is_picture(client.images.create_variation(image=PICTURE.read_bytes(), extra_body={"distance": 0.2}))


def models() -> None:
    listed = [model.id for model in client.models.list()]
    assert "starter" in listed
    assert client.models.retrieve("starter").id == "starter"


def stream() -> None:
    for count in (0, 1, 3):
        names = []
        asked: Any = {"stream": True, "partial_images": count}
        answer: Any = (
            client.images.generate(prompt="a cup", **asked)
            if STREAMS
            else client.post(
                "/images/generations", body={"prompt": "a cup", **asked}, cast_to=object, stream=True,
                stream_cls=openai.Stream[object],
            )
        )  # fmt: skip
        for event in answer:
            names.append(event["type"] if isinstance(event, dict) else event.type)
            data = event["b64_json"] if isinstance(event, dict) else event.b64_json
            assert base64.b64decode(data).startswith(b"\x89PNG")
        assert names[-1] == "image_generation.completed"
        assert len(names) - 1 <= count
    if STREAMS:
        with client.images.generate(prompt="a cup", stream=True) as vanishing:  # type: ignore[call-overload]
            del vanishing
        edited: Any = client.images.edit(image=PICTURE, prompt="x", stream=True)  # type: ignore[call-overload]
        assert [event.type for event in edited] == ["image_edit.completed"]


def raw() -> None:
    answer = client.images.with_raw_response.generate(prompt="a cup", user="me")
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["x-ignored-params"] == "user"
    is_picture(answer.parse())


def errors() -> None:
    good = client.images.generate
    other = OpenAI(base_url=BASE, api_key="wrong" * 5)
    for kind, code, param, call in [
        (openai.BadRequestError, "invalid_value", "size", lambda: good(prompt="x", extra_body={"size": "huge"})),
        (openai.BadRequestError, "unknown_parameter", "colour", lambda: good(prompt="x", extra_body={"colour": 1})),
        (openai.BadRequestError, "invalid_value", "n", lambda: good(prompt="x", n=99)),
        (openai.BadRequestError, "invalid_value", "background",
         lambda: good(prompt="x", extra_body={"background": "transparent"})),
        (openai.NotFoundError, "model_not_found", "model", lambda: good(prompt="x", model="none")),
        (openai.NotFoundError, "model_not_found", "model", lambda: client.models.retrieve("none")),
        (openai.BadRequestError, "invalid_image_file", "image", lambda: client.images.edit(image=b"no", prompt="x")),
        (openai.BadRequestError, "invalid_mask_image_format", "mask",
         lambda: client.images.edit(image=PICTURE, mask=PICTURE, prompt="x")),
        (openai.AuthenticationError, "invalid_api_key", None, lambda: other.images.generate(prompt="x")),
        (openai.APIStatusError, "request_too_large", None,
         lambda: client.images.edit(image=b"\x89PNG" + bytes(51 * 2**20), prompt="x")),
        (openai.PermissionDeniedError, "forbidden_origin", None,
         lambda: good(prompt="x", extra_headers={"Origin": "https://evil.example"})),
        (openai.InternalServerError, "out_of_memory", None, lambda: good(prompt="fail out_of_memory")),
        (openai.BadRequestError, "empty_prompt", "prompt", lambda: good(prompt="fail empty_prompt")),
    ]:  # fmt: skip
        told = caught(kind, call)
        assert (told.code, told.param) == (code, param), (told.code, told.param, told)
        assert told.request_id.startswith("req_")
        assert len(told.message) > 20


def caught(kind: Any, call: Callable[[], Any]) -> Any:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def counted(prompt: str) -> int:
    """How many jobs the server has had for this prompt."""
    answer: Any = client.images.generate(prompt=f"count {prompt}")
    return int(answer.data[0].seed)


def retries() -> None:
    caught(openai.InternalServerError, lambda: client.images.generate(prompt="fail out_of_memory"))
    assert counted("fail out_of_memory") == 2  # here and above: each once, none again
    patient = OpenAI(base_url=BASE, api_key=TOKEN, timeout=1.2, max_retries=3)
    is_picture(patient.images.generate(prompt="slow"))  # it times out, comes back, and finds its job
    assert counted("slow") == 1
    caught(openai.APITimeoutError, lambda: OpenAI(
        base_url=BASE, api_key=TOKEN, timeout=0.3, max_retries=0).images.generate(prompt="slower"))  # fmt: skip


def concurrent() -> None:
    async def all_at_once() -> None:
        async with AsyncOpenAI(base_url=BASE, api_key=TOKEN, timeout=60) as other:
            answers = await asyncio.gather(*(other.images.generate(prompt=f"cup {n}") for n in range(16)))
            for answer in answers:
                is_picture(answer)
            is_picture(await other.images.edit(image=PICTURE, mask=MASK, prompt="x"))
            is_picture(await other.images.create_variation(image=CAT))
            assert [model.id async for model in other.models.list()]

    asyncio.run(all_at_once())


STREAMS = "stream" in (openai.resources.images.Images.generate.__annotations__ or {}) or hasattr(
    openai.types, "ImageGenStreamEvent"
)
for check in (generate, url, edit, variation, models, stream, raw, errors, retries, concurrent):
    check()
    print(check.__name__, flush=True)  # noqa: T201 - what the test reads
