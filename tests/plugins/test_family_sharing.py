"""What two models of different families have in common is held once, whatever folder each of them brings it in."""

from pathlib import Path

import pytest
from built_in import BUILT_IN
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings


@pytest.fixture
def service(tmp_path: Path) -> ModelService:
    return ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)


def size(folder: Path, part: str) -> int:
    return sum(file.stat().st_size for file in (folder / part).glob("*.safetensors"))


def test_flux_and_its_fill_differ_in_the_transformer_only(zoo: Zoo, service: ModelService) -> None:
    with service.lease(api.Model(str(zoo["flux"]))) as flux:
        first = service.loaded_bytes
        with service.lease(api.Model(str(zoo["flux-fill"]))) as fill:
            for part in ("vae", "text_encoder", "text_encoder_2"):
                assert fill[part] is flux[part], part
            assert fill["transformer"] is not flux["transformer"]
            assert fill["scheduler"] is not flux["scheduler"]
    more = service.loaded_bytes - first
    assert 0.8 < more / size(zoo["flux-fill"], "transformer") <= 1
    assert service.resident_bytes == service.loaded_bytes


def test_a_model_that_is_only_another_pipeline_over_the_same_weights_loads_nothing(
    zoo: Zoo, service: ModelService
) -> None:
    pairs = (("flux", "flux-kontext"), ("pixart-sigma", "PixArtAlphaPipeline"), ("qwen-image", "qwen-image-edit"))
    for one, other in pairs:
        with service.lease(api.Model(str(zoo[one]))):
            loaded = service.loaded_bytes
            with service.lease(api.Model(str(zoo[other]))):
                assert service.loaded_bytes == loaded, other


def test_every_capability_of_a_model_shares_all_its_weights(zoo: Zoo, service: ModelService) -> None:
    for name, capabilities in (
        ("sd15", ("text-to-image", "image-to-image", "inpaint")),
        ("flux", ("text-to-image", "image-to-image", "inpaint")),
    ):
        with service.lease(api.Model(str(zoo[name]), capabilities[0])) as first:
            loaded = service.loaded_bytes
            for capability in capabilities[1:]:
                with service.lease(api.Model(str(zoo[name]), capability)) as lease:
                    assert all(lease[part] is first[part] for part in ("vae", "text_encoder"))
            assert service.loaded_bytes == loaded
