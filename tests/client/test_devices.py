"""An engine with two devices: jobs side by side, each ended, given back and interrupted by itself."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from queued import QueuedClient
from recorder import Recorder

from studio import messages

MakeClient = Callable[..., QueuedClient]


@pytest.fixture
def client(home: Path, make_client: MakeClient, seen: Recorder) -> QueuedClient:
    (home / "settings.json").write_text(json.dumps({"device": "cpu,cpu"}))
    client = make_client()
    assert seen.wait(messages.Ready).at_once == 2
    return client


def device(seen: Recorder, job: str) -> int:
    return seen.wait(messages.Begun, job=job).device


def test_two_run_side_by_side_and_a_cancel_ends_one(client: QueuedClient, seen: Recorder) -> None:
    first, second, third, fourth = (client.submit("dawdle", {}) for _ in range(4))
    assert {device(seen, first), device(seen, second)} == {0, 1}
    seen.wait(messages.Saved, job=first)
    seen.wait(messages.Saved, job=second)
    client.cancel(second)
    assert isinstance(seen.end(second), messages.JobCancelled)
    assert device(seen, third) == device(seen, second), "the next one takes its place"
    client.pause()
    seen.wait(messages.Withdrawn, job=fourth)
    for job in (first, third):
        client.cancel(job)
        assert isinstance(seen.end(job), messages.JobCancelled)
    client.resume()
    seen.wait(messages.Started, job=fourth)
    client.cancel(fourth)
    assert isinstance(seen.end(fourth), messages.JobCancelled)


def test_a_crash_interrupts_what_ran_and_gives_the_rest_back(client: QueuedClient, seen: Recorder) -> None:
    one = client.submit("dawdle", {})
    seen.wait(messages.Started, job=one)
    two = client.submit("misbehave", {"how": "hang"})
    seen.wait(messages.Started, job=two)
    three = client.submit("paint", {})
    client.restart()
    assert isinstance(seen.end(one), messages.Interrupted)
    assert isinstance(seen.end(two), messages.Interrupted)
    assert isinstance(seen.end(three), messages.Finished)
    assert len(seen.of(messages.Begun, job=one)) == len(seen.of(messages.Begun, job=two)) == 1, "none is run again"


def test_out_of_memory_on_one_device_lets_the_other_be(client: QueuedClient, seen: Recorder) -> None:
    long = client.submit("dawdle", {})
    seen.wait(messages.Started, job=long)
    short = client.submit("misbehave", {"how": "memory"})
    end: Any = seen.end(short)
    assert (end.code, end.user) == ("out_of_memory", True)
    after = client.submit("paint", {})
    assert isinstance(seen.end(after), messages.Finished)
    assert device(seen, after) != device(seen, long)
    client.cancel(long)
    assert isinstance(seen.end(long), messages.JobCancelled)


def loaded(home: Path) -> Any:
    """What the one engine of this home says from outside; it writes it down within a second or two."""
    command = [sys.executable, "-m", "studio", "models", "list", "--loaded", "--json"]
    for _ in range(60):
        (told,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        if told["components"] and not any(each["leases"] for each in told["components"]):
            return told
        time.sleep(0.2)
    raise AssertionError(told)


def test_jobs_go_where_their_model_is_and_side_by_side_make_the_same(
    client: QueuedClient, seen: Recorder, home: Path
) -> None:
    drawn = {"prompt": "a red cup", "seed": 3, "steps": 2}
    first = client.submit("text-to-image", drawn)
    end: Any = seen.end(first)
    assert end.loaded_bytes > 0
    busy = client.submit("dawdle", {})
    seen.wait(messages.Started, job=busy)
    other = 1 - device(seen, busy)
    again = client.submit("text-to-image", drawn)
    end = seen.end(again)
    assert device(seen, again) == other
    if other == device(seen, first):
        assert end.loaded_bytes == 0
    client.cancel(busy)
    assert isinstance(seen.end(busy), messages.JobCancelled)
    alone = client.submit("text-to-image", drawn)
    end = seen.end(alone)
    assert end.loaded_bytes == 0, "with both idle it goes where the model is"
    client.client.send(messages.ReportMemory())
    report = seen.wait(messages.MemoryReport)
    assert {each.id for each in report.devices} == {"cpu"}
    told = loaded(home)
    assert [each["id"] for each in told["devices"]] == ["cpu"] * len(report.devices)
    assert {each["title"] for each in told["components"]} == {each.title for each in report.components}
    saved = [event for event in seen.of(messages.Saved) if event.job in (first, again, alone)]
    one, *others = [Image.open(event.path).tobytes() for event in saved]
    assert others == [one, one]
