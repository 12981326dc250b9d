"""Descriptors, disks, homes, names and signals in a bad week: one sentence, and the work is done where it can be."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from console import STUDIO, Studio
from PIL import Image

from studio.library import Library, Recipe


def shell(command: str, folder: Path, **options: object) -> "subprocess.CompletedProcess[str]":
    """A command as a shell starts it; `studio` in it is ours."""
    words = command.replace("studio", f"{sys.executable} -m studio", 1)
    call: dict[str, object] = {"cwd": folder, "capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run(["bash", "-c", words], **call)  # type: ignore[call-overload, no-any-return]


def pictures(home: Path) -> int:
    return len([*(home / "library/pictures").rglob("*.png")])


# ---- descriptors


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_descriptor_that_is_missing_is_the_null_device(home: Path, folder: Path, closed: str) -> None:
    done = shell(f"studio run colour -o out {closed}", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "out/colour.png").is_file()
    assert pictures(home) == 1


@pytest.mark.parametrize("where", ["2>/dev/full", "2>/dev/null"])
def test_progress_that_cannot_be_shown_is_not_shown(home: Path, folder: Path, where: str) -> None:
    done = shell(f"studio run colour {where}", folder)
    assert done.returncode == 0
    assert Path(done.stdout.strip()).is_file()


def test_results_that_cannot_be_written_end_no_job(home: Path, folder: Path) -> None:
    (folder / "jobs.jsonl").write_text('{"side": 3}\n{"side": 4}\n{"side": 5}\n')
    done = shell("studio run colour --jobs jobs.jsonl >/dev/full", folder)
    assert done.returncode == 2
    assert done.stderr.count("The results could not be written (no space left on device)") == 1
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert pictures(home) == 3


@pytest.mark.parametrize("command", ["library list", "library list --json", "plugins", "models --json"])
def test_no_listing_ends_in_a_traceback_where_nothing_can_be_written(home: Path, folder: Path, command: str) -> None:
    with_one(home)
    done = shell(f"studio {command} >/dev/full", folder)
    assert done.returncode == 2
    assert "The results could not be written" in done.stderr
    assert "bug" not in done.stderr
    assert shell(f"studio {command} >/dev/full 2>/dev/full", folder).returncode == 2


def test_whoever_reads_only_the_first_line_is_told_nothing(home: Path, folder: Path) -> None:
    for _ in range(3):
        with_one(home)
    assert shell("studio library list | head -1", folder).stderr.splitlines()[1:] == []


# ---- homes, folders and names


def with_one(home: Path, **params: object) -> Path:
    library = Library(home / "library")
    record = library.save(Image.new("L", (8, 8)), Recipe("colour", params))
    library.close()
    return record.path


def test_the_home_is_for_its_user_alone(studio: Studio, studio_home: Path, home: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    environ = {**os.environ, "STUDIO_HOME": str(fresh)}
    assert studio("run", "upscale", "--image", "gone.png", env=environ).returncode == 2
    studio("library", "list", env=environ)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [fresh, *fresh.rglob("*")]}
    assert not [path for path, mode in modes.items() if mode & 0o077], modes
    studio("run", "fail")
    log = home / "logs/command-line.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_plugins_folder_that_others_may_write_to_is_told(studio: Studio, home: Path) -> None:
    (home / "plugins").chmod(0o777)
    done = studio("plugins")
    assert "Others may write" in done.stderr
    assert f"chmod -R go-w {home / 'plugins'}" in done.stderr
    (home / "plugins").chmod(0o755)
    assert "Others may write" not in studio("plugins").stderr


def test_names_that_begin_with_a_tilde(studio: Studio, folder: Path) -> None:
    Image.new("RGB", (5, 6)).save(folder / "~draft.png")
    assert studio("run", "copy", "--image", "~draft.png", "-o", "~out").returncode == 0
    assert (folder / "~out/copy.png").is_file()
    (folder / "jobs.jsonl").write_text('{"image": "~nobody-at-all.png"}\n{"image": "~draft.png"}\n')
    done = studio("run", "copy", "--jobs", "jobs.jsonl")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["error" in line for line in told] == [True, False]
    assert "does not exist" in told[0]["error"]
    refused = studio("models", "add", "~draft")
    assert refused.returncode == 2
    assert f"There is nothing at {folder}/~draft" in refused.stderr


def test_a_user_whom_the_system_does_not_know(studio: Studio, folder: Path) -> None:
    """As in a container that was started with a bare number."""
    plain = {name: value for name, value in os.environ.items() if name not in ("HOME", "STUDIO_HOME")}
    code = "import os, pwd, runpy, sys\nos.getuid = lambda: 12345\nsys.argv = ['studio', *sys.argv[1:]]\n"
    command = [sys.executable, "-c", f"{code}runpy.run_module('studio', run_name='__main__')", "library", "list"]
    done = subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True)
    assert done.returncode == 2
    assert "name a folder in the environment variable STUDIO_HOME" in done.stderr
    assert [*folder.iterdir()] == []


def test_a_working_folder_that_is_gone(studio: Studio, home: Path, folder: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"cd {gone} && rmdir {gone} && studio run colour -o out", folder)
    assert done.returncode == 2
    assert "The folder in which this was started is gone" in done.stderr
    assert "Traceback" not in done.stderr
    gone.mkdir()
    done = shell(f"cd {gone} && rmdir {gone} && studio run colour -o {folder}/out", folder)
    assert done.returncode == 0, done.stderr


def test_a_plugin_file_whose_name_is_no_text(studio: Studio, home: Path) -> None:
    (home / "plugins" / os.fsdecode(b"odd\xff.py")).write_text("")
    done = studio("plugins")
    assert done.returncode == 0, done.stderr
    assert "odd\\udcff" in done.stdout
    assert studio("plugins", "--json").returncode == 0


# ---- files that never end


@pytest.mark.parametrize("what", ["fifo", "/dev/zero", "deep", "long"])
def test_settings_that_cannot_be_read_are_a_sentence(studio: Studio, home: Path, what: str) -> None:
    file = home / "settings.json"
    if what == "fifo":
        os.mkfifo(file)
    elif what == "deep":
        file.write_text('{"keys": ' + "[" * 100_000)
    elif what == "long":
        file.touch()
        os.truncate(file, 2**40)
    else:
        file.symlink_to(what)
    done = studio("library", "list", timeout=60)
    assert done.returncode == 2
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("what", ["fifo", "/dev/zero", "long"])
def test_a_file_of_jobs_that_never_ends_is_a_sentence(studio: Studio, home: Path, folder: Path, what: str) -> None:
    file = folder / "jobs.jsonl"
    if what == "fifo":
        os.mkfifo(file)
    elif what == "long":
        file.touch()
        os.truncate(file, 2**40)
    else:
        file.symlink_to(what)
    done = studio("run", "colour", "--jobs", "jobs.jsonl", timeout=60)
    assert done.returncode == 2
    assert "nothing was started" in done.stderr


def test_a_sparse_picture_is_shown_at_once(studio: Studio, folder: Path) -> None:
    with (folder / "hole.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(2**40)
    done = studio("library", "show", "hole.png", timeout=60)
    assert done.returncode == 2
    assert "carries no recipe" in done.stderr


# ---- the library


def test_a_library_that_cannot_be_used_is_told_before_anything_is_computed(
    studio: Studio, home: Path, folder: Path
) -> None:
    with_one(home)
    (home / "library/index.db").write_bytes(b"not a database at all" * 300)
    done = studio("run", "slow")
    assert done.returncode == 2
    assert "is damaged" in done.stderr
    assert "Nothing was started" in done.stderr
    assert "waiting" not in done.stderr
    done = studio("run", "colour", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert "are saved in" in done.stderr
    assert (folder / "out").is_dir()
    Image.new("RGB", (5, 6)).save(folder / "a.png")
    assert studio("run", "copy", "--image", "a.png", "-o", "out").returncode == 0


def test_a_library_that_another_program_holds_is_told_first(studio: Studio, home: Path) -> None:
    with_one(home)
    other = sqlite3.connect(home / "library/index.db")
    other.execute("BEGIN IMMEDIATE")
    done = studio("run", "slow")
    other.rollback()
    other.close()
    assert done.returncode == 2
    assert "another program holds its index" in done.stderr
    assert "Nothing was started" in done.stderr


def test_what_the_library_does_not_take_after_all_lies_beside_it(studio: Studio, home: Path, folder: Path) -> None:
    """It fills up, is taken away or damaged while the picture is made."""
    (home / "plugins/thief.py").write_text(THIEF)
    done = studio("run", "thief", "--json")
    assert done.returncode == 0, done.stderr
    (picture,) = json.loads(done.stdout)["images"]
    assert Path(picture["path"]).parent == home / "rescued"
    assert Path(picture["path"]).is_file()
    assert "It is saved in" in done.stderr
    assert "given up" not in done.stderr
    assert "It is not lost" not in done.stderr
    (home / "rescued").rename(home / "gone")
    (home / "rescued").touch()
    done = studio("run", "thief", "--json")
    (picture,) = json.loads(done.stdout)["images"]
    assert Path(picture["path"]).parent == folder


THIEF = """
import os
from pathlib import Path
from PIL import Image
from studio import api

class Thief(api.Task):
    id = "thief"
    title = "Takes the library away"
    class Params(api.Params):
        pass
    def run(self, params, ctx):
        ctx.progress(0, 1)
        root = Path(os.environ["STUDIO_HOME"], "library")
        root.rename(root.with_name(f"stolen-{os.getpid()}"))
        yield Image.new("RGB", (8, 8))
        root.with_name(f"stolen-{os.getpid()}").rename(root)

@api.hookimpl
def register_tasks():
    return [Thief]
"""


# ---- what is shown


def test_a_recipe_steers_no_terminal(studio: Studio, home: Path) -> None:
    prompt = "a\x9b31mcat \x7f \u202egnp.exe \u2067x\x85y \x1b]0;title\x07"
    path = with_one(home, prompt=prompt, **{"odd\x9bname": 1, "list": ["\x9b2J", {"\u202e": "\x7f"}]})
    for command in (("list",), ("show", path.stem), ("list", "--json"), ("show", path.stem, "--json"), ()):
        done = studio("library", *command)
        assert done.returncode == 0, done.stderr
        assert not [sign for sign in done.stdout if not sign.isprintable() and sign != "\n"], command
    told = json.loads(studio("library", "show", path.stem, "--json").stdout)
    assert told["params"]["prompt"] == prompt, "programs get it whole"


def test_times_are_those_of_the_wall(studio: Studio, home: Path) -> None:
    with_one(home)
    with sqlite3.connect(home / "library/index.db") as index:
        index.execute("UPDATE pictures SET created = '2026-03-01T20:30:15.123+00:00'")
    index.close()
    environ = {**os.environ, "TZ": "Asia/Shanghai"}
    assert "2026-03-02 04:30:15" in studio("library", "list", env=environ).stdout
    assert "2026-03-01 20:30:15" in studio("library", "list", env={**os.environ, "TZ": "UTC"}).stdout
    (told,) = json.loads(studio("library", "list", "--json", env=environ).stdout)
    assert told["created"].endswith("+00:00")


# ---- signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_who_is_ended_from_outside_blames_no_plugin(studio: Studio, home: Path, folder: Path, number: int) -> None:
    plugin = home / "plugins/slowly.py"
    plugin.write_text(
        "import sys, time\nif 'trial' not in sys.argv[0]:\n"
        "    print('slowly', file=sys.stderr, flush=True)\n    time.sleep(5)\n"
    )
    process = subprocess.Popen([*STUDIO, "plugins"], cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "slowly" not in process.stderr.readline():
        pass
    process.send_signal(number)
    process.communicate(timeout=20)
    plugin.write_text(GOOD)
    os.utime(plugin, (0, 0))  # it has not been changed since
    done = studio("plugins")
    assert "ended the program" not in done.stdout
    assert "tasks: good" in done.stdout


GOOD = """
from PIL import Image
from studio import api

class Good(api.Task):
    id = title = "good"
    class Params(api.Params):
        pass
    def run(self, params, ctx):
        yield Image.new("L", (8, 8))

@api.hookimpl
def register_tasks():
    return [Good]
"""


@pytest.mark.parametrize("death", ["import ctypes; ctypes.string_at(0)", "import os; os.abort()"])
def test_a_plugin_that_crashes_is_blamed(studio: Studio, home: Path, death: str) -> None:
    plugin = home / "plugins/crashing.py"
    plugin.write_text(f"{death}\n")
    os.utime(plugin, (0, 0))
    assert "The plugin 'crashing' ends the program while it is imported" in studio("plugins").stdout


def test_ctrl_c_in_the_first_moment_is_a_word(home: Path, folder: Path) -> None:
    """While the command line itself is still being imported."""
    code = "import sys, signal, os\nsys.argv = ['studio', 'plugins']\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # background jobs begin with it ignored
    code += "from studio import __main__ as entry\n"
    code += "sys.meta_path.insert(0, type('Once', (), {'find_spec': staticmethod(lambda name, *rest: "
    code += "os.kill(os.getpid(), signal.SIGINT) if name == 'studio.cli.main' else None)}))\nentry.main()\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "Cancelled.\n")


def test_a_copy_that_is_killed_leaves_nothing_that_looks_like_a_picture(tmp_path: Path, folder: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom studio.cli import export\n"
        "def slow(source, file):\n    file.write(b'half'); file.flush(); print('half', flush=True); time.sleep(60)\n"
        "export.library_export.copy_into = slow\nexport.place(Path('a.png'), Path('.'), 'a-cat')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate(timeout=10)
    (left,) = folder.iterdir()
    assert left.name.endswith(".tmp")
    from studio.cli import export

    export.folder(str(folder))
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("libtorch_cpu.so: failed to map segment from shared object: Cannot allocate memory"),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_too_little_memory_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    from studio.cli import main as command_line

    def short(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(command_line.root, "main", short)
    assert command_line.main(["plugins"]) == 2
    assert "There is not enough memory" in capsys.readouterr().err
