"""Each built-in plugin is switched off in turn: the tasks of all others still make their pictures with the starter."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from parity import photograph_of

from studio import messages
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.messages import Event
from studio.models.service import ModelService
from studio.plugin_host import discovery, registry
from studio.settings import Settings

FAMILIES = "model-families"
BUILT_IN = sorted(source.name for source in discovery.find(Path("nowhere")) if source.builtin)
TASKS: dict[str, dict[str, Any]] = {
    "text-to-image": {"prompt": "a cat"},
    "refine": {"image": "a", "prompt": "a cat", "strength": 0.6},
    "variation": {"image": "a", "count": 1},
    "blend": {"image": ["a", "b"], "count": 1},
    "interpolate": {"image": "a", "other": "b", "count": 2, "own_noise": False},
    "text-diff": {"image": "a", "before": "a cat", "after": "a house"},
    "inpaint": {"image": "a", "prompt": "a cat", "right": 16},
    "upscale": {"image": "a", "scale": 2},
}
"""Every task of the built-in plugins, with what it cannot do without."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pictures")
    for name, picture in {"a": photograph_of(64, 64), "b": photograph_of(64, 64).rotate(90)}.items():
        picture.save(folder / f"{name}.png")
    return {name: str(folder / f"{name}.png") for name in "ab"}


def ends(tmp_path: Path, pictures: dict[str, str], off: str, tasks: dict[str, dict[str, Any]]) -> dict[str, Event]:
    """How a job of each of these tasks ends, with one plugin switched off; what is not there is left out."""
    chosen = replace(Settings(home=tmp_path, device="cpu"), disabled_plugins=(off,))
    loaded = registry.load(chosen)
    told: list[Event] = []
    store = LibraryAccess(tmp_path / "library")
    runner = Runner(loaded, store, ModelService(chosen, loaded.families), told.append)
    found = {}
    for task in tasks.keys() & loaded.tasks.keys():
        given = {name: _real(value, pictures) for name, value in tasks[task].items()}
        steps = {"steps": 2} if task != "upscale" else {}
        runner.run(messages.Submit(task, task, {**given, **steps, "model": "starter"}), RunningJob(task))
        found[task] = told[-1]
    store.close()
    return found


def _real(value: Any, pictures: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_real(each, pictures) for each in value]
    return pictures.get(value, value) if isinstance(value, str) else value


def test_every_task_of_the_built_in_plugins_is_tried() -> None:
    loaded = registry.load(Settings(home=Path("nowhere"), safe_mode=True))
    assert TASKS.keys() == loaded.tasks.keys()


@pytest.mark.parametrize("off", [name for name in BUILT_IN if name != FAMILIES])
def test_the_tasks_of_all_others_make_their_pictures(tmp_path: Path, pictures: dict[str, str], off: str) -> None:
    own = {task.info.id for task in registry.load(Settings(home=tmp_path)).tasks.values() if task.info.plugin == off}
    found = ends(tmp_path, pictures, off, TASKS)
    assert found.keys() == TASKS.keys() - own
    assert [end for end in found.values() if not isinstance(end, messages.Finished)] == []


def test_without_the_table_of_families_every_model_is_refused_in_a_true_sentence(
    tmp_path: Path, pictures: dict[str, str]
) -> None:
    found = ends(tmp_path, pictures, FAMILIES, TASKS)
    assert found.keys() == TASKS.keys()
    for end in found.values():
        assert isinstance(end, messages.Failed)
        assert end.user
        assert "no plugin that is switched on brings families of models; switch on one that does" in end.message
