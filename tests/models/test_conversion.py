"""Pickles: what is no plain table of tensors stays closed, and what is becomes a file that cannot run code."""

import io
import os
import pickle
import resource
import struct
import sys
import tarfile
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import original
import pytest
import torch
from built_in import BUILT_IN
from safetensors.torch import load_file
from upscaler import compact

from studio.conversion import Converted, convert
from studio.errors import Cancelled, UserError
from studio.models.catalogue import read_model
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.loaders.pickle_child import answered, check, look, read, tensors_of, write

WEIGHTS = {"a.weight": torch.arange(12.0).reshape(3, 4), "b": torch.ones(3, dtype=torch.bfloat16)}


class Payload:
    """What an attacker would have run."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch harm",)


def inside(path: Path) -> tuple[dict[str, Any], int]:
    """What the child does, without its limits, which would be those of the test."""
    look(path, path.stat().st_size)
    tensors, left_out = tensors_of(read(path))
    check(tensors, path.stat().st_size)
    return tensors, left_out


# ---- what is taken


@pytest.mark.parametrize("is_zip", [True, False])
@pytest.mark.parametrize("wrapped", ["", "params_ema", "state_dict"])
def test_the_tensors_of_either_format_are_taken(tmp_path: Path, is_zip: bool, wrapped: str) -> None:
    held: dict[str, Any] = {wrapped: WEIGHTS, "epoch": 3} if wrapped else WEIGHTS | {"version": 2}
    torch.save(held, tmp_path / "model.pth", _use_new_zipfile_serialization=is_zip)
    tensors, left_out = inside(tmp_path / "model.pth")
    assert tensors.keys() == WEIGHTS.keys()
    assert all(torch.equal(tensors[name], WEIGHTS[name]) for name in WEIGHTS)
    assert left_out == (0 if wrapped else 1)


def test_what_a_trainer_left_beside_is_a_note_that_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checkpoints of the first Stable Diffusion have a class of PyTorch Lightning as the key of a table."""
    module = types.ModuleType("pytorch_lightning.callbacks.model_checkpoint")
    made = type("ModelCheckpoint", (), {"__module__": module.__name__})
    module.ModelCheckpoint = made  # type: ignore[attr-defined]
    for name in ("pytorch_lightning", "pytorch_lightning.callbacks", module.__name__):
        monkeypatch.setitem(sys.modules, name, module)
    held = {"state_dict": WEIGHTS, "callbacks": {made: {"best": np.float64(3.0)}}}
    torch.save(held, tmp_path / "model.ckpt")
    assert inside(tmp_path / "model.ckpt")[0].keys() == WEIGHTS.keys()


def test_an_embedding_gets_the_name_that_it_has_in_other_files(tmp_path: Path) -> None:
    vectors = torch.randn(2, 768)
    torch.save({"string_to_token": {"*": 265}, "string_to_param": {"*": vectors}}, tmp_path / "style.pt")
    tensors, _ = inside(tmp_path / "style.pt")
    write(tensors, tmp_path / "style.safetensors", {})
    with pytest.raises(UserError) as told:
        read_model(tmp_path / "style.safetensors", "style", BUILT_IN)
    assert told.value.kind == "embedding"  # type: ignore[attr-defined]


def test_what_is_written_is_what_safetensors_reads(tmp_path: Path) -> None:
    whole = WEIGHTS | {
        "turned": torch.arange(6.0).reshape(2, 3).T, "empty": torch.zeros(0, 4), "one": torch.tensor(7),
        "narrow": torch.ones(3).to(torch.float8_e4m3fn), "yes": torch.tensor([True]), "same": WEIGHTS["a.weight"],
    }  # fmt: skip
    write(whole, tmp_path / "made.safetensors", {"format": "pt"})
    found = load_file(tmp_path / "made.safetensors")
    assert found.keys() == whole.keys()
    for name, each in whole.items():
        assert found[name].dtype == each.dtype
        assert torch.equal(found[name].float(), each.float()), name
    assert read_header(tmp_path / "made.safetensors").metadata == {"format": "pt"}


# ---- what is not


def saved(value: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def zipped(change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(WEIGHTS))) as old, zipfile.ZipFile(buffer, "w") as new:
        change(old, new)
    return buffer.getvalue()


def deflated(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
    for entry in old.infolist():
        new.writestr(entry.filename, old.read(entry))
    new.writestr("archive/data/9", bytes(10**7), zipfile.ZIP_DEFLATED)


def nested(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
    new.writestr("archive/inner.zip", saved(WEIGHTS))


def evil_inside(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
    for entry in old.infolist():
        data = pickle.dumps(Payload(), 2) if entry.filename.endswith("data.pkl") else old.read(entry)
        new.writestr(entry.filename, data)


def bad_checksum() -> bytes:
    raw = bytearray(zipped(evil_inside))
    at = raw.index(b"touch harm")
    raw[at : at + 5] = b"TOUCH"
    return bytes(raw)


def script() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"):
            archive.writestr(name, b"")
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("storages"))
    return buffer.getvalue()


def huge_claim() -> bytes:
    """A storage of 32 GB by its own word, in a file of one megabyte."""
    raw = saved({"w": torch.zeros(70_000, dtype=torch.complex128)}, _use_new_zipfile_serialization=False)
    return raw.replace(b"J" + struct.pack("<i", 70_000), b"J" + struct.pack("<i", 2**31 - 1))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "a plain pickle with a payload": (pickle.dumps(Payload(), 2), "objects"),
    "one of a newer protocol": (pickle.dumps(Payload()), "objects"),
    "a payload in an archive": (saved({"a": Payload()}), "objects"),
    "a payload in the older format": (saved({"a": Payload()}, _use_new_zipfile_serialization=False), "objects"),
    "a whole module": (saved(torch.nn.Linear(2, 2)), "objects"),
    "a program with weights": (script(), "script"),
    "tar, as before 2018": (tar(), "old"),
    "a compressed archive": (zipped(deflated), "compressed"),
    "an archive in an archive": (zipped(nested), "damaged"),
    "a payload behind a wrong checksum": (bad_checksum(), "damaged"),
    "one number that claims to be many": (saved({"w": torch.zeros(1).expand(10**9)}), "promises"),
    "a sparse tensor": (saved({"w": torch.zeros(2, 2, dtype=torch.complex64)}), "kind"),
    "no tensors": (saved({"epoch": 3}), "empty"),
    "a list": (saved([1, 2]), "empty"),
    "zeros": (bytes(2000), "damaged"),
    "a web page": (b"<html>" + bytes(600), "damaged"),
    "half an archive": (saved(WEIGHTS)[:-200], "damaged"),
    "nothing": (b"", "damaged"),
    "a text without end": (b"\x80\x02X" + struct.pack("<i", 2**31 - 1) + b"abc", "damaged"),
}


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_table_of_tensors_stays_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.chdir(tmp_path)
    raw, reason = HOSTILE[case]
    (tmp_path / "model.pth").write_bytes(raw)
    told = answered(lambda: {"tensors": len(inside(tmp_path / "model.pth")[0])})
    assert told.get("reason") == reason, told
    assert not any("\n" in each for each in told.get("args", []))
    assert not (tmp_path / "harm").exists()


# ---- the whole way, in a process of its own


def converted(path: Path) -> Converted:
    before = path.read_bytes()
    made = convert(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []
    return made


def test_an_upscaler_is_converted_and_runs(tmp_path: Path) -> None:
    weights = compact(4).state_dict()
    torch.save({"params_ema": weights, "iterations": 5}, tmp_path / "x4.pth")
    made = converted(tmp_path / "x4.pth")
    assert (made.tensors, made.left_out) == (len(weights), 0)
    assert read_header(Path(made.target)).metadata["source_sha256"] == made.source_sha256
    entry = read_model(Path(made.target), "x4", BUILT_IN)
    module = load(next(iter(entry.components.values())), "cpu")
    picture = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        assert module(picture).shape == (1, 3, 32, 32)
    with pytest.raises(UserError, match="is there already, so nothing was converted"):
        convert(tmp_path / "x4.pth")


def test_a_checkpoint_of_the_older_format_is_converted_and_opens(tmp_path: Path) -> None:
    file = original.save(original.sd15(), tmp_path / "whole.safetensors")
    torch.save(
        {"state_dict": load_file(file), "global_step": 7}, tmp_path / "old.ckpt", _use_new_zipfile_serialization=False
    )
    made = converted(tmp_path / "old.ckpt")
    assert load_file(Path(made.target)).keys() == load_file(file).keys()
    assert read_model(Path(made.target), "old", BUILT_IN).family == "sd15"


def test_a_hostile_file_ends_the_child_alone_and_leaves_nothing(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    (tmp_path / "evil.pth").write_bytes(saved({"a": Payload()}))
    with pytest.raises(UserError, match=r"more than numbers \(posix.system\).*nothing in it was run") as told:
        convert(tmp_path / "evil.pth")
    assert "\n" not in told.value.message
    assert [each.name for each in tmp_path.iterdir()] == ["evil.pth"]
    assert resource.getrlimit(resource.RLIMIT_AS) == limits


def test_one_that_asks_for_all_memory_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "large.pth").write_bytes(huge_claim())
    with pytest.raises(UserError, match="was not converted: it asked for more memory than its size allows"):
        convert(tmp_path / "large.pth")


def test_whoever_gives_up_does_not_wait_for_it(tmp_path: Path) -> None:
    class Given:
        def check(self) -> None:
            raise Cancelled

    torch.save(WEIGHTS, tmp_path / "model.pth")
    with pytest.raises(Cancelled):
        convert(tmp_path / "model.pth", stop=Given())
    assert [each.name for each in tmp_path.iterdir()] == ["model.pth"]


def test_what_is_no_pickle_by_its_name_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(b"")
    with pytest.raises(UserError, match="it has none of the endings"):
        convert(tmp_path / "model.zip")


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    told = answered(lambda: {"written": write(WEIGHTS, Path("/dev/full"), {})})
    assert told == {"reason": "storage", "args": ["No space left on device"]}
