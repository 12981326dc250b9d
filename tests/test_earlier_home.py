"""A home that version 0.1 left behind opens: settings, library, saved embedding, project, session, queue, plugin.

tests/data/home-0.1.zip was made by that version in /tmp/hb, whose name stands in some of its files.
"""

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from studio import api, settings
from studio.document import project
from studio.engine import embedding_file
from studio.jobs import QUEUE_FILE, JobQueue, load_jobs
from studio.library import Library
from studio.messages import Submit
from studio.plugin_host import registry
from studio.testing import ScriptedClient

SAMPLE = Path(__file__).parent / "data" / "home-0.1.zip"


@pytest.fixture
def earlier_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    zipfile.ZipFile(SAMPLE).extractall(home)
    for file in (home / "settings.json", home / "session" / "session.json", home / "cache" / "window.json"):
        file.write_text(file.read_text().replace("/tmp/hb", str(home)))
    monkeypatch.setenv("STUDIO_HOME", str(home))
    return home


def test_its_settings_hold(earlier_home: Path) -> None:
    chosen = settings.load()
    assert chosen.keys == {"generate": "Ctrl+G", "palette": ""}
    assert chosen.theme == "dark"


def test_its_pictures_are_listed_with_their_recipes(earlier_home: Path) -> None:
    library = Library(earlier_home / "library")
    blend, *_, mushroom, drawn = library.find(limit=10)
    library.close()
    assert (blend.recipe.task, blend.recipe.params["text"], blend.recipe.seed) == ("blend", ["a blue background"], 9)
    assert (mushroom.recipe.params["prompt"], mushroom.recipe.seed) == ("a red mushroom", 5)
    assert drawn.recipe.task == "text-to-image"
    with Image.open(mushroom.path) as image:
        assert image.size == (256, 256)


def test_its_kept_embedding_is_one(earlier_home: Path) -> None:
    kept = embedding_file.read(earlier_home / "library" / "embeddings" / "mushroom idea.safetensors")
    assert isinstance(kept, api.Embedding)
    assert kept.name == "mushroom idea"


def test_its_project_opens(earlier_home: Path, tmp_path: Path) -> None:
    manifest = project.load(earlier_home / "projects" / "door.studio", tmp_path)
    assert len(manifest.layers) == 1
    assert manifest.mask


def test_its_plugin_works(earlier_home: Path) -> None:
    found = registry.load(settings.load())
    assert "posterize" in found.tasks, [plugin.problem for plugin in found.plugins]


def test_its_queue_waits_until_somebody_goes_on(earlier_home: Path) -> None:
    waiting = load_jobs(earlier_home / "session" / QUEUE_FILE)
    assert [job.params["prompt"] for job in waiting] == ["a red mushroom", "a blue boat", "a green car"]
    queue = JobQueue()
    client = ScriptedClient(queue.follow)
    queue.attach(client)
    queue.hold(waiting)
    client.start()
    assert client.sent == []
    queue.resume()
    sent = [order.params["prompt"] for order in client.sent if isinstance(order, Submit)]
    assert sent == ["a red mushroom", "a blue boat"]
