"""Blend modes are W3C's: held against the formulas written out, against psd-tools, and as the canvas paints them."""

import math

import numpy as np
import pytest
from psd_tools.composite.blend import BLEND_FUNC
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.shell.qt_image import Shown
from studio.document.blend_mode import OPENRASTER, PHOTOSHOP, BlendMode, named
from studio.document.compositing import blended, compose

LEVELS = np.array([0, 1, 30, 63, 64, 65, 127, 128, 129, 200, 254, 255])


def by_hand(mode: BlendMode, back: float, front: float) -> float:
    """One channel, as Compositing and Blending Level 1 writes it."""

    def hard_light(below: float, above: float) -> float:
        return below * 2 * above if above <= 0.5 else below + (2 * above - 1) - below * (2 * above - 1)

    def soft_light(below: float, above: float) -> float:
        if above <= 0.5:
            return below - (1 - 2 * above) * below * (1 - below)
        raised = ((16 * below - 12) * below + 4) * below if below <= 0.25 else math.sqrt(below)
        return below + (2 * above - 1) * (raised - below)

    match mode:
        case BlendMode.NORMAL:
            return front
        case BlendMode.MULTIPLY:
            return back * front
        case BlendMode.SCREEN:
            return back + front - back * front
        case BlendMode.OVERLAY:
            return hard_light(front, back)
        case BlendMode.DARKEN:
            return min(back, front)
        case BlendMode.LIGHTEN:
            return max(back, front)
        case BlendMode.COLOR_DODGE:
            return 0 if back == 0 else 1 if front == 1 else min(1, back / (1 - front))
        case BlendMode.COLOR_BURN:
            return 1 if back == 1 else 0 if front == 0 else 1 - min(1, (1 - back) / front)
        case BlendMode.HARD_LIGHT:
            return hard_light(back, front)
        case BlendMode.SOFT_LIGHT:
            return soft_light(back, front)
    return abs(back - front)


TOGETHER = (BlendMode.HUE, BlendMode.SATURATION, BlendMode.COLOR, BlendMode.LUMINOSITY)
SINGLE = [mode for mode in BlendMode if mode not in TOGETHER]


@pytest.mark.parametrize("mode", SINGLE)
def test_a_mode_of_single_channels_is_the_formula(mode: BlendMode) -> None:
    back, front = (grid.astype(np.float32) / 255 for grid in np.meshgrid(LEVELS, LEVELS))
    three = [np.repeat(side[..., None], 3, axis=-1) for side in (back, front)]
    expected = np.vectorize(lambda one, two: by_hand(mode, float(one), float(two)), otypes=[float])(back, front)
    assert np.abs(blended(mode, *three)[..., 0] - expected).max() < 1e-5


@pytest.mark.parametrize("mode", TOGETHER)
def test_a_mode_of_whole_colours_is_that_of_psd_tools(mode: BlendMode) -> None:
    random = np.random.default_rng(3)
    back, front = random.random((2, 64, 64, 3)).astype(np.float32)
    back[:4], front[4:8] = np.round(back[:4]), np.round(front[4:8])  # pure colours, greys, black and white
    known = BLEND_FUNC[PHOTOSHOP[mode]](back[..., ::-1], front[..., ::-1])[..., ::-1]  # which has red first
    assert np.abs(blended(mode, back, front) - known).max() < 2e-3


def test_what_is_transparent_changes_nothing_and_shows_the_other_as_it_is() -> None:
    opaque = np.full((2, 2, 4), (10, 120, 240, 255), np.uint8)
    nothing = np.zeros((2, 2, 4), np.uint8)
    for mode in BlendMode:
        assert (compose(mode, opaque, nothing) == opaque).all(), mode
        assert (compose(mode, nothing, opaque) == opaque).all(), mode


def random_picture(seed: int) -> QImage:
    image = QImage(96, 64, QImage.Format.Format_ARGB32)
    pixels(image)[...] = np.random.default_rng(seed).integers(0, 256, (64, 96, 4))
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


@pytest.mark.parametrize("mode", BlendMode)
@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_the_canvas_shows_what_the_formulas_say(mode: BlendMode, opacity: float) -> None:
    below, above = random_picture(1), random_picture(2)
    whole = Scene([Layer(Shown(below)), Layer(Shown(above), opacity=opacity, blend=mode)]).flattened()
    expected = compose(mode, pixels(below), pixels(above), opacity).astype(int)
    found = pixels(whole).astype(int)
    assert np.abs(found - expected).max() <= 2
    assert np.abs(found - expected).mean() < 0.6


def test_a_layer_mixes_with_the_layers_and_not_with_the_ground_behind_them() -> None:
    red = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    red.fill(0xFFFF0000)
    alone = Layer(Shown(red), blend=BlendMode.MULTIPLY)
    ground = QImage(40, 40, QImage.Format.Format_RGB32)
    ground.fill(0xFF808080)
    painter = QPainter(ground)
    Scene([alone]).draw(painter, QRectF(0, 0, 40, 40), QRectF(0, 0, 40, 40), True)
    painter.end()
    assert ground.pixelColor(20, 20).getRgb() == (255, 0, 0, 255)


def test_strips_leave_no_seam() -> None:
    tall = QImage(8, 1300, QImage.Format.Format_RGB32)
    tall.fill(0xFF4060A0)
    whole = Scene([Layer(Shown(tall)), Layer(Shown(tall), blend=BlendMode.SOFT_LIGHT)]).flattened()
    assert whole.size() == tall.size()
    assert len(np.unique(pixels(whole).reshape(-1, 4), axis=0)) == 1
    assert Scene([Layer(Shown(tall))], QRect(0, 1290, 8, 10)).flattened().height() == 10


def test_each_mode_has_a_name_in_both_formats() -> None:
    assert set(OPENRASTER) == set(PHOTOSHOP) == set(BlendMode)
    assert named("multiply") is BlendMode.MULTIPLY
    assert named("vivid-light") is BlendMode.NORMAL
