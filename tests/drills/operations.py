"""What the anomaly loop does to a home, and what must hold of the home afterwards, whatever happened meanwhile."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PIL import Image

from studio import settings
from studio.cli import export
from studio.document import project
from studio.document.project import LayerEntry, Manifest
from studio.downloads import DownloadProgress, Hub, Web, fetch, plan
from studio.errors import UserError
from studio.jobs import Job, encode_jobs, load_jobs, save_jobs
from studio.library import Library, Recipe

EARLIER = Path(__file__).parents[1] / "data/home-0.1.zip"
SIZE = (60, 40)
Found = Iterator[str]
"""What does not hold, in words; nothing when all is well."""


@dataclass(frozen=True)
class Operation:
    """`act` returns what it reports as done, and raises what it `may_raise` when it reports that nothing was done."""

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], Any]
    judge: Callable[[Path, Any], Found]
    may_raise: tuple[type[Exception], ...] = (UserError,)


def picture(shade: int) -> Image.Image:
    return Image.effect_noise(SIZE, 60).point(lambda value: (value + shade) % 256).convert("RGB")


def library(home: Path) -> Library:
    return Library(home / "library")


def three_pictures(home: Path) -> None:
    with closing(library(home)) as opened:
        for number in range(3):
            opened.save(picture(number), Recipe("drill", {"prompt": f"number {number}"}, seed=number))


def save(home: Path) -> str:
    with closing(library(home)) as opened:
        return opened.save(picture(9), Recipe("drill", {"prompt": "new"}, seed=9)).id


def delete(home: Path) -> None:
    with closing(library(home)) as opened:
        opened.delete([record.id for record in opened.find() if record.recipe.seed == 1])


def trash_one(home: Path) -> None:
    three_pictures(home)
    delete(home)


def restore(home: Path) -> None:
    with closing(library(home)) as opened:
        opened.restore([record.id for record in opened.find(trashed=True)])


def empty_trash(home: Path) -> int:
    with closing(library(home)) as opened:
        return opened.empty_trash().pictures


def whole_library(home: Path, seeds: set[int]) -> Found:
    """Nothing torn; the pictures of these seeds are there; the next start heals, and then all is in order and works."""
    root = home / "library"
    for path in (root / "pictures").rglob("*.png"):
        try:
            with Image.open(path) as image:
                image.load()
        except OSError as error:
            yield f"torn: {path.name} ({error})"
    with closing(library(home)) as opened:
        if opened.problem:
            yield f"the library can only be read ({opened.problem})"
        opened.sweep()
        if again := opened.sweep():
            yield f"the second sweep finds something: {again}"
        if left := [path.name for path in root.rglob("*.tmp")]:
            yield f"left behind: {left}"
        records = [*opened.find(limit=100), *opened.find(limit=100, trashed=True)]
        if lost := seeds - {record.recipe.seed for record in records if record.path.is_file()}:
            yield f"lost: the pictures {lost}"
        with closing(sqlite3.connect(root / "index.db")) as index:
            if (state := index.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
                yield f"the index is damaged: {state}"
        after = opened.save(picture(50), Recipe("drill", {}, seed=50))
        if not after.path.is_file():
            yield "nothing can be saved afterwards"


def judge_save(home: Path, saved: Any) -> Found:
    yield from whole_library(home, {0, 1, 2} | ({9} if saved != FAILED else set()))


def judge_delete(home: Path, done: Any) -> Found:
    yield from whole_library(home, {0, 1, 2})
    with closing(library(home)) as opened:
        trashed = {record.recipe.seed for record in opened.find(trashed=True)}
    if trashed not in ({1}, set()) or (done != FAILED and trashed != {1}):
        yield f"in the trash: {trashed}"


def judge_restore(home: Path, done: Any) -> Found:
    yield from whole_library(home, {0, 1, 2})
    with closing(library(home)) as opened:
        trashed = {record.recipe.seed for record in opened.find(trashed=True)}
    if trashed not in ({1}, set()) or (done != FAILED and trashed):
        yield f"in the trash: {trashed}"


def judge_empty_trash(home: Path, done: Any) -> Found:
    with closing(library(home)) as opened:
        if done != FAILED and opened.count(trashed=True):
            yield "told as emptied, and it is not"
        opened.empty_trash()  # what is left of it is emptied by the next attempt
        if opened.count(trashed=True):
            yield "it cannot be emptied afterwards"
    yield from whole_library(home, {0, 2})
    with closing(library(home)) as opened:
        if missing := [record.id for record in opened.find(limit=100) if not record.path.is_file()]:
            yield f"rows without a file: {missing}"


def place(home: Path) -> str:
    with closing(library(home)) as opened:
        source = next(record.path for record in opened.find() if record.recipe.seed == 2)
    target = export.folder(str(home / "out"))
    return str(export.place(source, target, "copy"))


def judge_place(home: Path, done: Any) -> Found:
    yield from whole_library(home, {0, 1, 2})
    for path in (home / "out").glob("*.png"):
        try:
            with Image.open(path) as image:
                image.load()
        except OSError as error:
            yield f"torn in the user's folder: {path.name} ({error})"
    if done != FAILED and not Path(done).is_file():
        yield "told as exported, and it is not there"
    export.folder(str(home / "out"))
    if left := [path.name for path in (home / "out").iterdir() if path.suffix != ".png"]:
        yield f"left in the user's folder: {left}"


def earlier_home(home: Path) -> None:
    with zipfile.ZipFile(EARLIER) as archive:
        archive.extractall(home)


def open_it(home: Path) -> int:
    with closing(library(home)) as opened:
        opened.sweep()
        return opened.count()


def judge_migration(home: Path, done: Any) -> Found:
    with closing(library(home)) as opened:
        records = opened.find(limit=100)
    if len(records) != MIGRATED or any(not record.path.is_file() for record in records):
        yield f"{len(records)} pictures of the earlier version, not {MIGRATED}"
    yield from whole_library(home, set())


def old_settings(home: Path) -> None:
    settings.save(replace(settings.Settings(home), theme="old", models=("/one",)))


def save_settings(home: Path) -> bool:
    settings.save(replace(settings.Settings(home), theme="new", models=("/one", "/two")))
    return True


def judge_settings(home: Path, done: Any) -> Found:
    now = settings.load({"STUDIO_HOME": str(home)})
    if (now.theme, len(now.models)) not in ((("old", 1), ("new", 2)) if done == FAILED else (("new", 2),)):
        yield f"neither the old settings nor the new ones: {now.theme}, {now.models}"


def jobs(*names: str) -> bytes:
    return encode_jobs(Job(name, "drill", {"prompt": name * 500}) for name in names)


def old_queue(home: Path) -> None:
    save_jobs(home / "queue.json", jobs("one"))


def save_queue(home: Path) -> bool:
    save_jobs(home / "queue.json", jobs("one", "two"))
    return True


def judge_queue(home: Path, done: Any) -> Found:
    found = [job.id for job in load_jobs(home / "queue.json")]
    if found not in ([["one"], ["one", "two"]] if done == FAILED else [["one", "two"]]):
        yield f"neither the old queue nor the new one: {found}"


def old_project(home: Path) -> None:
    for number in (1, 2):
        picture(number).save(home / f"{number}.png")
    project.save(home / "mine.studio", Manifest(layers=[LayerEntry("a", str(home / "1.png"), "old", "ref")]), None)


def save_project(home: Path) -> bool:
    layers = [LayerEntry(name, str(home / f"{number}.png"), "new", "ref") for number, name in ((1, "a"), (2, "b"))]
    project.save(home / "mine.studio", Manifest(layers=layers), None)
    return True


def judge_project(home: Path, done: Any) -> Found:
    found = [layer.name for layer in project.load(home / "mine.studio", home / "open").layers]
    if found not in ([["old"], ["new", "new"]] if done == FAILED else [["new", "new"]]):
        yield f"neither the old project nor the new one: {found}"


def hub_in_a_process(home: Path) -> None:
    """One that all attempts ask: it runs beside the drill, and ends with it."""
    command = [sys.executable, "-c", HUB, str(TESTS)]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    os.environ[HUB_URL] = server.stdout.readline().strip()
    _servers.append(server)  # its stdin is closed with this process, which it waits for


def download(home: Path) -> str:
    hub = Hub(endpoint=os.environ[HUB_URL], cache=home / "hub")
    with Web(hub, patience=0) as web:
        return str(fetch(web, plan(web, "maker/tiny"), DownloadProgress(0)))


def judge_download(home: Path, done: Any) -> Found:
    """What is there under the name of its hash has that hash; and the next attempt completes it."""
    for path in (home / "hub").rglob("blobs/*"):
        data = path.read_bytes()
        known = {hashlib.sha256(data).hexdigest(), hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()}
        if path.suffix != ".part" and path.name not in known:
            yield f"torn under its final name: {path.name}"
    for folder in [done] if done != FAILED else []:
        yield from incomplete(Path(folder))
    yield from incomplete(Path(download(home)))
    if left := [path.name for path in home.rglob("*.part")]:
        yield f"left behind: {left}"


def incomplete(folder: Path) -> Found:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if missing := {"model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors"} - found:
        yield f"told as fetched, and missing: {missing}"


TESTS = Path(__file__).parents[1]
HUB_URL = "STUDIO_DRILL_HUB"
HUB = """
import json, sys
sys.path.insert(0, sys.argv[1])
from hub_server import running_hub
index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
with running_hub() as hub:
    hub.add("maker/tiny", {
        "model_index.json": json.dumps(index).encode(), "unet/config.json": b"{}",
        "unet/diffusion_pytorch_model.safetensors": bytes(range(256)) * 400,
    })
    print(hub.url, flush=True)
    sys.stdin.read()
"""
_servers: list[Any] = []
FAILED = "failed"
"""What stands for an operation that did not tell of success: it was killed, or said so."""
MIGRATED = 6
OPERATIONS = {
    each.name: each
    for each in (
        Operation("save", three_pictures, save, judge_save),
        Operation("delete", three_pictures, delete, judge_delete),
        Operation("restore", trash_one, restore, judge_restore),
        Operation("trash", trash_one, empty_trash, judge_empty_trash),
        Operation("export", three_pictures, place, judge_place, (UserError, OSError)),
        Operation("migrate", earlier_home, open_it, judge_migration),
        Operation("project", old_project, save_project, judge_project, (UserError, OSError)),
        Operation("settings", old_settings, save_settings, judge_settings),
        Operation("download", hub_in_a_process, download, judge_download),
        Operation("queue", old_queue, save_queue, judge_queue, (OSError,)),
    )
}
