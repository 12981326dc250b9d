"""What a job would take, before it is run, and what of one that ran took how long."""

import json
from pathlib import Path

from console import Studio


def test_a_plan_is_told_without_running_and_becomes_exact_by_a_job(studio: Studio, folder: Path, home: Path) -> None:
    ask = ("run", "text-to-image", "--prompt", "a cat", "--steps", "2", "--seed", "1")
    before = studio(*ask, "--plan", "--json")
    assert before.returncode == 0, before.stderr
    told = json.loads(before.stdout)
    assert (told["seconds"], told["measured"]) == (None, False)
    assert not [*(home / "library").rglob("*.png")]
    done = studio(*ask, "--trace", "trace.json")
    assert done.returncode == 0, done.stderr
    events = json.loads((folder / "trace.json").read_text())["traceEvents"]
    spans = [event for event in events if event["ph"] == "X"]
    assert {"load", "stage", "save"} == {event["cat"] for event in spans}
    assert {"prior", "decoder", "codec", "save"} <= {event["name"] for event in spans}
    assert all(event["dur"] >= 0 for event in spans)
    after = json.loads(studio(*ask, "--plan", "--json").stdout)
    assert after["measured"]
    assert after["fits"]
    assert after["seconds"] > 0
    assert after["free_bytes"] > after["bytes"] > 0
    words = studio(*ask, "--plan").stdout
    assert "It needs " in words
    assert "It takes about " in words


def test_a_plan_of_what_is_refused_says_why(studio: Studio) -> None:
    done = studio("run", "text-to-image", "--prompt", "a cat", "--model", "nowhere", "--plan")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert studio("run", "colour", "--plan").stdout.startswith("Nothing is known of such a job yet")


def test_what_the_words_become_is_told_before_and_after(studio: Studio, home: Path) -> None:
    (home / "wildcards").mkdir(parents=True)
    (home / "wildcards/thing.txt").write_text("cat\nowl\n")
    ask = ("run", "text-to-image", "--prompt", "a {red|blue} __thing__", "--style", "watercolour", "--count", "2")
    planned = json.loads(studio(*ask, "--seed", "5", "--plan", "--json").stdout)
    assert (len(planned["texts"]), planned["drawn"]) == (2, False)
    done = studio(*ask, "--seed", "5", "--steps", "2", "--json")
    assert done.returncode == 0, done.stderr
    images = json.loads(done.stdout)["images"]
    assert [image["read"] for image in images] == planned["texts"]
    assert all(image["read"]["prompt"].endswith(", watercolor") for image in images)
    assert "All pictures, prompt, for example: a " in studio(*ask[:-2], "--plan").stdout
    missing = studio(*ask[:2], "--prompt", "a __color__ cat", "--plan")
    assert missing.returncode == 2
    assert "There is no list of wildcards “color” in" in missing.stderr
    assert "There is no style “wet paint”" in studio(*ask, "--style", "wet paint").stderr


def test_a_trace_that_cannot_be_written_is_one_sentence(studio: Studio) -> None:
    done = studio("run", "colour", "--trace", "no-such-folder/trace.json")
    assert done.returncode == 2
    assert "The trace could not be written to " in done.stderr
    assert "no-such-folder/trace.json (" in done.stderr
