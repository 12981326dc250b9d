"""What models are computed in, as the user chooses it; and codecs in which float16 overflows."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from family_zoo import FAMILIES
from msgspec.structs import replace
from PIL import Image
from studio_text_to_image import Refine
from zoo import Zoo

from studio import settings as settings_file
from studio.api import Model
from studio.models import device_models, precision
from studio.models.loaders.component import ComponentSpec
from studio.models.service import ModelService
from studio.models.steady_codec import without_overflow
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


def test_the_choice_holds_at_once_for_an_engine_that_runs(zoo: Zoo, tmp_path: Path, pays: bool) -> None:
    settings = Settings(home=tmp_path, device="cpu")
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


def xl(folder: Path) -> Path:
    """Stable Diffusion XL in bfloat16; its codec says that float16 overflows in it."""
    made = FAMILIES["sdxl"]().to(torch.bfloat16)
    made.vae.register_to_config(force_upcast=True)
    made.save_pretrained(folder)
    return folder


def wider(spec: ComponentSpec) -> ComponentSpec:
    return dataclasses.replace(spec, dtype="float32")


def refined(model: Path, picture: Path, service: ModelService) -> np.ndarray[Any, Any]:
    Image.radial_gradient("L").resize((64, 64)).convert("RGB").save(picture)
    ask = {**ASK, "model": str(model), "image": str(picture)}
    del ask["size"]
    (made,) = Refine().run(Refine.Params.model_validate(ask), FakeContext(models=service))
    return np.asarray(made.image)


@pytest.mark.parametrize("wide", [False, True])
def test_no_pipeline_casts_a_codec_that_jobs_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: bool) -> None:
    """Diffusers' for Stable Diffusion XL cast it to float32 and back, in place, around each use."""
    monkeypatch.setattr(precision.Precision, "bfloat16_pays", lambda self: True)
    model = xl(tmp_path / "xl")
    if wide:  # as it is beside float16, which no processor runs
        monkeypatch.setattr(device_models, "without_overflow", lambda parts: {**parts, "vae": wider(parts["vae"])})
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    with service.lease(Model(str(model), "image-to-image", ("vae", "unet"))) as lease:
        vae = lease["vae"]
        assert (vae.dtype, lease["unet"].dtype) == (torch.float32 if wide else torch.bfloat16, torch.bfloat16)
        before = {name: (each.data_ptr(), each.dtype) for name, each in vae.named_parameters()}
        assert refined(model, tmp_path / "source.png", service).std() > 0
        assert {name: (each.data_ptr(), each.dtype) for name, each in vae.named_parameters()} == before
    assert lease.changed == []


@pytest.mark.parametrize(("overflows", "dtype"), [(True, "float32"), (False, "float16")])
def test_a_codec_in_which_float16_overflows_is_loaded_wide(tmp_path: Path, overflows: bool, dtype: str) -> None:
    model = xl(tmp_path / "xl")
    config = json.loads((model / "vae/config.json").read_text()) | {"force_upcast": overflows}
    (model / "vae/config.json").write_text(json.dumps(config))
    entry = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN).find(str(model)).in_dtype("float16")
    found = without_overflow(entry.components)
    assert {part: found[part].dtype for part in PARTS} == {"unet": "float16", "text_encoder": "float16", "vae": dtype}
