"""Routing on a cluster, simulated: by chance, by the model that a replica holds, and with every model everywhere.

    python benchmarks/ray_simulation.py [--replicas 1000] [--models 200] [--held 4] [--jobs 100000] [--measure]

Jobs come by chance (Poisson), their models by Zipf's law, at a share of what all replicas could draw if nothing had to
be loaded. "model" is Ray Serve alone; "ahead" is our front before it, which looks for a job that fits the replica that
has become free. A replica runs one job, has the next, and holds `--held` models; the one used longest ago goes first.
Service and load times: those of the bundled starter, measured here by `--measure`, or given. Prints for each routing:
hits, waits before a job begins, replica-seconds for each picture, and their price.
"""

import argparse
import heapq
import random
import statistics
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

AT_REPLICA = 2
PATIENCE_S = 60.0
"""That a job is passed by others for at most."""


@dataclass
class Times:
    service_s: float
    load_s: float


@dataclass
class Figures:
    hits: float
    wait_p50: float
    wait_p99: float
    busy_s: float
    """Of replicas, for each picture, drawing and loading."""
    left: int
    """Jobs that were still waiting when the last one had come."""


@dataclass
class Cluster:
    replicas: int
    held: int
    chance: random.Random
    holds: list["OrderedDict[int, None]"] = field(init=False)
    there: dict[int, list[int]] = field(default_factory=dict)
    """By model, the replicas that hold it."""

    def __post_init__(self) -> None:
        self.holds = [OrderedDict() for _ in range(self.replicas)]
        self.queued = [0] * self.replicas
        self.free_at = [0.0] * self.replicas

    def pick(self, among: list[int] | range) -> int:
        """The shorter queue of two by chance, as Ray Serve chooses; -1 where both are full."""
        two = (among[self.chance.randrange(len(among))], among[self.chance.randrange(len(among))])
        best = min(two, key=lambda each: self.queued[each])
        return best if self.queued[best] < AT_REPLICA else -1

    def anywhere(self) -> int:
        for _ in range(4):
            if (found := self.pick(range(self.replicas))) >= 0:
                return found
        return self.queued.index(min(self.queued))

    def take(self, replica: int, model: int) -> bool:
        """Whether it holds the model; from now on it does."""
        holds = self.holds[replica]
        hit = model in holds
        if not hit:
            if len(holds) >= self.held:
                gone, _ = holds.popitem(last=False)
                self.there[gone].remove(replica)
            self.there.setdefault(model, []).append(replica)
        holds[model] = None
        holds.move_to_end(model)
        return hit


class Waiting:
    """The front's queue."""

    def __init__(self) -> None:
        self.jobs: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._of: dict[int, deque[int]] = {}
        self._count = 0

    def put(self, came: float, model: int) -> None:
        self._count += 1
        self.jobs[self._count] = came, model
        self._of.setdefault(model, deque()).append(self._count)

    def take(self, fitting: Iterable[int], now: float) -> tuple[float, int]:
        """The first whose model is one of `fitting`; the first of all where none is, or it has waited too long."""
        first = next(iter(self.jobs))
        if now - self.jobs[first][0] < PATIENCE_S:
            first = min((self._of[model][0] for model in fitting if self._of.get(model)), default=first)
        came, model = self.jobs.pop(first)
        self._of[model].popleft()
        return came, model


def by_chance(cluster: Cluster, model: int) -> int:
    return cluster.anywhere()


def by_model(cluster: Cluster, model: int) -> int:
    """As Ray Serve multiplexes: where the model is held, unless those replicas are full."""
    if holders := cluster.there.get(model):
        for _ in range(4):
            if (found := cluster.pick(holders)) >= 0:
                return found
    return cluster.anywhere()


def simulate(options: argparse.Namespace, times: Times, routing: str) -> Figures:
    chance = random.Random(options.seed)
    weights = [1 / (rank + 1) ** options.zipf for rank in range(options.models)]
    held = options.models if routing == "perfect" else options.held
    cluster = Cluster(options.replicas, held, chance)
    clock = [0.0]
    route = by_model if routing in ("model", "ahead") else by_chance
    rate = options.load * options.replicas / times.service_s
    models = chance.choices(range(options.models), weights, k=options.jobs)
    waiting = Waiting()
    ends: list[tuple[float, int]] = []
    waits: list[float] = []
    hits, busy, arrived, room = 0, 0.0, 0.0, options.replicas * AT_REPLICA

    def send(freed: int = -1) -> None:
        nonlocal hits, busy, room
        while waiting.jobs and room:
            # A replica that has become free may take what fits it before what came first, for as long as that can wait.
            came, model = waiting.take(cluster.holds[freed] if freed >= 0 and routing == "ahead" else (), clock[0])
            replica = freed if freed >= 0 and routing == "ahead" else route(cluster, model)
            hit = cluster.take(replica, model) or routing == "perfect"
            took = times.service_s * chance.uniform(0.8, 1.2) + (0.0 if hit else times.load_s)
            begins = max(cluster.free_at[replica], clock[0])
            cluster.free_at[replica] = begins + took
            cluster.queued[replica] += 1
            room -= 1
            heapq.heappush(ends, (begins + took, replica))
            hits, busy = hits + hit, busy + took
            waits.append(begins - came)

    for model in models:
        arrived += chance.expovariate(rate)
        while ends and ends[0][0] <= arrived:
            clock[0], replica = heapq.heappop(ends)
            cluster.queued[replica] -= 1
            room += 1
            send(replica)
        clock[0] = arrived
        waiting.put(arrived, model)
        send()
    warm = waits[len(waits) // 5 :]  # what comes first finds nothing loaded
    cut = statistics.quantiles(warm, n=100)
    return Figures(hits / len(waits), cut[49], cut[98], busy / len(waits), len(waiting.jobs))


def measured() -> Times:
    """Of the starter on this machine: a picture in its usual size, and how much longer the first one after an unload
    takes."""
    import tempfile
    from pathlib import Path
    from queue import SimpleQueue

    from studio import messages, settings
    from studio.messages import Submit
    from studio.worker import EngineHost, make_home

    with tempfile.TemporaryDirectory() as folder:
        host = EngineHost(make_home(settings.load(), Path(folder) / "home"))
        host.ready()

        def run(number: int) -> float:
            heard: SimpleQueue[messages.Event] = SimpleQueue()
            began = time.monotonic()
            host.run(Submit(str(number), "text-to-image", {"prompt": "a red cup", "seed": number}), heard.put)
            while not isinstance(end := heard.get(), messages.LAST):
                pass
            assert isinstance(end, messages.Finished), end
            return time.monotonic() - began

        run(0)
        service = statistics.median(run(number) for number in range(1, 6))
        loads = []
        for number in range(10, 13):
            host._client.send(messages.Unload())
            time.sleep(1)
            loads.append(max(0.01, run(number) - service))
        host.close()
    return Times(service, statistics.median(loads))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind, usual in (
        ("replicas", int, 1000), ("models", int, 200), ("held", int, 4), ("jobs", int, 100_000), ("seed", int, 1),
        ("load", float, 0.8), ("zipf", float, 1.0), ("service", float, 2.0), ("load-time", float, 6.0),
        ("price", float, 2.0),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=usual)
    parser.add_argument("--measure", action="store_true", help="service and load time of the starter, measured here")
    options = parser.parse_args()
    times = measured() if options.measure else Times(options.service, options.load_time)
    print(
        f"{options.replicas} replicas, {options.models} models, {options.held} held by each, {options.jobs} jobs, load "
        f"{options.load:.2f}; a picture {times.service_s:.2f} s, a load {times.load_s:.2f} s (ratio "
        f"{times.load_s / times.service_s:.2f}), {options.price:.2f} an hour"
    )
    print(f"{'routing':<10}{'hits':>8}{'wait p50':>12}{'wait p99':>12}{'s/picture':>12}{'price/1000':>12}{'left':>8}")
    for routing in ("chance", "model", "ahead", "perfect"):
        found = simulate(options, times, routing)
        print(
            f"{routing:<10}{found.hits:>8.1%}{found.wait_p50:>11.2f}s{found.wait_p99:>11.2f}s{found.busy_s:>12.2f}"
            f"{found.busy_s / 3600 * options.price * 1000:>12.2f}{found.left:>8}"
        )


if __name__ == "__main__":
    main()
