"""Batches on a real engine: each picture once, in order, whatever ends the program in between."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.batch import Batch, open_store, outcome
from studio.batch.outcome import JobOutcome, OutcomePicture
from studio.cli.main import main
from studio.errors import UserError

BATCH = (sys.executable, "-m", "studio", "batch")
KILLS = 2


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("scatter.py"), studio_home / "plugins")
    return studio_home


def _jobs(path: Path, jobs: Sequence[object]) -> Path:
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in jobs))
    return path


def _results(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (place / "results.jsonl").read_text().splitlines()]


def _pixels(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): Image.open(path).tobytes() for path in sorted(place.rglob("*.png"))}


def test_each_picture_is_there_once_after_kills(home: Path, tmp_path: Path) -> None:
    jobs = [{"prompt": f"number {number}", "pause": 0.05, "count": 1 + number % 2} for number in range(24)]
    file = _jobs(tmp_path / "jobs.jsonl", jobs)
    place, chance = tmp_path / "out", random.Random(5)
    command = [*BATCH, str(file), "--task", "scatter", "-o", str(place)]
    for _ in range(KILLS):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = len([*place.rglob("*.json")])
        while running.poll() is None and len([*place.rglob("*.json")]) < before + 2:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert not (place / "results.jsonl").exists()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "it goes on" in done.stderr
    results = _results(place)
    assert [each["index"] for each in results] == [*range(24)]
    named = [picture["path"] for each in results for picture in each["images"]]
    assert len(named) == sum(job["count"] for job in jobs)  # type: ignore[misc]
    pixels = _pixels(place)
    assert sorted(named) == sorted(pixels)  # each once, and none besides
    for each in results:
        for picture in each["images"]:
            assert pixels[picture["path"]] == (f"{picture['seed']:06}" * 64)[:192].encode()


def test_what_fails_is_told_in_its_place_and_run_again_when_asked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    once = tmp_path / "once"
    lines = [{"seed": 5}, {"prompt": "refuse"}, "{", {"prompt": f"die once {once}", "seed": 9}, {"prompt": "die"}]
    file, place = _jobs(tmp_path / "jobs.jsonl", lines), tmp_path / "out"
    assert main(["batch", str(file), "--task", "scatter", "-o", str(place)]) == 2
    told = [(each["index"], each.get("code", ""), len(each.get("images", []))) for each in _results(place)]
    assert told == [(0, "", 1), (1, "refused", 0), (2, "invalid_json", 0), (3, "", 1), (4, "interrupted", 0)]
    assert "2 jobs succeeded, 3 failed, 0 are missing" in capsys.readouterr().err

    (place / "pictures/0000/0000000-1.png").unlink()
    (place / "records/0000/0000003.json").write_text("{torn")
    assert main(["batch", str(file), "--task", "scatter", "-o", str(place)]) == 2
    assert "2 are missing" in capsys.readouterr().err
    assert main(["batch", str(file), "--task", "scatter", "-o", str(place)]) == 2
    assert "2 jobs succeeded, 3 failed, 0 are missing" in capsys.readouterr().err


def test_an_output_of_other_jobs_is_left_alone(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "out"))
    first = Batch(store, "scatter", [{"prompt": "a"}, {"prompt": "b"}], ["seed"])
    assert (first.resumed, [row.index for row in first.rows()]) == (False, [0, 1])
    seeds = [row.params["seed"] for row in first.rows()]
    again = Batch(store, "scatter", [{"prompt": "a"}, {"prompt": "b"}], ["seed"])
    assert again.resumed
    assert [row.params["seed"] for row in again.rows()] == seeds
    assert len({*seeds}) == 2
    for task, lines in (("scatter", [{"prompt": "a"}]), ("other", [{"prompt": "a"}, {"prompt": "b"}])):
        with pytest.raises(UserError, match="pictures of other jobs"):
            Batch(store, task, lines, ["seed"])
    store.write("batch.json", b"{")
    with pytest.raises(UserError, match="damaged"):
        Batch(store, "scatter", [{"prompt": "a"}, {"prompt": "b"}], ["seed"])


def test_a_seed_that_a_line_gives_is_kept(tmp_path: Path) -> None:
    batch = Batch(open_store(str(tmp_path)), "scatter", [{"seed": 7}, {"seed": -1}], ["seed"])
    given, drawn = (row.params["seed"] for row in batch.rows())
    assert given == 7
    assert drawn >= 0


@pytest.mark.parametrize("place", ["folder", "memory://batch"])
def test_stores(place: str, tmp_path: Path) -> None:
    store = open_store(str(tmp_path) if place == "folder" else place)
    assert store.read("records/a.json") is None
    assert store.names("records") == set()
    store.write("records/0000/a.json", b"1")
    store.write("records/0000/a.json", b"2")
    store.write("pictures/b.png", b"3")
    assert store.read("records/0000/a.json") == b"2"
    assert store.names("records") == {"records/0000/a.json"}
    store.remove("records/0000/a.json")
    store.remove("records/0000/a.json")
    assert store.names("records") == set()


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        open_store("nosuchstore://bucket")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be written"):
        open_store(str(tmp_path / "file")).write("a", b"")


def test_a_hundred_thousand_are_in_order() -> None:
    """Names sort as the lines do, and a folder holds a thousand."""
    names = [outcome.record_name(index) for index in range(0, 100_000, 77)]
    assert names == sorted(names)
    assert outcome.picture_name(99_999, 2) == "pictures/0099/0099999-3.png"
    whole = JobOutcome(3, [OutcomePicture("a.png", 8, 8, 1)], seconds=1.5)
    assert outcome.decode(outcome.encode(whole)) == whole
    assert outcome.decode(outcome.encode(whole)[:-5]) is None
