"""Offloading: a component's weights stay in RAM, and come to the device block by block for as long as each computes.

For an accelerator that the whole component does not fit on: it takes about a twenty-fourth there. What is computed is
the same to the last bit; the time that the weights take to the device comes on top, at every step. A module that is
small enough comes as a whole when it is called; of a larger one its own tensors do, and what it calls comes after that.
Nothing is written to a tensor: a module is given copies in place of its tensors, and has its own back afterwards,
however that ends. The group offloading of diffusers hooks modules and assigns `tensor.data`, which other variants of
the same weights would feel.
"""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from studio.models.tensor_storage import tensors
from studio.models.variant import variant

SHARE = 24
"""Of a component's bytes, the part up to which a module comes as a whole: a block of the larger transformers is less
than that, and a block of T5 just so."""

LISTS = "torch.nn.modules.container"
READERS = {"HunyuanDiTAttentionPool"}
"""Of diffusers, those that read the weights of their parts without calling them, as torch's attention does."""
METHODS = ("forward", "post_process_latents")
"""That compute with a module's own tensors; the second of PriorTransformer, which no other module of diffusers has."""


class Offload:
    """Of a component and its variants: brings what is about to compute, and lets go of it."""

    def __init__(self, device: str, copied: Callable[[Any], Any], most_bytes: int) -> None:
        """`copied`: makes a copy of a tensor on the device. `most_bytes`: of a module that comes as a whole."""
        self.device, self._copied, self._most_bytes = device, copied, most_bytes
        self._lock = threading.RLock()
        self._there: set[int] = set()  # ids of the copies
        self._whole = False  # a module that came as a whole is computing

    def __deepcopy__(self, memo: dict[int, Any]) -> "Offload":
        return self  # variants take turns with what they are made of

    @contextmanager
    def brought(self, module: Any) -> Iterator[None]:
        """Around a module's computing; one thread at a time."""
        with self._lock:
            outer = self._whole
            copies: dict[int, Any] = {}
            given: list[tuple[dict[str, Any], str, Any]] = []
            try:
                parts = [module]
                if not outer and self.comes_whole(module):
                    parts, self._whole = [*module.modules()], True
                for held in (held for part in parts for held in (part._parameters, part._buffers)):
                    for name, tensor in held.items():
                        if tensor is None or id(tensor) in self._there:
                            continue
                        if id(tensor) not in copies:
                            copies[id(tensor)] = self._copied(tensor)
                        given.append((held, name, tensor))
                        held[name] = copies[id(tensor)]
                self._there |= {id(copy) for copy in copies.values()}
                yield
            finally:
                self._whole = outer
                for held, name, tensor in given:
                    held[name] = tensor
                self._there -= {id(copy) for copy in copies.values()}
                copies.clear()  # the traceback of an error holds this frame

    def comes_whole(self, module: Any) -> bool:
        """Whether a module comes with all its parts; one of torch's own may read their tensors without calling them."""
        home = type(module).__module__
        reads = type(module).__name__ in READERS or (home.startswith("torch.nn.") and home != LISTS)
        return reads or _bytes(module) <= self._most_bytes

    def passing_bytes(self, module: Any) -> int:
        """The most that is on the device at a time."""
        if self.comes_whole(module):
            return _bytes(module)
        own = (*module.parameters(recurse=False), *module.buffers(recurse=False))
        mine: int = sum(tensor.nbytes for tensor in own)
        return mine + max(map(self.passing_bytes, module.children()), default=0)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Nothing is brought meanwhile, so that a module holds its own tensors; waits for what is computing."""
        with self._lock:
            yield

    def variant(self, module: Any) -> Any:
        """One that nothing is brought to until it is extended: what is put onto it finds plain layers, in RAM.

        Else it would go to the card for good, and take the weights that are shared with it (diffusers' loader of LoRAs
        brings a whole text encoder to where that says it is); and layers that are given another class would compute
        with what was not brought.
        """
        with self.resting():
            made = variant(module)
        for part in made.modules():
            if "_offload" in vars(part):
                del part._offload
                part.__class__ = type(part).__bases__[0]
        return made

    def extend(self, module: Any) -> None:
        """Have all modules in a tree brought when they are called."""
        for part in module.modules():
            kind: Any = type(part)
            if "_offload" not in vars(part) and _computes(kind):
                part.__class__ = _offloaded(kind)
                part._offload = self


def offload(module: Any, device: str, copied: Callable[[Any], Any]) -> Offload:
    """Have a module in RAM that is nobody else's yet compute on a device."""
    made = Offload(device, copied, _bytes(module) // SHARE)
    made.extend(module)
    return made


def estimated_bytes(whole_bytes: int, largest_bytes: int) -> int:
    """What is at most on the device, before the modules are known. `largest_bytes`: of the tensors of one."""
    return min(whole_bytes, whole_bytes // SHARE + largest_bytes)


def _computes(kind: type[Any]) -> bool:
    """Lists of modules are never called themselves."""
    import torch

    return bool(kind.forward is not torch.nn.Module.forward)


def _bytes(module: Any) -> int:
    return sum({tensor.data_ptr(): tensor.nbytes for tensor in tensors(module)}.values())


@functools.cache
def _offloaded(kind: Any) -> type[Any]:
    """A class rather than functions on the instances, which a variant would share with its base."""

    def brought(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def run(self: Any, *given: Any, **named: Any) -> Any:
            with self._offload.brought(self):
                return method(self, *given, **named)

        return run

    own: dict[str, Any] = {name: brought(getattr(kind, name)) for name in METHODS if hasattr(kind, name)}
    def to(self: Any, *given: Any, **named: Any) -> Any:
        """Loaders of adapters bring all to where it computes, which is what must not be; another dtype is another."""
        import torch

        _, dtype, *_ = torch._C._nn._parse_to(*given, **named)
        return self if dtype is None else kind.to(self, dtype=dtype)

    own |= {"to": to, "__module__": kind.__module__, "__doc__": kind.__doc__}
    if isinstance(getattr(kind, "device", None), property):  # where diffusers and transformers put what they compute
        own["device"] = property(_device)
    return type(kind.__name__, (kind,), own)


def _device(module: Any) -> Any:
    import torch

    return torch.device(module._offload.device)
