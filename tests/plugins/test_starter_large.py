"""The large world: every drawing, style and background, captions that are true, lessons of look-alikes."""

import random

import numpy as np
import pytest
from studio_starter.large.lesson import group_at
from studio_starter.large.scene import (
    COLORS,
    OBJECTS,
    PATTERNS,
    STYLES,
    WEARERS,
    WORN,
    Scene,
    Thing,
    fits,
    held_out,
    sample,
    sample_from,
)
from studio_starter.large.word import MEASURES, NAMES, NAMES_ZH
from studio_starter.large.world import FACTS, LARGE


def scene(thing: Thing, style: str = "flat", pattern: str = "plain", pose: int = 3) -> Scene:
    ground = "white" if pattern in ("plain", "gradient", "stripes", "dots") else None
    return Scene((thing,), pattern, ground, style, "medium", "center", pose)


def test_it_is_as_large_as_it_should_be() -> None:
    assert len(OBJECTS) >= 40
    assert (len(COLORS), len(STYLES), len(PATTERNS)) == (12, 6, 6)
    assert set(OBJECTS) == set(NAMES) == set(NAMES_ZH)
    assert set(MEASURES) <= set(OBJECTS)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_is_seen_whole_and_in_other_poses(name: str) -> None:
    one, other = (np.asarray(LARGE.render(scene(Thing(name, "blue"), pose=pose), 64)).astype(int) for pose in (3, 4))
    covered = np.abs(one - one[0, 0]).sum(axis=2) > 60
    assert 0.03 < covered.mean() < 0.7
    assert not covered[[0, -1]].any()
    assert not covered[:, [0, -1]].any()
    assert np.abs(one - other).mean() > 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_styles_and_backgrounds_differ_and_repeat(style: str, pattern: str) -> None:
    cat = scene(Thing("cat", "red", "hat", "blue"), style, pattern)
    assert LARGE.render(cat, 64).tobytes() == LARGE.render(cat, 64).tobytes()
    others = [scene(Thing("cat", "red", "hat", "blue"), one, pattern) for one in STYLES if one != style]
    assert all(LARGE.render(cat, 64).tobytes() != LARGE.render(other, 64).tobytes() for other in others)


@pytest.mark.parametrize("name", WEARERS)
@pytest.mark.parametrize("worn", WORN)
def test_what_is_worn_is_seen(name: str, worn: str) -> None:
    bare = np.asarray(LARGE.render(scene(Thing(name, "gray")), 128)).astype(int)
    red = np.asarray(LARGE.render(scene(Thing(name, "gray", worn, "red")), 128)).astype(int)

    def reds(pixels: np.ndarray) -> int:
        return int(((pixels[:, :, 0] > 170) & (pixels[:, :, 1] < 110) & (pixels[:, :, 2] < 110)).sum())

    assert reds(red) - reds(bare) > 60


def test_scenes_can_be_seen_and_an_eighth_is_never_trained_on() -> None:
    rng = random.Random(1)
    scenes = [sample(rng) for _ in range(2000)]
    assert all(map(fits, scenes))
    assert 0.09 < sum(map(held_out, scenes)) / len(scenes) < 0.16
    assert all(held_out(sample_from(rng, True)) for _ in range(30))


def test_lessons_differ_in_one_thing() -> None:
    for number in range(60):
        group = group_at(3, number)
        assert len(group) == LARGE.group
        assert not any(map(held_out, group))
        told = [LARGE.tell(one) for one in group]
        changing = {name for name in FACTS if len({facts[name] for facts in told}) > 1}
        kinds = ({"object", "worn", "worn color"}, {"color"}, {"pattern", "ground"}, {"style"}, {"size", "place"},
                 {"object", "color", "other", "other color"})  # fmt: skip
        assert any(changing <= kind for kind in kinds), changing
    assert group_at(3, 0) == group_at(3, 0)


def test_a_full_caption_asks_for_all_that_the_judge_is_asked() -> None:
    rng = random.Random(2)
    for _ in range(300):
        one = LARGE.sample(rng)
        said = LARGE.full_caption(one, rng, "zh")
        rows = {asked.row: asked.answers for asked in LARGE.asked(one, said, "zh")}
        told = LARGE.tell(one)
        assert ("both objects" in rows) == (len(one.things) == 2)
        assert all(any(all(told[k] == v for k, v in answer.items()) for answer in rows[row]) for row in rows)
