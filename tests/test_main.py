"""`studio` without arguments, on machines that cannot show a window."""

import sys
from types import ModuleType

import pytest

from studio import __main__ as entry


@pytest.mark.parametrize(
    "failure",
    [
        ModuleNotFoundError("No module named 'PySide6'", name="PySide6"),
        ImportError("libEGL.so.1: cannot open shared object file: No such file or directory"),
    ],
)
def test_a_missing_qt_is_one_sentence(
    failure: ImportError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(name: str) -> ModuleType:
        raise failure

    monkeypatch.setattr(entry, "import_module", broken)
    monkeypatch.setattr(sys, "argv", ["studio"])
    with pytest.raises(SystemExit) as end:
        entry.main()
    assert end.value.code == 2
    assert "`studio doctor` tells what to install" in capsys.readouterr().err


def test_a_bug_of_the_window_is_not_blamed_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'studio.desktop.typo'", name="studio.desktop.typo")

    monkeypatch.setattr(entry, "import_module", broken)
    monkeypatch.setattr(sys, "argv", ["studio"])
    with pytest.raises(ModuleNotFoundError):
        entry.main()


def test_an_interrupt_while_a_class_is_made_is_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def importing() -> int:
        type("Made", (), {"field": Interrupted()})
        return 0

    monkeypatch.setattr(entry, "_command_line", importing)
    monkeypatch.setattr(sys, "argv", ["studio", "plugins"])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "Cancelled.\n"
