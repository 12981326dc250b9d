"""Offloading: weights in RAM that come block by block; the same numbers, a known peak, and everything back in place."""

import gc
import threading
import weakref
from typing import Any

import pytest
import torch
from torch import nn

from studio.errors import Cancelled
from studio.models.integrity import seal
from studio.models.offload import SHARE, Offload, estimated_bytes, offload
from studio.models.variant import variant

WIDTH, BLOCKS = 16, 40


class Card:
    """Counts the bytes that are on it, and the most there ever were."""

    def __init__(self) -> None:
        self.bytes = self.most = 0
        self.fails_after = -1

    def copied(self, tensor: torch.Tensor) -> torch.Tensor:
        if self.fails_after == 0:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.fails_after -= 1
        made = tensor.detach().clone()
        self.bytes += made.nbytes
        self.most = max(self.most, self.bytes)
        weakref.finalize(made, self._gone, made.nbytes)
        return made

    def _gone(self, count: int) -> None:
        self.bytes -= count


class Block(nn.Module):
    """Two layers, a scale of its own that it reads itself, and what a test wants to happen in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.scale = nn.Parameter(torch.rand(WIDTH))
        self.register_buffer("shift", torch.rand(WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x).relu() * self.scale
        MIDDLE[0]()
        return torch.nn.functional.linear(x, self.second.weight, self.second.bias) + self.shift


MIDDLE: list[Any] = [lambda: None]


class Network(nn.Module):
    """As transformers are built: a few layers at both ends, and blocks between them; the ends share their weight."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(WIDTH, WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)
        self.out.weight = self.into.weight
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.gain = nn.Parameter(torch.rand(()))

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    def forward(self, x: torch.Tensor, turns: int = 1) -> torch.Tensor:
        x = self.into(x)
        for block in self.blocks:
            x = x + block(x)
        return self.out(x) * self.gain


BLOCK_BYTES = 4 * (2 * (WIDTH**2 + WIDTH) + 2 * WIDTH)
GIVEN = torch.linspace(-1, 1, WIDTH)[None]


@pytest.fixture(autouse=True)
def nothing_happens_in_the_middle() -> None:
    MIDDLE[0] = lambda: None


@pytest.fixture
def network() -> Network:
    torch.manual_seed(3)
    made: Network = Network().requires_grad_(False).eval()
    return made


def state(module: nn.Module) -> list[Any]:
    parts = module.modules()
    return [[*held.items()] for part in parts for held in (part._parameters, part._buffers)]


def same(one: list[Any], other: list[Any]) -> bool:
    """The very same objects in the same places."""
    return [[(name, id(each)) for name, each in held] for held in one] == [
        [(name, id(each)) for name, each in held] for held in other
    ]


def test_the_numbers_are_the_same_and_one_block_is_there_at_a_time(network: Network) -> None:
    expected, card, before, sealed = network(GIVEN), Card(), state(network), seal(network)
    made = offload(network, "cuda:1", card.copied)
    assert torch.equal(network(GIVEN), expected)
    assert card.bytes == 0
    own = network.gain.nbytes
    assert card.most == BLOCK_BYTES + own == made.passing_bytes(network)
    whole = sum(each.nbytes for each in network.parameters()) + BLOCKS * 4 * WIDTH
    assert card.most <= estimated_bytes(whole, 4 * WIDTH**2) < whole / (SHARE / 3)
    assert same(state(network), before)
    assert seal(network) == sealed
    assert str(network.device) == "cuda:1", "where pipelines make what it is given"
    assert (type(network).__name__, isinstance(network, Network)) == ("Network", True)


def test_parts_that_are_called_by_themselves_come_too(network: Network) -> None:
    expected = network.blocks[3].first(GIVEN)
    card = Card()
    offload(network, "cuda:0", card.copied)
    assert torch.equal(network.blocks[3].first(GIVEN), expected)
    assert (card.bytes, card.most) == (0, 4 * (WIDTH**2 + WIDTH))


@pytest.mark.parametrize("error", [Cancelled, ValueError, KeyboardInterrupt])
def test_what_ends_in_mid_block_leaves_everything_in_place(network: Network, error: type[BaseException]) -> None:
    expected, card, before = network(GIVEN), Card(), state(network)
    made = offload(network, "cuda:0", card.copied)
    for number in (0, 1, BLOCKS - 1):
        turns = [number]

        def fail(turns: list[int] = turns) -> None:
            turns[0] -= 1
            if turns[0] < 0:
                raise error

        MIDDLE[0] = fail
        gc.disable()
        try:
            with pytest.raises(error) as caught:
                network(GIVEN)
            # The error, whose traceback holds the frames, holds nothing of the card.
            assert caught.value is not None
            assert card.bytes == 0
        finally:
            gc.enable()
        assert same(state(network), before)
        assert (made._there, made._whole) == (set(), False)
    MIDDLE[0] = lambda: None
    assert torch.equal(network(GIVEN), expected)


def test_a_card_that_is_full_at_any_moment_leaves_everything_in_place(network: Network) -> None:
    expected, card, before = network(GIVEN), Card(), state(network)
    offload(network, "cuda:0", card.copied)
    for number in range(0, 2 + 6 * BLOCKS, 7):
        card.fails_after = number
        with pytest.raises(torch.OutOfMemoryError):
            network(GIVEN)
        assert card.bytes == 0
        assert same(state(network), before)
    card.fails_after = -1
    assert torch.equal(network(GIVEN), expected)


def test_variants_come_with_what_was_put_into_them(network: Network) -> None:
    card = Card()
    made = offload(network, "cuda:0", card.copied)
    changed = variant(network)

    class Adapter(nn.Module):
        def __init__(self, base: nn.Module) -> None:
            super().__init__()
            self.base, self.more = base, nn.Linear(WIDTH, WIDTH)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.base(x) + self.more(x)
            return made

    changed.out = Adapter(changed.out)
    changed.blocks[0].first = Adapter(changed.blocks[0].first)
    changed.requires_grad_(False).eval()
    expected = variant(changed)(GIVEN)
    base = network(GIVEN)
    made.extend(changed)
    more = changed.out.more.weight
    assert torch.equal(changed(GIVEN), expected)
    assert changed.out.more.weight is more
    assert changed.out._offload is made
    assert torch.equal(network(GIVEN), base)
    plain = made.variant(network)  # as the manager makes one: nothing is brought to it until it is extended
    assert not any("_offload" in vars(part) for part in plain.modules())
    assert type(plain.out) is nn.Linear
    assert plain.out.weight is network.out.weight
    made.extend(plain)
    assert torch.equal(plain(GIVEN), base)
    assert card.bytes == 0


def test_threads_take_turns(network: Network) -> None:
    """A second one must not take the copies of the first for the weights."""
    expected, card, before = network(GIVEN), Card(), state(network)
    offload(network, "cuda:0", card.copied)
    others, found = [network, variant(network)], []
    inside = threading.Event()
    MIDDLE[0] = inside.set
    threads = [threading.Thread(target=lambda each=each: found.append(each(GIVEN))) for each in others * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [torch.equal(each, expected) for each in found] == [True] * 8
    assert same(state(network), before)
    assert (card.bytes, card.most) == (0, BLOCK_BYTES + network.gain.nbytes)


def test_what_is_on_the_card_already_stays_there(network: Network) -> None:
    """An adapter's weights, which were made there."""
    made = Offload("cpu", lambda tensor: tensor.to("cpu"), 0)
    expected, before = network(GIVEN), state(network)
    made.extend(network)
    assert torch.equal(network(GIVEN), expected)
    assert same(state(network), before)


def test_attention_of_torch_comes_whole_since_it_reads_its_parts() -> None:
    torch.manual_seed(1)
    attention = nn.MultiheadAttention(WIDTH, 4).requires_grad_(False).eval()
    given = torch.rand(3, 1, WIDTH)
    expected, card = attention(given, given, given)[0], Card()
    made = Offload("cuda:0", card.copied, 0)
    made.extend(attention)
    assert torch.equal(attention(given, given, given)[0], expected)
    assert card.most == sum(each.nbytes for each in attention.parameters())
    assert card.bytes == 0


def test_a_tensor_that_two_parts_share_comes_once() -> None:
    pair = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH, bias=False)).requires_grad_(False)
    pair[1].weight = pair[0].weight
    expected, card = pair(GIVEN), Card()
    made = Offload("cuda:0", card.copied, 10**6)
    made.extend(pair)
    assert torch.equal(pair(GIVEN), expected)
    assert card.most == made.passing_bytes(pair) == 4 * (WIDTH**2 + WIDTH)
    assert pair[1].weight is pair[0].weight


def test_nothing_moves_to_the_device_for_good(network: Network) -> None:
    """As diffusers does with a text encoder that it puts a LoRA on."""
    before, card = state(network), Card()
    offload(network, "meta", card.copied)
    assert network.to("meta") is network
    assert network.to(device=torch.device("meta"), dtype=torch.float32) is network
    assert same(state(network), before)
    assert not network.gain.is_meta
