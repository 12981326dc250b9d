"""Queue, client and a real engine process: every job ends once, whatever happens to the process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from queued import QueuedClient
from recorder import PATIENCE_S, Recorder

from studio import messages
from studio.client import EngineClient
from studio.errors import UserError
from studio.library import Library

HARM = Path(__file__).parents[1] / "data/harm.py"
MakeClient = Callable[..., QueuedClient]


def test_a_job_from_order_to_picture(client: QueuedClient, seen: Recorder, home: Path) -> None:
    job = client.submit("paint", {"color": "#0000ff", "count": 2, "seed": 5})
    assert isinstance(seen.end(job), messages.Finished)
    ready = seen.wait(messages.Ready)
    assert {"paint", "dawdle", "text-to-image"} <= {task.id for task in ready.tasks}
    assert [model.id for model in ready.models if not model.problem] == ["starter"]
    assert any(device.id == "cpu" for device in ready.devices)
    own = [type(event).__name__ for event in seen.events if getattr(event, "job", "") == job]
    assert own[:2] == ["Begun", "Started"]
    assert own.count("Saved") == 2
    assert own[-1] == "Finished"
    assert [saved.seed for saved in seen.of(messages.Saved, job=job)] == [5, 6]
    assert any(event.preview.startswith(b"\xff\xd8") for event in seen.of(messages.Progress, job=job))
    record = Library(home / "library").get(seen.of(messages.Saved, job=job)[0].id)
    assert record.recipe.values == {"coats": 2}
    assert record.recipe.params["color"] == "#0000ff"


def test_jobs_run_in_order_and_one_can_be_cancelled_while_it_waits(client: QueuedClient, seen: Recorder) -> None:
    first, second, third = client.submit("dawdle", {}), client.submit("paint", {}), client.submit("paint", {})
    seen.wait(messages.Saved, job=first)
    assert client.pending() == [first, second, third]
    client.cancel(second)
    assert isinstance(seen.end(second), messages.JobCancelled)
    client.cancel(first)
    assert isinstance(seen.end(first), messages.JobCancelled)
    assert isinstance(seen.end(third), messages.Finished)
    assert client.pending() == []


def test_the_running_job_loses_no_step_to_the_cancels_of_others(client: QueuedClient, seen: Recorder) -> None:
    running = client.submit("dawdle", {"steps": 100})
    seen.wait(messages.Started, job=running)
    others = [client.submit("paint", {}) for _ in range(50)]
    for other in reversed(others):
        client.cancel(other)
    assert isinstance(seen.end(running), messages.Finished)
    assert all(isinstance(seen.end(other), messages.JobCancelled) for other in others)


def test_the_next_job_is_taken_back_and_the_running_one_is_not(client: QueuedClient, seen: Recorder) -> None:
    running, waiting = client.submit("dawdle", {}), client.submit("paint", {})
    seen.wait(messages.Saved, job=running)
    client.pause()
    seen.wait(messages.Withdrawn, job=waiting)
    client.client.withdraw(running)
    client.cancel(running)
    assert isinstance(seen.end(running), messages.JobCancelled)
    assert not seen.of(messages.Withdrawn, job=running)
    assert client.pending() == [waiting]
    client.resume()
    assert isinstance(seen.end(waiting), messages.Finished)


def test_without_an_engine_a_job_comes_back(seen: Recorder, studio_home: Path) -> None:
    engine = EngineClient(seen, argv=[str(studio_home / "no-such-program")])
    engine.start()
    assert not seen.wait(messages.Ended).restarting
    engine.submit(messages.Submit("job", "paint", {}))
    seen.wait(messages.Withdrawn, job="job")
    engine.start()
    seen.wait(messages.Ended, count=2)
    engine.close()


def test_a_careless_except_cannot_swallow_a_cancel(client: QueuedClient, seen: Recorder) -> None:
    job = client.submit("dawdle", {"swallow": True})
    seen.wait(messages.Progress, job=job)
    client.cancel(job)
    assert isinstance(seen.end(job), messages.JobCancelled)
    client.cancel(job)  # of a job that has ended: nothing
    assert isinstance(seen.end(client.submit("paint", {})), messages.Finished)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "RuntimeError: the paint is dry"),
        ("exit", "it tried to end the program"),
        ("nothing", "it ended without a picture"),
        ("number", "it yielded a value of type int"),
        ("memory", "There is not enough memory for this job"),
    ],
)
def test_a_failing_task_harms_nobody(client: QueuedClient, seen: Recorder, how: str, words: str) -> None:
    failed, after = client.submit("misbehave", {"how": how}), client.submit("paint", {})
    end = seen.end(failed)
    assert isinstance(end, messages.Failed)
    assert words in end.message
    assert isinstance(seen.end(after), messages.Finished)
    assert not seen.of(messages.Ended)


def test_noise_cannot_break_the_pipe_and_is_in_the_log(client: QueuedClient, seen: Recorder, home: Path) -> None:
    job = client.submit("misbehave", {"how": "shout"})
    assert isinstance(seen.end(job), messages.Finished)
    seen.wait(messages.Log, text="from a child process")
    told = [event.text for event in seen.of(messages.Log)]
    assert any("forged" in text for text in told)
    assert any(text.startswith("red and half a line") for text in told)
    assert not seen.of(messages.Finished, job="forged")
    log = home / "logs/engine.log"
    assert "red and half a line" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_death_interrupts_one_job_and_keeps_the_queue(client: QueuedClient, seen: Recorder) -> None:
    dead, after = client.submit("misbehave", {"how": "kill"}), client.submit("paint", {})
    end = seen.end(dead)
    assert isinstance(end, messages.Interrupted)
    assert "it was killed, perhaps because the memory ran out" in end.message
    assert isinstance(seen.end(after), messages.Finished)
    seen.wait(messages.Withdrawn, job=after)
    assert seen.of(messages.Ended)[0].restarting
    assert len(seen.of(messages.Ready)) == 2
    assert len(seen.of(messages.Started, job=dead)) == 1, "it must never be run again silently"


def test_the_third_death_leaves_the_suspect_out_and_nobody_else(
    home: Path, make_client: MakeClient, seen: Recorder
) -> None:
    shutil.copy(HARM, home / "plugins/harmless.py")
    client = make_client()
    jobs = [client.submit("misbehave", {"how": "kill"}) for _ in range(3)]
    for job in jobs:
        assert isinstance(seen.end(job), messages.Interrupted)
    last = seen.wait(messages.Ended, count=3)
    assert not last.safe_mode
    assert last.suspect == "workshop"
    ready = seen.wait(messages.Ready, count=4)
    problems = {plugin.name: plugin.problem for plugin in ready.plugins}
    assert "was at work each time the engine stopped" in problems["workshop"]
    assert not problems["harmless"]
    assert "paint" not in {task.id for task in ready.tasks}
    assert {"text-to-image", "harm"} <= {task.id for task in ready.tasks}
    refused = seen.end(client.submit("paint", {}))
    assert isinstance(refused, messages.Failed)
    assert "There is no task 'paint'" in refused.message


def test_restart_ends_a_job_that_hangs(client: QueuedClient, seen: Recorder) -> None:
    hanging, after = client.submit("misbehave", {"how": "hang"}), client.submit("paint", {})
    seen.wait(messages.Progress, job=hanging)
    client.restart()
    end = seen.end(hanging)
    assert isinstance(end, messages.Interrupted)
    assert "it was restarted" in end.message
    assert isinstance(seen.end(after), messages.Finished)


def test_close_ends_even_the_deaf(make_client: MakeClient, seen: Recorder) -> None:
    client = make_client()
    running, waiting = client.submit("misbehave", {"how": "deaf"}), client.submit("paint", {})
    seen.wait(messages.Progress, job=running)
    (pid,) = {event.pid for event in seen.of(messages.Starting)}
    client.close(timeout_s=0.2)
    assert not psutil.pid_exists(pid)
    assert isinstance(seen.end(running), messages.Interrupted)
    assert isinstance(seen.end(waiting), messages.JobCancelled)
    with pytest.raises(RuntimeError, match="closed"):
        client.client.submit(messages.Submit("late", "paint", {}))


def test_silence_is_told_and_its_end_too(make_client: MakeClient, seen: Recorder) -> None:
    make_client(silence_s=3.0)
    seen.wait(messages.Heartbeat)
    assert seen.wait(messages.Heartbeat).resident_bytes > 0
    pid = seen.of(messages.Starting)[0].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        told = seen.wait(messages.Silent)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert told.seconds > 3
    seen.wait(messages.Silent, seconds=0)


def test_pictures_that_cannot_be_saved_wait_for_their_user(
    client: QueuedClient, seen: Recorder, home: Path, tmp_path: Path
) -> None:
    (home / "library").write_text("in the way")
    given_up = client.submit("paint", {"count": 2})
    seen.wait(messages.Unsaved, job=given_up, count=2)
    client.discard(given_up)
    end = seen.end(given_up)
    assert isinstance(end, messages.Failed)
    assert "2 of 2 finished pictures could not be saved" in end.message
    moved = client.submit("paint", {})
    seen.wait(messages.Unsaved, job=moved)
    client.resave(moved, str(tmp_path / "elsewhere"))
    assert isinstance(seen.end(moved), messages.Finished)
    assert Path(seen.of(messages.Saved, job=moved)[0].path).parent == tmp_path / "elsewhere"
    mended = client.submit("paint", {})
    seen.wait(messages.Unsaved, job=mended)
    (home / "library").unlink()
    client.resave(mended)
    assert isinstance(seen.end(mended), messages.Finished)
    assert Path(seen.of(messages.Saved, job=mended)[0].path).is_relative_to(home / "library")


def test_what_cannot_be_sent_fails_in_the_callers_face(client: QueuedClient) -> None:
    with pytest.raises(UserError, match="finite number"):
        client.submit("paint", {"steps": float("nan")})
    with pytest.raises(UserError, match="surrogate"):
        client.submit("paint", {"color": "\ud800"})
    assert client.pending() == []


def test_an_engine_that_cannot_start_says_why(make_client: MakeClient, seen: Recorder, home: Path) -> None:
    (home / "settings.json").write_text("{")
    client = make_client()
    job = client.submit("paint", {})
    end = seen.end(job)
    assert isinstance(end, messages.Interrupted)
    assert "settings.json is damaged" in end.message
    assert not seen.of(messages.Ended)[0].restarting
    (home / "settings.json").unlink()
    assert isinstance(seen.end(client.submit("paint", {})), messages.Finished), "asking again starts it anew"


def test_an_engine_of_another_version_is_not_spoken_to(make_client: MakeClient, seen: Recorder, tmp_path: Path) -> None:
    engine = tmp_path / "old.py"
    engine.write_text(
        "import os, sys, time\n"
        "events = int(sys.argv[sys.argv.index('--events') + 1])\n"
        """os.write(events, b'{"type":"starting","pid":1,"doing":"","protocol":99}\\n')\n"""
        "time.sleep(60)\n"
    )
    make_client(argv=[sys.executable, str(engine)])
    assert "of another version" in seen.wait(messages.Ended).message


def test_commands_that_are_none_are_left_out(home: Path) -> None:
    commands_out, commands_in = os.pipe()
    events_out, events_in = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "studio.engine", "--commands", str(commands_out), "--events", str(events_in)],
        pass_fds=(commands_out, events_in),
    )
    os.close(commands_out)
    os.close(events_in)
    os.write(commands_in, b'junk\n{"type":"nonsense"}\n\xff\xfe\n{"type":"refresh"}\n')
    with os.fdopen(events_out, "rb") as events:
        kinds = []
        for line in events:
            event = messages.decode_event(line)
            kinds.append(type(event).__name__)
            if isinstance(event, messages.Models):
                break
        assert kinds.count("Log") >= 3
        os.close(commands_in)  # the front is gone
        process.wait(PATIENCE_S)
    assert process.returncode == 0


@pytest.mark.parametrize("how", ["dawdle", "hang"])
def test_the_engine_ends_when_its_front_is_killed(home: Path, how: str) -> None:
    task = ("dawdle", "{}") if how == "dawdle" else ("misbehave", "{'how': 'hang'}")
    front = subprocess.Popen(
        [
            sys.executable, "-c",
            "import time\nfrom studio import messages\nfrom studio.client import EngineClient\n"
            "def told(event):\n"
            "    if isinstance(event, messages.Ready):\n"
            f"        client.submit(messages.Submit('job', {task[0]!r}, {task[1]}))\n"
            "    if isinstance(event, messages.Starting | messages.Progress):\n"
            "        print(type(event).__name__, getattr(event, 'pid', ''), flush=True)\n"
            "client = EngineClient(told)\nclient.start()\ntime.sleep(600)",
        ],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert front.stdout is not None
    with front.stdout:
        pid = 0
        for line in front.stdout:
            if line.startswith("Progress"):
                break
            pid = int(line.split()[1])
        front.kill()
        front.wait()
    deadline = time.monotonic() + PATIENCE_S
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the engine outlived its front"
        time.sleep(0.05)
