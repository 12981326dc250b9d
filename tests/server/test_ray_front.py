"""The front of a cluster: routing, refusals, lost replicas; with real engines, and no process of Ray's."""

import asyncio
import shutil
import stat
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import yaml
from PIL import Image

from studio import messages
from studio.cli.main import main
from studio.cli.serve import command as serve
from studio.errors import UserError
from studio.library import Library
from studio.messages import Event, Submit, decode_event
from studio.server.ray import cluster, exposure
from studio.server.ray.client import AHEAD, RayClient
from studio.server.ray.options import RayOptions, ReplicaCount, checked_address, replica_count
from studio.server.ray.places import HELD, ReplicaPlaces
from studio.server.ray.places import PATIENCE_S as PASSED_S
from studio.server.ray.pool import ReplicaLost, Told
from studio.server.ray.replica import EngineReplica
from studio.server.ray.replicas import replicas_of
from studio.settings import Settings, load

PLUGIN = Path(__file__).parents[1] / "batch/scatter.py"
PATIENCE_S = 60.0


class Replicas:
    """Two engines in this process; the test decides which is lost, and when."""

    most = 2

    def __init__(self) -> None:
        self.engines = [EngineReplica(), EngineReplica()]
        self.lose: Callable[[Event], bool] = lambda event: False
        self.ran: list[tuple[str, dict[str, Any]]] = []

    async def offered(self) -> messages.Ready:
        ready = decode_event(await self.engines[0].offered())
        assert isinstance(ready, messages.Ready)
        return ready

    async def planned(self, request: bytes) -> messages.Planned:
        planned = decode_event(await self.engines[0].planned(request))
        assert isinstance(planned, messages.Planned)
        return planned

    def run(self, order: bytes, pictures: Any, model: str) -> "Replica":
        self.ran.append((model, {"order": order, "pictures": pictures}))
        return Replica(self, self.engines[len(self.ran) % 2].run(order, pictures))

    def close(self) -> None:
        for each in self.engines:
            each.__del__()


class Replica:
    def __init__(self, owner: Replicas, told: Any) -> None:
        self._owner, self._told, self._cancelled = owner, told, asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[Told]:
        gone = asyncio.ensure_future(self._cancelled.wait())
        try:
            async for told in self._until(gone):
                yield told
        finally:
            gone.cancel()
            await self._told.aclose()

    async def _until(self, gone: Any) -> AsyncIterator[Told]:
        while True:
            coming = asyncio.ensure_future(anext(self._told, None))
            await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                await asyncio.wait({coming})
                return
            if (told := coming.result()) is None:
                return
            if self._owner.lose(decode_event(told[0])):
                raise ReplicaLost
            yield told

    def cancel(self) -> None:
        self._cancelled.set()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Front"]:
    home = tmp_path_factory.mktemp("home")
    (home / "plugins").mkdir()
    shutil.copy(PLUGIN, home / "plugins")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_HOME", str(home))
        running = Front(load())
        yield running
        running.client.close()
    assert not [*Path("/tmp").glob(f"studio-replica-{psutil.Process().pid}-*")]


class Front:
    def __init__(self, settings: Settings) -> None:
        self.heard: SimpleQueue[Event] = SimpleQueue()
        self.library = Library(settings.library_dir)
        self.replicas: Replicas = SimpleNamespace()  # type: ignore[assignment]
        self.client = RayClient(self.heard.put, self._start, settings.library_dir)
        self.client.start()
        self.ready = self.until(messages.Ready)[-1]

    def _start(self) -> Replicas:
        self.replicas = Replicas()
        return self.replicas

    def until(self, *kinds: type) -> list[Any]:
        events: list[Event] = []
        while not (events and isinstance(events[-1], kinds)):
            try:
                events.append(self.heard.get(timeout=PATIENCE_S))
            except Empty:
                raise AssertionError(events) from None
        return events

    def run(self, id: str, **params: Any) -> list[Any]:
        self.client.submit(Submit(id, "scatter", params))
        return self.until(*messages.LAST)

    def lose(self, when: Callable[[Event], bool]) -> None:
        self.replicas.lose = when
        self.replicas.ran.clear()


@pytest.fixture
def fresh(front: Front) -> Front:
    front.lose(lambda event: False)
    return front


def _pictures(events: list[Any]) -> list[messages.Saved]:
    return [event for event in events if isinstance(event, messages.Saved)]


def test_pictures_come_into_this_library(fresh: Front, tmp_path: Path) -> None:
    assert fresh.ready.at_once == 2 * AHEAD
    events = fresh.run("one", prompt="a", seed=3, count=2, pause=0.1)
    saved = _pictures(events)
    assert isinstance(events[-1], messages.Finished)
    assert any(isinstance(event, messages.Progress) and event.preview for event in events)
    assert [each.seed for each in saved] == [3, 4]
    record = fresh.library.get(saved[0].id)
    assert record.path.is_relative_to(fresh.library.root)
    assert (record.recipe.task, record.recipe.params["prompt"], record.recipe.seed) == ("scatter", "a", 3)

    # A picture of this library, or a file of this machine, travels with the job; its recipe names it as it is here.
    other = tmp_path / "paper.png"
    Image.new("RGB", (8, 8), "blue").save(other)
    for given in (record.id, str(other)):
        again = _pictures(fresh.run("two", image=given, seed=3))
        made = fresh.library.get(again[0].id).recipe
        assert made.params["image"] == given
        assert made.parents == [given]
    refused = fresh.run("three", image=str(tmp_path / "gone.png"))
    assert isinstance(refused[-1], messages.Failed)
    assert "nothing was sent" in refused[-1].message


def test_a_job_of_a_lost_replica_is_run_once_more_and_makes_the_same(fresh: Front) -> None:
    lost: list[int] = []

    def second_picture(event: Event) -> bool:
        if isinstance(event, messages.Saved) and event.index == 1 and not lost:
            lost.append(event.index)
            return True
        return False

    fresh.lose(second_picture)
    events = fresh.run("lost", count=3)
    assert isinstance(events[-1], messages.Finished)
    saved = _pictures(events)
    assert [each.index for each in saved] == [0, 1, 2]  # the first one was not saved twice
    assert [each.seed for each in saved] == [*range(saved[0].seed or 0, (saved[0].seed or 0) + 3)]
    assert [str(event.text) for event in events if isinstance(event, messages.Note)] == [
        "The machine that ran this job is gone; it is run once more on another."
    ]
    assert len(fresh.replicas.ran) == 2

    fresh.lose(lambda event: isinstance(event, messages.Progress))
    events = fresh.run("lost twice", pause=0.2)
    assert isinstance(events[-1], messages.Interrupted)
    assert len(fresh.replicas.ran) == 2


def test_a_job_that_had_not_begun_just_goes_elsewhere(fresh: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.server.ray.client.PAUSE_S", 0.0)
    tries: list[Event] = []
    fresh.lose(lambda event: isinstance(event, messages.Begun) and len(tries) < 3 and not tries.append(event))
    assert isinstance(fresh.run("elsewhere")[-1], messages.Finished)
    assert len(fresh.replicas.ran) == 4
    fresh.lose(lambda event: isinstance(event, messages.Begun))
    assert isinstance(fresh.run("nowhere")[-1], messages.Interrupted)


def test_cancelling_and_taking_back(fresh: Front) -> None:
    fresh.client.submit(Submit("long", "scatter", {"pause": 30}))
    fresh.until(messages.Progress)
    fresh.client.withdraw("long")  # it has begun, so it goes on
    fresh.client.cancel("long")
    assert isinstance(fresh.until(*messages.LAST)[-1], messages.JobCancelled)
    fresh.client.cancel("long")  # it has ended
    assert isinstance(fresh.run("next")[-1], messages.Finished)


def test_an_engine_that_dies_ends_a_job_and_no_replica(fresh: Front) -> None:
    assert isinstance(fresh.run("deadly", prompt="die")[-1], messages.Interrupted)
    for number in range(2):
        assert isinstance(fresh.run(f"after {number}")[-1], messages.Finished)


def test_jobs_are_routed_by_their_model(fresh: Front) -> None:
    fresh.client.submit(Submit("draw", "text-to-image", {"prompt": "a cup", "model": "nosuch"}))
    assert isinstance(fresh.until(*messages.LAST)[-1], messages.Failed)
    fresh.client.submit(Submit("draw", "text-to-image", {"prompt": "a cup", "odd": 1}))
    assert isinstance(fresh.until(*messages.LAST)[-1], messages.Failed)
    fresh.run("noise")
    assert [model for model, _ in fresh.replicas.ran] == ["nosuch", "default", "default"]


def test_a_free_replica_takes_what_fits_it() -> None:
    now = 0.0
    got: list[str] = []

    async def drive() -> None:
        nonlocal now
        places = ReplicaPlaces(1, lambda: now)

        async def enter(id: str, model: str) -> None:
            if await places.enter(id, model):
                got.append(id)

        async def go(*jobs: tuple[str, str]) -> None:
            for job in jobs:
                waiting.append(asyncio.create_task(enter(*job)))
                await asyncio.sleep(0)

        async def leave(replica: str, model: str) -> None:
            places.leave(replica, model)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        waiting: list[asyncio.Task[None]] = []
        await go(("first", "a"), ("b1", "b"), ("a1", "a"), ("a2", "a"), ("c1", "c"))
        await leave("x", "a")
        await leave("x", "a")
        assert got == ["first", "a1", "a2"]  # b1 came before them, but x holds a
        places.take_out("c1")
        await go(("a3", "a"))
        now = PASSED_S
        await leave("x", "a")
        assert got[3:] == ["b1"]  # it has waited for long enough
        places.forget("x")
        waiting[-1].cancel()
        await asyncio.sleep(0)
        await leave("y", "d")
        await go(("e1", "e"))
        assert got[4:] == ["e1"]  # nobody who was taken out has kept the place
        for number in range(HELD + 1):
            await leave("z", str(number))
            await go((f"n{number}", "q"))
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(drive())
    assert got[5:] == [f"n{number}" for number in range(HELD + 1)]


def test_a_picture_that_this_library_does_not_take_waits(fresh: Front, tmp_path: Path) -> None:
    root = fresh.library.root
    (root / "pictures").rename(root / "away")
    (root / "pictures").write_text("in the way")
    try:
        fresh.client.submit(Submit("full", "scatter", {"seed": 1}))
        unsaved = fresh.until(messages.Unsaved)[-1]
        assert unsaved.index == 0
        fresh.client.resave("full")
        fresh.until(messages.Unsaved)
        fresh.client.resave("full", str(tmp_path / "rescued"))
        events = fresh.until(*messages.LAST)
        assert isinstance(events[-1], messages.Finished)
        assert Path(_pictures(events)[0].path).parent == tmp_path / "rescued"
        fresh.client.submit(Submit("lost", "scatter", {"seed": 1}))
        fresh.until(messages.Unsaved)
        fresh.client.discard("lost")
        assert isinstance(end := fresh.until(*messages.LAST)[-1], messages.Failed)
        assert end.code == "storage"
    finally:
        (root / "pictures").unlink()
        (root / "away").rename(root / "pictures")


def test_plans_and_lists_are_asked_of_a_replica(fresh: Front) -> None:
    fresh.client.send(messages.Plan("r1", "text-to-image", {"prompt": "a cup"}))
    assert fresh.until(messages.Planned)[-1].request == "r1"
    fresh.client.send(messages.Refresh())
    assert "starter" in [model.id for model in fresh.until(messages.Models)[-1].models]


def test_a_cluster_that_does_not_start_is_told() -> None:
    heard: SimpleQueue[Event] = SimpleQueue()

    def start() -> Any:
        raise UserError("There is none.")

    client = RayClient(heard.put, start, Path("/nowhere"))
    client.start()
    while not isinstance(event := heard.get(timeout=10), messages.Ended):
        pass
    assert (event.message, event.restarting) == ("The cluster could not be used: There is none.", False)
    client.submit(Submit("a", "scatter", {}))
    assert isinstance(heard.get(timeout=10), messages.Withdrawn)
    client.close()
    assert not any(thread.name == "ray-client" for thread in threading.enumerate() if thread is client._thread)


# ---- refusals, before anything is started


@pytest.fixture
def no_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "require_ray", lambda: None)
    for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_AUTH_MODE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(name, "")  # so that what `prepare` sets is taken back
    monkeypatch.setattr(cluster, "RUNNING", tmp_path / "ray_current_cluster")
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"lo": [SimpleNamespace(address="127.0.0.1")]})


@pytest.mark.usefixtures("no_address")
def test_the_token_is_for_this_user_alone(tmp_path: Path) -> None:
    import os

    prepared = cluster.prepare(RayOptions(), Settings(tmp_path))
    assert prepared.is_own
    assert prepared.token is not None
    assert stat.S_IMODE(prepared.token.stat().st_mode) == 0o600
    assert os.environ["RAY_AUTH_TOKEN_PATH"] == str(prepared.token)
    assert (os.environ["RAY_AUTH_MODE"], os.environ["RAY_USAGE_STATS_ENABLED"]) == ("token", "0")
    prepared.token.chmod(0o644)
    with pytest.raises(UserError, match="Others may read"):
        cluster.prepare(RayOptions(), Settings(tmp_path))


@pytest.mark.usefixtures("no_address")
def test_a_machine_that_the_internet_reaches_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = {
        "lo": ["127.0.0.1", "::1"], "eth0": ["10.0.0.5", "fe80::1%eth0", "02:42:ac:11:00:02"],
        "docker0": ["172.17.0.1"], "wlan0": ["192.168.1.7", "fd12::1"],
    }  # fmt: skip
    found = {name: [SimpleNamespace(address=each) for each in addresses] for name, addresses in cards.items()}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
    assert exposure.public_addresses() == []
    found["eth1"] = [SimpleNamespace(address="8.8.4.4"), SimpleNamespace(address="2a00:1450::1")]
    assert exposure.public_addresses() == ["8.8.4.4", "2a00:1450::1"]
    with pytest.raises(UserError, match=r"public address 8\.8\.4\.4.*--ray-exposed"):
        cluster.prepare(RayOptions(), Settings(tmp_path))
    assert cluster.prepare(RayOptions(exposed=True), Settings(tmp_path)).is_own


@pytest.mark.usefixtures("no_address")
def test_a_cluster_without_its_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.files.home", lambda: tmp_path)
    elsewhere = RayOptions("127.0.0.1:1")
    with pytest.raises(UserError, match="only with its token"):
        cluster.prepare(elsewhere, Settings(tmp_path))
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray/auth_token").write_text("a" * 40)
    (tmp_path / ".ray/auth_token").chmod(0o644)  # as Ray makes it
    with pytest.raises(UserError, match="Others may read"):
        cluster.prepare(elsewhere, Settings(tmp_path))
    cluster.RUNNING.write_text("127.0.0.1:6379")
    with pytest.raises(UserError, match="Others may read"):  # auto finds the one that runs
        cluster.prepare(RayOptions(), Settings(tmp_path))


def test_without_ray_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["serve", "--ray", "auto"]) == 2
    assert "pip install 'open-image-studio[ray]'" in capsys.readouterr().err


def test_what_is_said_of_the_cluster(capsys: Any, tmp_path: Path) -> None:
    assert replica_count("4") == ReplicaCount(4, 4)
    assert replica_count("1:8") == ReplicaCount(1, 8)
    for wrong in ("", "0", "0:3", "5:2", "a", "1:2:3", "-1"):
        with pytest.raises(UserError, match="no number of replicas"):
            replica_count(wrong)
    for right in ("auto", "10.0.0.5:6379", "head.ray.svc:6379", "[::1]:6379"):
        assert checked_address(right) == right
    for wrong in ("", "10.0.0.5", "ray://a:1", "a b:1", "http://a:1"):
        with pytest.raises(UserError, match="no address of a Ray cluster"):
            checked_address(wrong)
    assert main(["serve", "--ray-replicas", "2"]) == 2
    assert "--ray-replicas is for a cluster" in capsys.readouterr().err
    (tmp_path / "jobs").write_text("")
    assert main(["batch", str(tmp_path / "jobs"), "-o", str(tmp_path), "--ray-exposed"]) == 2


def test_a_replica_has_a_gpu_or_some_cores() -> None:
    options = RayOptions()
    assert replicas_of({"GPU": 4.0, "CPU": 64.0}, options) == (ReplicaCount(4, 4), {"num_cpus": 0, "num_gpus": 1})
    assert replicas_of({"CPU": 2.0}, options) == (ReplicaCount(2, 2), {"num_cpus": 1})
    assert replicas_of({"CPU": 64.0}, options) == (ReplicaCount(16, 16), {"num_cpus": 4})
    few = RayOptions(replicas=ReplicaCount(1, 3), cores=8)
    assert replicas_of({"CPU": 64.0}, few) == (ReplicaCount(1, 3), {"num_cpus": 8})
    with pytest.raises(UserError, match="fewer than one replica"):
        replicas_of({"CPU": 2.0}, RayOptions(cores=4))


def test_files_for_deployment_can_be_read() -> None:
    """No container engine and no Kubernetes is here: what is checked is that they are what they say."""
    folder = Path(__file__).parents[2] / "deploy/ray"
    (service,) = yaml.safe_load((folder / "compose.yaml").read_text())["services"].values()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert serve.make_context("serve", service["command"][2:]).params["ray"] == "auto"
    kinds = {each["kind"]: each for each in yaml.safe_load_all((folder / "raycluster.yaml").read_text())}
    assert {*kinds} == {"RayCluster", "Service", "NetworkPolicy", "PersistentVolumeClaim"}
    spec = kinds["RayCluster"]["spec"]
    assert {*spec} <= {"rayVersion", "authOptions", "enableInTreeAutoscaling", "headGroupSpec", "workerGroupSpecs"}
    assert spec["authOptions"] == {"mode": "token"}
    groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
    for group in groups:
        assert {*group} <= {"groupName", "replicas", "minReplicas", "maxReplicas", "rayStartParams", "template"}
        pod = group["template"]["spec"]
        volumes = {each["name"] for each in pod["volumes"]}
        for container in pod["containers"]:
            assert {each["name"] for each in container.get("volumeMounts", [])} <= volumes
            assert {"name": "RAY_USAGE_STATS_ENABLED", "value": "0"} in container["env"]
    front = spec["headGroupSpec"]["template"]["spec"]["containers"][1]
    assert serve.make_context("serve", front["command"][2:]).params["ray_replicas"] == "1:8"
    assert "-c constraints.txt '.[ray]'" in (folder / "Dockerfile").read_text()
