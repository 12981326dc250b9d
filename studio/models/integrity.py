"""Whether a component is still as it was loaded: plugins borrow it, and what one changes in place spoils all others."""

from dataclasses import dataclass
from typing import Any

from studio.models.tensor_storage import module_of, tensors

SAMPLE = 4
"""Elements of each tensor that are compared: `tensor.data` can be written to without its version counter noticing."""

CAPTURING = "transformers.utils.output_capturing"


@dataclass(frozen=True)
class Seal:
    """What tells an unchanged component: cheap enough to be taken at the end of every lease."""

    tensors: tuple[tuple[str, int, int], ...]
    sample: bytes
    hooks: int
    replaced: tuple[str, ...]

    def broken_by(self, now: "Seal") -> str:
        """What was changed, as the end of a sentence; '' for nothing."""
        if now.replaced != self.replaced:
            return "its forward was replaced"
        if now.hooks != self.hooks:
            return "hooks were left on it"
        if [dtype for dtype, *_ in now.tensors] != [dtype for dtype, *_ in self.tensors]:
            return "its precision was changed"
        if now != self:
            return "its weights were changed"
        return ""


def seal(component: Any) -> Seal | None:
    """None for what holds no modules, such as a tokenizer or a scheduler."""
    import torch

    module = module_of(component)
    if not isinstance(module, torch.nn.Module):
        return None
    held = tuple(tensors(module))
    parts = [*module.modules()]
    return Seal(
        tuple((str(tensor.dtype), _version(tensor), tensor.numel()) for tensor in held),
        _sample([tensor for tensor in held if tensor.numel()]),
        sum(_hooks(part) for part in parts),
        tuple(name for name, part in module.named_modules() if "forward" in vars(part) or part.training),
    )


def _hooks(part: Any) -> int:
    """Those that plugins left; transformers puts its own on for good when it is first asked for hidden states."""
    found = [*part._forward_hooks.values(), *part._forward_pre_hooks.values()]
    return sum(getattr(hook, "__module__", "") != CAPTURING for hook in found)


def _version(tensor: Any) -> int:
    return -1 if tensor.is_inference() else int(tensor._version)


def _sample(held: list[Any]) -> bytes:
    """The first elements of every tensor, brought over from an accelerator in one piece."""
    import torch

    if not held:
        return b""
    with torch.no_grad():
        first = [_row(tensor.detach())[:SAMPLE].to(torch.float32) for tensor in held]
        return torch.cat(first).cpu().numpy().tobytes()


def _row(tensor: Any) -> Any:
    """A view, whatever the layout: flattening one that is not contiguous would copy it."""
    return tensor[(0,) * (tensor.dim() - 1)] if tensor.dim() else tensor.reshape(1)
