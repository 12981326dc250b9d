"""The door that tasks lease through: capabilities, copies of schedulers, devices, settings."""

from pathlib import Path

import msgspec
import pytest
from built_in import BUILT_IN
from tiny import TinyModels

from studio import settings as settings_file
from studio.api import Model, UserError
from studio.models import devices
from studio.models.service import ModelService
from studio.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, tiny_models: TinyModels) -> Settings:
    return Settings(home=tmp_path, device="cpu", models=(str(tiny_models.sd15), str(tiny_models.kandinsky)))


def test_a_lease_tells_what_it_holds(settings: Settings) -> None:
    service = ModelService(settings, BUILT_IN)
    with service.lease(Model("kandinsky", "text-to-image")) as lease:
        assert (lease.id, lease.family, lease.device) == ("kandinsky", "kandinsky22", "cpu")
        assert str(lease.dtype) == "torch.float32"
        assert lease["scheduler"] is not lease["scheduler"]  # each picture runs its own copy
        assert lease["unet"] is lease["unet"]
        assert set(lease.components("unet", "movq")) == {"unet", "movq"}
        assert "vae" not in lease
    loaded = service.loaded_bytes
    with service.lease(Model("kandinsky", parts=("unet",))) as lease:
        assert "movq" not in lease
    assert service.loaded_bytes == loaded > 0
    service.unload()
    assert service.resident_bytes == 0


def test_what_a_model_cannot_do_is_one_sentence(settings: Settings) -> None:
    service = ModelService(settings, BUILT_IN)
    with pytest.raises(UserError, match=r"cannot do colouring \(it can do: text-to-image, image-to-image, inpaint"):
        service.lease(Model("sd15", "colouring")).__enter__()
    with pytest.raises(UserError, match="'sd15' sees pictures only through an IP-Adapter or Redux"):
        service.lease(Model("sd15", "variation")).__enter__()
    with pytest.raises(UserError, match="'sd15' has no part 'prior'"):
        service.lease(Model("sd15", parts=("prior",))).__enter__()


def test_a_device_that_is_not_there_is_one_sentence(settings: Settings) -> None:
    service = ModelService(msgspec.structs.replace(settings, device="xpu:7"), BUILT_IN)
    with pytest.raises(UserError, match="The device 'xpu:7' of the settings does not work here"):
        service.lease(Model("sd15")).__enter__()


def test_the_processor_is_always_there_and_last(tmp_path: Path) -> None:
    found = devices.find_devices(tmp_path / "devices.json")
    assert found[-1].id == "cpu"
    assert found[-1].memory_bytes > 0


def test_a_probe_that_dies_is_a_device_with_a_problem_not_a_dead_engine() -> None:
    for script, problem in (
        ("import os; os.abort()", "ended with -6"),
        ("raise SystemExit('no driver')", "no driver"),
        ("print('gibberish')", "could not be read"),
    ):
        (found,) = devices._probe([devices.sys.executable, "-c", script])
        assert problem in found.problem


def test_what_another_program_added_is_there_after_a_look(settings: Settings, tiny_models: TinyModels) -> None:
    service = ModelService(msgspec.structs.replace(settings, models=()), BUILT_IN)
    assert "sd15" not in {info.id for info in service.infos()}
    settings_file.save(settings)
    service.refresh()
    assert {"starter", "sd15", "kandinsky"} <= {info.id for info in service.infos()}
    (settings.home / "settings.json").write_text("{")
    service.refresh()
    assert "sd15" in {info.id for info in service.infos()}


def test_a_tiled_decoder_is_a_variant_and_the_shared_one_stays_as_it_is(settings: Settings) -> None:
    service = ModelService(settings, BUILT_IN)
    with service.lease(Model("sd15", parts=("vae",))) as plain, service.lease(Model("sd15", tiled=True)) as lease:
        assert lease["vae"] is not plain["vae"]
        assert lease["vae"] is lease.components("vae")["vae"]
        assert (lease["vae"].use_tiling, plain["vae"].use_tiling) == (True, False)
        assert lease["vae"].decoder.conv_in.weight is plain["vae"].decoder.conv_in.weight
        assert lease["unet"] is not None
    assert lease.changed == plain.changed == []
