"""What is written in the window can be read: contrast after WCAG 2.2 (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""

import pytest

from studio.desktop.style import tokens

GROUNDS = ("window", "stage", "panel", "field", "raised", "hover")
INKS = ("text", "muted", "accent", "focus", "ok", "info", "warning", "error")


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_from_whatever_it_lies_on(dark: bool) -> None:
    weak = {
        (ink, ground): round(found, 2)
        for ink in INKS
        for ground in GROUNDS
        if (found := contrast(tokens.colour(ink, dark), tokens.colour(ground, dark))) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_buttons_and_chosen_words_can_be_read(dark: bool) -> None:
    pairs = (("on-accent", "accent"), ("on-accent", "accent-hover"), ("text", "accent-soft"), ("field", "focus"))
    for ink, ground in pairs:
        assert contrast(tokens.colour(ink, dark), tokens.colour(ground, dark)) >= 4.5, (ink, ground)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_edges_and_focus_rings_can_be_seen(dark: bool) -> None:
    """3 : 1 for what is no text (WCAG 1.4.11)."""
    pairs = (("edge", "field"), ("edge", "panel"), ("focus", "panel"), ("focus", "stage"), ("accent", "stage"))
    for line, ground in pairs:
        assert contrast(tokens.colour(line, dark), tokens.colour(ground, dark)) >= 3, (line, ground)
