"""Every family, every capability, against diffusers called directly: the same seed, the same pixels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from generic_zoo import GENERIC
from parity import compare, family_of, photograph_of, rows
from studio_families import generic
from studio_families.table import FAMILIES
from zoo import ZOO, Zoo

from studio.models.service import ModelService
from studio.settings import Settings

UNSEEN = {
    "flux2", "flux2-klein", "qwen-image", "qwen-image-edit", "qwen-image-edit-plus", "Krea2Pipeline",
    "Ideogram4Pipeline", "NucleusMoEImagePipeline", "QwenImage21Pipeline",
}  # fmt: skip
"""Whose latents have no picture's shape while they are denoised: there is no preview."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """How several threads add up depends on where tensors lie in memory, which is worth one level in 255 at times."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize(("name", "capability", "scheduler"), rows())
def test_pixels_equal_diffusers_own(zoo: Zoo, tmp_path: Path, name: str, capability: str, scheduler: str) -> None:
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    compared = compare(zoo[name], service, capability, photograph_of(128, 64), scheduler)
    assert compared.ours.size == compared.theirs.size
    assert np.asarray(compared.theirs).std() > 1  # not a grey picture, which would equal anything
    assert compared.difference == 0
    assert compared.previewed or name in UNSEEN


def test_every_built_in_family_is_compared() -> None:
    compared = {family_of(name).id for name in ZOO}
    assert {family.id for family in FAMILIES if not family.refusal} - compared == set()
    assert {row.classes[0] for row in generic.ROWS} == set(GENERIC)
