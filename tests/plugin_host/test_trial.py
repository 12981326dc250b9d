"""A plugin that ends, hangs or floods whoever imports it does so in a process of its own, once."""

import signal
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from studio import settings
from studio.descriptions import PluginInfo
from studio.plugin_host import discovery, registry
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.trial import PluginTrials

GOOD = """
    from studio import api

    class Plain(api.Task):
        id = "plain"
        title = "Plain"

        class Params(api.Params):
            size: api.Size = "auto"

        def run(self, params, ctx):
            yield

    @api.hookimpl
    def register_tasks():
        return [Plain]
"""
LIMIT_S = 20.0


class Host:
    """What a front does at its start, with a count of the trials."""

    def __init__(self, home: Path) -> None:
        self.settings = settings.Settings(home)
        self.tried: list[str] = []

    def drop(self, name: str, code: str) -> Path:
        path = self.settings.plugins_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(code))
        return path

    def start(self, limit_s: float = LIMIT_S) -> dict[str, PluginInfo]:
        def alive(source: PluginSource) -> None:
            if self.tried[-1:] != [source.name]:
                self.tried.append(source.name)

        self.tried.clear()
        trials = PluginTrials(self.folder, self.settings.plugins_dir, alive=alive, limit_s=limit_s)
        with trials.watch():
            found = registry.load(self.settings, before=trials.before)
        return {plugin.name: plugin for plugin in found.plugins}

    @property
    def folder(self) -> Path:
        return self.settings.cache_dir / "plugin-trials"


@pytest.fixture
def host(studio_home: Path) -> Host:
    return Host(studio_home)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os._exit(0)", "ends the program while it is imported (exit code 0)"),
        ("import os; os._exit(77)", "(exit code 77)"),
        ("import ctypes; ctypes.string_at(0)", "(SIGSEGV)"),
        ("import os; os.abort()", "(SIGABRT)"),
    ],
)
def test_a_plugin_that_ends_the_program_is_left_out_alone_until_it_changes(host: Host, code: str, words: str) -> None:
    host.drop("good.py", GOOD)
    path = host.drop("zombie.py", code)
    found = host.start()
    assert words in found["zombie"].problem
    assert found["good"].tasks == ["plain"]
    assert [name for name in host.tried if name != "starter"] == ["good", "zombie"]  # the checkout's own recipe
    assert words in host.start()["zombie"].problem
    assert host.tried == [], "what was tried once is remembered"
    path.write_text(textwrap.dedent(GOOD.replace('"plain"', '"mended"')))
    assert host.start()["zombie"].tasks == ["mended"]
    assert host.tried == ["zombie"]


def test_a_plugin_that_closes_or_floods_its_output_is_judged_all_the_same(host: Host) -> None:
    host.drop("good.py", "import os\nos.write(1, b'x' * 100_000)\nos.close(1)\nos.open(os.devnull, os.O_WRONLY)\n")
    trials = PluginTrials(host.folder, host.settings.plugins_dir)
    (source,) = (each for each in discovery.find(host.settings.plugins_dir) if each.name == "good")
    with trials.watch():
        trials.before(source)


def test_a_trial_is_judged_where_nobody_hears_of_ended_children(host: Host) -> None:
    host.drop("good.py", GOOD)
    former = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert host.start()["good"].tasks == ["plain"]
    finally:
        signal.signal(signal.SIGCHLD, former)


def test_an_endless_loop_is_told_with_its_place_and_spins_nowhere(host: Host) -> None:
    host.drop("loops.py", "import ctypes\nwhile True:\n    ctypes.pythonapi.PyLong_FromLong(1)\n")
    found = host.start(limit_s=2.0)
    assert "was not done being imported after 2 s" in found["loops"].problem
    assert 'loops.py", line 3' in found["loops"].details
    assert not [child for child in psutil.Process().children(recursive=True) if "loops" in child.cmdline()]
    host.start()
    assert host.tried == []


def test_an_ordinary_failure_is_no_ones_death_and_is_tried_anew_each_time(host: Host) -> None:
    host.drop("lacks.py", "import not_there_yet")
    assert "needs the module 'not_there_yet'" in host.start()["lacks"].problem
    host.drop("../not_there_yet.py", "")
    sys.path.insert(0, str(host.settings.home))
    try:
        assert "offers nothing" in host.start()["lacks"].problem
    finally:
        sys.path.remove(str(host.settings.home))
    assert host.tried == []


def test_what_ended_a_trial_from_outside_is_blamed_on_nobody(host: Host) -> None:
    host.drop("victim.py", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert "it is tried again next time" in host.start()["victim"].problem
    host.start()
    assert host.tried == ["victim"]


def test_a_plugin_whose_import_a_process_did_not_survive_is_tried_again(host: Host) -> None:
    host.drop("good.py", GOOD)
    host.start()
    assert not [*host.folder.glob("[0-9]*")], "marks go when all is loaded"
    (record,) = host.folder.glob("good-*.json")
    gone = max(psutil.pids()) + 100_000
    (host.folder / str(gone)).write_text(record.name)
    assert host.start()["good"].tasks == ["plain"]
    assert host.tried == ["good"]
    host.start()
    assert host.tried == []


def test_a_home_that_cannot_be_written_keeps_nothing_from_working(host: Host) -> None:
    host.drop("good.py", GOOD)
    host.settings.cache_dir.write_text("in the way")
    assert host.start()["good"].tasks == ["plain"]


def test_a_damaged_record_is_as_none(host: Host) -> None:
    host.drop("good.py", GOOD)
    host.start()
    (record,) = host.folder.glob("good-*.json")
    record.write_bytes(b'{"files": 7')
    assert host.start()["good"].tasks == ["plain"]
    assert host.tried == ["good"]


def test_the_records_are_private(host: Host) -> None:
    host.drop("good.py", GOOD)
    host.start()
    assert host.folder.stat().st_mode & 0o077 == 0


def test_what_an_import_costs_is_told_with_its_cause(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SLOW_S", 0.0)
    monkeypatch.setattr(registry, "HEAVY", ("antigravity_of_a_test",))
    host.drop("../antigravity_of_a_test.py", "")
    monkeypatch.syspath_prepend(host.settings.home)
    host.drop("slow.py", "import antigravity_of_a_test\n" + textwrap.dedent(GOOD))
    note = host.start()["slow"].note
    assert "to be imported, at every start; it imports antigravity_of_a_test at its top" in note


def test_a_plugin_whose_name_begins_with_a_digit_is_no_mark_of_a_process(host: Host) -> None:
    host.drop("3d_lut.py", GOOD)
    for _ in range(2):  # the first start has left a record of it
        assert host.start()["3d_lut"].problem == ""
