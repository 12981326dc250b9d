"""`studio models list --loaded`: what the engines that run now hold in memory, as they write it down themselves."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from studio.cli.output import out, print_json
from studio.descriptions import ComponentInfo
from studio.engine.memory_file import EngineMemory, engines

RAM = "ram"


def show(cache_dir: Path, *, as_json: bool) -> None:
    """Of every engine of this home; none need be started for it, and none is."""
    found = [*engines(cache_dir)]
    if as_json:
        print_json([_as_data(each) for each in found])
        return
    if not found:
        out("No engine of this home is running: models are in memory while a window or a command is at work.")
    for each in found:
        for line in _lines(each):
            out(line)


def _as_data(engine: EngineMemory) -> dict[str, Any]:
    age = _age(engine)
    report: dict[str, Any] = msgspec.to_builtins(engine.report)
    report.pop("type")
    names = ComponentInfo.__struct_fields__
    components = [{name: getattr(each, name) for name in names} for each in engine.report.components]
    for each in components:
        each["idle_s"] = round(each["idle_s"] + age, 1)
    devices = [{name: getattr(each, name) for name in each.__struct_fields__} for each in engine.report.devices]
    return {
        "pid": engine.pid, "devices": devices, "parked_bytes": engine.report.parked_bytes,
        "leaked_bytes": engine.report.leaked_bytes, "components": components,
    }  # fmt: skip


def _lines(engine: EngineMemory) -> Iterator[str]:
    report = engine.report
    rooms = [f"{_size(each.used_bytes)} of {_size(each.room_bytes)} on {each.id}" for each in report.devices]
    rooms += [f"{_size(report.parked_bytes)} kept in RAM"] if report.parked_bytes else []
    rooms += [f"{_size(report.leaked_bytes)} are lost until it ends"] if report.leaked_bytes else []
    yield f"The engine {engine.pid}: {', '.join(rooms) or 'no model is loaded'}"
    for each in report.components:
        place = "in RAM" if each.place == RAM else each.place
        used = "in use" if each.leases else f"last used {each.idle_s + _age(engine):.0f} s ago"
        by = f" by {each.used_by}" if each.used_by else ""
        kept = ", kept" if each.pinned else ""
        yield f"    {each.title}  {_size(each.bytes)} {place}  {used}{by}, loaded in {each.load_s:.1f} s{kept}"


def _age(engine: EngineMemory) -> float:
    return max(0.0, time.time() - engine.at)


def _size(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
