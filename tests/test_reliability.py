"""The page about the drills is made of what their runs have left, and of nothing else."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "scripts/reliability.py"


def test_the_page_has_a_table_for_each_drill_with_the_latest_numbers() -> None:
    spec = importlib.util.spec_from_file_location("reliability", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lines = [
        {"drill": "kills", "what": "engines", "full": False, "kills": 2, "wrong": 1},
        {"drill": "kills", "what": "engines", "full": True, "kills": 34, "wrong": 0},
        {"drill": "strace", "what": "save", "full": False, "points": 9},
    ]
    page = module.page(lines)
    assert "## Kills\n\n| | kills | wrong | tried |\n|---|---|---|---|\n| engines | 34 | 0 | all |\n" in page
    assert "## Strace\n\n| | points | tried |\n|---|---|---|\n| save | 9 | a part |\n" in page
