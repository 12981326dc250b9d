"""The starter's renderer, captions and vocabulary: equal for equal seeds, true, and short enough."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from studio_starter.command import starter
from studio_starter.large.world import LARGE
from studio_starter.small.caption import LANGUAGES, NAMES, NAMES_ZH, caption, full_caption
from studio_starter.small.drawing import DRAWINGS
from studio_starter.small.lesson import BARE, GROUP, group_at
from studio_starter.small.render import GROUND, PAINT, render
from studio_starter.small.scene import COLORS, OBJECTS, WEARERS, Scene, held_out, sample, sample_from, with_pose
from studio_starter.small.world import SMALL
from studio_starter.world import World


def test_equal_scenes_give_equal_pictures() -> None:
    scene = Scene("cat", "red", "blue", "yellow", 7)
    assert render(scene, 64, 3).tobytes() == render(scene, 64, 3).tobytes()
    assert render(scene, 64, 3).tobytes() != render(with_pose(scene, 8), 64, 3).tobytes()


@pytest.mark.parametrize("size", [64, 256])
@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_covers_a_good_part_of_the_picture(name: str, size: int) -> None:
    pixels = np.asarray(render(Scene(name, "red", "blue", None, 3), size)).astype(int)
    assert pixels.shape == (size, size, 3)
    differs = (np.abs(pixels - pixels[0, 0]).sum(axis=2) > 60).mean()
    assert 0.05 < differs < 0.8


def test_every_object_and_colour_has_its_drawing_and_its_words() -> None:
    assert set(DRAWINGS) == set(OBJECTS) == set(NAMES) == set(NAMES_ZH)
    assert set(PAINT) == set(GROUND) == set(COLORS)


def test_colours_of_a_scene_differ_and_only_wearers_wear() -> None:
    rng = random.Random(1)
    for scene in (sample(rng) for _ in range(2000)):
        assert scene.color != scene.background
        assert scene.hat not in (scene.color, scene.background)
        assert scene.hat is None or scene.object in WEARERS


def test_about_an_eighth_of_the_combinations_is_held_out() -> None:
    every = [
        Scene(name, color, ground, None, 0)
        for name in OBJECTS
        for color in COLORS
        for ground in COLORS
        if color != ground
    ]
    share = sum(map(held_out, every)) / len(every)
    assert 0.09 < share < 0.16
    assert held_out(with_pose(every[0], 5)) == held_out(every[0])
    assert not any(held_out(sample_from(random.Random(n), unseen=False)) for n in range(200))
    assert all(held_out(sample_from(random.Random(n), unseen=True)) for n in range(50))


def test_a_lesson_sets_look_alikes_side_by_side() -> None:
    groups = [group_at(3, number) for number in range(40)]
    assert all(len(group) == GROUP for group in groups)
    assert not any(held_out(scene) for group in groups for scene in group)
    kinds = [(len({s.object for s in group}), len({(s.color, s.background) for s in group})) for group in groups]
    in_color = [objects for objects, colors in kinds if colors == 1]
    assert 10 < len(in_color) < 30
    assert min(in_color) >= BARE  # and those who wear hats
    assert all(objects == 1 and colors > 8 for objects, colors in kinds if colors > 1)
    assert group_at(3, 0) == groups[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_caption_names_everything(language: str) -> None:
    rng = random.Random(4)
    for _ in range(300):
        scene = sample(rng)
        words = full_caption(scene, rng, language)
        names = (NAMES if language == "en" else NAMES_ZH)[scene.object]
        assert any(name in words for name in names)
        assert words.isascii() == (language == "en")
        if scene.hat:
            assert ("hat" if language == "en" else "帽子") in words


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
    scene = Scene("boat", "white", "green", None, 1)
    assert caption(scene, random.Random(3), "zh") == caption(scene, random.Random(3), "zh")


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
