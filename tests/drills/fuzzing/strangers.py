"""What reads the answers of servers, the lines of another process, and the words that people write."""

import functools
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import msgspec
import numpy as np

from fuzzing.harness import Target
from fuzzing.mutation import changed_bytes
from studio import api, messages, requirement, resource
from studio.cli.display import Display
from studio.descriptions import DeviceInfo, ModelInfo, PluginInfo, TaskInfo
from studio.diffusion import _emphasis, _notation
from studio.diffusion.phrasing import Reader
from studio.downloads import Hub, Web, order_for, plan, search
from studio.downloads import _ncnn as ncnn
from studio.jobs import JobQueue
from studio.testing import FakeContext
from studio.text import Text
from studio.translation import Phrasebook

HASH = "0123456789abcdef" * 4


class Answers(Web):
    """The web, where every answer is one of these: by what stands in the address."""

    answers: Mapping[str, bytes] = MappingProxyType({})

    def read(self, url: str, what: str, cap_bytes: int) -> tuple[bytes, httpx2.Headers]:
        kind = next(kind for kind in ("revision", "tree", "resolve", "search") if kind in url)
        return self.answers[kind], httpx2.Headers()


@functools.cache
def _web() -> Answers:
    return Answers(Hub("https://hub.example", Path("/nowhere")))


ABOUT = {"sha": "f" * 40, "gated": "auto", "cardData": {"license": "other", "license_name": "x", "license_link": "y"}}
TREE = [
    {"type": "file", "path": "model_index.json", "size": 300, "oid": HASH[:40]},
    {"type": "file", "path": "unet/a.fp16.safetensors", "size": 9, "oid": HASH[:40], "lfs": {"oid": HASH, "size": 9}},
    {"type": "file", "path": "unet/config.json", "size": 9, "oid": HASH[:40]},
    {"type": "directory", "path": "unet", "size": 0, "oid": HASH[:40]},
]
INDEX = {"_class_name": "X", "unet": ["diffusers", "UNet"], "safety_checker": [None, None]}
FOUND = [{"id": "a/b", "downloads": 3, "tags": ["license:mit"], "gated": False, "pipeline_tag": "text-to-image"}]


def hub(kind: str) -> Callable[[Path, bytes], None]:
    good = {"revision": ABOUT, "tree": TREE, "resolve": INDEX, "search": FOUND}
    answers = {name: json.dumps(value).encode() for name, value in good.items()}

    def ask(folder: Path, data: bytes) -> None:
        web = _web()
        web.answers = answers | {kind: data}
        if kind == "search":
            assert all(len(each.license) < 100_000 for each in search(web, "x"))
            return
        made = plan(web, "a/b")
        snapshot = folder / "snapshot"
        for file in made.files:
            assert snapshot.joinpath(*file.path.split("/")).resolve().is_relative_to(snapshot.resolve()), file.path
            assert file.etag.isalnum()
        assert made.size_bytes >= 0

    return ask


def asked(folder: Path, data: bytes) -> None:
    order_for(data.decode("utf-8", "replace"), (), Hub("https://hub.example", folder), sha256=HASH)


# ---- weights in packages

PARAM = """7767517
5 5
Input data 0 1 data 0=0
Convolution c0 1 1 data a 0=2 1=3 4=1 5=1 6=54
PReLU p0 1 1 a b 0=2
Convolution c1 1 1 b c 0=3 1=3 4=1 5=1 6=54
PixelShuffle s 1 1 c out 0=1
"""


def network(folder: Path, data: bytes) -> None:
    layers = ncnn.read_layers(data.decode("ascii", "replace"))
    ncnn.read_weights(layers, bytes(4 * 117))


def weights(folder: Path, data: bytes) -> None:
    ncnn.read_weights(ncnn.read_layers(PARAM), data)


# ---- between the processes


def events(folder: Path) -> list[bytes]:
    task = TaskInfo("t", "T", {"type": "object", "properties": {}})
    ready = messages.Ready([task], [PluginInfo("p", "x")], [ModelInfo("a", "A", "", "/x")], [DeviceInfo("cpu", "C", 3)])
    said = Text("It is {}x{} pixels, {}.", 3, 4, Text("which is {}", "small"))
    return [
        messages.encode(each)
        for each in (
            ready, messages.Starting(3, "importing"), messages.Started("j", {"seed": 3}), messages.Log("x"),
            messages.Progress("j", 1, 4, "denoise", 2.5, b"\xff\xd8"), messages.Note("j", said),
            messages.Heartbeat(3, 4), messages.Revealed("j", "s", {"a": {"jpeg": "AA=="}}),
            messages.Saved("j", "i", "/x.png", 0, 3, 4, 5),
            messages.Unsaved("j", 0, said), messages.Finished("j", 2.5), messages.Failed("j", said, field="a"),
            messages.Interrupted("j", said), messages.Ended(said, 1, True), messages.Silent(3.5),
            messages.Planned("r", True, 3, 4, 2.5), messages.MemoryReport([], [], 3, 4), messages.JobCancelled("j"),
        )
    ]  # fmt: skip


def commands(folder: Path) -> list[bytes]:
    return [
        messages.encode(each)
        for each in (
            messages.Submit("j", "t", {"prompt": "x", "seed": 3}), messages.Cancel("j"), messages.Resave("j", "/x"),
            messages.Unload(["a"]), messages.Pin("a", True), messages.Plan("r", "t", {"a": [1.5]}), messages.Shutdown(),
        )
    ]  # fmt: skip


@functools.cache
def _chinese() -> Phrasebook:
    file = resource.folder() / "translations/sentences_zh.json"
    return Phrasebook(json.loads(file.read_text("utf-8")))


def event(folder: Path, data: bytes) -> None:
    """What a front does with a line of its engine: the queue, the display, and the other language."""
    heard = messages.decode_event(data)
    queue = JobQueue()
    queue.hold([])
    queue.follow(heard)
    display = Display(io.StringIO())
    if isinstance(heard, messages.Progress):
        display.progress(heard.stage, heard.done, heard.total, heard.eta_s)
    for name in ("message", "text"):
        if isinstance(told := getattr(heard, name, None), str) and len(told) < 2000:
            display.line(told)
            _chinese().say(told)
    messages.encode(heard)


def command(folder: Path, data: bytes) -> None:
    ordered = messages.decode_command(data)
    if isinstance(ordered, messages.Submit):
        messages.check(ordered.params)
    messages.encode(ordered)


# ---- words


@functools.cache
def _reader() -> Reader:
    return Reader(json.loads((resource.folder() / "starter/studio.json").read_text("utf-8")).get("defaults", {}))


class _Words(api.Params):
    prompt: str = ""


def prompt(folder: Path, data: bytes) -> None:
    words = data.decode("utf-8", "replace")[:10_000]
    assert isinstance(_reader().read(words).prompt, str)
    given = _Words(prompt=words)
    left = _notation.readable(given, FakeContext(), "prompt")
    assert isinstance(left.prompt, str)
    _emphasis.fragments(words)


def requires(folder: Path, data: bytes) -> None:
    """What the metadata of an installed package asks for."""
    place = folder / "x-1.0.dist-info"
    place.mkdir(exist_ok=True)
    (place / "METADATA").write_bytes(b"Metadata-Version: 2.1\nName: x\nVersion: 1.0\n" + data)
    for line in data.decode("utf-8", "replace").splitlines()[:5]:
        asked = line.removeprefix("Requires-Dist: ")
        if len(asked) <= requirement.LONGEST and (match := requirement._LINE.fullmatch(asked)):
            requirement._applies(match[3] or "python_version > '3'")
            requirement._meets("1.2.3", match[2])


def _answer(kind: str, value: Any) -> Target:
    return Target(f"hub-{kind}", lambda folder: [json.dumps(value).encode()], hub(kind), round=4000)


WORDS = (
    "a red mushroom (on:1.2) a [blue] ground", "一只戴着帽子的红色的猫",
    "<lora:film:0.8> a cat BREAK a dog AND [red:blue:0.5]",
    "two yellow cups, left, #ff8800, {a|b} __x__", "((((a)))) \\(b\\) (c:1.1:2)",
)  # fmt: skip
TARGETS = (
    _answer("revision", ABOUT), _answer("tree", TREE), _answer("resolve", INDEX), _answer("search", FOUND),
    Target("order", lambda folder: [b"https://hub.example/a/b/resolve/main/x.safetensors", b"a/b", b"http://[::1]:8/x.gguf"],
           asked, mutate=changed_bytes, round=15000),
    Target("ncnn-network", lambda folder: [PARAM.encode()], network, mutate=changed_bytes, round=8000),
    Target("ncnn-weights", lambda folder: [np.zeros(117, "<f4").tobytes()], weights, mutate=changed_bytes, round=8000),
    Target("event", events, event, may_raise=(msgspec.DecodeError,), round=8000),
    Target("command", commands, command, may_raise=(msgspec.DecodeError,), round=15000),
    Target("prompt", lambda folder: [each.encode() for each in WORDS], prompt, mutate=changed_bytes, round=1500),
    Target("requirement", lambda folder: [b"Requires-Dist: a[b] (>=1.2,<3); python_version > '3'", b"x~=1.2.*"],
           requires, mutate=changed_bytes, round=8000),
)  # fmt: skip
