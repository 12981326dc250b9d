"""The command line over an engine of another machine: added, chosen, run, and refused in one sentence."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from served import TOKEN, Served, picture

from studio.cli.main import main
from studio.library import Library
from studio.messages import Plan, Planned

Serve = Callable[..., Served]
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve()


@pytest.fixture
def call(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """`studio …` on the other machine; the exit code, what was printed and what was said."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "laptop"))
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capfd.readouterr()
        return code, told.out, told.err

    return call


def add(call: Call, served: Served, tmp_path: Path, *options: str, token: str = TOKEN) -> tuple[int, str, str]:
    (tmp_path / "token").write_text(f"{token}\n")
    return call("engine", "add", served.url, "--token-file", str(tmp_path / "token"), *options)


def test_an_engine_is_added_chosen_and_forgotten(served: Served, call: Call, tmp_path: Path) -> None:
    code, out, err = add(call, served, tmp_path)
    assert (code, out.split()[0]) == (0, served.url)
    assert "3 models" in out
    kept = tmp_path / "laptop/engine-tokens.json"
    assert str(kept) in err
    assert kept.stat().st_mode & 0o777 == 0o600
    assert call("engine")[1].splitlines() == ["* here", f"  {served.url}"]
    assert call("engine", "use", served.url)[1].strip() == served.url
    assert json.loads(call("engine", "list", "--json")[1])[1] == {"engine": served.url, "used": True}
    code, out, err = call("models", "list")
    assert "painter" in out
    assert "/models" not in out
    assert "of the engine at" in err
    assert call("models", "remove", "painter")[0] == 2
    assert call("engine", "use", "here")[0] == 0
    assert call("engine", "remove", served.url)[0] == 0
    assert call("engine")[1].splitlines() == ["* here"]
    assert json.loads(kept.read_text()) == {}
    assert call("engine", "remove", served.url)[0] == 2


def test_a_job_runs_there_and_its_pictures_are_here(served: Served, call: Call, tmp_path: Path) -> None:
    add(call, served, tmp_path)
    (tmp_path / "room.png").write_bytes(picture())
    arguments = ("variation", "--image", str(tmp_path / "room.png"), "--count", "2", "-o", str(tmp_path / "out"))
    code, out, _ = call("--engine", served.url, "run", *arguments)
    assert code == 0
    assert [Path(line).parent for line in out.splitlines()] == [tmp_path / "out"] * 2
    library = Library(tmp_path / "laptop/library")
    records = library.find()
    library.close()
    assert [record.recipe.parents for record in records] == [[str(tmp_path / "room.png")]] * 2
    assert served.backend.library.find() == []
    jobs = tmp_path / "jobs.jsonl"
    jobs.write_text('{"prompt": "a"}\n{"prompt": "b", "model": "/x/y.safetensors"}\n{"prompt": "c"}\n')
    code, out, err = call("--engine", served.url, "run", "text-to-image", "--jobs", str(jobs))
    assert code == 2
    lines = [json.loads(line) for line in out.splitlines()]
    assert [len(line.get("images", ())) for line in lines] == [1, 0, 1]
    assert "has no model 'y.safetensors'" in err
    assert not [*(tmp_path / "laptop/remote").iterdir()]


def test_the_token_may_come_from_the_environment(served: Served, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = call("--engine", served.url, "run", "text-to-image", "--prompt", "x")
    assert code == 2
    assert "refuses the token" in err
    monkeypatch.setenv("STUDIO_ENGINE_TOKEN", TOKEN)
    assert call("--engine", served.url, "run", "text-to-image", "--prompt", "x")[0] == 0


def test_a_plan_is_that_of_the_other_machine(served: Served, call: Call, tmp_path: Path) -> None:
    add(call, served, tmp_path)
    (tmp_path / "room.png").write_bytes(picture())
    told = Planned("", True, 10**9, 4 * 10**9, 2.5, measured=True)
    served.engine.plan = told
    arguments = ("run", "variation", "--image", str(tmp_path / "room.png"), "--plan", "--json")
    code, out, _ = call("--engine", served.url, *arguments)
    assert code == 0
    assert json.loads(out)["bytes"] == 10**9
    (asked,) = [each for each in served.engine.sent if isinstance(each, Plan)]
    assert Path(asked.params["image"]).read_bytes() == (tmp_path / "room.png").read_bytes()


def test_what_cannot_be_is_told_in_one_sentence(served: Served, call: Call, tmp_path: Path) -> None:
    code, _, err = add(call, served, tmp_path, token="wrong")
    assert code == 2
    assert "refuses the token" in err
    assert "studio engine remove" in err
    add(call, served, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for arguments, words in (
        (("--engine", "http://box.example.com", "run", "text-to-image", "--prompt", "x"), "encrypted"),
        (("--engine", "ftp://box", "run", "text-to-image", "--prompt", "x"), "no address"),
        (("--engine", f"http://127.0.0.1:{port}", "models"), "cannot be reached"),
        (("--engine", served.url, "run", "posterize"), "no task 'posterize'"),
        (("--engine", served.url, "run", "text-to-image", "--prompt", "x", "--in-process"), "--engine here"),
        (("engine", "add", "https://user:secret@box"), "no address"),
        (("engine", "add", served.url, "--ca-file", "/nowhere.pem"), "no file /nowhere.pem"),
    ):
        code, _, err = call(*arguments)
        assert code == 2, arguments
        assert words in err, arguments
        assert "Traceback" not in err
