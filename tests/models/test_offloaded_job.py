"""A card that a model does not fit on: the job ends in the same picture, block by block, and its recipe says so."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from offloading import CARD, Spoiling, on_a_card
from PIL import Image
from upscaler import compact, save_upscaler
from zoo import Zoo

from studio import messages
from studio.api import Model, UserError
from studio.cli.plan import sentences
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_ladder import RUNGS, next_rung
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.messages import Event
from studio.models.service import ModelService
from studio.models.tiers import Tiers
from studio.plugin_host import registry
from studio.settings import Settings

OFFLOADED = next(rung for rung in RUNGS if rung.offloaded)
ASKED = {"prompt": "a red cup", "size": "64x64", "steps": 2, "seed": 3}


class Studio:
    """A runner with all plugins, of this budget."""

    def __init__(self, home: Path, budget: int = 0, device: str = "cpu") -> None:
        settings = Settings(home=home, device=device, memory_budget_bytes=budget)
        self.service = ModelService(settings, BUILT_IN)
        self.told: list[Event] = []
        self.library = LibraryAccess(home / "library")
        self.runner = Runner(registry.load(settings), self.library, self.service, self.told.append)

    def end(self, job: str, **asked: Any) -> Event:
        self.runner.run(messages.Submit(job, "text-to-image", ASKED | asked), RunningJob(job))
        return self.told[-1]

    def picture(self, job: str, **asked: Any) -> np.ndarray[Any, Any]:
        end = self.end(job, **asked)
        assert isinstance(end, messages.Finished), end
        saved = [event for event in self.told if isinstance(event, messages.Saved) and event.job == job]
        with Image.open(saved[-1].path) as image:
            return np.asarray(image)

    @property
    def notes(self) -> list[str]:
        return [str(event.text) for event in self.told if isinstance(event, messages.Note)]


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    """Sums of several threads depend on where tensors lie in memory."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("name", ["sd15", "flux"])
def test_a_model_that_does_not_fit_draws_the_same_picture(
    zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    model = str(zoo[name])
    on_a_card(monkeypatch)
    whole = Studio(tmp_path / "whole", device="auto")
    right = whole.picture("whole", model=model)
    facts = whole.service.facts(model, "text-to-image")
    assert 0 < facts.offloaded_bytes < facts.weights_bytes
    budget = (facts.offloaded_bytes + facts.weights_bytes) // 2
    studio = Studio(tmp_path / "card", budget, device="auto")
    planned = studio.runner.planned(messages.Plan("1", "text-to-image", {**ASKED, "model": model}))
    assert planned.fits is False
    (cheaper,) = [each for each in planned.cheaper if each.offloaded and not each.narrow]
    told = [line for line in sentences(planned) if "in RAM" in line]
    assert told[0].startswith("With its weights in RAM it needs")
    for job in ("first", "second"):
        assert np.array_equal(studio.picture(job, model=model), right), "and nothing is left of the job before"
    assert [note for note in studio.notes if "block by block" in note] == [str(OFFLOADED.note)] * 2
    assert cheaper.bytes >= facts.offloaded_bytes
    held = [line for line in studio.service.report().components if line.bytes and "Autoencoder" not in line.title]
    assert {line.place for line in held} == {"ram"}
    assert studio.service.peak_bytes <= budget
    assert studio.service.resident_bytes < facts.offloaded_bytes, "only the codec is on the card between two jobs"
    studio.runner.unload()
    assert studio.service.report().components == []


def test_where_a_model_fits_a_card_it_goes_there(zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that is no network: tokenizers and schedulers have no device to go to, and none to come back from."""
    right = Studio(tmp_path / "whole").picture("whole", model=str(zoo["sd15"]))
    on_a_card(monkeypatch, Tiers)
    bytes_ = Studio(tmp_path / "facts", device="auto").service.facts(str(zoo["sd15"])).weights_bytes
    studio = Studio(tmp_path / "card", bytes_, device="auto")
    assert np.array_equal(studio.picture("one", model=str(zoo["sd15"])), right)
    assert {line.place for line in studio.service.report().components} == {CARD}
    studio.end("two", model=str(zoo["sd21"]))
    assert np.array_equal(studio.picture("three", model=str(zoo["sd15"])), right), "back from RAM"


def test_where_ram_has_no_room_the_rung_is_left_out(zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_card(monkeypatch)
    whole = Studio(tmp_path, device="auto").service.facts(str(zoo["sd15"]))
    assert next_rung(RUNGS[1], "out_of_memory", set(), whole, refused=True) is OFFLOADED
    after = next_rung(RUNGS[2], "out_of_memory", set(), whole)
    assert after is not None
    assert (after.offloaded, after.tiled, after.narrow) == (True, True, False)
    monkeypatch.setattr("studio.models.room.HEADROOM_BYTES", 2**60)
    short = Studio(tmp_path, device="auto").service.facts(str(zoo["sd15"]))
    assert (short.offloaded_bytes, short.narrow_offloaded_bytes) == (0, 0)
    assert short.narrow_bytes
    after = next_rung(RUNGS[2], "out_of_memory", set(), short)
    assert after is not None
    assert (after.narrow, after.tiled, after.offloaded) == (True, True, False)
    assert next_rung(after, "out_of_memory", set(), short) is None
    on_a_processor = Studio(tmp_path).service.facts(str(zoo["sd15"]))
    assert on_a_processor.offloaded_bytes == 0, "its weights are in RAM"


def test_a_card_that_is_too_small_for_a_block_too_is_refused_and_left_as_it_was(
    zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_card(monkeypatch)
    studio = Studio(tmp_path, 1000, device="auto")
    end = studio.end("one", model=str(zoo["sd15"]))
    assert isinstance(end, messages.Failed)
    assert (end.code, end.user) == ("out_of_memory", True)
    assert "memory budget" in end.message
    assert studio.service.report().components == []


def test_memory_that_runs_out_in_mid_block_ends_on_a_later_rung(
    zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is full at the twentieth tensor of two attempts: of the whole picture, and of one in tiles."""

    class Filling(Spoiling):
        def copied(self, tensor: Any) -> Any:
            copies.append(tensor)
            if len(copies) in (20, 40):
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 MiB")
            return super().copied(tensor)

    copies: list[Any] = []
    on_a_card(monkeypatch, Filling)
    facts = Studio(tmp_path / "facts", device="auto").service.facts(str(zoo["sd15"]), "text-to-image")
    studio = Studio(tmp_path / "card", (facts.offloaded_bytes + facts.weights_bytes) // 2, device="auto")
    made = studio.picture("one", model=str(zoo["sd15"]))
    assert len(copies) > 40
    assert any("in 8 bits, in RAM" in note for note in studio.notes)
    assert not any("was changed" in note for note in studio.notes), "all was put back"
    assert made.std() > 1


def test_the_budget_that_a_refusal_names_is_enough(zoo: Zoo, tmp_path: Path) -> None:
    end = Studio(tmp_path / "small", 1000).end("one", model=str(zoo["flux"]))
    assert isinstance(end, messages.Failed)
    named = re.search(r"memory_budget_bytes in the settings to (\d+) or more", str(end.message))
    assert named
    enough = Studio(tmp_path / "enough", int(named[1]))
    assert enough.picture("one", model=str(zoo["flux"])).std() > 1
    assert any("8 bits" in note for note in enough.notes), "for which that much is enough"
    assert enough.service.peak_bytes <= 1.01 * int(named[1]), "headers do not tell of a few small buffers"


def test_weights_that_rest_in_ram_are_read_once(zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job begins on the first rung, which is refused: nothing is given up for that."""
    model = str(zoo["sd15"])
    on_a_card(monkeypatch)
    facts = Studio(tmp_path / "facts", device="auto").service.facts(model, "text-to-image")
    studio = Studio(tmp_path / "card", (facts.offloaded_bytes + facts.weights_bytes) // 2, device="auto")
    read = []
    for job in ("first", "second", "third"):
        end = studio.end(job, model=model)
        assert isinstance(end, messages.Finished)
        read.append(end.loaded_bytes)
    assert read[0] > 0
    assert read[1:] == [0, 0]
    assert studio.service.facts(model, "text-to-image").offloaded_there


def test_a_refusal_counts_what_the_same_job_holds(zoo: Zoo, tmp_path: Path) -> None:
    service = Studio(tmp_path / "facts").service
    one, other = (str(zoo[name]) for name in ("sd15", "flux"))
    sizes = [service.facts(name).weights_bytes for name in (one, other)]
    tight = Studio(tmp_path / "tight", max(sizes) + 5000).service
    with tight.lease(Model(one)), pytest.raises(UserError, match="memory budget") as refused, tight.lease(Model(other)):
        pass
    named = re.search(r"to (\d+) or more", str(refused.value.message))
    assert named
    assert sum(sizes) <= int(named[1]) <= 1.01 * sum(sizes)
    enough = Studio(tmp_path / "enough", int(named[1])).service
    with enough.lease(Model(one)), enough.lease(Model(other)):
        pass


def test_what_has_nothing_to_keep_in_ram_has_no_such_rung(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upscaler of spandrel: the job would be run once more, all the same, and its recipe would say otherwise."""
    on_a_card(monkeypatch)
    file = save_upscaler(compact(2), tmp_path / "tiny.safetensors")
    facts = Studio(tmp_path / "home", device="auto").service.facts(str(file), "upscale")
    assert facts.weights_bytes
    assert (facts.offloaded_bytes, facts.narrow_offloaded_bytes) == (0, 0)
