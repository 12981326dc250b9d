"""Two replicas on Ray against two engines without it, in turns, in one run; and what a job costs on its way.

    python benchmarks/ray_serving.py [--jobs 24] [--rounds 3] [--steps 4]

All four engines have one thread and the bundled starter. Prints pictures a second of both and their ratio, the time
that one small job takes either way, and the front's processor time for a job and for an event of it.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import psutil

from studio import messages, settings
from studio.messages import Event, Submit
from studio.server.ray import cluster
from studio.server.ray.client import RayClient
from studio.server.ray.options import RayOptions, ReplicaCount
from studio.worker import EngineHost, make_home

Send = Callable[[Submit, "SimpleQueue[Event]"], None]


def orders(count: int, steps: int) -> list[Submit]:
    return [
        Submit(os.urandom(8).hex(), "text-to-image", {"prompt": "a red cup", "seed": number, "steps": steps}, False)
        for number in range(count)
    ]


def drawn(send: Send, jobs: list[Submit], at_once: int) -> tuple[float, int]:
    """Seconds for all, so many of them under way at a time; and how many events were heard."""
    heard: SimpleQueue[Event] = SimpleQueue()
    left, running, events = [*jobs], 0, 0
    began = time.monotonic()
    while left or running:
        while left and running < at_once:
            send(left.pop(), heard)
            running += 1
        event = heard.get()
        events += 1
        if isinstance(event, messages.LAST):
            assert isinstance(event, messages.Finished), event
            running -= 1
    return time.monotonic() - began, events


class Bare:
    def __init__(self, folder: Path) -> None:
        chosen = settings.load()
        environ = {**os.environ, "OMP_NUM_THREADS": "1"}
        self.hosts = [EngineHost(make_home(chosen, folder / str(number)), environ=environ) for number in range(2)]
        for host in self.hosts:
            host.ready()
        self._turn = 0

    def __call__(self, order: Submit, heard: "SimpleQueue[Event]") -> None:
        self._turn += 1
        self.hosts[self._turn % 2].run(order, heard.put)


class OnRay:
    def __init__(self, folder: Path) -> None:
        options = RayOptions(replicas=ReplicaCount(2, 2), cores=1, exposed=True)
        prepared = cluster.prepare(options, settings.load())
        prepared.connect()
        from studio.server.ray import serve_pool  # Ray reads its token's place as it is imported

        self.heard: SimpleQueue[Event] = SimpleQueue()
        self.client = RayClient(self._hear, lambda: serve_pool.start(prepared, options), folder / "library")
        self.client.start()
        while not isinstance(event := self.heard.get(), messages.Ready):
            assert not isinstance(event, messages.Ended), event

    def _hear(self, event: Event) -> None:
        self.heard.put(event)

    def __call__(self, order: Submit, heard: "SimpleQueue[Event]") -> None:
        self.heard = heard
        self.client.submit(order)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("jobs", 24), ("rounds", 3), ("steps", 4)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Send] = {"ray": OnRay(Path(folder)), "bare": Bare(Path(folder))}
        for way in ways.values():
            drawn(way, orders(4, 1), 4)  # the weights are there
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        single: dict[str, list[float]] = {name: [] for name in ways}
        spent, events = 0.0, 0
        for _ in range(options.rounds):
            for name, way in ways.items():
                before = sum(process.cpu_times()[:2])
                took, heard = drawn(way, orders(options.jobs, options.steps), 4)
                seconds[name].append(took)
                if name == "ray":
                    spent, events = spent + sum(process.cpu_times()[:2]) - before, events + heard
                single[name].append(drawn(way, orders(6, 1), 1)[0] / 6)
        rates = {name: options.jobs / statistics.median(each) for name, each in seconds.items()}
        alone = {name: statistics.median(each) for name, each in single.items()}
        count = options.rounds * options.jobs
        ratio = rates["ray"] / rates["bare"]
        print(f"two replicas {rates['ray']:.2f} pictures/s, two engines {rates['bare']:.2f}: {ratio:.2f}")
        print(f"one small job alone: {1e3 * alone['ray']:.0f} ms on Ray, {1e3 * alone['bare']:.0f} ms without: "
              f"{1e3 * (alone['ray'] - alone['bare']):+.0f} ms")  # fmt: skip
        print(f"the front's processor: {1e3 * spent / count:.1f} ms for a job with {events / count:.0f} events, "
              f"{1e3 * spent / events:.2f} ms for each event")  # fmt: skip
        ways["ray"].client.close()  # type: ignore[attr-defined]
        for host in ways["bare"].hosts:  # type: ignore[attr-defined]
            host.close()


if __name__ == "__main__":
    main()
