"""What one job of a plugin leaves behind in a real engine harms none that comes after it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from queued import QueuedClient
from recorder import Recorder

from studio import messages
from studio.library import Library

HARM = Path(__file__).parents[1] / "data/harm.py"
PICTURE = {"prompt": "a red apple", "seed": 7, "steps": 2}


@pytest.fixture
def client(home: Path, make_client: Callable[..., QueuedClient]) -> QueuedClient:
    shutil.copy(HARM, home / "plugins")
    return make_client()


def picture(client: QueuedClient, seen: Recorder) -> bytes:
    job = client.submit("text-to-image", PICTURE)
    assert isinstance(seen.end(job), messages.Finished), seen.end(job)
    with Image.open(seen.of(messages.Saved, job=job)[0].path) as image:
        return image.tobytes()


def test_a_model_that_a_plugin_spoiled_or_kept_is_as_it_was_for_the_next_job(
    client: QueuedClient, seen: Recorder
) -> None:
    before = picture(client, seen)
    for how, words in (
        ("zero", "its weights were changed"),
        ("hook", "hooks were left on it"),
        ("forward", "its forward was replaced"),
        ("half", "its precision was changed"),
        ("lease", "The task 'harm' kept the model"),
    ):
        job = client.submit("harm", {"how": how})
        assert isinstance(seen.end(job), messages.Finished)
        assert any(words in note.text for note in seen.of(messages.Note, job=job)), how
    assert picture(client, seen) == before
    client.client.send(messages.Unload())
    seen.wait(messages.Heartbeat, components_bytes=0, count=2 + len(seen.of(messages.Heartbeat, components_bytes=0)))


def test_a_thread_that_a_task_leaves_running_is_told(client: QueuedClient, seen: Recorder) -> None:
    quiet, job = client.submit("paint", {}), client.submit("harm", {"how": "thread"})
    assert isinstance(seen.end(job), messages.Finished)
    assert any("left a thread running after its end (left-behind)" in note.text for note in seen.of(messages.Note))
    assert not seen.of(messages.Note, job=quiet)


def test_what_a_plugin_made_of_the_writer_is_not_taken_for_a_picture(
    client: QueuedClient, seen: Recorder, home: Path
) -> None:
    job = client.submit("harm", {"how": "save"})
    told = seen.wait(messages.Unsaved, job=job)
    assert "what was written is no PNG of 8x8 pixels, for studio_plugin_harm_" in told.message
    client.discard(job)
    assert isinstance(seen.end(job), messages.Failed)
    library = Library(home / "library")
    assert library.count() == 0
    assert not [*(home / "library").rglob("*.png")]
    library.close()


def test_a_plugin_that_kills_whoever_imports_it_kills_no_engine(
    home: Path, make_client: Callable[..., QueuedClient], seen: Recorder
) -> None:
    (home / "plugins/zombie.py").write_text("import ctypes\nctypes.string_at(0)\n")
    make_client()
    ready = seen.wait(messages.Ready)
    problems = {plugin.name: plugin.problem for plugin in ready.plugins}
    assert "(SIGSEGV)" in problems["zombie"]
    assert not problems["workshop"]
    assert not seen.of(messages.Ended)
