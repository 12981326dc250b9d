"""`studio run`, with real engines: what comes on stdout, on stderr, in the folder, and as the exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from console import STUDIO, Studio
from PIL import Image


def test_paths_are_printed_and_copies_made(studio: Studio, folder: Path, home: Path) -> None:
    done = studio("run", "colour", "--prompt", "A ../red Cat!", "--count", "2", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(folder / "out/a-red-cat.png"), str(folder / "out/a-red-cat-2.png")]
    assert len(list((home / "library").rglob("*.png"))) == 2
    assert "painting" in done.stderr
    assert "Painted." in done.stderr


def test_without_a_folder_the_library_has_it(studio: Studio, home: Path, folder: Path) -> None:
    done = studio("run", "colour")
    assert Path(done.stdout.strip()).is_relative_to(home / "library")
    assert list(folder.iterdir()) == []


def test_a_sequence_becomes_an_animation(studio: Studio, folder: Path, home: Path) -> None:
    done = studio("run", "colour", "--count", "3", "--animation", "way.gif", "--fps", "5", "--back")
    assert done.returncode == 0, done.stderr
    assert str(folder / "way.gif") in done.stderr
    with Image.open(folder / "way.gif") as animation:
        # Equal pictures are one frame, shown as long as all of them: there and back, four fifths of a second.
        assert (animation.format, animation.info["duration"]) == ("GIF", 800)
    for arguments, told in (
        (["colour", "--animation", "way.avi"], "ends in .gif, .webp, .mp4"),
        (["colour", "--animation", "way.gif", "--jobs", "-"], "leave out --jobs"),
        (["copy", "--image", "a.png", "--animation", "way.gif"], "No such option"),
    ):
        done = studio("run", *arguments)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert len(list((home / "library").rglob("*.png"))) == 3


def test_json_tells_all(studio: Studio, folder: Path) -> None:
    done = studio("run", "colour", "--side", "9", "--seed", "7", "--json", "-o", ".", "--reveal")
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert told["images"] == [
        {"path": str(folder / "colour.png"), "seed": 7, "width": 9, "height": 9, "values": {"number": 0}}
    ]
    assert told["task"] == "colour"
    assert told["seconds"] >= 0
    assert told["loaded_bytes"] == 0
    assert told["notes"] == ["Painted."]
    assert told["stages"] == [{"stage": "pigment", "data": {"amount": 9}}]


def test_relative_paths_and_ids_are_understood(studio: Studio, folder: Path) -> None:
    Image.new("RGB", (5, 6)).save(folder / "a.png")
    first = studio("run", "copy", "--image", "a.png", "--param-output", "x", "--json")
    assert first.returncode == 0, first.stderr
    id = Path(json.loads(first.stdout)["images"][0]["path"]).stem
    second = studio("run", "copy", "--image", id, "--json")
    assert json.loads(second.stdout)["images"][0]["width"] == 5
    assert id in studio("library", "show", Path(json.loads(second.stdout)["images"][0]["path"]).stem).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "color"], "There is no task 'color'; did you mean colour? Tasks:"),
        (["run", "copy"], "--image is missing"),
        (["run", "colour", "--side", "65"], "Side must be a whole number from 1 to 64, not '65'"),
        (["run", "colour", "--sid", "6"], "No such option '--sid'"),
        (["run", "colour", "--jobs", "no.jsonl"], "no.jsonl cannot be read"),
        (["run", "colour", "-o", "/dev/null/x"], "cannot be made"),
        (["run", "colour", "--prompt", b"\xff"], "no valid text"),
        (["rum"], "There is no command 'rum'; did you mean run?"),
        (["palette", "mend"], "There is no such palette"),
    ],
)
def test_what_the_user_can_mend_is_one_sentence(studio: Studio, arguments: list[str | bytes], words: str) -> None:
    done = studio(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_task_that_asks_for_mending(studio: Studio) -> None:
    done = studio("run", "fail", "--how", "user", "--json")
    assert done.returncode == 2
    assert "The brush is dry; dip it. The picture that was finished is kept." in done.stderr
    told = json.loads(done.stdout)
    assert (told["code"], told["field"], len(told["images"])) == ("dry", "how", 1)


def test_a_bug_is_named_and_its_traceback_kept(studio: Studio, home: Path) -> None:
    done = studio("run", "fail")
    assert done.returncode == 1
    assert "a hair in the paint" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ValueError: a hair" in (home / "logs/command-line.log").read_text()
    assert len(done.stdout.splitlines()) == 1  # what was finished before
    assert "Traceback" in studio("run", "fail", "--debug").stderr


def test_a_dead_engine_is_a_sentence(studio: Studio) -> None:
    done = studio("run", "fail", "--how", "die")
    assert done.returncode == 1
    assert "it was killed" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_in_process_does_the_same_and_raises_bugs(studio: Studio, folder: Path) -> None:
    done = studio("run", "colour", "--in-process", "-o", ".")
    assert done.stdout.splitlines()[-1] == str(folder / "colour.png")
    bug = studio("run", "fail", "--in-process", "--debug")
    assert bug.returncode == 1
    assert "in run" in bug.stderr


def test_a_file_of_jobs(studio: Studio, folder: Path) -> None:
    lines = ['{"prompt": "a"}', "", "nonsense", '{"sid": 3}', '{"side": NaN}', '{"side": 99}', "[]", '{"side": 3}']
    (folder / "jobs.jsonl").write_text("\n".join(lines) + "\n")
    done = studio("run", "colour", "--color", "#000000", "--jobs", "jobs.jsonl", "-o", "out")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [line["index"] for line in told] == list(range(8))
    assert ["images" in line for line in told] == [True, *[False] * 6, True]
    assert ["error" in line for line in told] == [False, *[True] * 6, False]
    assert told[0]["images"][0]["path"] == str(folder / "out/a.png")
    assert told[3]["error"].startswith("There is no parameter 'sid'")
    assert told[5]["field"] == "side"
    with Image.open(told[7]["images"][0]["path"]) as image:
        assert image.size == (3, 3)
        assert image.getpixel((0, 0)) == (0, 0, 0)


def test_jobs_survive_the_death_of_the_engine(studio: Studio) -> None:
    jobs = '{"how": "die"}\n{"how": "user"}\n'
    done = studio("run", "fail", "--jobs", "-", input=jobs)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["code"] for line in told] == ["interrupted", "dry"]


def test_what_cannot_be_saved_is_saved_in_the_named_folder(studio: Studio, home: Path, folder: Path) -> None:
    (home / "library").touch()  # a file where the library's folder should be
    done = studio("run", "colour", "--count", "2", "-o", "out")
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert len(paths) == 2
    assert all(path.is_file() and path.parent == folder / "out" for path in paths)


def test_what_cannot_be_saved_anywhere_is_told(studio: Studio, home: Path) -> None:
    (home / "library").touch()
    done = studio("run", "colour")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "could not be saved" in done.stderr


def test_a_closed_pipe_is_no_bug(studio: Studio) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = studio("run", "colour", capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("whole_group", [False, True], ids=["the command", "as a terminal does"])
def test_ctrl_c_cancels_within_a_step_and_keeps_what_was_saved(home: Path, folder: Path, whole_group: bool) -> None:
    process = _start("run", "slow", "--json", cwd=folder)
    _read_until(process, "waiting")
    began = time.monotonic()
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert len(json.loads(out)["images"]) == 1
    assert "The picture that was finished is kept." in error


def test_a_second_ctrl_c_ends_even_a_deaf_task(home: Path, folder: Path) -> None:
    process = _start("run", "deaf", cwd=folder)
    _read_until(process, "deaf")
    os.killpg(process.pid, signal.SIGINT)
    _read_until(process, "again")
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Stopped at once" in error
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_no_engine_outlives_a_killed_command(home: Path, folder: Path) -> None:
    process = _start("run", "deaf", cwd=folder)
    _read_until(process, "deaf")
    process.kill()
    process.communicate(timeout=10)
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("the engine was still there after 6 s")


def test_plugins_add_commands_and_cannot_take_ours(studio: Studio) -> None:
    assert studio("palette", "warm").stdout == "palette warm\n"
    assert "palette" in studio("--help").stdout
    listed = json.loads(studio("plugins", "--json").stdout)
    paint = next(plugin for plugin in listed if plugin["name"] == "paint")
    assert paint["commands"] == ["palette"]
    assert "'doctor'" in paint["problem"]
    bug = studio("palette", "bug")
    assert bug.returncode == 1
    assert "bug" in bug.stderr
    assert "Traceback" not in bug.stderr


def test_a_plugin_that_ends_the_program_at_import_is_left_out_alone(studio: Studio, home: Path) -> None:
    plugin = home / "plugins/zombie.py"
    plugin.write_text("import os\nos._exit(0)\n")
    told = studio("plugins")
    assert "The plugin 'zombie' ends the program while it is imported (exit code 0)" in told.stdout
    assert "tasks: colour" in told.stdout
    plugin.write_text("")
    assert "'zombie' offers nothing" in studio("plugins").stdout


def test_what_a_plugin_prints_at_import_is_not_among_the_results(studio: Studio, home: Path) -> None:
    (home / "plugins/loud.py").write_text(
        "import os\nprint('loud one')\nos.write(1, b'loud two\\n')\nos.system('echo loud three')\n"
    )
    told = studio("plugins", "--json")
    assert {"paint", "loud"} <= {plugin["name"] for plugin in json.loads(told.stdout)}
    assert all(f"loud {number}" in told.stderr for number in ("one", "two", "three"))


def _start(*arguments: str, cwd: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*STUDIO, *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        start_new_session=True,
    )


def _read_until(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        sys.stderr.write(line)
        if word in line:
            return
    pytest.fail(f"the command ended before it said {word!r}")
