"""The starter's renderer, captions and vocabulary: equal for equal seeds, true, and short enough."""

import itertools
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from studio_starter.command import starter
from studio_starter.world import FACTS, LANGUAGES, LARGE, SMALL, World
from studio_starter.world.lesson import BARE, GROUP
from studio_starter.world.render import render
from studio_starter.world.scene import (
    COLORED,
    COLORS,
    DIM,
    GLOWING,
    MIDDLE,
    PATTERNS,
    SPOTS,
    STYLES,
    Scene,
    Spot,
    Thing,
    fits,
    held_out,
    one,
    with_pose,
)
from studio_starter.world.word import MEASURES, NAMES, NAMES_ZH, WORN_NAMES, WORN_NAMES_ZH

OBJECTS, WEARERS, WORN = LARGE.extent.objects, LARGE.extent.wearers, LARGE.extent.worn


def of(
    name: str, color: str, ground: str, worn: tuple[str, str] | None = None, *, pattern: str = "plain",
    spot: Spot = MIDDLE, style: str = "flat",
) -> Scene:  # fmt: skip
    return one(random.Random(3), name, color, pattern, ground, worn, spot, style)


def test_equal_scenes_give_equal_pictures() -> None:
    scene = of("cat", "red", "blue", ("hat", "yellow"))
    assert render(scene, 64, 3).tobytes() == render(scene, 64, 3).tobytes()
    assert render(scene, 64, 3).tobytes() != render(with_pose(scene, 8), 64, 3).tobytes()


@pytest.mark.parametrize("size", [64, 256])
@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_covers_a_good_part_of_the_picture(name: str, size: int) -> None:
    pixels = np.asarray(render(of(name, "red", "blue"), size)).astype(int)
    assert pixels.shape == (size, size, 3)
    differs = (np.abs(pixels - pixels[0, 0]).sum(axis=2) > 60).mean()
    assert 0.05 < differs < 0.8


@pytest.mark.parametrize("kind", WORN)
@pytest.mark.parametrize("name", WEARERS)
def test_what_is_worn_is_seen(name: str, kind: str) -> None:
    side = 64 if name in SMALL.extent.objects and kind in SMALL.extent.worn else 128
    dressed = of(name, "gray", "white", (kind, "red"))
    pixels = np.asarray(render(dressed, side, 3)).astype(int)
    reddish = (pixels[..., 0] > 150) & (pixels[..., 1:].max(axis=2) < 110)
    assert reddish.mean() > (0.008 if kind != "glasses" else 0.003)  # of a scarf, 33 pixels; of glasses, 50


def seen(spot: Spot, pose: int) -> np.ndarray:
    """(row, column) of every pixel of a red star before blue, in a picture 1 wide and high."""
    scene = with_pose(of("star", "red", "blue", spot=spot), pose)
    pixels = np.asarray(render(scene, 64, 3)).astype(int)
    return np.argwhere(pixels[..., 0] - pixels[..., 2] > 80) / 64


@pytest.mark.parametrize("pose", range(8))
def test_what_is_small_is_small_and_what_is_left_is_left(pose: int) -> None:
    spans = {spot: np.ptp(seen(spot, pose), axis=0).max() for spot in SPOTS}
    small, medium = max(spans["small", place] for place in ("left", "center", "right")), spans[MIDDLE]
    assert small < 0.5 < medium * 1.1 < spans["large", "center"]
    assert small < min(spans["medium", place] for place in ("left", "right"))
    for size in ("small", "medium"):
        left, middle, right = (seen((size, place), pose)[:, 1].mean() for place in ("left", "center", "right"))
        assert left < 0.4 < middle < 0.6 < right


def test_its_backgrounds_differ() -> None:
    drawn = {render(of("star", "red", "blue", pattern=kind), 64).tobytes() for kind in PATTERNS}
    assert len(drawn) == len(PATTERNS) == 6


@pytest.mark.parametrize("name", OBJECTS)
def test_styles_differ_in_more_than_grain(name: str) -> None:
    drawn = [np.asarray(render(of(name, "red", "blue", style=style), 64, 3)).astype(int) for style in STYLES]
    differ = [(np.abs(a - b).sum(axis=2) > 60).mean() for a, b in itertools.combinations(drawn, 2)]
    assert len(differ) == 15
    assert min(differ) > 0.01  # of a tree, which has three parts, 0.015


@pytest.mark.parametrize("size", [64, 256])
def test_pixel_art_has_cells(size: int) -> None:
    pixels = np.asarray(render(of("cat", "red", "blue", style="pixel"), size, 2))
    cells = pixels[:: size // 32, :: size // 32]
    assert np.array_equal(cells.repeat(size // 32, axis=0).repeat(size // 32, axis=1), pixels)


def test_it_is_as_large_as_it_should_be() -> None:
    small, large = SMALL.extent, LARGE.extent
    assert (len(set(small.objects)), len(small.wearers), len(small.worn)) == (42, 7, 3)
    assert (len(set(large.objects)), len(large.wearers), len(large.worn)) == (56, 10, 4)
    assert (len(COLORS), len(STYLES), len(PATTERNS)) == (12, 6, 6)
    assert set(large.objects) == set(NAMES) == set(NAMES_ZH)
    assert set(MEASURES) | set(small.objects) <= set(large.objects)


def test_colours_of_a_scene_differ_and_only_wearers_wear() -> None:
    rng = random.Random(1)
    for scene in (SMALL.sample(rng) for _ in range(2000)):
        [thing] = scene.things
        assert thing.color != scene.ground
        assert thing.worn is None or thing.worn_color not in (thing.color, scene.ground)
        assert thing.worn is None or (thing.object in SMALL.extent.wearers and (scene.size, scene.place) == MIDDLE)
        assert (scene.ground is None) == (scene.pattern not in COLORED)
        assert scene.pattern != "night" or "black" not in (thing.color, thing.worn_color)
        if scene.style == "neon":  # of colours that light can have, before a dim wall
            assert {thing.color, thing.worn_color or thing.color} <= GLOWING
            assert scene.pattern != "landscape"
            assert scene.ground in (None, *DIM)


def test_about_an_eighth_of_the_combinations_is_held_out() -> None:
    every = [of(name, color, ground) for name in OBJECTS for color in COLORS for ground in COLORS if color != ground]
    share = sum(map(held_out, every)) / len(every)
    assert 0.09 < share < 0.16
    assert held_out(with_pose(every[0], 5)) == held_out(every[0])
    assert not any(held_out(SMALL.sample_from(random.Random(n), False)) for n in range(200))
    assert all(held_out(SMALL.sample_from(random.Random(n), True)) for n in range(50))


def test_a_lesson_sets_look_alikes_side_by_side() -> None:
    groups = [SMALL.group_at(3, number) for number in range(120)]
    assert all(len(group) == GROUP for group in groups)
    assert not any(held_out(scene) for group in groups for scene in group)
    kinds: Counter[str] = Counter()
    for group in groups:
        objects = {scene.things[0].object for scene in group}
        colors = {(scene.things[0].color, scene.pattern, scene.ground) for scene in group}
        worn = {(scene.things[0].worn, scene.things[0].worn_color) for scene in group}
        spots = {(scene.size, scene.place) for scene in group}
        styles = {scene.style for scene in group}
        if len(objects) > 1:  # in one colour
            kinds["object"] += 1
            assert len(colors) == len(spots) == len(styles) == 1
            assert len(objects) >= BARE  # and those who wear something
        elif len(colors) == 1 and len(styles) > 1:
            kinds["style"] += 1
            assert worn == {(None, None)}
            assert len(styles) > 3
        elif len(colors) == 1 and len(spots) > 1:
            kinds["spot"] += 1
            assert worn == {(None, None)}
            assert len(spots) > 3
        elif len(colors) == 1:
            kinds["worn"] += 1
            assert len(worn) > 5
        else:
            kinds["ground" if len({scene.things[0].color for scene in group}) == 1 else "colors"] += 1
            assert len(colors) > 1
    assert min(kinds[name] for name in ("object", "worn", "ground", "colors", "spot", "style")) > 3, kinds
    assert SMALL.group_at(3, 0) == groups[0]


def test_a_large_lesson_sets_two_things_on_either_side() -> None:
    groups = [group for number in range(60) if len((group := LARGE.group_at(3, number))[0].things) == 2]
    assert len(groups) > 6
    for group in groups:
        assert len(group) == GROUP
        assert all(fits(scene) and not held_out(scene) for scene in group)
        told = [LARGE.tell(scene) for scene in group]
        changing = {name for name in FACTS if len({facts[name] for facts in told}) > 1}
        assert {"object", "other"} <= changing <= {"object", "color", "other", "other color"}
        assert any((one["object"], one["other"]) == (two["other"], two["object"]) for one in told for two in told)


def test_a_caption_of_two_things_asks_for_both() -> None:
    rng = random.Random(2)
    scenes = [LARGE.sample(rng) for _ in range(600)]
    assert all(map(fits, scenes))
    assert 0.15 < sum(len(scene.things) == 2 for scene in scenes) / len(scenes) < 0.29
    for scene in scenes:
        said, told = LARGE.full_caption(scene, rng, "zh"), LARGE.tell(scene)
        rows = {asked.row: asked.answers for asked in LARGE.asked(scene, said)}
        assert ("both objects" in rows) == (len(scene.things) == 2)
        assert set(rows) <= set(LARGE.rows)
        assert all(any(all(told[k] == v for k, v in answer.items()) for answer in rows[row]) for row in rows)


def test_two_things_stand_side_by_side() -> None:
    scene = of("star", "red", "white")
    both = replace(scene, things=(*scene.things, Thing("heart", "blue")))
    pixels = np.asarray(LARGE.render(both, 128)).astype(int)
    red, blue = (np.argwhere(pixels[..., a] - pixels[..., b] > 80)[:, 1] / 128 for a, b in ((0, 2), (2, 0)))
    assert red.max() < 0.55 < blue.mean()
    assert blue.min() > 0.45


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_caption_names_everything(language: str) -> None:
    rng = random.Random(4)
    for _ in range(300):
        scene = SMALL.sample(rng)
        thing, words = scene.things[0], SMALL.full_caption(scene, rng, language).text
        names, kinds = (NAMES, WORN_NAMES) if language == "en" else (NAMES_ZH, WORN_NAMES_ZH)
        assert any(name in words for name in names[thing.object])
        assert words.isascii() == (language == "en")
        if thing.worn:
            assert any(name in words for name in kinds[thing.worn])


@pytest.mark.parametrize("world", [SMALL, LARGE], ids=lambda world: world.name)
def test_the_longest_caption_fits_the_context(world: World) -> None:
    from studio_starter import tokenizer

    words = tokenizer.learn(world, count=4000)
    texts = list(tokenizer.captions(world, 11, 4000))
    lengths = [len(ids) for ids in words(texts).input_ids]
    assert max(lengths) < world.length
    assert words("").input_ids == [words.bos_token_id, words.eos_token_id]
    assert words.eos_token_id == len(words) - 1  # open_clip's end of text is the highest id
    assert words.decode(words(texts[0]).input_ids, skip_special_tokens=True).replace(" ", "") == texts[0].replace(
        " ", ""
    )


def test_captions_repeat_with_their_seed() -> None:
    scene = of("boat", "white", "green")
    assert SMALL.caption(scene, random.Random(3), "zh") == SMALL.caption(scene, random.Random(3), "zh")


def test_render_command_draws_a_sheet(tmp_path: Path) -> None:
    found = CliRunner().invoke(starter, ["render", str(tmp_path / "sheet.png"), "--count", "12", "--size", "32"])
    assert found.exit_code == 0, found.output
    assert len(found.output.splitlines()) == 12
    assert (tmp_path / "sheet.png").stat().st_size > 1000


def test_help_imports_no_weight_library() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from studio_starter.command import starter; "
        "assert CliRunner().invoke(starter, ['train', '--help']).exit_code == 0; "
        "sys.exit(','.join({'torch', 'diffusers', 'transformers', 'open_clip'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_stage_without_what_it_needs_is_refused_in_one_sentence(tmp_path: Path) -> None:
    found = CliRunner().invoke(starter, ["train", "decoder", "--work", str(tmp_path)])
    assert found.exit_code == 1
    assert "run this first: studio starter train codec" in found.output
