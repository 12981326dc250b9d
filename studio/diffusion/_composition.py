"""Words for regions by composition: what a network predicts for the words of each region is mixed by the masks.

Every step asks the network once for the prompt and once for each region, about the whole picture (Bar-Tal et al. 2023,
"MultiDiffusion"; Liu et al. 2022, "Composable Diffusion"), so it serves whatever the network and its words are. What a
pipeline makes of words is not known here but seen: it is rehearsed for each region as far as the network's first call.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from studio.diffusion._shares import Shares

Given = dict[Any, Any]
"""What a network is called with: by name, and by number what has none."""
OF_CONTROLS = ("controlnet", "residual")
"""In the names of what a ControlNet adds: it follows the prompt's words, and changes with each step."""
PATIENCE = 4
"""Calls after which one must have been for the prompt."""


class _Called(Exception):
    def __init__(self, given: Given) -> None:
        self.given = given


class _Standing:
    """In the place of a network, which answers all that is asked but what it predicts."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    @contextmanager
    def cache_context(self, *_arguments: Any, **_named: Any) -> Iterator[None]:
        yield


class _Rehearsal(_Standing):
    def __call__(self, *arguments: Any, **named: Any) -> Any:
        raise _Called({**dict(enumerate(arguments)), **named})


class ComposedNetwork(_Standing):
    """Mixes what it predicts for each of `words`, which take the place of the prompt's; the first are the prompt's own,
    none. Calls for other words, those to be led away from, it hands on."""

    def __init__(self, network: Any, shares: Shares, usual: Given, words: Sequence[Given]) -> None:
        super().__init__(network)
        self._shares, self._usual, self._words = shares, usual, words
        self._missed: int | None = 0
        """Calls so far, while none was for the prompt."""
        self._context: tuple[str, dict[str, Any]] | None = None

    def over(self, network: Any) -> "ComposedNetwork":
        """The same for another picture."""
        return ComposedNetwork(network, self._shares, self._usual, self._words)

    @contextmanager
    def cache_context(self, name: str, **more: Any) -> Iterator[None]:
        """Each region has its own memory of the step before."""
        self._context = name, more
        try:
            yield
        finally:
            self._context = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        given: Given = {**dict(enumerate(arguments)), **named}
        if not all(key in given and _same(given[key], value) for key, value in self._usual.items()):
            if self._missed is not None:
                self._missed += 1
                if self._missed >= PATIENCE:
                    raise RuntimeError("no call was for the prompt, so no region's words were read")
            return self._ask(given, 0)
        self._missed = None
        kept = [number for number, level in enumerate(self._shares.levels) if bool(level.any())]
        made = [self._ask({**given, **self._words[number]}, number) for number in kept]
        return made[0] if len(made) == 1 else _mixed(made, self._shares.only(kept))

    def _ask(self, given: Given, number: int) -> Any:
        numbered = [given[key] for key in sorted(key for key in given if isinstance(key, int))]
        named = {key: value for key, value in given.items() if isinstance(key, str)}
        if self._context is None:
            return self.network(*numbered, **named)
        name, more = self._context
        with self.network.cache_context(f"{name} {number}" if number else name, **more):
            return self.network(*numbered, **named)


def _mixed(made: list[Any], shares: Shares) -> Any:
    first = made[0]
    if isinstance(first, torch.Tensor):
        return shares.mixed(made)
    if isinstance(first, Mapping):  # a ModelOutput
        return type(first)(**{name: _mixed([each[name] for each in made], shares) for name in first})
    if isinstance(first, list | tuple):
        return type(first)(_mixed([*parts], shares) for parts in zip(*made, strict=True))
    return first


def compose(pipeline: Any, name: str, shares: Shares, calls: Sequence[Mapping[str, Any]]) -> ComposedNetwork:
    """What takes the place of the pipeline's network of this name. `calls`: what the pipeline is called with for the
    prompt, and for the words of each region."""
    seen = [_rehearsed(pipeline, name, call) for call in calls]
    words = [_different(seen[0], each) for each in seen[1:]]
    usual = {key: seen[0][key] for each in words for key in each if key in seen[0] and _is_data(seen[0][key])}
    return ComposedNetwork(getattr(pipeline, name), shares, usual, [{}, *words])


def _rehearsed(pipeline: Any, name: str, call: Mapping[str, Any]) -> Given:
    network = getattr(pipeline, name)
    setattr(pipeline, name, _Rehearsal(network))
    try:
        with torch.random.fork_rng():  # Stable Diffusion 3 draws by it for ControlNets
            pipeline(**{**call, "generator": torch.Generator("cpu").manual_seed(0)})
    except _Called as called:
        return called.given
    finally:
        setattr(pipeline, name, network)
    raise RuntimeError("the pipeline made a picture without its network")


def _different(usual: Given, given: Given) -> Given:
    """What of a call the words decide."""
    return {
        key: value
        for key, value in given.items()
        if not any(word in str(key) for word in OF_CONTROLS) and not (key in usual and _same(usual[key], value))
    }


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, torch.Tensor) or isinstance(other, torch.Tensor):
        return isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and bool(torch.equal(one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return one is other or bool(one == other)


def _is_data(value: Any) -> bool:
    """Not an object in which a network remembers something, of which each picture has its own."""
    if isinstance(value, Mapping):
        return all(map(_is_data, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_data, value))
    return value is None or isinstance(value, torch.Tensor | int | float | str)
