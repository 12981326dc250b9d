"""`studio styles`: what there is, and what is brought in."""

import json
from pathlib import Path

import pytest

from studio.cli.main import main


def test_styles_are_listed_shown_imported_and_removed(
    studio_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["styles"]) == 0
    assert "print-woodcut" in capsys.readouterr().out
    assert main(["styles", "show", "木刻"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "print-woodcut"
    table = tmp_path / "mine.csv"
    table.write_text('name,prompt,negative_prompt\nHouse,"{prompt}, in house colours",grey\nNothing,,\n')
    assert main(["styles", "import", str(table)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("1 style was taken, and is kept in ")
    assert "The style 'Nothing' has no words, so it was left out." in told.err
    assert main(["styles", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["styles"][0]["id"] == "house"
    assert main(["styles", "remove", "woodcut"]) == 2
    assert "ships with the studio" in capsys.readouterr().err
    assert main(["styles", "remove", "House"]) == 0
    assert main(["styles", "show", "House"]) == 2
    assert main(["styles", "import", str(tmp_path / "none.csv")]) == 2
    assert "holds no styles that can be taken (No such file or directory)" in capsys.readouterr().err
