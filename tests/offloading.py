"""A card that is played by the processor, on which no network finds its weights unless they are brought."""

import copy
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
import torch

from studio.api import Lease, Model
from studio.descriptions import DeviceInfo
from studio.models import memory
from studio.models.offload import Offload
from studio.models.service import ModelService
from studio.models.tensor_storage import module_of
from studio.models.tiers import Tiers

CARD = "cpu:0"
"""To the studio this is no processor; to torch it is one."""


class Copying(Tiers):
    """What is on the card is a copy: how sums are rounded depends on where in memory a weight begins."""

    def bring(self, component: Any) -> None:
        module = module_of(component)
        for tensor in (*module.parameters(), *module.buffers()) if isinstance(module, torch.nn.Module) else ():
            tensor.data = tensor.data.clone()


class Spoiling(Copying):
    """Weights in RAM are not a number, so that whatever computes with one that was not brought shows it."""

    def offload(self, component: Any) -> Offload:
        module = module_of(component)
        self.right = getattr(self, "right", {})
        for tensor in (*module.parameters(), *module.buffers()):
            self.right[id(tensor)] = copy.deepcopy(tensor.data)
            tensor.data = torch.full_like(tensor, torch.nan) if tensor.is_floating_point() else tensor.data + 999
        return super().offload(component)

    def copied(self, tensor: Any) -> Any:
        right = self.right.get(id(tensor))  # None of what a variant has brought
        return tensor.clone() if right is None else right.clone()


def on_a_card(monkeypatch: pytest.MonkeyPatch, tiers: type[Tiers] = Spoiling) -> None:
    """From now on each service has this card, and nothing else."""
    monkeypatch.setattr(memory, "Tiers", tiers)
    monkeypatch.setattr(ModelService, "devices", lambda service: [DeviceInfo(CARD, "A card", 10**12)])


class Offloaded:
    """A service whose leases all come block by block."""

    def __init__(self, service: ModelService) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)

    def lease(self, spec: Model, **asked: Any) -> AbstractContextManager[Lease]:
        return self._service.lease(replace(spec, offloaded=True), **asked)
