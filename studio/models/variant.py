"""Variants of a component: another module tree over the very same tensors, so that its structure can be changed.

Adapters, hooks and caches go onto a variant; the component itself stays as it is, also while another thread runs it.
What assigns `tensor.data` (`.to(dtype)` above all) still reaches the component: a variant in another precision needs
weights of its own.
"""

import copy
from typing import Any


def variant(module: Any) -> Any:
    """A copy of the module tree over the same Parameter and buffer objects; it takes no bytes of its own."""
    shared = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    return copy.deepcopy(module, shared)
