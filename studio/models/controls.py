"""Controls: the ControlNets and T2I-Adapters of a catalogue, and whether one goes with a model."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from studio.api import Control, UserError
from studio.models.add_ons import AddOnFile, AddOnKind, AddOns
from studio.models.catalogue import Catalogue
from studio.models.control_networks import CLASSES, FIELD, fills, network
from studio.models.entry import CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.loaders.component import ComponentSpec
from studio.models.skeleton import configuration
from studio.text import Text

KIND, INPAINT = "controlnet", "inpaint"
ALONE = ("QwenImageControlNetModel", "ZImageControlNetModel")
"""Of these, diffusers' pipelines take one network, not several."""
ONE_PICTURE = ("ZImageControlNetModel",)


class Controls(AddOns):
    """The ControlNets of a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes) -> None:
        super().__init__(catalogue, hashes, AddOnKind(KIND, "ControlNet", FIELD, "control"))

    def components(self, entry: CatalogueEntry, capability: str, chosen: Iterable[Control]) -> dict[str, ComponentSpec]:
        """By name, in their order, what the lease of a job has besides. Raises UserError."""
        found: dict[str, ComponentSpec] = {}
        for number, each in enumerate(chosen):
            _check_any(entry)
            file = self.find(each.control, each.sha256)
            found[part(number)] = _fitting(network(file.path, file.base), entry, capability, _name(file))
        _check_together(entry, capability, [*found.values()])
        return found


def part(number: int) -> str:
    """What the leased component of one of a job's controls is called."""
    return f"control {number}"


def _name(file: AddOnFile) -> Text | str:
    """Of several with the same name of file, which all folders of diffusers have, it says which is meant."""
    return Text("{} (for {})", repr(file.title), file.base) if file.base else repr(file.title)


def _check_any(entry: CatalogueEntry) -> None:
    if not entry.about.controls:
        raise UserError(
            "The model {} does not support ControlNet here; remove the ControlNet, or choose a model of Stable "
            "Diffusion, FLUX.1, Qwen-Image or Z-Image.",
            repr(entry.title), field=FIELD, code="unsupported_operation",
        )  # fmt: skip


def _fitting(spec: ComponentSpec, entry: CatalogueEntry, capability: str, name: Text | str) -> ComponentSpec:
    """In the dtype of the network that it steers. Raises UserError for the ControlNet of another model."""
    pipelines = entry.about.controls.get(spec.class_name)
    if pipelines is None:
        raise UserError(
            "The ControlNet {} is a {}, which {} does not follow. Nothing was made; choose one that is made for it.",
            name, spec.class_name, entry.title, field=FIELD, code="unusable_model",
        )  # fmt: skip
    if capability not in pipelines:
        raise UserError(
            "{} follows pictures of a {} for {} only, not for {}; take it out of the list, or choose another model.",
            entry.about.title, spec.class_name, ", ".join(pipelines), capability, field=FIELD,
            code="unsupported_operation",
        )  # fmt: skip
    about = CLASSES[spec.class_name]
    steered = entry.components[about.part]
    assert spec.section is not None
    own, model = json.loads(spec.section.config), configuration(steered)
    _check_fills(spec.class_name, fills(spec.class_name, own, model), entry, capability, name)
    for key in about.same:
        there = model.get(key)
        if key in own and there is not None and _plain(own[key]) != _plain(there):
            raise _misfit(name, entry, key, own[key], there)
    if spec.class_name == "T2IAdapter" and not set(own["channels"]) <= set(model.get("block_out_channels", ())):
        raise _misfit(name, entry, "channels", own["channels"], model.get("block_out_channels"))
    return replace(spec, dtype=steered.dtype)


def _check_fills(
    kind: str, fills_parts: bool, entry: CatalogueEntry, capability: str, name: Text | str
) -> None:
    """Raises UserError where only a ControlNet that was trained to fill can paint a part, and for one that only can."""
    if not CLASSES[kind].fills:
        return
    if capability == INPAINT and not fills_parts:
        raise UserError(
            "The ControlNet {} follows pictures in whole new ones only: a part of a picture is painted by {} with a "
            "ControlNet that was trained for inpainting. Choose such a one, or remove it.",
            name, entry.about.title, field=FIELD, code="unsupported_operation",
        )  # fmt: skip
    if capability != INPAINT and fills_parts and kind not in ONE_PICTURE:
        raise UserError(
            "The ControlNet {} fills parts of pictures, and there is none to fill here; use it in Edit, or choose "
            "another one.",
            name, field=FIELD, code="unsupported_operation",
        )  # fmt: skip


def _misfit(name: Text | str, entry: CatalogueEntry, key: str, own: Any, there: Any) -> UserError:
    return UserError(
        "The ControlNet {} does not fit {}: its {} is {}, the model's {}. Nothing was made; choose one that is made "
        "for it.",
        name, entry.title, key, str(_plain(own)), str(_plain(there)), field=FIELD, code="unusable_model",
    )  # fmt: skip


def _check_together(entry: CatalogueEntry, capability: str, found: list[ComponentSpec]) -> None:
    """Raises UserError for what no pipeline takes together."""
    names = dict.fromkeys(spec.class_name for spec in found)
    if len(names) > 1:
        raise UserError(
            "One picture cannot follow a {} and a {} together; choose files of one kind.", *list(names)[:2],
            field=FIELD, code="unsupported_operation",
        )  # fmt: skip
    name = next(iter(names), "")
    if len(found) > 1 and (name in ONE_PICTURE or (name in ALONE and capability == INPAINT)):
        raise UserError("{} follows one picture at a time; remove the others.", entry.about.title,
                        field=FIELD, code="unsupported_operation")  # fmt: skip
    if len({spec.path for spec in found}) > 1 and name in ALONE:
        raise UserError(
            "{} follows several pictures by one ControlNet only; choose the same one for all of them.",
            entry.about.title, field=FIELD, code="unsupported_operation",
        )  # fmt: skip


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value
