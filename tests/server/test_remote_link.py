"""What lies between a front and its engine goes wrong: nothing is lost, nothing is made twice, and it is told."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bad_way import BadWay, certificate
from PIL import Image
from remote_front import RemoteFront
from served import Served, encoded, picture

from studio.jobs import JobState
from studio.library import Recipe, save_loose
from studio.messages import Begun, Ended, Finished, Progress, Ready, Saved, Started, Submit

Serve = Callable[..., Served]


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(manual=True)


@pytest.fixture
def way(served: Served) -> Iterator[BadWay]:
    made = BadWay(served.port)
    _accept(served, made)
    yield made
    made.close()


@pytest.fixture
def front(served: Served, way: BadWay, tmp_path: Path) -> Iterator[RemoteFront]:
    made = RemoteFront(served.wait, way.url, tmp_path / "laptop", wait_s=1.0).ready()
    yield made
    made.close()


def _accept(served: Served, way: BadWay) -> None:
    """As `--allow-host` does for the name of a proxy."""
    guard_names = served.app._names
    served.app._names = frozenset(guard_names | {f"127.0.0.1:{way.port}", f"localhost:{way.port}"})


def paint(order: Submit, index: int = 0, side: int = 64) -> Saved:
    """A finished picture, where the engine was told to put it."""
    image = Image.effect_noise((side, side), 80).convert("RGB")
    path = save_loose(image, Recipe(order.task, order.params, 7 + index, index), Path(order.folder))
    return Saved(order.job, "", str(path), index, side, side, 7 + index)


def begin(served: Served, number: int = 0) -> Submit:
    order = served.wait(lambda: served.submitted[number:])[0]
    served.emit(Begun(order.job), Started(order.job, {**order.params, "seed": 7}))
    return order


def test_a_lost_connection_loses_nothing(served: Served, way: BadWay, front: RemoteFront) -> None:
    job = front.submit(prompt="a cup")
    order = begin(served)
    front.until(lambda: job.state is JobState.RUNNING)
    way.is_shut = True
    way.cut()
    front.until(lambda: "is lost" in "".join(front.why))
    served.emit(Progress(order.job, 1, 4), paint(order), paint(order, 1), Finished(order.job, 1.0))
    assert job.state is JobState.RUNNING
    readies = len(front.heard(Ready))
    way.is_shut = False
    front.ends(job)
    front.wait(Ready, readies + 1)
    assert [saved.index for saved in job.saved] == [0, 1]
    assert len(front.library.find()) == 2


def test_a_picture_that_breaks_off_goes_on_where_it_did(served: Served, way: BadWay, front: RemoteFront) -> None:
    job = front.submit(prompt="a cup")
    order = begin(served)
    front.until(lambda: job.state is JobState.RUNNING)
    made = paint(order, side=400)
    data = Path(made.path).read_bytes()
    asked: list[str] = []
    seen = served.app._check
    served.app._check = lambda scope: (asked.append(_range(scope)), seen(scope))[1]
    way.cut_after = len(data) // 2
    served.emit(made, Finished(order.job, 1.0))
    front.ends(job)
    assert len(front.library.find()) == 1
    starts = [int(each.removeprefix("bytes=").rstrip("-")) for each in asked if each]
    assert len(starts) == 1
    assert 0 < starts[0] < len(data)


def _range(scope: dict) -> str:  # type: ignore[type-arg]
    return next((value.decode() for name, value in scope["headers"] if name == b"range"), "")


def test_a_disk_that_takes_no_picture_is_told_and_the_picture_waits(
    served: Served, front: RemoteFront, tmp_path: Path
) -> None:
    job = front.submit(prompt="a cup")
    order = begin(served)
    front.until(lambda: job.state is JobState.RUNNING)
    (place,) = [folder for folder in (tmp_path / "laptop/remote").iterdir() if (folder / "front.json").exists()]
    in_the_way = place / f"{job.id}-0.part"
    in_the_way.mkdir()
    served.emit(paint(order), Finished(order.job, 1.0))
    front.until(lambda: "cannot be fetched" in "".join(front.why))
    assert job.state is JobState.RUNNING
    in_the_way.rmdir()
    front.ends(job)
    assert len(front.library.find()) == 1


def test_an_upload_that_breaks_off_is_sent_again(
    served: Served, way: BadWay, front: RemoteFront, tmp_path: Path
) -> None:
    (tmp_path / "room.png").write_bytes(encoded(Image.effect_noise((500, 500), 90).convert("RGB")))
    way.cut_upload_after = 100_000
    job = front.submit("variation", image=str(tmp_path / "room.png"))
    order = begin(served)
    assert Path(order.params["image"]).read_bytes() == (tmp_path / "room.png").read_bytes()
    served.emit(paint(order), Finished(order.job, 1.0))
    front.ends(job)
    assert len(served.submitted) == 1


def test_a_job_that_is_cancelled_while_its_picture_goes_up_is_not_waited_for(
    served: Served, way: BadWay, front: RemoteFront, tmp_path: Path
) -> None:
    (tmp_path / "room.png").write_bytes(encoded(Image.effect_noise((500, 500), 90).convert("RGB")))
    way.is_stalled = True
    job = front.submit("variation", image=str(tmp_path / "room.png"))
    front.queue.cancel(job)
    front.ends(job, JobState.CANCELLED)
    way.is_stalled = False
    assert served.submitted == []


def test_a_server_that_is_started_anew(serve: Serve, served: Served, way: BadWay, front: RemoteFront) -> None:
    running, waiting = front.submit(prompt="a"), front.submit(prompt="b")
    served.wait(lambda: len(served.submitted) == 2)
    order = begin(served)
    front.until(lambda: running.state is JobState.RUNNING)
    way.is_shut = True
    way.cut()
    served.emit(paint(order))
    served.close()
    other = serve(manual=True)
    way.target = other.port
    _accept(other, way)
    way.is_shut = False
    front.ends(running, JobState.INTERRUPTED)
    assert "restarted" in running.message
    assert len(running.saved) == 1  # made before, and fetched now
    again = begin(other)
    assert again.params == {"prompt": "b"}
    other.emit(paint(again), Finished(again.job, 1.0))
    front.ends(waiting)
    assert len(front.library.find()) == 2


def test_a_token_that_is_taken_back(served: Served, way: BadWay, front: RemoteFront) -> None:
    jobs = [front.submit(prompt=name) for name in "abc"]
    served.wait(lambda: len(served.submitted) == 2)
    order = begin(served)
    front.until(lambda: jobs[0].state is JobState.RUNNING)
    token, served.app._token = served.app._token, b"another one"
    for sent in jobs[:2]:
        assert "refuses the token" in front.ends(sent, JobState.INTERRUPTED).message
    front.until(lambda: front.why and "refuses the token" in front.why[-1])
    served.emit(paint(order), Finished(order.job, 1.0))
    other = begin(served, 1)
    served.emit(paint(other), Finished(other.job, 1.0))
    assert jobs[2].state is JobState.WAITING
    served.app._token = token
    front.client.start()
    front.until(lambda: len(front.library.find()) == 2)  # as it was told
    front.queue.resume()
    last = begin(served, 2)
    served.emit(paint(last), Finished(last.job, 1.0))
    front.ends(jobs[2])
    assert len(served.submitted) == 3


def test_a_laptop_that_sleeps(served: Served, way: BadWay, front: RemoteFront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.client.remote.front_link.SPARE_S", 0.2)
    job = front.submit(prompt="a cup")
    order = begin(served)
    front.until(lambda: job.state is JobState.RUNNING)
    way.is_stalled = True
    served.emit(paint(order), Finished(order.job, 1.0))
    time_outs = threading.Event()
    time_outs.wait(1.5)
    way.cut()
    way.is_stalled = False
    front.ends(job)
    assert len(front.library.find()) == 1


def test_a_proxy_that_collects_answers_and_ends_silent_connections(
    served: Served, way: BadWay, front: RemoteFront
) -> None:
    way.collects, way.idle_s, way.bytes_per_s = True, 0.5, 2_000_000
    front.client._front._wait_s = 0.3  # as WAIT_S is shorter than any proxy's patience
    job = front.submit(prompt="a cup")
    order = begin(served)
    for step in (1, 2, 3, 4):
        served.emit(Progress(order.job, step, 4, preview=b"j" * 2000))
        front.until(lambda step=step: front.heard(Progress) and front.heard(Progress)[-1].done == step)
    served.emit(paint(order, side=200), Finished(order.job, 1.0))
    front.ends(job)
    assert not [event for event in front.heard(Ended) if not event.restarting]


def test_what_a_program_leaves_behind_comes_in_at_its_next_start(
    served: Served, way: BadWay, front: RemoteFront, tmp_path: Path
) -> None:
    (tmp_path / "room.png").write_bytes(picture())
    front.submit("variation", image=str(tmp_path / "room.png"))
    order = begin(served)
    front.wait(Started)
    way.is_shut = True
    way.cut()
    front.until(lambda: front.why)
    front.close()
    served.emit(paint(order), Finished(order.job, 1.0))
    way.is_shut = False
    later = RemoteFront(served.wait, way.url, tmp_path / "laptop").ready()
    (record,) = served.wait(later.library.find)
    assert record.recipe.params["image"] == str(tmp_path / "room.png")
    served.wait(lambda: len([*(tmp_path / "laptop/remote").iterdir()]) == 1)
    later.close()
    assert [*(tmp_path / "laptop/remote").iterdir()] == []


def test_an_engine_that_is_not_there_is_told_and_can_be_asked_for_again(
    served: Served, way: BadWay, tmp_path: Path
) -> None:
    way.is_shut = True
    front = RemoteFront(served.wait, way.url, tmp_path / "laptop")
    ended = front.wait(Ended)
    assert not ended.restarting
    assert "cannot be reached" in ended.message
    job = front.submit(prompt="a cup")
    assert job.state is JobState.WAITING
    way.is_shut = False
    front.queue.resume()
    order = begin(served)
    served.emit(paint(order), Finished(order.job, 1.0))
    front.ends(job)
    front.close()


def test_tls_by_a_proxy_with_an_authority_of_ones_own(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, context = certificate(tmp_path)
    way = BadWay(served.port, context)
    _accept(served, way)
    stranger = RemoteFront(served.wait, way.url, tmp_path / "a")
    assert "certificate is not trusted" in stranger.wait(Ended).message
    stranger.close()
    front = RemoteFront(served.wait, way.url, tmp_path / "b", ca_file=str(ca)).ready()
    job = front.submit(prompt="a cup")
    order = begin(served)
    served.emit(paint(order, side=300), Finished(order.job, 1.0))
    front.ends(job)
    front.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    by_environment = RemoteFront(served.wait, way.url.replace("localhost", "127.0.0.1"), tmp_path / "c")
    assert "certificate is not trusted" in by_environment.wait(Ended).message  # of another name
    by_environment.close()
    way.close()


def test_a_server_that_sends_without_end_is_not_listened_to(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.client.remote.link.MOST_BYTES", 1000)
    front = RemoteFront(served.wait, served.url, tmp_path / "a")
    front.until(lambda: "more than there can be any use for" in "".join(front.why))
    assert front.heard(Ready) == []
    front.close()


def test_a_server_of_another_name_or_kind(served: Served, tmp_path: Path) -> None:
    way = BadWay(served.port)
    front = RemoteFront(served.wait, way.url, tmp_path / "a")
    assert "--allow-host" in front.wait(Ended).message
    front.close()
    way.close()
    wrong = RemoteFront(served.wait, served.url, tmp_path / "b", token="wrong")
    assert "refuses the token" in wrong.wait(Ended).message
    wrong.close()
    other = RemoteFront(served.wait, f"{served.url}/nothing", tmp_path / "c")
    assert "no engine" in other.wait(Ended).message
    other.close()
