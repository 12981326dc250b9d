"""What the user says of a model: kept beside the settings, never in the model's folder, and stronger than its files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.api import Family
from studio.models.entry import CatalogueEntry, refused
from studio.models.families import choices
from studio.settings import SaidOfModel


def as_said(
    entry: CatalogueEntry, family: Family, configs: Mapping[str, Mapping[str, Any]], said: SaidOfModel
) -> CatalogueEntry:
    """The model with what the user said of it. Raises UserError for a family that its parts cannot be of."""
    may_be = choices(family, configs)
    if said.family and said.family not in may_be:
        raise refused(
            entry.path,
            "you said that it is {}, which its parts are not of; say one of {}: studio models set ID --family NAME",
            repr(said.family),
            ", ".join(map(repr, may_be)),
        )
    defaults = {**entry.defaults, **{key: _whole(value) for key, value in said.defaults.items()}}
    return replace(entry, defaults=defaults, choices=tuple(may_be))


def with_prediction(path: Path, family: Family, predicts: str) -> Family:
    """The family with what follows for its scheduler. Raises UserError where nothing is known to follow."""
    if not predicts or (predicts == "epsilon" and not family.predictions):
        return family
    made = family.predictions.get(predicts)
    if made is None:
        raise refused(path, "it predicts {}, which {} is not run with", repr(predicts), family.title)
    own = made.get("_class_name", "")
    schedulers = family.schedulers if not own or own in family.schedulers else (own,)
    return replace(family, scheduling={**family.scheduling, **made}, schedulers=schedulers)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value
