"""Tiers of memory: a component runs on its device, rests in RAM, and lies on disk."""

from typing import Any

from studio.models.offload import Offload, offload
from studio.models.tensor_storage import mapped, module_of, storages


class Tiers:
    """Moves components between a device and RAM. Nothing is moved while it is leased."""

    def __init__(self, device: str) -> None:
        self.device = device

    @property
    def rests_in_ram(self) -> bool:
        """Whether there is a tier between this device and the disk: a processor's weights are in RAM already."""
        return self.device != "cpu"

    def home(self, component: Any) -> dict[str, Any]:
        """The tensors of a component in RAM that are pages of its file, by name: going back to them copies nothing."""
        module = module_of(component)
        if not self.rests_in_ram or not _has_weights(module):
            return {}
        pages = mapped(storages(component))
        return {
            name: tensor.data
            for name, tensor in module.named_parameters()
            if (str(tensor.device), tensor.untyped_storage().data_ptr()) in pages
        }

    def bring(self, component: Any) -> None:
        """From RAM onto the device. The copy in RAM is given up, unless it is the file's own pages."""
        if _has_weights(module := module_of(component)):
            module.to(self.device)

    def park(self, component: Any, home: dict[str, Any]) -> None:
        """From the device into RAM: what has pages of a file goes back to them, all else is copied."""
        if not _has_weights(module := module_of(component)):
            return
        for name, tensor in module.named_parameters():
            if name in home:
                tensor.data = home[name]
        module.to("cpu")

    def offload(self, component: Any) -> Offload:
        """Have a component in RAM compute on the device, where only what computes is at a time."""
        return offload(module_of(component), self.device, self.copied)

    def copied(self, tensor: Any) -> Any:
        """A copy on the device; itself where it is there."""
        return tensor.to(self.device)


def _has_weights(module: Any) -> bool:
    """A tokenizer, a scheduler and a processor of pictures have none, and are nowhere in particular."""
    return hasattr(module, "named_parameters")
