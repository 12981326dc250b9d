"""LoRAs, ControlNets and the like of a job before it runs: tags in its prompts become entries of the list of LoRAs, and
entries get their file's hash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from studio import api
from studio.api._adapter import WEIGHT
from studio.errors import UserError
from studio.models.add_ons import AddOnFile, AddOnKind
from studio.plugin_host import validation
from studio.plugin_host.plugin_loader import LoadedTask
from studio.role import Role
from studio.text import Text

_TAG = re.compile(r"\s*<lora:([^<>:\n]+)(?::(-?\d*\.?\d+))?(?::(-?\d*\.?\d+))?>", re.IGNORECASE)
"""As in AUTOMATIC1111's stable-diffusion-webui (extensions-builtin/Lora): a name, the weight of the text encoders, that
of the network; one number is for both."""


class NamedAddOns(Protocol):
    """What is asked of the add-ons of one kind."""

    kind: AddOnKind

    def find(self, ref: str, sha256: str = "") -> AddOnFile: ...

    def named(self, name: str) -> AddOnFile | None: ...


def untagged(text: str) -> str:
    """Without all tags, and the spaces around."""
    return _TAG.sub("", text).strip()


class AddOnAccess(Protocol):
    """What completing parameters needs of the ModelService."""

    @property
    def add_ons(self) -> Mapping[Role, NamedAddOns]: ...


@dataclass
class Completed:
    """A job's parameters as its task gets them, as they are recorded, and what the user is to know of it."""

    params: api.Params
    recorded: dict[str, Any]
    notes: list[Text] = field(default_factory=list)


def completed(task: LoadedTask, params: api.Params, models: AddOnAccess) -> Completed:
    """Raises UserError for a file that is not there, or not the only one of its name."""
    made = Completed(params, {})
    places = {role: given.name for role in models.add_ons if (given := task.form.role(role))}
    tagged = places.get(Role.ADAPTER)
    prompts = task.form.names(Role.PROMPT, Role.REGION)
    if tagged is not None:
        params = _with_tags(task, params, tagged, prompts, models.add_ons[Role.ADAPTER], made.notes)
    for role, place in places.items():
        found = [_found(each, models.add_ons[role], made.notes) for each in getattr(params, place)]
        params = params.model_copy(update={place: found})
    made.recorded = params.model_dump(mode="json")
    made.params = params if tagged is None else _without_unknown(params, prompts, made.notes)
    return made


def _with_tags(
    task: LoadedTask, params: api.Params, place: str, prompts: tuple[str, ...], adapters: NamedAddOns,
    notes: list[Text],
) -> api.Params:  # fmt: skip
    """With those that name a LoRA which is here in the list, and no longer in the words."""
    given = params.model_dump(mode="json")
    moved: list[dict[str, Any]] = []

    def take(found: re.Match[str]) -> str:
        if (file := adapters.named(found[1].strip())) is None:
            return found[0]
        moved.append({"adapter": file.ref, **_weights(found, place)})
        return ""

    for name in prompts:
        before = len(moved)
        given[name] = _each_text(given[name], lambda text: _TAG.sub(take, text).strip())
        if moved[before:] and name in task.form.names(Role.REGION):
            notes.append(Text("A LoRA counts for the whole picture, also where its tag stands in the words of a "
                              "region."))  # fmt: skip
    if not moved:
        return params
    given[place] = [*given[place], *moved]
    return validation.validate(task.cls.Params, task.form.fields, given)


def _weights(tag: re.Match[str], place: str) -> dict[str, float]:
    """Raises UserError, which names the LoRA: no list was written whose entries could be counted."""
    for number in filter(None, (tag[2], tag[3])):
        if abs(float(number)) > WEIGHT:
            raise UserError(
                "The weight of the LoRA {} in the prompt must be between {} and {}, not {}.",
                repr(tag[1].strip()), f"{-WEIGHT:g}", f"{WEIGHT:g}", number[:20], field=place, code="invalid_params",
            )  # fmt: skip
    if tag[3]:
        return {"weight": float(tag[3]), "text_weight": float(tag[2])}
    return {"weight": float(tag[2])} if tag[2] else {}


def _found(chosen: Any, add_ons: NamedAddOns, notes: list[Text]) -> Any:
    key = add_ons.kind.key
    file = add_ons.find(getattr(chosen, key), chosen.sha256)
    if chosen.sha256 and chosen.sha256 != file.sha256:
        notes.append(
            Text(
                "The file of the {} {} is another than it was ({} now, {} then), so the picture can differ.",
                add_ons.kind.noun, repr(file.title), file.sha256[:10], chosen.sha256[:10],
            )
        )  # fmt: skip
    return chosen.model_copy(update={key: file.ref, "sha256": file.sha256})


def _without_unknown(params: api.Params, prompts: tuple[str, ...], notes: list[Text]) -> api.Params:
    """Without tags that name none which is here: they are told, and stay in what is recorded."""
    unknown: list[str] = []

    def drop(found: re.Match[str]) -> str:
        unknown.append(found[1].strip())
        return ""

    changed: Mapping[str, Any] = {
        name: _each_text(getattr(params, name), lambda text: _TAG.sub(drop, text).strip()) for name in prompts
    }
    if not unknown:
        return params
    for name in dict.fromkeys(unknown):
        notes.append(
            Text(
                "There is no LoRA {} here, so that was left out of the prompt; add its file to the models.", repr(name)
            )
        )
    return params.model_copy(update=dict(changed))


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    if isinstance(value, api.Region):
        return value.model_copy(update={"prompt": _each_text(value.prompt, change)})
    if isinstance(value, dict):  # the same, as data
        return {**value, "prompt": _each_text(value.get("prompt"), change)}
    return change(value) if isinstance(value, str) and "<lora:" in value.lower() else value
