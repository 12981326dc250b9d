"""One table of environments that programs do not expect: each command ends in time, with a sentence or a result.

Never with a traceback, never with a signal, and the home works afterwards as if nothing had been.
"""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from studio import settings
from studio.plugin_host import registry
from studio.plugin_host.trial import FOLDER, PluginTrials

STUDIO = f"{shlex.quote(sys.executable)} -m studio"
PAINT = Path(__file__).parents[1] / "cli/paint.py"
TIME_S = 120
IN_NAMESPACE = (
    shutil.which("unshare") is not None
    and not subprocess.run(["unshare", "-rmn", "true"], capture_output=True).returncode
)


@dataclass(frozen=True)
class Surroundings:
    """`shell` stands around a command, `{}`; `{home}` and `{tmp}` are folders. `codes`: how the command may end."""

    shell: str = "{}"
    environ: dict[str, str | None] = field(default_factory=dict)
    before: Callable[[], None] | None = None
    codes: tuple[int, ...] = (0, 2)
    privileged: bool = False


def limit(what: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (most, most))


def ignoring(number: int) -> Callable[[], None]:
    return lambda: signal.signal(number, signal.SIG_IGN) and None


TABLE = {
    # descriptors
    "stdout closed": Surroundings("{} >&-"),
    "stdin closed": Surroundings("{} <&-"),
    "stderr closed": Surroundings("{} 2>&-"),
    "all closed": Surroundings("{} <&- >&- 2>&-"),
    "stdout full": Surroundings("{} >/dev/full"),
    "stderr full": Surroundings("{} 2>/dev/full"),
    "a reader that leaves": Surroundings("set -o pipefail; {} | head -c 1", codes=(0, 2, 141)),
    # disks
    "no room": Surroundings("mount -t tmpfs -o size=4k t {home} && {}", privileged=True),
    "read-only": Surroundings("mount -t tmpfs -o ro t {home} && {}", privileged=True),
    "no temporary folder": Surroundings(environ={"TMPDIR": "/nowhere/at/all"}),
    "files of no size": Surroundings(before=limit(resource.RLIMIT_FSIZE, 0)),
    # homes
    "home is a file": Surroundings("touch {tmp}/file && STUDIO_HOME={tmp}/file {}"),
    "home below a file": Surroundings("touch {tmp}/file && STUDIO_HOME={tmp}/file/home {}"),
    "home with odd letters": Surroundings("STUDIO_HOME={tmp}/$'a b\\n\\u2603 %s {}' {}"),
    "home with a long name": Surroundings(f"STUDIO_HOME={{tmp}}/{'x' * 300} {{}}"),
    "home is relative": Surroundings("cd {tmp} && STUDIO_HOME=here {}"),
    "home is empty": Surroundings("STUDIO_HOME= HOME={tmp} {}"),
    "no HOME": Surroundings(environ={"HOME": None}),
    "a HOME that is not there": Surroundings(environ={"HOME": "/nowhere/at/all"}),
    "working folder gone": Surroundings("mkdir {tmp}/gone && cd {tmp}/gone && rmdir {tmp}/gone && {}"),
    "home is a loop of links": Surroundings("ln -sfn {tmp}/loop {tmp}/loop && STUDIO_HOME={tmp}/loop {}"),
    # clocks
    "no such time zone": Surroundings(environ={"TZ": "Nowhere/City"}),
    "a zone with odd minutes": Surroundings(environ={"TZ": "<+1245>-12:45"}),
    # locales
    "locale C": Surroundings(environ={"LC_ALL": "C", "LANG": None}),
    "no UTF-8": Surroundings(environ={"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "locale that is not there": Surroundings(environ={"LC_ALL": "xx_YY.UTF-8"}),
    "ascii output": Surroundings(environ={"PYTHONIOENCODING": "ascii"}),
    "no environment": Surroundings("env -i STUDIO_HOME={home} {}"),
    "optimised away": Surroundings(environ={"PYTHONOPTIMIZE": "2"}),
    # limits
    "few descriptors": Surroundings(before=limit(resource.RLIMIT_NOFILE, 24)),
    "no core": Surroundings(before=limit(resource.RLIMIT_CORE, 0)),
    "little memory": Surroundings(before=limit(resource.RLIMIT_AS, 700 * 2**20)),
    "umask 777": Surroundings("umask 777; {}"),
    "umask 000": Surroundings("umask 000; {}"),
    # signals and networks
    "SIGPIPE ignored": Surroundings(before=ignoring(signal.SIGPIPE)),
    "SIGINT ignored": Surroundings(before=ignoring(signal.SIGINT)),
    "SIGCHLD ignored": Surroundings(before=ignoring(signal.SIGCHLD)),
    "ended by TERM": Surroundings("timeout -s TERM 0.7 {}", codes=(0, 2, 124, 143)),
    "interrupted": Surroundings("timeout -s INT 0.7 {}", codes=(0, 2, 124, 130)),
    "no network": Surroundings("{}", privileged=True),
}


@pytest.fixture
def home(studio_home: Path) -> Path:
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(PAINT, studio_home / "plugins")
    return studio_home


def call(row: Surroundings, command: str, home: Path, tmp: Path) -> "subprocess.CompletedProcess[bytes]":
    environ = {name: value for name, value in {**os.environ, **row.environ}.items() if value is not None}
    shell = row.shell.replace("{home}", shlex.quote(str(home))).replace("{tmp}", shlex.quote(str(tmp)))
    whole = ["bash", "-c", command.join(shell.rsplit("{}", 1))]
    return subprocess.run(
        ["unshare", "-rmn", *whole] if row.privileged else whole,
        env=environ, capture_output=True, timeout=TIME_S, preexec_fn=row.before, cwd=tmp,
    )  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_commands_end_with_a_sentence_or_a_result(name: str, home: Path, tmp_path: Path, full: bool, report) -> None:
    row = TABLE[name]
    if row.privileged and not IN_NAMESPACE:
        pytest.skip("this machine lends no namespaces")
    commands = ["plugins", "library list --json", "models", "run colour --prompt a -o out"][: 4 if full else 1]
    for command in commands:
        done = call(row, f"{STUDIO} {command}", home, tmp_path)
        told = done.stderr.decode(errors="replace")
        assert "Traceback" not in told, (command, told)
        assert "This is a bug" not in told, (command, told)
        assert done.returncode in row.codes, (command, done.returncode, told)
    trials = PluginTrials(home / "cache" / FOLDER, home / "plugins")
    with trials.watch():
        assert "colour" in registry.load(settings.load({"STUDIO_HOME": str(home)}), before=trials.before).tasks
    report("hostile environment", name, commands=len(commands), wrong=0)
