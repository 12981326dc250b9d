"""What models are computed in, as the user chooses it: told with each picture, and codecs that half floats overflow in."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from family_zoo import FAMILIES
from msgspec.structs import replace
from PIL import Image
from studio_text_to_image import TextToImage
from zoo import Zoo

from studio import settings as settings_file
from studio.api import Model
from studio.models import precision
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

ASK = {"prompt": "a red cup", "size": "64x64", "steps": 2, "seed": 3}
PARTS = ("unet", "vae", "text_encoder")


@pytest.fixture(params=[True, False])
def pays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether bfloat16 is quicker on this processor."""
    monkeypatch.setattr(precision.Precision, "bfloat16_pays", lambda self: request.param)
    return bool(request.param)


def dtypes(service: ModelService, model: Path, **spec: Any) -> tuple[set[torch.dtype], list[str]]:
    with service.lease(Model(str(model), "text-to-image", PARTS, **spec)) as lease:
        return {next(lease[part].parameters()).dtype for part in PARTS}, [str(each) for each in lease.told]


def test_half_floats_are_used_where_the_processor_is_quicker_with_them(zoo: Zoo, home: Path, pays: bool) -> None:
    service = ModelService(Settings(home=home, device="cpu", precision="half"), BUILT_IN)
    told = ["The model was computed in bfloat16, as is chosen under Settings, Precision."]
    found = dtypes(service, zoo["sd15"])
    assert found == (({torch.bfloat16}, told) if pays else ({torch.float32}, []))
    assert dtypes(service, zoo["sd15"], float32=True) == ({torch.float32}, []), "what half floats fail at"


def test_an_accelerator_computes_in_float16_what_is_stored_wider(zoo: Zoo, home: Path) -> None:
    wide = ModelService(Settings(home=home, device="cpu"), BUILT_IN).find(str(zoo["sd15"]))
    half = precision.in_half_floats(wide, "cuda:0", lambda: False)
    assert {half.components[part].dtype for part in PARTS} == {"float16"}
    brain = wide.in_dtype("bfloat16")
    assert precision.in_half_floats(brain, "cuda:0", lambda: False) is brain


def test_the_choice_holds_at_once_for_an_engine_that_runs(zoo: Zoo, home: Path, pays: bool) -> None:
    settings = Settings(home=home, device="cpu")
    service = ModelService(settings, BUILT_IN)
    assert dtypes(service, zoo["sd15"]) == ({torch.float32}, [])
    settings_file.save(replace(settings, precision="half"))
    service.refresh()
    assert dtypes(service, zoo["sd15"])[0] == {torch.bfloat16 if pays else torch.float32}


def test_layers_are_kept_in_8_bits_by_choice(zoo: Zoo, home: Path) -> None:
    service = ModelService(Settings(home=home, device="cpu", precision="8-bit"), BUILT_IN)
    facts = service.facts(str(zoo["sd15"]), "text-to-image")
    assert facts.narrow_bytes == 0, "there is nothing cheaper to be told of"
    _, told = dtypes(service, zoo["sd15"])
    assert told == ["The layers of the model were kept in 8 bits, as is chosen under Settings, Precision."]
    whole = ModelService(Settings(home=home / "whole", device="cpu"), BUILT_IN)
    assert facts.key != whole.facts(str(zoo["sd15"]), "text-to-image").key, "each is measured for itself"


@pytest.mark.parametrize("overflows", [True, False])
def test_a_codec_that_half_floats_overflow_in_is_wide_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overflows: bool
) -> None:
    """Diffusers' pipelines of Stable Diffusion XL cast such a codec to and fro, in place; jobs share it here."""
    monkeypatch.setattr(precision.Precision, "bfloat16_pays", lambda self: True)
    made = FAMILIES["sdxl"]()
    made.vae.register_to_config(force_upcast=overflows)
    made.to(torch.bfloat16).save_pretrained(tmp_path / "xl")
    picture = tmp_path / "source.png"
    Image.radial_gradient("L").resize((64, 64)).convert("RGB").save(picture)
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    spec = Model(str(tmp_path / "xl"), "text-to-image", ("vae", "unet"))
    with service.lease(spec) as lease:
        vae = lease["vae"]
        assert (vae.dtype, lease["unet"].dtype) == (torch.float32 if overflows else torch.bfloat16, torch.bfloat16)
        before = {name: (each, each.data_ptr(), each.dtype) for name, each in vae.named_parameters()}
        ask = {**ASK, "model": str(tmp_path / "xl")}
        (drawn,) = TextToImage().run(TextToImage.Params.model_validate(ask), FakeContext(models=service))
        after = {name: (each, each.data_ptr(), each.dtype) for name, each in vae.named_parameters()}
        assert {name: each[1:] for name, each in after.items()} == {name: each[1:] for name, each in before.items()}
    assert lease.changed == []
    assert np.asarray(drawn.image).std() > 0
