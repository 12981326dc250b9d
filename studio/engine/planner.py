"""Planner: whether a job will fit and how long it will take, told before it is begun; and what jobs really took."""

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from studio import api, images
from studio.api import Work
from studio.descriptions import AdapterFit, Cheaper
from studio.engine.add_on_params import AddOnAccess, completed
from studio.engine.memory_ladder import RUNGS, Rung
from studio.engine.wording import WordedParams, Wording
from studio.errors import UserError
from studio.messages import Planned
from studio.models.measurements import Estimate, Measured, Measurements
from studio.models.model_facts import ModelFacts
from studio.plugin_host import validation
from studio.plugin_host.plugin_loader import LoadedTask
from studio.role import Role
from studio.text import joined

SMALLER = (0.75, 0.5, 0.375, 0.25)
"""Of a picture's sides: what is tried for a plan that takes less."""


class PlannedModels(AddOnAccess, Protocol):
    """What plans need of the ModelService."""

    measurements: Measurements

    def facts(self, ref: str, capability: str = "") -> ModelFacts: ...

    def reference_bytes(self, ref: str, capability: str, chosen: Iterable[api.Reference]) -> int: ...

    def control_bytes(self, ref: str, capability: str, chosen: Iterable[api.Control]) -> int: ...

    def looked_at(self, ref: str, capability: str, chosen: Iterable[api.Adapter]) -> list[AdapterFit]: ...


@dataclass(frozen=True)
class JobPlan:
    """A job that was looked at before it is begun."""

    kind: str
    work: Work
    facts: ModelFacts
    estimate: Estimate
    adapter_bytes: int = 0
    """Of the LoRAs and ControlNets besides."""

    @property
    def working_bytes(self) -> int:
        """What it will need beside the weights; by the decoder's configuration alone where nothing was measured."""
        if self.estimate.working_bytes is not None:
            return self.estimate.working_bytes
        return self.by_configuration

    @property
    def by_configuration(self) -> int:
        """What decoding takes at least."""
        return self.facts.decoder_bytes * self.work.width * self.work.height

    @property
    def bytes(self) -> int:
        return self.facts.weights_bytes + self.adapter_bytes + self.working_bytes

    @property
    def is_known(self) -> bool:
        return self.working_bytes > 0

    @property
    def fits(self) -> bool:
        return self.bytes <= self.facts.room_bytes

    @property
    def seconds(self) -> float | None:
        """None too where weights have to be loaded and it is not known how long that takes."""
        if not self.facts.missing_bytes or self.estimate.seconds is None:
            return self.estimate.seconds
        return None if self.estimate.load_s is None else self.estimate.seconds + self.estimate.load_s


@dataclass(frozen=True)
class Prepared:
    """A job's parameters before it runs."""

    readings: list[WordedParams]
    """What the task is given: for the whole job, or for each picture."""
    params: api.Params
    """Of the whole job, with its LoRAs: what plans are made by."""
    recorded: dict[str, Any]


class Planner:
    """Plans jobs by what a task says of them, a model's facts, and what was measured before."""

    def __init__(self, models: PlannedModels, path: Callable[[str], Path], wording: Wording) -> None:
        """`path` finds the file behind an ImageRef."""
        self._models, self._path, self._wording = models, path, wording

    def plan(self, task: LoadedTask, params: api.Params, rung: Rung = RUNGS[0]) -> JobPlan | None:
        """None for a task that does not tell how much its jobs are, or has no model. Raises what the task raises."""
        field = task.form.role(Role.MODEL)
        if field is None:
            return None
        facts = self._models.facts(str(getattr(params, field.name)), field.capability)
        work = task.cls().work(params, facts.defaults, self._size_of)
        if work is None:
            return None
        if rung.is_for(facts):
            facts = replace(facts, weights_bytes=rung.weights_bytes(facts))
        ways = (*rung.ways, work.way)
        kind = " ".join(filter(None, (task.info.id, facts.key, *ways)))
        return JobPlan(kind, work, facts, self._models.measurements.estimate(kind, work))

    def facts(self, task: LoadedTask, given: Mapping[str, Any]) -> ModelFacts | None:
        """Of the model that a job is for, before its parameters are validated; None without one. Raises UserError."""
        field = task.form.role(Role.MODEL)
        ref = field and given.get(field.name, field.default)
        return self._models.facts(ref, field.capability) if field and isinstance(ref, str) else None

    def prepared(self, task: LoadedTask, params: api.Params, check: Callable[[], None] = lambda: None) -> Prepared:
        """What the task is given of what was written: words first, for LoRAs may stand in them. Raises UserError, and
        what `check` raises, which is called now and then."""
        return self._completed(task, params, self._readings(task, params, check))

    def _completed(self, task: LoadedTask, params: api.Params, readings: list[WordedParams]) -> Prepared:
        done = [completed(task, reading.params, self._models) for reading in readings]
        given = [
            replace(reading, params=each.params, notes=(*reading.notes, *each.notes))
            for reading, each in zip(readings, done, strict=True)
        ]
        if not any(reading.texts for reading in readings):
            return Prepared(given, done[0].params, done[0].recorded)
        recorded, found = params.model_dump(mode="json"), {}
        for name in task.form.names(*self._models.add_ons):
            # LoRAs that stand in the words will be found there again; with them the others get their file's hash.
            recorded[name] = done[0].recorded[name][: len(recorded[name])]
            found[name] = getattr(done[0].params, name)
        used = [_from_words(task, each.recorded, recorded) for each in done]
        given = [replace(each, texts={**each.texts, **more}) for each, more in zip(given, used, strict=True)]
        return Prepared(given, params.model_copy(update=found), recorded)

    def _readings(
        self, task: LoadedTask, params: api.Params, check: Callable[[], None] = lambda: None
    ) -> list[WordedParams]:
        field = task.form.role(Role.MODEL)
        facts: ModelFacts | None = None
        if field is not None and (self._wording.styles(task.form, params) or task.form.role(Role.LANGUAGE)):
            with suppress(UserError):  # of a model that is not there; `run` says it
                facts = self._models.facts(str(getattr(params, field.name)), field.capability)
        vocabulary = facts.defaults.get("vocabulary") or {} if facts else {}
        reads, title = (facts.languages, facts.title) if facts else ((), "")
        translation = self._wording.translation(task.form, params, reads, title, check)
        return self._wording.readings(
            task.form, params, vocabulary, independent=task.cls.independent, translation=translation
        )

    def add(self, plan: JobPlan, working_bytes: int | None, seconds: float | None, load_s: float) -> None:
        """What this job really took."""
        work = plan.work
        self._models.measurements.add(
            plan.kind,
            Measured(work.width, work.height, work.pictures, work.steps, working_bytes, seconds, load_s),
        )

    def answer(self, request: str, task: LoadedTask, given: Mapping[str, Any]) -> Planned:
        """For a front. Raises UserError for parameters that no job can have."""
        params = validation.validate(task.cls.Params, task.form.fields, given)
        try:
            readings = self._readings(task, params)
        except UserError as error:
            return Planned(request, problem=error.message)
        texts = [dict(reading.texts) for reading in readings]
        drawn = any(each.drawn for each in readings) and _draws_seed(task, given)
        shown: dict[str, Any] = {"texts": texts, "drawn": drawn} if any(texts) else {}
        if notes := list(dict.fromkeys(note for reading in readings for note in reading.notes)):
            shown["note"] = joined(" ", notes)
        try:
            params = self._completed(task, params, readings).params
            adapters = self._adapters(task, params)
            control_bytes = self._control_bytes(task, params) + self._reference_bytes(task, params)
        except UserError as error:
            return Planned(request, problem=error.message, **shown)
        plan = self.plan(task, params)
        if plan is None:
            return Planned(request, adapters=adapters, **shown)
        plan = replace(plan, adapter_bytes=control_bytes + sum(each.size_bytes for each in adapters))
        known = plan.is_known
        return Planned(
            request,
            **shown,
            fits=plan.fits if known else None,
            bytes=plan.bytes if known else None,
            free_bytes=max(0, plan.facts.room_bytes),
            seconds=plan.seconds,
            measured=plan.estimate.working_bytes is not None,
            cheaper=self._cheaper(task, plan) if known else [],
            adapters=adapters,
        )

    def _adapters(self, task: LoadedTask, params: api.Params) -> list[AdapterFit]:
        model, place = task.form.role(Role.MODEL), task.form.role(Role.ADAPTER)
        chosen = getattr(params, place.name) if place else []
        if not chosen or model is None:
            return []
        return self._models.looked_at(str(getattr(params, model.name)), model.capability, chosen)

    def _cheaper(self, task: LoadedTask, plan: JobPlan) -> list[Cheaper]:
        """A smaller picture; and for one that does not fit, what the last rungs of the ladder take."""
        found = [smaller] if (smaller := self.smaller(task, plan)) else []
        lighter = {(rung.narrow, rung.offloaded): rung for rung in RUNGS if rung.lightens and rung.is_for(plan.facts)}
        for rung in lighter.values() if not plan.fits else ():
            other = replace(plan, facts=replace(plan.facts, weights_bytes=rung.weights_bytes(plan.facts)))
            found.append(Cheaper({}, other.bytes, other.fits, None, rung.narrow, rung.offloaded))
            if other.fits:
                break
        return found

    def _control_bytes(self, task: LoadedTask, params: api.Params) -> int:
        model, place = task.form.role(Role.MODEL), task.form.role(Role.CONTROL)
        chosen = getattr(params, place.name) if place else []
        if not chosen or model is None:
            return 0
        return self._models.control_bytes(str(getattr(params, model.name)), model.capability, chosen)

    def _reference_bytes(self, task: LoadedTask, params: api.Params) -> int:
        model, place = task.form.role(Role.MODEL), task.form.role(Role.REFERENCE)
        chosen = getattr(params, place.name) if place else []
        if not chosen or model is None:
            return 0
        return self._models.reference_bytes(str(getattr(params, model.name)), model.capability, chosen)

    def smaller(self, task: LoadedTask, plan: JobPlan) -> Cheaper | None:
        """The largest smaller picture that fits; or, where all do, the next smaller one. None without a size."""
        field = task.form.role(Role.SIZE) or task.form.role(Role.PICTURE_SIZE)
        if field is None:
            return None
        for size in _sizes(plan.work, int(plan.facts.defaults.get("multiple", 8))):
            work = replace(plan.work, width=size[0], height=size[1])
            estimate = self._models.measurements.estimate(plan.kind, work)
            other = JobPlan(plan.kind, work, plan.facts, estimate)
            if other.fits:
                return Cheaper({field.name: f"{size[0]}x{size[1]}"}, other.bytes, True, other.seconds)
        return None

    def _size_of(self, ref: str) -> tuple[int, int]:
        return images.size_of(self._path(ref))


def _draws_seed(task: LoadedTask, given: Mapping[str, Any]) -> bool:
    return any(given.get(name, -1) in (-1, None) for name in task.form.names(Role.SEED)[:1] or ("",))


def _sizes(work: Work, multiple: int) -> list[tuple[int, int]]:
    """Smaller ones of about the same shape, the largest first."""
    found = []
    for factor in SMALLER:
        width, height = (
            max(multiple, math.floor(side * factor / multiple) * multiple) for side in (work.width, work.height)
        )
        if width * height < work.width * work.height:
            found.append((width, height))
    return found


def shown_bytes(count: int) -> str:
    """For people."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"


def _from_words(task: LoadedTask, used: Mapping[str, Any], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The LoRAs that the words of a picture added to what is recorded, with the hashes of their files."""
    added = {name: used[name][len(recorded[name]) :] for name in task.form.names(Role.ADAPTER)}
    return {name: entries for name, entries in added.items() if entries}
