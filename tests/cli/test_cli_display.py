"""What a person reads while a job runs."""

import io

import pytest

from studio.cli.display import Display
from studio.printable import printable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.cli.display.REDRAW_S", 0.0)
    stream = Terminal()
    display = Display(stream)
    for step in range(3):
        display.progress("denoising", step, 3, 65.0)
    display.line("A note.")
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("\r\x1b[KA note.\n")
    assert "denoising   33 %  65 s left" in stream.getvalue()


def test_a_log_gets_few_lines() -> None:
    stream = io.StringIO()
    display = Display(stream)
    for step in range(1000):
        display.progress("denoising", step, 1000, 120.0)
    display.progress("upscaling", 0, 1, None)
    assert stream.getvalue() == "denoising    0 %  2 min left\nupscaling    0 %\n"


def test_a_stage_is_said_once() -> None:
    stream = io.StringIO()
    display = Display(stream)
    for _ in range(3):
        display.stage("loading")
    assert stream.getvalue() == "loading\n"


def test_nobody_can_be_asked_where_there_is_no_terminal() -> None:
    assert Display(io.StringIO()).ask_folder("Where?") is None


def test_text_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2Jb\rc\u202ed\x00é猫") == "a\\x1b[2Jb\\rc\\u202ed\\x00é猫"
