"""Savers, engines, command lines and windows are killed by the hundred: nothing torn, nothing lost, all heals."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import tried
from operations import library, whole_library

from studio import messages
from studio.client import EngineClient
from studio.messages import Event

HERE = Path(__file__).parent
NIGHT = os.environ.get("STUDIO_DRILLS") == "night"
WORKSHOP = HERE.parent / "data/workshop.py"
SAVERS, SAVERS_FULL = 244, 964
OTHERS, OTHERS_FULL = 2, 12
"""Of each of three kinds; with the savers 250 each time, a thousand of all, ten thousand in a night."""


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(WORKSHOP, studio_home / "plugins")
    return tried.keep(studio_home)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(21)


def check(home: Path, saved: list[str]) -> None:
    assert [*whole_library(home, set())] == []
    with closing(library(home)) as opened:
        there = {record.id for record in opened.find(limit=1_000_000) if record.path.is_file()}
    assert set(saved) <= there, "a picture that was told as saved is lost"


def test_savers_of_one_library_are_killed_at_any_moment(home: Path, full: bool, report) -> None:
    count = (SAVERS_FULL if full else SAVERS) * (10 if NIGHT else 1)
    run = subprocess.run(
        [sys.executable, HERE / "kills.py", home, str(count), "7"], capture_output=True, text=True, cwd=HERE
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    report("kills", "savers, four at once", kills=found["kills"], saved=len(found["saved"]), wrong=len(found["gone"]))
    assert found["failed"] == 0, run.stderr
    assert len(found["saved"]) > count / 10, "they hardly got as far as a picture"
    assert found["gone"] == []
    check(home, found["saved"])


def test_engines_are_killed_while_they_save(home: Path, chance: random.Random, full: bool, report) -> None:
    count = (OTHERS_FULL if full else OTHERS) * (10 if NIGHT else 1)
    saved: list[str] = []
    for number in range(count):
        seen: list[Event] = []
        ready, begun, over = threading.Event(), threading.Event(), threading.Event()

        def hear(event: Event, ready=ready, begun=begun, over=over, seen=seen) -> None:
            seen.append(event)
            if isinstance(event, messages.Ready):
                ready.set()
            elif isinstance(event, messages.Saved):
                begun.set()
            elif isinstance(event, messages.LAST):
                over.set()

        client = EngineClient(hear)
        client.start()
        try:
            assert ready.wait(120)
            client.submit(messages.Submit(f"job{number}", "paint", {"count": 9, "steps": 40}))
            assert begun.wait(60)
            time.sleep(chance.uniform(0, 0.05))
            (pid,) = {event.pid for event in seen if isinstance(event, messages.Starting)}
            os.kill(pid, 9)
            assert over.wait(60)
        finally:
            client.close()
        saved += [event.id for event in seen if isinstance(event, messages.Saved)]
    report("kills", "engines", kills=count, saved=len(saved), wrong=0)
    check(home, saved)


@pytest.mark.parametrize("front", ["command line", "window"])
def test_fronts_are_killed_at_any_moment(
    front: str, home: Path, chance: random.Random, full: bool, report, tmp_path: Path
) -> None:
    count = (OTHERS_FULL if full else OTHERS) * (10 if NIGHT else 1)
    painting = ["run", "paint", "--count", "9", "--steps", "20", "-o", str(tmp_path)]
    arguments = painting if front == "command line" else []
    for _ in range(count):
        process = subprocess.Popen(
            [sys.executable, "-m", "studio", *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        time.sleep(chance.uniform(0.2, 6.0))
        process.kill()
        process.wait()
    report("kills", front, kills=count, wrong=0)
    check(home, [])
    told = subprocess.run([sys.executable, "-m", "studio", "plugins"], capture_output=True, text=True)
    assert "tasks: paint" in told.stdout, "nobody is blamed for a kill"
