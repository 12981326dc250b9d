"""Animations: what is written is read back by another reader, in its order, speed, loop and colours."""

import importlib.util
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from studio.errors import UserError
from studio.images import animation
from studio.images.animation import Playback

COLOURS = ((200, 40, 40), (40, 180, 60), (50, 60, 210))


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(len(COLOURS))]
    for path, colour in zip(paths, COLOURS, strict=True):
        Image.new("RGB", (65, 48), colour).save(path)
    return paths


def shown(path: Path) -> list[tuple[int, ...]]:
    """The colour in the middle of each frame."""
    if path.suffix == ".mp4":
        import av

        with av.open(path) as video:
            frames = [frame.to_image() for frame in video.decode(video=0)]
    else:
        with Image.open(path) as image:
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    return [tuple(int(level) for level in np.asarray(frame)[20, 20]) for frame in frames]


def near(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> bool:
    return len(found) == len(wanted) and bool(np.abs(np.array(found) - np.array(wanted)).max() <= 4)


@pytest.mark.parametrize("suffix", animation.FORMATS)
def test_there_and_back(pictures: list[Path], tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"way{suffix}"
    animation.write(pictures, target, Playback(fps=4, back=True))
    red, green, blue = COLOURS
    assert near(shown(target), [red, green, blue, green])
    if suffix != ".mp4":
        with Image.open(target) as image:
            image.load()
            assert (image.info["duration"], image.info["loop"]) == (250, 0)


def test_a_video_has_its_speed_and_says_what_its_colours_are(pictures: list[Path], tmp_path: Path) -> None:
    import av

    animation.write(pictures, tmp_path / "way.mp4", Playback(fps=2.5))
    with av.open(tmp_path / "way.mp4") as video:
        stream = video.streams.video[0]
        context = stream.codec_context
        assert stream.codec.canonical_name == "h264"
        assert (context.width, context.height, stream.average_rate) == (64, 48, 2.5)
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 13, 1)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_once(pictures: list[Path], tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"way{suffix}"
    animation.write(pictures, target, Playback(loop=False))
    with Image.open(target) as image:
        assert image.n_frames == 3
        assert image.info.get("loop") != 0


def test_where_it_is_transparent_a_webp_stays_so_and_a_gif_is_white(tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        Image.new("RGBA", (8, 8), (255, 0, 0, 0 if path is paths[0] else 255)).save(path)
    for suffix in (".webp", ".gif"):
        animation.write(paths, tmp_path / f"way{suffix}", Playback())
    with Image.open(tmp_path / "way.webp") as image:
        assert image.convert("RGBA").getpixel((4, 4))[3] == 0
    assert shown_first(tmp_path / "way.gif") == (255, 255, 255)


def shown_first(path: Path) -> tuple[int, ...]:
    with Image.open(path) as image:
        return image.convert("RGB").getpixel((4, 4))  # type: ignore[return-value]


def test_what_cannot_be_is_one_sentence_and_the_old_file_stays(pictures: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (10, 10)).save(other)
    target = tmp_path / "way.gif"
    target.write_bytes(b"old")
    for chosen, place, playback, told in (
        (pictures[:1], target, Playback(), "needs two pictures"),
        ([*pictures, other], target, Playback(), "65x48 and 10x10"),
        (pictures, target, Playback(fps=0), "from 0.2 to 60"),
        (pictures, tmp_path / "way.avi", Playback(), "ends in .gif, .webp, .mp4"),
        (pictures, tmp_path / "none" / "way.gif", Playback(), "was not written"),
        ([*pictures, tmp_path / "gone.png"], target, Playback(), "does not exist"),
    ):
        with pytest.raises(UserError, match=told):
            animation.write(chosen, place, playback)
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob(".*.tmp"))


def test_without_pyav_ffmpeg_is_used_and_without_either_that_is_said(
    pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program stands in the path as a real one would: it reads raw frames and writes the file that it is told."""
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "av" else there(name))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not animation.can_write(".mp4")
    with pytest.raises(UserError, match="PyAV or ffmpeg"):
        animation.write(pictures, tmp_path / "way.mp4", Playback())
    program = tmp_path / "ffmpeg"
    program.write_text(
        f"#!{sys.executable}\nimport sys\ndata = sys.stdin.buffer.read()\n"
        "if len(data) != 3 * 64 * 48 * 3: sys.exit('odd frames')\nopen(sys.argv[-1], 'wb').write(b'video')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    animation.write(pictures, tmp_path / "way.mp4", Playback())
    assert (tmp_path / "way.mp4").read_bytes() == b"video"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('Unknown encoder libx264')\n")
    with pytest.raises(UserError, match=r"ffmpeg could not write the video \(Unknown encoder libx264\)"):
        animation.write(pictures, tmp_path / "way.mp4", Playback())
    assert os.fspath(tmp_path / "way.mp4")
    assert (tmp_path / "way.mp4").read_bytes() == b"video"
