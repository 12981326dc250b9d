"""What goes first when memory is short: seconds of loading by policy, on sessions as designers have them.

python benchmarks/eviction.py [--trace FILE.jsonl …] [--steps 400]

A pure simulation: it takes a second and needs no model. A session is a list of uses, each of all components of one
model at once. Four are drawn here, with a fixed seed: somebody who stays with one model and visits others, one who
compares two, one who goes round four, and one whose tools share a base. A recorded one is a file with a line for each
job, {"components": [["unet", bytes, seconds to load], …]}.

`last` knows the future and gives up what is used again last, weighed by cost: what the others could reach at best.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

GB = 10**9
SHARES = (0.4, 0.6, 0.8)
"""Of the bytes of all components, what the memory holds."""


@dataclass(frozen=True)
class Component:
    name: str
    bytes: int
    load_s: float


Use = tuple[Component, ...]
Session = Sequence[Use]


@dataclass
class Known:
    """What a policy may look at."""

    used: dict[Component, int]
    uses: Counter[Component]
    value: dict[Component, float]
    """By greedy dual: what it was worth when it was last used, and how high the water stood then."""
    rest: Session


Policy = Callable[[Component, Known], float]
"""The component with the lowest number goes first."""


def lru(component: Component, known: Known) -> float:
    return known.used[component]


def smallest(component: Component, known: Known) -> float:
    return component.bytes


def cost_by_bytes(component: Component, known: Known) -> float:
    """Reload cost x chance of reuse / bytes freed, ageing (greedy dual size with frequency, Cherkasova 1998)."""
    return known.value[component]


def last(component: Component, known: Known) -> float:
    next_use = next((number for number, use in enumerate(known.rest) if component in use), len(known.rest) + 1)
    return component.load_s / component.bytes / (next_use + 1)


POLICIES: dict[str, Policy] = {"lru": lru, "smallest": smallest, "cost x reuse / bytes": cost_by_bytes, "last": last}


def seconds(session: Session, room: int, policy: Policy) -> float:
    """Spent on loading."""
    there: set[Component] = set()
    known = Known({}, Counter(), {}, session)
    water = spent = 0.0
    for number, use in enumerate(session):
        known.rest = session[number + 1 :]
        missing = [component for component in use if component not in there]
        needed = sum(component.bytes for component in missing)
        while sum(component.bytes for component in there) + needed > room:
            idle = [component for component in there if component not in use]
            if not idle:
                break
            gone = min(idle, key=lambda component: (policy(component, known), component.name))
            water = max(water, known.value[gone])
            there.remove(gone)
        spent += sum(component.load_s for component in missing)
        there.update(use)
        for component in use:
            known.used[component] = number
            known.uses[component] += 1
            known.value[component] = water + component.load_s * known.uses[component] / component.bytes * GB
    return spent


# ---- sessions


def model(name: str, unet_gb: float, text_gb: float, vae_gb: float = 0.17) -> Use:
    """Weights are read at 1 GB a second, and each component takes 0.2 s to build."""
    sizes = {"unet": unet_gb, "text": text_gb, "vae": vae_gb}
    return tuple(Component(f"{name} {part}", int(size * GB), 0.2 + size) for part, size in sizes.items())


def sessions(steps: int) -> dict[str, Session]:
    draw = random.Random(27)
    models = [model("sd15", 1.7, 0.25), model("sdxl", 5.1, 1.6), model("kandinsky", 2.5, 3.1), model("flux", 6.2, 4.9)]
    home = [models[0] if draw.random() < 0.8 else draw.choice(models[1:]) for _ in range(steps)]
    pair = [models[1] if number // 5 % 2 else models[0] for number in range(steps)]
    round_trip = [models[number % len(models)] for number in range(steps)]
    base, tools = models[1], [(), models[0][:1], (Component("upscaler", int(0.07 * GB), 0.3),), models[2][1:2]]
    shared = [(*base, *draw.choice(tools)) for _ in range(steps)]
    return {"home and visits": home, "two compared": pair, "round four": round_trip, "tools on one base": shared}


def recorded(path: Path) -> Session:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [tuple(Component(name, size, load_s) for name, size, load_s in line["components"]) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trace", type=Path, nargs="*", default=[])
    parser.add_argument("--steps", type=int, default=400)
    arguments = parser.parse_args()
    played = sessions(arguments.steps) | {path.stem: recorded(path) for path in arguments.trace}
    print(f"| session | room | {' | '.join(POLICIES)} |\n|---|---|{'---|' * len(POLICIES)}")
    totals: Counter[str] = Counter()
    for name, session in played.items():
        for share, row in rows(session):
            usual = row["lru"] or 1.0
            totals.update({policy: spent / usual for policy, spent in row.items()})
            print(f"| {name} | {share:.0%} | {' | '.join(f'{spent / usual:.2f}' for spent in row.values())} |")
    count = len(played) * len(SHARES)
    print(f"| mean of all | | {' | '.join(f'{totals[policy] / count:.2f}' for policy in POLICIES)} |")


def rows(session: Session) -> Iterable[tuple[float, dict[str, float]]]:
    whole = sum(component.bytes for component in {component for use in session for component in use})
    largest = max(sum(component.bytes for component in use) for use in session)
    for share in SHARES:
        room = max(int(whole * share), largest)
        yield share, {name: seconds(session, room, policy) for name, policy in POLICIES.items()}


if __name__ == "__main__":
    main()
