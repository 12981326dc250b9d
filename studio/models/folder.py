"""A folder in the layout of diffusers, read without loading a weight: its family, its parts, its defaults."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.api import Companion, Family
from studio.errors import UserError
from studio.models import config
from studio.models.config_limits import check_config, check_scheduler
from studio.models.entry import DTYPES, CatalogueEntry, refused
from studio.models.families import NAMED, Families, name_words, specialise
from studio.models.folder_files import check_files, check_weights, inside, no_code
from studio.models.folder_word import with_about
from studio.models.loaders.component import ComponentSpec, allowed
from studio.models.quantisation import check_numbers
from studio.models.said import as_said, with_prediction
from studio.settings import NOTHING_SAID, SaidOfModel
from studio.text import Text, joined

INDEX = "model_index.json"
WEIGHTLESS = (
    "Scheduler", "Tokenizer", "TokenizerFast", "TokenizersBackend", "Processor", "ProcessorPil", "ProcessorFast",
    "Extractor",
)  # fmt: skip
UNFINISHED = {".incomplete", ".part", ".partial", ".crdownload", ".download", ".downloading", ".aria2", ".!qb"}
"""Endings of what browsers, the hub and other programs are still downloading."""
PICTURE_PARTS = ("transformer", "unet")
_SCHEDULER, _TOKENIZER, _ENCODER = "scheduler", "tokenizer", "text_encoder"
SHOWN = 80
"""Letters of a stranger's word in a sentence."""
_NEAR = 5
"""Families that are named where none fits: all would be thousands of characters."""
SHORTEST_TEXT, LONGEST_TEXT = 3, 10**6
"""Tokens that a text encoder reads; beyond it is what transformers writes for "nobody knows"."""
MOST_LEVELS = 8
LARGEST_SIDE = 8192
"""Pixels of a picture that a network was trained for."""


def read_folder(path: Path, name: str, families: Families, said: SaidOfModel = NOTHING_SAID) -> CatalogueEntry:
    """The model in `path`. Raises UserError naming what it is, when it is not a model we know."""
    try:
        return _read(path, name, families, said)
    except UserError:
        if unfinished := next((file for file in _every_file(path) if file.suffix.lower() in UNFINISHED), None):
            raise unfinished_error(path, str(unfinished.relative_to(path))) from None
        raise


def _every_file(path: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def unfinished_error(path: Path, file: str) -> UserError:
    """For what another program is still writing."""
    return refused(path, "it is not complete: another program is still writing {}. Wait until it is done", file)


def _read(path: Path, name: str, families: Families, said: SaidOfModel) -> CatalogueEntry:
    if not (path / INDEX).is_file():
        raise refused(path, "it has no model_index.json, so it is no diffusers folder")
    no_code(path)
    index = config.read(path / INDEX)
    family = _family(path, index, families)
    components = _components(path, index, family.parts, family)
    if family.companion:
        components |= _beside(path, components, family, family.companion)
    components, notes = _with_scheduler(path, components, family)
    configs = {part: _config(spec) for part, spec in components.items()}
    components = _with_text_lengths(components, configs, family)
    configs |= {NAMED: _names(path, index), "index": index}
    special, note = specialise(family, configs, said.family)
    special = _with_own_scheduler(with_prediction(path, special, said.prediction), components)
    options = {key: index[key] for key in special.options if _is_switch(index.get(key))}
    size = native_size(configs) if special.native_size else {}
    entry = CatalogueEntry(
        name, path.name, special, path, special.capabilities, components,
        {**special.defaults, **size, **options}, note=joined(" ", [each for each in (note, *notes) if each]),
    )  # fmt: skip
    entry = as_said(with_about(entry), family, configs, said)
    return in_one_dtype(entry) if any(special.pipelines.values()) else entry


def _is_switch(value: Any) -> bool:
    """Whether a pipeline may be made with it: numbers, or a list of them."""
    return isinstance(value, bool | int) or (
        isinstance(value, list) and all(isinstance(each, int | float) for each in value)
    )


def _names(path: Path, index: Mapping[str, Any]) -> dict[str, bool]:
    """The words of its name, and of that of which it was made; in the hub's cache a folder is named by revision."""
    cached = next((each.name for each in path.parents if each.name.startswith("models--")), "")
    own, origin = cached.rpartition("--")[2] or path.name, index.get("_name_or_path")
    return name_words(own) | (name_words(origin.rpartition("/")[2][:100]) if isinstance(origin, str) else {})


def _family(path: Path, index: Mapping[str, Any], families: Families) -> Family:
    made = index.get("_class_name")
    family = families.find(made) if isinstance(made, str) else None
    if family is None:
        if not families.by_class:
            raise refused(path, "no plugin that is switched on brings families of models; switch on one that does")
        titles = list(dict.fromkeys(row.title for row in families.rows() if not row.refusal and row.pipelines))
        more = Text(" and {} more", len(titles) - _NEAR) if len(titles) > _NEAR else ""
        raise refused(
            path,
            "its kind is {}, which the installed plugins do not know; add a model of another family: {}{}",
            repr(made)[:SHOWN], ", ".join(titles[:_NEAR]), more,
        )  # fmt: skip
    if family.refusal:
        raise refused(path, family.refusal)
    return family


def in_one_dtype(entry: CatalogueEntry) -> CatalogueEntry:
    """All parts in that of the one that makes the picture: pipelines of diffusers do not run a mixture."""
    ordered = [*PICTURE_PARTS, *entry.components]  # a family may have a name of its own for that one
    dtypes = [entry.components[part].dtype for part in ordered if part in entry.components]
    first = next((dtype for dtype in dtypes if dtype), "")
    return entry.in_dtype(first) if first else entry


def _components(
    path: Path, index: Mapping[str, Any], parts: Mapping[str, str], family: Family
) -> dict[str, ComponentSpec]:
    absent = {ours for ours in family.optional if index.get(parts.get(ours, "")) in (None, [None, None])}
    wanted = {ours: theirs for ours, theirs in parts.items() if ours not in absent}
    missing = [key for key in wanted.values() if not (path / key).is_dir()]
    if missing:
        raise refused(path, "it lacks {}", ", ".join(missing))
    return {ours: _component(path, theirs, index.get(theirs), family) for ours, theirs in wanted.items()}


def _component(path: Path, key: str, named: Any, family: Family) -> ComponentSpec:
    if not (isinstance(named, list) and len(named) == 2 and all(isinstance(word, str) for word in named)):
        raise refused(path, "its model_index.json does not say what {} is", repr(key))
    library, class_name = named
    replaced = key == _SCHEDULER and class_name.endswith("Scheduler") and family.scheduler
    if not allowed(library, class_name, family.allows) and not (replaced and library == "diffusers"):
        asked = (library[:SHOWN], class_name[:SHOWN])
        raise refused(path, "its part {} asks for {}.{}, a class that is not allowed", repr(key), *asked)
    spec = ComponentSpec(library, class_name, inside(path, key))
    for file in spec.path.iterdir():
        inside(path, f"{key}/{file.name}")
    check_files(path, key, class_name)
    if class_name.endswith(WEIGHTLESS):
        return spec
    spec = replace(spec, dtype="float32")
    check_weights(path, key, spec)
    return replace(spec, dtype=DTYPES.get(_checked(path, key, spec), "float32"))


def _checked(path: Path, key: str, spec: ComponentSpec) -> str:
    """The dtype of its files' headers, which are held against its config."""
    found = list(spec.headers())
    own = config.read(spec.path / "config.json")
    packed = own.get("quantization_config")
    if packed:
        method = packed.get("quant_method") if isinstance(packed, dict) else ""
        raise refused(
            path,
            "its part {} is packed by {}, which the studio does not unpack; get the version in float16, bfloat16 or "
            "float32, or its network as GGUF or FP8",
            repr(key), repr(method or "quantization_config")[:SHOWN],
        )  # fmt: skip
    for file, header in found:
        check_numbers(file, header, scaled=spec.library == "diffusers")
    check_config(spec.path, own, [header for _, header in found])
    return found[0][1].dtype()


# ---- schedulers


def _with_scheduler(
    path: Path, components: Mapping[str, ComponentSpec], family: Family
) -> tuple[dict[str, ComponentSpec], list[Text]]:
    """With one that the family runs in the place of one that the studio does not; and what is said of that."""
    spec = components.get(_SCHEDULER)
    if spec is None or spec.library != "diffusers":
        return dict(components), []
    own = _config(spec)
    check_scheduler(spec.path, own)
    if not family.schedulers or spec.class_name in (*family.schedulers, *family.allows):
        return dict(components), []
    if not family.scheduler or "beta_schedule" not in own:
        raise refused(
            path,
            "its scheduler is a {}, which {} does not work with (it does with {}); put the scheduler folder of the "
            "model that it was made of in its place",
            spec.class_name[:SHOWN], family.title, ", ".join(family.schedulers[:_NEAR]),
        )  # fmt: skip
    note = Text(
        "Its scheduler, {}, is none that the studio runs; {} takes its place.",
        spec.class_name[:SHOWN],
        family.scheduler,
    )
    return {**components, _SCHEDULER: replace(spec, class_name=family.scheduler)}, [note]


def _with_own_scheduler(family: Family, components: Mapping[str, ComponentSpec]) -> Family:
    """One that the family merely allows is that of a model which was trained for it alone."""
    own = components[_SCHEDULER].class_name if _SCHEDULER in components else ""
    return replace(family, schedulers=(own,)) if own in family.allows and own not in family.schedulers else family


# ---- tokenizers


def _with_text_lengths(
    components: Mapping[str, ComponentSpec], configs: Mapping[str, Mapping[str, Any]], family: Family
) -> dict[str, ComponentSpec]:
    """With how many tokens each tokenizer's encoder reads, for those that do not say so themselves."""
    found = dict(components)
    for part, spec in components.items():
        if "Tokenizer" in spec.class_name:
            positions: Any = configs.get(part.replace(_TOKENIZER, _ENCODER), {}).get("max_position_embeddings")
            fits = isinstance(positions, int) and positions >= SHORTEST_TEXT and "CLIP" in spec.class_name
            found[part] = replace(spec, tokens=_text_length(spec) or (positions if fits else family.prompt_tokens))
    return found


def _text_length(spec: ComponentSpec) -> int:
    """What it says itself; 0 where it does not. Raises UserError for a number that no encoder can have."""
    file = spec.path / "tokenizer_config.json"
    said = config.read(file).get("model_max_length") if file.is_file() else None
    if said is None or (isinstance(said, int | float) and said > LONGEST_TEXT):
        return 0
    if not isinstance(said, int) or isinstance(said, bool) or said < SHORTEST_TEXT:
        raise refused(
            spec.path,
            "its tokenizer_config.json says {} for 'model_max_length', the tokens that are read of a text; download "
            "that file again",
            repr(said)[:SHOWN],
        )
    return said


def _beside(
    path: Path, own: Mapping[str, ComponentSpec], family: Family, companion: Companion
) -> dict[str, ComponentSpec]:
    """The parts of the first folder next to this one that fits it."""
    mine, theirs = companion.fits
    for folder in _neighbours(path.resolve()):
        if not (folder / INDEX).is_file() or folder == path.resolve():
            continue
        try:
            index = config.read(folder / INDEX)
            if index.get("_class_name") not in companion.classes:
                continue
            parts = _components(folder, index, companion.parts, family)
        except (UserError, OSError):  # it is another model's fault
            continue
        if _value(own, mine) == _value(parts, theirs):
            return parts
    raise refused(path, companion.missing)


def _neighbours(path: Path) -> list[Path]:
    """The folders beside this one; of the hub's cache, where each model has a folder of its own, all snapshots."""
    repository = path.parent.parent
    if repository.name.startswith("models--"):
        return sorted(repository.parent.glob("models--*/snapshots/*"))
    return sorted(path.parent.iterdir())


def _value(components: Mapping[str, ComponentSpec], place: str) -> Any:
    part, _, key = place.partition(".")
    return _config(components[part]).get(key)


def _config(spec: ComponentSpec) -> dict[str, Any]:
    """A part's config.json, or a scheduler's own; empty where there is none."""
    for name in ("config.json", "scheduler_config.json"):
        if (spec.path / name).is_file():
            return config.read(spec.path / name)
    return {}


def native_size(configs: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """A UNet or transformer says for which latent size it was trained."""
    latent = next((configs[part].get("sample_size") for part in PICTURE_PARTS if part in configs), None)
    blocks = configs["vae"].get("block_out_channels", [0] * 4) if "vae" in configs else [0]  # of pixels
    if type(latent) is not int or not isinstance(blocks, list) or not 0 < len(blocks) < MOST_LEVELS:
        return {}
    side = latent * 2 ** (len(blocks) - 1)
    return {"width": side, "height": side} if 0 < side <= LARGEST_SIDE else {}
