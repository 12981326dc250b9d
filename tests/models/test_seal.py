"""What a plugin does to a component that it borrowed is told by the kind of harm; what it leaves alone is not."""

from collections.abc import Callable

import pytest
import torch

from studio.models.integrity import seal


def network() -> torch.nn.Module:
    made = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 2))
    made.register_buffer("scale", torch.tensor(2.0))
    made.register_buffer("none", torch.zeros(0))
    return made.eval()


def replaced(net: torch.nn.Module) -> None:
    net.get_submodule("0").forward = lambda x: x  # type: ignore[method-assign]


def zeroed(net: torch.nn.Module) -> None:
    with torch.no_grad():
        net.get_parameter("2.weight").zero_()


def zeroed_behind_its_back(net: torch.nn.Module) -> None:
    net.get_parameter("2.weight").data[0, 0] = 9.0


HARM: dict[str, tuple[Callable[[torch.nn.Module], object], str]] = {
    "forward": (replaced, "its forward was replaced"),
    "training": (lambda net: net.train(), "its forward was replaced"),
    "hook": (lambda net: net.get_submodule("0").register_forward_hook(lambda *_: None), "hooks were left on it"),
    "hook before": (
        lambda net: net.get_submodule("0").register_forward_pre_hook(lambda *_: None),
        "hooks were left on it",
    ),
    "precision": (lambda net: net.half(), "its precision was changed"),
    "weights": (zeroed, "its weights were changed"),
    "data": (zeroed_behind_its_back, "its weights were changed"),
}


@pytest.mark.parametrize(("harm", "words"), HARM.values(), ids=HARM)
def test_what_was_changed_is_told(harm: Callable[[torch.nn.Module], object], words: str) -> None:
    net = network()
    before = seal(net)
    assert before is not None
    harm(net)
    after = seal(net)
    assert after is not None
    assert before.broken_by(after) == words


def test_a_network_that_was_only_used_is_as_it_was() -> None:
    net = network()
    before = seal(net)
    with torch.inference_mode():
        net(torch.ones(1, 6))
    after = seal(net)
    assert before is not None
    assert after is not None
    assert before.broken_by(after) == ""


def test_what_holds_no_modules_or_no_numbers() -> None:
    assert seal(object()) is None
    empty = seal(torch.nn.Identity())
    assert empty is not None
    assert empty.sample == b""
    with torch.inference_mode():
        made = seal(torch.nn.Linear(2, 2))
    assert made is not None
    assert made.tensors[0][1] == -1, "tensors of inference count no versions"
