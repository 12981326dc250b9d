"""On the bundled starter: a larger distance is a larger distance, measured by CLIP, for every source picture."""

import random

import numpy as np
import pytest
from built_in import BUILT_IN
from studio_starter.world.render import render
from studio_starter.world.scene import one
from studio_variation import Vary

from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

STOPS, SEEDS, STEPS = (0.0, 0.25, 0.5, 0.75, 1.0), 5, 8
SOURCES = {
    "house": one(random.Random(5), "house", "brown", "plain", "yellow"),
    "fish": one(random.Random(9), "fish", "orange", "plain", "blue"),
    "cat": one(random.Random(11), "cat", "black", "plain", "pink"),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_measured_distance_rises_with_the_distance_that_was_asked_for(service: ModelService, name: str) -> None:
    ctx = FakeContext(pictures={name: render(SOURCES[name], 256)}, models=service)
    measured = []
    for stop in STOPS:
        params = Vary.Params(image=name, distance=stop, count=SEEDS, seed=100, steps=STEPS)
        measured.append([result.values["clip_distance"] for result in Vary().run(params, ctx)])
    means = np.mean(measured, axis=1)
    assert all(np.diff(means) >= 0), means
    # Over the single pictures, not their means alone.
    assert spearman(np.repeat(STOPS, SEEDS), np.ravel(measured)) >= 0.9


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation; ties share the mean of their ranks."""

    def ranks(values: np.ndarray) -> np.ndarray:
        _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(counts) - (counts - 1) / 2)[places]

    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])
