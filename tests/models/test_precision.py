"""In which dtype a model of half floats runs on a processor."""

import platform
from pathlib import Path

import pytest
import torch
from built_in import BUILT_IN

from studio import resource
from studio.api import Model
from studio.diffusion import knows_bfloat16
from studio.models import precision
from studio.models.service import ModelService
from studio.settings import Settings

STARTER_PARTS = ("prior", "unet", "movq", "upscaler")


def _leased(home: Path, budget: int = 0) -> tuple[str, dict[str, torch.dtype]]:
    service = ModelService(Settings(home=home, device="cpu", memory_budget_bytes=budget), BUILT_IN)
    with service.lease(Model("starter", parts=STARTER_PARTS)) as lease:
        own = {part: next(lease[part].parameters()).dtype for part in ("prior", "unet", "movq")}
        return str(lease.dtype), own


@pytest.mark.parametrize("knows", [True, False])
def test_a_processor_runs_bfloat16_only_where_it_computes_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, knows: bool
) -> None:
    monkeypatch.setattr(precision.Precision, "bfloat16_pays", lambda self: knows)
    wanted = torch.bfloat16 if knows else torch.float32
    assert _leased(home) == (str(wanted), {"prior": wanted, "unet": wanted, "movq": wanted})


def test_what_fits_the_budget_only_in_half_floats_stays_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision.Precision, "bfloat16_pays", lambda self: False)
    starter = resource.folder() / "starter"
    stored = sum(file.stat().st_size for file in starter.rglob("*.safetensors"))
    assert _leased(home, int(stored * 1.5))[0] == "torch.bfloat16"
    assert _leased(home, stored * 3)[0] == "torch.float32"


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not Path("/proc/cpuinfo").exists(), reason="reads what Linux says of an x86"
)
def test_what_torch_says_of_the_processor_is_what_linux_says() -> None:
    flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split()
    assert knows_bfloat16("cpu") == bool({"avx512_bf16", "amx_bf16"} & set(flags))
    assert knows_bfloat16("cuda:0")


def test_float16_never_runs_on_a_processor(home: Path) -> None:
    half = ModelService(Settings(home=home, device="cpu"), BUILT_IN).find("starter").in_dtype("float16")
    for budget in (0, 1):
        chosen = precision.in_fast_dtypes(half, "cpu", budget, lambda: True)
        assert "float16" not in {spec.dtype for spec in chosen.components.values()}
    assert precision.in_fast_dtypes(half, "cuda:0", 1, lambda: False) is half


@pytest.mark.parametrize(("half", "pays"), [(0.5, True), (1.0, False)])
def test_bfloat16_is_chosen_by_a_measured_convolution_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: float, pays: bool
) -> None:
    monkeypatch.setattr("studio.diffusion.knows_bfloat16", lambda device: True)
    asked: list[str] = []

    def time_convolution(dtype: str) -> float:
        asked.append(dtype)
        return {"float32": 1.0, "bfloat16": half}[dtype]

    file = tmp_path / "cache/precision.json"
    assert precision.Precision(file, time_convolution).bfloat16_pays() is pays
    assert precision.Precision(file, time_convolution).bfloat16_pays() is pays, "pictures depend on it: it is kept"
    assert asked == ["float32", "bfloat16"]


def test_what_would_be_emulated_is_not_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.diffusion.knows_bfloat16", lambda device: False)

    def time_convolution(dtype: str) -> float:
        raise AssertionError("it takes seconds")

    assert precision.Precision(tmp_path / "precision.json", time_convolution).bfloat16_pays() is False


def test_the_convolution_is_really_timed() -> None:
    assert precision._time_convolution("float32") > 0
