"""What an engine says about its memory is read by other programs, as long as it runs."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from studio.cli.main import main
from studio.descriptions import ComponentInfo, DeviceMemory
from studio.engine.memory_file import FOLDER, FORGOTTEN_S, EngineMemory, MemoryFile, engines
from studio.messages import MemoryReport

UNET = ComponentInfo("UNet2DConditionModel unet", 3 * 2**30, 1, place="cuda:0", load_s=2.0, used_by="text-to-image")
REPORT = MemoryReport([UNET], [DeviceMemory("cuda:0", 3 * 2**30, 8 * 2**30)], 2**20)


def test_what_is_in_memory_is_told_while_the_engine_runs(studio_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> Any:
        assert main(["models", "list", "--loaded", *arguments]) == 0
        printed = capsys.readouterr().out
        return msgspec.json.decode(printed) if arguments else printed

    assert told("--json") == []
    assert told().startswith("No engine of this home is running")
    file = MemoryFile(studio_home / "cache")
    file.keep(REPORT)
    assert told().splitlines() == [
        f"The engine {os.getpid()}: 3.00 GiB of 8.00 GiB on cuda:0, 1.0 MiB kept in RAM",
        "    UNet2DConditionModel unet  3.00 GiB cuda:0  in use by text-to-image, loaded in 2.0 s",
    ]
    (engine,) = told("--json")
    assert engine["devices"] == [{"id": "cuda:0", "used_bytes": 3 * 2**30, "room_bytes": 8 * 2**30}]
    assert engine["components"][0]["used_by"] == "text-to-image"
    file.remove()
    file.keep(MemoryReport())
    assert told("--json") == []


def test_only_what_changes_is_written(tmp_path: Path) -> None:
    file, place = MemoryFile(tmp_path), tmp_path / FOLDER / f"{os.getpid()}.json"
    file.keep(REPORT)
    written = place.read_bytes()
    file.keep(MemoryReport([msgspec.structs.replace(UNET, idle_s=5.0)], REPORT.devices, 2**20))
    assert place.read_bytes() == written
    file.keep(MemoryReport())
    assert [each.report for each in engines(tmp_path)] == [MemoryReport()]


def test_what_a_killed_engine_left_is_not_believed_and_goes_in_time(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        gone.wait()
    own, left = tmp_path / FOLDER, tmp_path / FOLDER / f"{gone.pid}.json"
    own.mkdir()
    left.write_bytes(msgspec.json.encode(EngineMemory(gone.pid, time.time(), time.time(), REPORT)))
    (own / "torn.json").write_bytes(b"{")
    again = own / f"{os.getpid()}.json"
    again.write_bytes(msgspec.json.encode(EngineMemory(os.getpid(), 1.0, 1.0, REPORT)))  # the number was used before
    assert [*engines(tmp_path)] == []
    file = MemoryFile(tmp_path)
    file.sweep()
    assert left.exists()
    os.utime(left, (1.0, time.time() - 2 * FORGOTTEN_S))
    file.sweep()
    assert not left.exists()
