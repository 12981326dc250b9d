"""Layers kept in 8 bits by choice: bytes of their own, never a second wide copy, a picture that differs a little."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file
from studio_text_to_image import TextToImage
from zoo import Zoo

from studio import messages
from studio.api import Model
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_ladder import RUNGS
from studio.engine.planner import Planner
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.wording import Wording
from studio.library import Library
from studio.messages import Event
from studio.models.loaders import narrow
from studio.models.loaders.component import ComponentSpec, load
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.settings import Settings
from studio.testing import FakeContext

MIB = 2**20
ASK = {"prompt": "a red cup", "size": "64x64", "steps": 2, "seed": 3}


@pytest.fixture
def unet(tmp_path: Path) -> ComponentSpec:
    """Of 40 MiB on disk, in many layers."""
    config: dict[str, Any] = {
        "block_out_channels": (128, 256), "layers_per_block": 1, "sample_size": 16, "cross_attention_dim": 64,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"), "norm_num_groups": 8,
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
    }  # fmt: skip
    torch.manual_seed(1)
    UNet2DConditionModel(**config).save_pretrained(tmp_path / "unet")
    return ComponentSpec("diffusers", "UNet2DConditionModel", tmp_path / "unet", "float32")


def private_bytes() -> int:
    """What this process holds that is no page of a file."""
    (kib,) = re.findall(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(kib) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="another system does not tell")
def test_there_is_never_a_wide_copy_of_the_whole(unet: ComponentSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in (unet, unet.in_8_bits()):  # what the libraries take when they are first used is no component's
        load(spec, "cpu")
    held, in_8_bits = [], narrow._in_8_bits

    def watched(weight: torch.Tensor) -> Any:
        made = in_8_bits(weight)
        held.append(private_bytes())
        return made

    monkeypatch.setattr(narrow, "_in_8_bits", watched)
    before = private_bytes()
    module = load(unet.in_8_bits(), "cpu")
    file_bytes = unet.stored_bytes()
    assert file_bytes > 20 * MIB
    assert max(held) - before < 0.5 * file_bytes, "a quarter, and one layer as it is worked on"
    own = sum(each.nbytes for each in (*module.parameters(), *module.buffers()))
    assert own == pytest.approx(unet.in_8_bits().estimated_bytes(), rel=0.05)
    assert own < 0.3 * file_bytes
    assert module.dtype == torch.float32


def test_weights_however_small_keep_their_worth(unet: ComponentSpec) -> None:
    """As they are, numbers below 0.001 would all become 0 in 8 bits."""
    file = next(unet.path.glob("*.safetensors"))
    name = "mid_block.resnets.0.conv1.weight"
    wide = load_file(file)[name] * 1e-3
    layer = torch.nn.Sequential(torch.nn.Conv2d(256, 256, 3, padding=1))
    layer[0].weight.data = wide
    given = torch.randn(1, 256, 8, 8)
    with torch.inference_mode():
        expected = layer(given)
        made = narrow.narrowed(layer, torch.float32)(given)
    assert float((made - expected).abs().mean() / expected.abs().mean()) < 0.05


@pytest.mark.parametrize("name", ["sd15", "flux", "kandinsky"])
def test_the_picture_differs_a_little_and_the_whole_model_stays(zoo: Zoo, tmp_path: Path, name: str) -> None:
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)

    class InEightBits(FakeContext):
        def model(self, spec: Model) -> Any:
            return super().model(Model(spec.ref, spec.capability, spec.parts, spec.derived, narrow=True))

    def drawn(context: type[FakeContext]) -> np.ndarray[Any, Any]:
        params = TextToImage.Params.model_validate({**ASK, "model": str(zoo[name])})
        (made,) = TextToImage().run(params, context(models=service))
        return np.asarray(made.image).astype(int)

    whole, used = drawn(FakeContext), service.resident_bytes
    eighth = drawn(InEightBits)
    assert 0 < np.abs(eighth - whole).mean() < 6
    assert service.resident_bytes > used, "it has bytes of its own"
    service.unload()
    drawn(InEightBits)
    facts = service.facts(str(zoo[name]), "text-to-image")
    assert service.resident_bytes < used
    assert facts.narrow_bytes < facts.weights_bytes
    assert np.array_equal(drawn(FakeContext), whole), "what is made of the same files has weights of its own"


def test_a_model_that_does_not_fit_is_run_in_8_bits_and_says_so(zoo: Zoo, tmp_path: Path) -> None:
    roomy = ModelService(Settings(home=tmp_path / "roomy", device="cpu"), BUILT_IN)
    facts = roomy.facts(str(zoo["sd15"]), "text-to-image")
    budget = (facts.narrow_bytes + facts.weights_bytes) // 2
    settings = Settings(home=tmp_path, device="cpu", memory_budget_bytes=budget)
    service, told = ModelService(settings, BUILT_IN), list[Event]()
    store, loaded = LibraryAccess(tmp_path / "library"), registry.load(settings)
    ask = {**ASK, "model": str(zoo["sd15"])}
    (*_, narrower) = Planner(service, store.path, Wording()).answer("", loaded.tasks["text-to-image"], ask).cheaper
    assert (narrower.narrow, narrower.params) == (True, {})
    Runner(loaded, store, service, told.append).run(messages.Submit("job", "text-to-image", ask), RunningJob("job"))
    store.close()
    assert isinstance(told[-1], messages.Finished), told[-1]
    (saved,) = [event for event in told if isinstance(event, messages.Saved)]
    rung = next(rung for rung in RUNGS if rung.narrow and not rung.offloaded)
    assert not rung.tiled, "decoding was never too much"
    assert rung.note in Library(tmp_path / "library").get(saved.id).recipe.notes
    assert service.peak_bytes <= budget
