"""What goes first when memory is short: seconds of loading by rule, on sessions as designers have them.

python benchmarks/eviction.py [--steps 400] [--draws 5] [--library HOME]

A pure simulation: it takes seconds and loads no model. A session is a list of uses, each of all components of one
model at once. Six are drawn here, each several times: somebody who stays with one model and visits others, one who
compares two, one who goes round four, one whose tools share a base, one who works on a thing for a while with tools
beside it and then moves on for good, and one who likes some models more than others. `--library` plays a recorded one
besides: the jobs of a home's library, of which every recipe is a record, with the models as they are now.

The numbers are ratios to least recently used, the mean over three sizes of memory. `future` knows what comes and gives
up what is used again last, weighed by cost, which no rule can do.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio import settings
from studio.api import UserError
from studio.library.store import Library
from studio.models.service import ModelService
from studio.plugin_host import registry

GB = 10**9
SHARES = (0.4, 0.6, 0.8)
"""Of the bytes of all components, what the memory holds."""


@dataclass(frozen=True)
class Component:
    name: str
    bytes: int

    @property
    def load_s(self) -> float:
        """Weights are read at 1 GB a second, and each component takes 0.2 s to build."""
        return 0.2 + self.bytes / GB

    @property
    def saved(self) -> float:
        """Seconds of loading by GB."""
        return self.load_s / self.bytes * GB


Use = tuple[Component, ...]
Session = Sequence[Use]


@dataclass
class Known:
    """What a rule may look at: of components that are there."""

    rest: Session
    now: int = 0
    used: dict[Component, int] = field(default_factory=dict)
    uses: Counter[Component] = field(default_factory=Counter)
    gap: dict[Component, int] = field(default_factory=dict)
    """Between the last two uses."""
    value: dict[Component, float] = field(default_factory=dict)
    """By greedy dual: what it was worth when it was last used, and how high the water stood then."""
    water: float = 0.0

    def use(self, component: Component) -> None:
        self.gap[component] = self.now - self.used.get(component, self.now - 50)
        self.used[component] = self.now
        self.uses[component] += 1
        self.value[component] = self.water + component.saved * self.uses[component]

    def give_up(self, component: Component) -> None:
        self.water = max(self.water, self.value[component])
        self.uses[component] = 0


Rule = Callable[[Component, Known], float]
"""The component with the lowest number goes first."""


def lru(component: Component, known: Known) -> float:
    return known.used[component]


def largest_of_lru(component: Component, known: Known) -> float:
    """What the manager does: least recently used; of what was used together, the largest first."""
    return known.used[component] - component.bytes / 10**13


def smallest(component: Component, known: Known) -> float:
    return component.bytes


def greedy_dual(component: Component, known: Known) -> float:
    """Greedy dual size with frequency (Cherkasova 1998): ages by a level of water, not by time."""
    return known.value[component]


def by_gap(component: Component, known: Known) -> float:
    """Cost over the longer of the time it is idle and the time between its last two uses (as LRU-2 looks at)."""
    return component.saved / max(known.now - known.used[component], known.gap[component])


def cost_by_bytes(component: Component, known: Known) -> float:
    """Cost of loading x chance of reuse (uses by time idle) / bytes freed."""
    return component.saved * known.uses[component] / (known.now - known.used[component])


def future(component: Component, known: Known) -> float:
    next_use = next((number for number, use in enumerate(known.rest) if component in use), len(known.rest))
    return component.saved / (next_use + 1)


RULES: dict[str, Rule] = {
    "lru": lru, "largest of lru": largest_of_lru, "smallest": smallest, "greedy dual": greedy_dual, "by gap": by_gap,
    "cost x reuse / bytes": cost_by_bytes, "future": future,
}  # fmt: skip


def seconds(session: Session, room: int, rule: Rule) -> float:
    """Spent on loading."""
    there: set[Component] = set()
    known = Known(session)
    spent = 0.0
    for known.now, use in enumerate(session):
        known.rest = session[known.now + 1 :]
        missing = [component for component in use if component not in there]
        needed = sum(component.bytes for component in missing)
        while sum(component.bytes for component in there) + needed > room:
            idle = [component for component in there if component not in use]
            if not idle:
                break
            gone = min(idle, key=lambda component: (rule(component, known), component.name))
            there.remove(gone)
            known.give_up(gone)
        spent += sum(component.load_s for component in missing)
        there.update(use)
        for component in use:
            known.use(component)
    return spent


# ---- sessions


def model(name: str, unet_gb: float, text_gb: float, vae_gb: float = 0.17) -> Use:
    sizes = {"unet": unet_gb, "text": text_gb, "vae": vae_gb}
    return tuple(Component(f"{name} {part}", int(size * GB)) for part, size in sizes.items())


MODELS = [
    model("sd15", 1.7, 0.25), model("sdxl", 5.1, 1.6), model("kandinsky", 2.5, 3.1), model("flux", 6.2, 4.9),
    model("sd3", 4.1, 6.0), model("qwen", 10.0, 8.0),
]  # fmt: skip
UPSCALER, CONTROL = (Component("upscaler", int(0.07 * GB)),), (Component("control", int(2.5 * GB)),)


def drawn(steps: int, draw: random.Random) -> dict[str, Session]:
    four, base = MODELS[:4], MODELS[1]
    tools: list[Use] = [(), MODELS[0][:1], UPSCALER, MODELS[2][1:2]]
    return {
        "home and visits": [four[0] if draw.random() < 0.8 else draw.choice(four[1:]) for _ in range(steps)],
        "two compared": [four[number // 5 % 2] for number in range(steps)],
        "round four": [four[number % 4] for number in range(steps)],
        "tools on one base": [(*base, *draw.choice(tools)) for _ in range(steps)],
        "one after the other": [use for _ in range(steps // 20) for use in phase(draw)][:steps],
        "some more than others": draw.choices(MODELS, [1 / rank for rank in range(1, 7)], k=steps),
    }


def phase(draw: random.Random) -> Iterator[Use]:
    """A thing is worked on with one model and what goes with it."""
    chosen = draw.choice(MODELS)
    kinds: list[Use] = [chosen, UPSCALER, (*chosen, *CONTROL), draw.choice(MODELS)]
    yield from draw.choices(kinds, [0.7, 0.1, 0.15, 0.05], k=draw.randint(15, 60))


def recorded(home: Path) -> Session:
    """The jobs of a library. One whose model is gone is left out, and said."""
    chosen = settings.load(environ={"STUDIO_HOME": str(home)})
    service = ModelService(chosen, registry.load(chosen).families)
    library = Library(chosen.library_dir, readonly=True)
    found: list[Use] = []
    left_out: Counter[str] = Counter()
    for record in reversed(library.find(limit=10**6)):
        if not record.recipe.model or record.recipe.index:
            continue  # no model took part, or it is another picture of the same job
        try:
            specs = service.find(record.recipe.model).components.values()
        except UserError:
            left_out[record.recipe.model] += 1
            continue
        sized = {str(spec.path): spec.estimated_bytes() for spec in specs}
        found.append(tuple(Component(path, size) for path, size in sized.items() if size))
    library.close()
    for name, count in left_out.items():
        print(f"left out: {count} jobs of {name}, which is not there any more")
    return found


# ---- the table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, metavar="HOME")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--draws", type=int, default=5)
    asked = parser.parse_args()
    played = [(name, session) for seed in range(asked.draws)
              for name, session in drawn(asked.steps, random.Random(seed)).items()]  # fmt: skip
    if asked.library:
        played.append((f"library of {asked.library}", recorded(asked.library)))
    totals: dict[str, list[list[float]]] = {}
    for name, session in played:
        totals.setdefault(name, []).extend(ratios(session))
    print(f"| session | {' | '.join(RULES)} |\n|---|{'---|' * len(RULES)}")
    means = {name: [sum(column) / len(column) for column in zip(*rows, strict=True)] for name, rows in totals.items()}
    means["mean of all"] = [sum(column) / len(column) for column in zip(*means.values(), strict=True)]
    for name, row in means.items():
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in row)} |")


def ratios(session: Session) -> Iterator[list[float]]:
    """For each size of memory, by rule."""
    whole = sum(component.bytes for component in {component for use in session for component in use})
    largest = max(sum(component.bytes for component in use) for use in session)
    for share in SHARES:
        spent = [seconds(session, max(int(whole * share), largest), rule) for rule in RULES.values()]
        yield [each / spent[0] for each in spent]


if __name__ == "__main__":
    main()
