"""What reads files that the studio itself wrote, and that others may have brought or damaged: library, projects, jobs,
settings, embeddings, and all that is kept in the home."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from fuzzing import containers
from fuzzing.harness import Target
from fuzzing.pictures import RECIPE, saved, shown
from studio import form, settings
from studio.api import Embedding
from studio.cli import batch
from studio.descriptions import TaskInfo
from studio.desktop.shell import ui_state
from studio.document import openraster, photoshop, project, session_lock, stored_document, tile_file
from studio.document.blend_mode import BlendMode
from studio.document.exported_layer import ExportedLayer
from studio.document.mask import Mask
from studio.downloads import DownloadList, DownloadOrder, Hub
from studio.engine import embedding_file
from studio.jobs import Job, JobQueue, encode_jobs, load_jobs
from studio.library import Library, Recipe
from studio.models import devices, measurements
from studio.plugin_host import trial
from studio.plugin_host.trial import PluginTrials

SCHEMA = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "widget": "prompt", "role": "prompt"},
        "image": {"type": "string", "widget": "image"},
        "images": {"type": "array", "items": {"type": "string", "widget": "image"}},
        "steps": {"type": "integer", "minimum": 1, "maximum": 50},
        "strength": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "sampler": {"enum": ["a", "b"]},
        "model": {"type": "string", "widget": "model"},
    },
}
FIELDS = form.parse(SCHEMA)
Read = Callable[[Path, bytes], object]


def kept(name: str, read: Callable[[Path], object]) -> Read:
    """The input under a name in the folder, which is read."""

    def placed(folder: Path, data: bytes) -> object:
        (folder / name).write_bytes(data)
        return read(folder)

    return placed


def written(name: str, write: Callable[[Path], object]) -> Callable[[Path], list[bytes]]:
    """A seed that our own writer makes."""

    def seeds(folder: Path) -> list[bytes]:
        write(folder)
        return [(folder / name).read_bytes()]

    return seeds


# ---- library


def library(folder: Path) -> None:
    with closing(Library(folder / "library")) as opened:
        from PIL import Image

        first = opened.save(Image.new("RGB", (4, 4)), RECIPE.recipe)
        opened.save(Image.new("L", (4, 4)), Recipe("variation", {"prompt": "b"}, parents=[first.id]))
        opened.delete([opened.save(Image.new("L", (4, 4)), Recipe("t", {})).id])


def index_seed(folder: Path) -> list[bytes]:
    return [(folder / "library/index.db").read_bytes()]


def look_through(folder: Path, data: bytes) -> None:
    """All that a start, a gallery and a clean-up do with a library whose index somebody else has made."""
    root = folder / "opened"
    shutil.copytree(folder / "library", root)
    precious = folder / "precious.png"
    precious.write_bytes(b"somebody's")
    try:
        (root / "index.db").write_bytes(data)
        for readonly in (True, False):
            with closing(Library(root, readonly=readonly)) as opened:
                opened.sweep()
                for record in (*opened.find(), *opened.find("cat"), *opened.find(trashed=True)):
                    shown(record)
                    opened.children(record.id)
                    opened.get(record.id)
                if not readonly:
                    opened.delete([record.id for record in opened.find(limit=1)])
                    opened.empty_trash()
    finally:
        shutil.rmtree(root)
        assert precious.read_bytes() == b"somebody's"


# ---- projects and the canvas


def project_seed(folder: Path) -> list[bytes]:
    for number in (0, 1):
        (folder / f"{number}.png").write_bytes(saved("RGBA", "PNG"))
    (folder / "mask.png").write_bytes(saved("L", "PNG"))
    layers = [
        project.LayerEntry("a", str(folder / "0.png"), "底", "ref", str(folder / "mask.png"), 3, -4, 0.5, over=["b"]),
        project.LayerEntry("b", str(folder / "1.png"), visible=False),
    ]
    project.save(folder / "x.studio", project.Manifest(layers=layers, frame=(1, 2, 3, 4)), saved("L", "PNG"))
    return [(folder / "x.studio").read_bytes()]


def open_project(folder: Path) -> None:
    place = folder / "unpacked"
    try:
        found = project.load(folder / "x.studio", place)
        for layer in found.layers:
            assert Path(layer.file).resolve().is_relative_to(place.resolve()), "a part outside its folder"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def session(folder: Path, data: bytes) -> None:
    project.decode(data, "session.json")


def document(folder: Path, data: bytes) -> None:
    found = stored_document.decode(data, "document.json")
    for step in found.steps:
        found.layers(step.layers)


def layered_seed(folder: Path, suffix: str) -> list[bytes]:
    png = saved("RGBA", "PNG")
    sheets = [
        ExportedLayer("底", png),
        ExportedLayer("b", png, 3, -4, 0.5, False, BlendMode.SOFT_LIGHT, saved("L", "PNG")),
    ]
    target = folder / f"seed.{suffix}"
    if suffix == "ora":
        openraster.write(target, (40, 30), sheets, png, png)
    else:
        photoshop.write(target, (40, 30), sheets, png)
    return [target.read_bytes()]


def open_layered(folder: Path, suffix: str) -> None:
    place = folder / "unpacked"
    read = openraster.read if suffix == "ora" else photoshop.read
    try:
        manifest, _ = read(folder / f"x.{suffix}", place)
        for layer in manifest.layers:
            assert Path(layer.file).resolve().is_relative_to(place.resolve()), "a part outside its folder"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def mask_seed(folder: Path) -> None:
    mask = Mask(300, 200)
    mask.fill(255)
    tile_file.save(folder / "mask.bin", mask)


# ---- jobs


def job_line(folder: Path, data: bytes) -> None:
    for line in data.splitlines()[:3]:
        batch.params(line, FIELDS, {"steps": 3})


def waiting(folder: Path) -> None:
    queue = JobQueue()
    queue.hold(load_jobs(folder / "queue.json"))
    for job in queue.pending:
        assert isinstance(job.label, str)
    encode_jobs(queue.pending)


# ---- what the home holds besides


def read_settings(folder: Path) -> None:
    found = settings.load({"STUDIO_HOME": str(folder)})
    settings.save(found)


def open_downloads(folder: Path) -> None:
    hub = Hub("http://127.0.0.1:9", folder / "hub", offline=True)
    opened = DownloadList(folder, folder / "cache", hub, lambda: None, lambda download: None)
    try:
        for each in opened:
            assert isinstance(each.order.title, str)
    finally:
        opened.close()


def _order(folder: Path) -> None:
    orders = [DownloadOrder("a/b", "A", ("a/b",), sha256={"x": "0" * 64}), DownloadOrder("c", "C", url="http://x/y")]
    rows = [{"order": each, "state": "paused", "commits": {"a/b": "f" * 40}} for each in orders]
    (folder / "downloads.json").write_bytes(msgspec.json.encode(rows))


def _json(name: str, value: Any) -> Callable[[Path], list[bytes]]:
    return written(name, lambda folder: (folder / name).write_bytes(msgspec.json.encode(value)))


def _measured(folder: Path) -> object:
    from studio.api import Work

    return measurements.Measurements(folder / "measurements.json").estimate("kind", Work(64, 64, 1, 4))


def _measure(folder: Path) -> None:
    kept = measurements.Measurements(folder / "measurements.json")
    kept.add("kind", measurements.Measured(64, 64, 1, 4, 1000, 2.5, 1.0))
    kept.add("kind", measurements.Measured(96, 64, 1, 4, 2000, 3.5, 1.0))


def _trial_seed(folder: Path) -> list[bytes]:
    return [
        msgspec.json.encode({"files": "x"}),
        msgspec.json.encode({"files": "x", "problem": ["it broke: {}", ["because {}", 3]], "details": "d"}),
    ]


def _mark(folder: Path) -> None:
    """What a process has left that did not survive an import: its own number as the name, and a record's."""
    try:
        PluginTrials(folder, folder)
    finally:
        (folder / "4194999").unlink(missing_ok=True)


def _owner(folder: Path) -> None:
    session_lock.claim(folder)


def _tasks(folder: Path) -> None:
    for task in ui_state.load_tasks(folder):
        form.read(task)


def _document() -> bytes:
    layer = project.LayerEntry("a", "/x/a.png", blend="multiply", scaled=[1.0, 2.0, 1.0, -1.0, 30.0])
    step = stored_document.StoredStep("Edit", [0], "mask-a.bin", 2.0, (0, 0, 8, 0), (0, 0, 40, 30))
    flat = stored_document.StoredFlat("/x/canvas.png", ["a"])
    return stored_document.encode(stored_document.StoredDocument(entries=[layer], steps=[step], flats=[flat]))


SETTINGS = {
    "models": ["a"], "theme": "dark", "keys": {"a": "Ctrl+B"}, "text_percent": 110,
    "said_of_models": {"/x": {"family": "f", "defaults": {"steps": 3.0}}},
}  # fmt: skip
EMBEDDING = Embedding("cat", "clip", (0.5, -1.0))
TASK = TaskInfo("a", "A", SCHEMA, stages={}, translations={"zh": {"A": "甲"}})
TARGETS = (
    Target("index", index_seed, look_through, library, mutate=containers.sqlite, round=300),
    Target("project", project_seed, kept("x.studio", open_project), mutate=containers.zipped, round=1500),
    Target("session", lambda folder: [msgspec.json.encode(_session())], session, round=8000),
    Target("document", lambda folder: [_document()], document, round=8000),
    Target("openraster", lambda folder: layered_seed(folder, "ora"),
           kept("x.ora", lambda folder: open_layered(folder, "ora")), mutate=containers.zipped, round=600),
    Target("photoshop", lambda folder: layered_seed(folder, "psd"),
           kept("x.psd", lambda folder: open_layered(folder, "psd")), round=600),
    Target("mask-tiles", written("mask.bin", mask_seed),
           kept("mask.bin", lambda folder: tile_file.load(folder / "mask.bin")), may_raise=(ValueError,), round=4000),
    Target("jobs-file", lambda folder: [b'{"prompt": "a red cup", "image": "~/a.png", "images": ["x"], "seed": 3}'],
           job_line, round=15000),
    Target("queue.json", lambda folder: [encode_jobs([Job("a", "t", {"prompt": "x"}), Job("b", "c", {})])],
           kept("queue.json", waiting), round=4000),
    Target("settings", _json("settings.json", SETTINGS), kept("settings.json", read_settings), round=1500),
    Target("embedding", written("cat.safetensors", lambda folder: embedding_file.write(folder, EMBEDDING)),
           kept("given.safetensors", lambda folder: embedding_file.read(folder / "given.safetensors")), round=4000),
    Target("downloads.json", written("downloads.json", _order), kept("downloads.json", open_downloads), round=300),
    Target("measurements.json", written("measurements.json", _measure), kept("measurements.json", _measured),
           round=4000),
    Target("window.json", _json("window.json", ui_state.UiState(forms={"a": ui_state.FormMemory({"b": 1})})),
           kept("window.json", ui_state.load), round=4000),
    Target("tasks.json", _json("tasks.json", [TASK]), kept("tasks.json", _tasks), round=2000),
    Target("trial", _trial_seed, kept("trial.json", lambda folder: trial._read(folder / "trial.json")), round=8000),
    Target("trial-mark", lambda folder: [b"colour-01234567.json"], kept("4194999", _mark), round=2000),
    Target("devices.json", _json("devices.json", {"stamp": "x", "devices": [["cuda:0", "A", 3]]}),
           kept("devices.json", lambda folder: devices._read(folder / "devices.json", "x")), round=8000),
    Target("owner.json", _json("owner.json", {"pid": 1, "created": 2.0}), kept("owner.json", _owner), round=1000),
)  # fmt: skip


def _session() -> project.Manifest:
    return project.Manifest(layers=[project.LayerEntry("a", "/x/y.png", "n")], mask="mask.bin", frame=(1, 2, 3, 4))
