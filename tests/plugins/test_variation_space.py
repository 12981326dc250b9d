"""Arithmetic on image embeddings: what each formula promises, over random vectors."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from studio_families.table import FAMILIES
from studio_variation import Blend, Interpolate, TextDiff, Vary, arithmetic, decoder_network
from studio_variation.target import target
from studio_variation.verbs import IDEA_FROM, reach

from studio import api
from studio.diffusion import choose, distance, spread

SEEDS = st.integers(0, 10_000)
SHARES = st.floats(0, 1)


def vectors(seed: int, count: int, width: int = 12) -> torch.Tensor:
    return torch.randn(count, 1, width, generator=torch.Generator().manual_seed(seed)) * 3 + 1


def angle(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.acos(torch.cosine_similarity(one.double(), other.double(), dim=-1).clamp(-1, 1)))


@given(SEEDS, SHARES)
def test_slerp_turns_evenly_and_its_norm_goes_straight(seed: int, share: float) -> None:
    a, b = vectors(seed, 2)
    turned = arithmetic.slerp(a, b, share)
    assert angle(a, turned) == pytest.approx(share * angle(a, b), abs=2e-3)
    assert float(turned.norm()) == pytest.approx(float(torch.lerp(a.norm(), b.norm(), share)), rel=1e-5)
    assert torch.allclose(turned, arithmetic.slerp(b, a, 1 - share), atol=1e-4)


@given(SEEDS)
def test_slerp_between_a_vector_and_itself_stays_there(seed: int) -> None:
    (a,) = vectors(seed, 1)
    assert torch.allclose(arithmetic.slerp(a, a.clone(), 0.3), a, atol=1e-5)


@given(SEEDS, st.lists(st.floats(0, 5), min_size=2, max_size=4))
def test_a_blend_depends_on_the_ratio_of_weights_only_and_keeps_the_size_of_embeddings(
    seed: int, weights: list[float]
) -> None:
    parts = list(vectors(seed, len(weights)))
    if sum(weights) == 0:
        with pytest.raises(api.UserError, match="nothing to blend"):
            arithmetic.blend(parts, weights)
        return
    mixed = arithmetic.blend(parts, weights)
    assert torch.allclose(mixed, arithmetic.blend(parts, [7 * weight for weight in weights]), atol=1e-3)
    norms = [float(part.norm()) for part in parts]
    assert min(norms) - 1e-3 <= float(mixed.norm()) <= max(norms) + 1e-3


def test_a_blend_of_one_with_all_the_weight_is_that_one() -> None:
    parts = list(vectors(3, 3))
    for count in (2, 3):
        assert torch.allclose(arithmetic.blend(parts[:count], [0, 1, 0][:count]), parts[1], atol=1e-5)


@given(SEEDS, SHARES)
def test_a_text_diff_turns_towards_the_difference_and_keeps_the_norm(seed: int, share: float) -> None:
    z, before, after = vectors(seed, 3)
    turned = arithmetic.turn(z, before[0], after[0], share)
    wanted = torch.nn.functional.normalize(after, dim=-1) - torch.nn.functional.normalize(before, dim=-1)
    assert float(turned.norm()) == pytest.approx(float(z.norm()), rel=1e-5)
    assert angle(turned, wanted) == pytest.approx((1 - share) * angle(z, wanted), abs=2e-3)


def test_a_text_diff_of_equal_texts_is_refused() -> None:
    z, text = vectors(1, 2)
    with pytest.raises(api.UserError, match="mean the same"):
        arithmetic.turn(z, text[0], 2 * text[0], 0.5)


@given(SEEDS)
def test_what_is_unwanted_gets_farther_the_more_of_it_is_taken_and_the_norm_stays(seed: int) -> None:
    z, unwanted = vectors(seed, 2)
    likeness = [
        float(torch.cosine_similarity(arithmetic.without(z, unwanted, strength), unwanted, dim=-1))
        for strength in (0, 0.3, 0.6, 0.9)
    ]
    assert likeness == sorted(likeness, reverse=True)
    assert torch.allclose(arithmetic.without(z, unwanted, 0), z, atol=1e-5)
    assert float(arithmetic.without(z, unwanted, 0.7).norm()) == pytest.approx(float(z.norm()), rel=1e-5)


def test_straying_goes_from_the_embedding_to_noise_of_its_own_statistics() -> None:
    mean, deviation = torch.full((400,), 0.2, dtype=torch.float64), torch.full((400,), 2.0, dtype=torch.float64)
    z = (torch.randn(1, 400, generator=torch.Generator().manual_seed(0)) * 2 + 0.2).to(torch.bfloat16)
    noise = torch.randn(1, 400, generator=torch.Generator().manual_seed(1))
    far = [float(distance(z, arithmetic.stray(z, amount, noise, mean, deviation))) for amount in (0, 0.3, 0.6, 1)]
    assert far == sorted(far)
    assert far[0] == pytest.approx(0, abs=1e-3)
    assert far[-1] > 0.8
    assert arithmetic.stray(z, 0.5, noise, mean, deviation).dtype == torch.bfloat16


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.integers(1, 200))
def test_a_larger_distance_never_reaches_less_far(distances: list[float], steps: int) -> None:
    reached = [reach(one, steps) for one in sorted(distances)]
    assert [each.taken for each in reached] == sorted(each.taken for each in reached)
    assert [each.stray for each in reached] == sorted(each.stray for each in reached)
    assert all(1 <= each.taken <= steps for each in reached)
    assert reach(IDEA_FROM, steps).taken == steps
    assert reach(IDEA_FROM, steps).stray == 0


@given(SEEDS, st.integers(1, 6))
def test_chosen_candidates_lie_apart_and_fit(seed: int, count: int) -> None:
    embeddings, fit = vectors(seed, 24)[:, 0], torch.rand(24, generator=torch.Generator().manual_seed(seed))
    chosen = choose(embeddings, count, fit)
    assert chosen == sorted(set(chosen))
    assert chosen[0] == 0
    assert len(chosen) == count
    assert all(fit[index] >= fit.quantile(0.25) for index in chosen[1:])


@pytest.mark.parametrize("count", [2, 3, 6])
def test_chosen_candidates_lie_farther_apart_than_the_first_ones(count: int) -> None:
    """In the mean: a greedy choice may lie nearer by chance."""
    drawn = [vectors(seed, 24)[:, 0] for seed in range(60)]
    chosen = sum(spread(embeddings[choose(embeddings, count)]) for embeddings in drawn)
    first = sum(spread(embeddings[:count]) for embeddings in drawn)
    assert chosen > 1.1 * first


def test_among_copies_the_one_that_differs_is_chosen_unless_it_does_not_fit() -> None:
    embeddings = torch.tensor([[1.0, 0]] * 7 + [[0, 1.0]])
    fit = torch.ones(8)
    assert choose(embeddings, 2) == [0, 7]
    assert choose(embeddings, 2, torch.arange(8.0)) == [0, 7]
    fit[7] = 0
    assert choose(embeddings, 2, fit) == [0, 1]
    assert choose(embeddings[:2], 5, fit[:2]) == [0, 1]


def test_spread_is_the_mean_distance_of_all_pairs() -> None:
    embeddings = torch.tensor([[1.0, 0], [0, 2.0], [3.0, 0]])
    assert spread(embeddings) == pytest.approx((1 + 0 + 1) / 3)
    assert spread(embeddings[:1]) == 0


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ((300, 300), (256, 256)),
        ((300, 270), (256, 256)),
        ((600, 300), (384, 192)),
        ((1, 9000), (128, 448)),
        (None, (256, 256)),
    ],
)
def test_auto_follows_the_proportions_of_the_picture(source: tuple[int, int] | None, size: tuple[int, int]) -> None:
    assert target("auto", source, {"width": 256, "height": 256, "multiple": 64}) == size


def test_only_models_that_can_mix_are_offered_for_it() -> None:
    mixing = {row.id for row in FAMILIES if "blend" in row.pipelines}
    assert mixing == set(decoder_network.FAMILIES)
    assert all("variation" in row.pipelines for row in FAMILIES if "blend" in row.pipelines)
    asked = {task.id: task.Params.model_json_schema()["properties"]["model"]["capability"]
             for task in (Vary, Blend, Interpolate, TextDiff)}  # fmt: skip
    assert asked == {"variation": "variation", "blend": "blend", "interpolate": "blend", "text-diff": "blend"}
