"""A folder in the layout of diffusers, read without loading a weight: its family, its parts, its defaults."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.api import Companion, Family, Upscaler
from studio.errors import UserError
from studio.models import config
from studio.models.entry import DTYPES, CatalogueEntry, refused
from studio.models.families import Families, name_words, specialise
from studio.models.loaders.component import ComponentSpec, allowed
from studio.models.loaders.header import WeightsHeader, read_header
from studio.models.model_card import read_card
from studio.text import Text

INDEX = "model_index.json"
ABOUT = "studio.json"
DECLARED = ("vocabulary", "phrasing", "languages")
"""What a folder says of the prompts that its model reads."""
"""A folder's own word on itself: title, defaults, dtype, licence, its own upscaler, upscalers for people's pictures."""
WEIGHTLESS = (
    "Scheduler", "Tokenizer", "TokenizerFast", "TokenizersBackend", "Processor", "ProcessorPil", "ProcessorFast",
    "Extractor",
)  # fmt: skip
NEEDED = {
    "Scheduler": ("scheduler_config.json",),
    "Tokenizer": ("tokenizer.json", "vocab.json", "vocab.txt", "spiece.model", "tokenizer.model"),
    "Process": ("preprocessor_config.json", "processor_config.json"),
    "Extractor": ("preprocessor_config.json",),
}
"""What a part of a class with this in its name cannot do without, one of these; all others want a config.json."""
VOCABULARY_CAP_BYTES = 64 * 2**20
"""Gemma's tokenizer, the largest of those in use, has 34 million bytes."""
UNFINISHED = {".incomplete", ".part", ".partial", ".crdownload", ".download", ".downloading", ".aria2", ".!qb"}
"""Endings of what browsers, the hub and other programs are still downloading."""
PICTURE_PARTS = ("transformer", "unet")


def read_folder(path: Path, name: str, families: Families) -> CatalogueEntry:
    """The model in `path`. Raises UserError naming what it is, when it is not a model we know."""
    try:
        return _read(path, name, families)
    except UserError:
        if unfinished := next((file for file in path.rglob("*") if file.suffix.lower() in UNFINISHED), None):
            raise unfinished_error(path, str(unfinished.relative_to(path))) from None
        raise


def unfinished_error(path: Path, file: str) -> UserError:
    """For what another program is still writing."""
    return refused(path, "it is not complete: another program is still writing {}. Wait until it is done", file)


def _read(path: Path, name: str, families: Families) -> CatalogueEntry:
    if not (path / INDEX).is_file():
        raise refused(path, "it has no model_index.json, so it is no diffusers folder")
    _refuse_code(path)
    index = config.read(path / INDEX)
    family = _family(path, index, families)
    components = _components(path, index, family.parts, family)
    if family.companion:
        components |= _beside(path, components, family, family.companion)
    configs = {part: _config(spec) for part, spec in components.items()}
    family = specialise(family, {**configs, "folder": name_words(_named(path)), "index": index})
    options = {key: index[key] for key in family.options if _is_switch(index.get(key))}
    size = native_size(configs) if family.native_size else {}
    entry = CatalogueEntry(
        name, path.name, family, path, family.capabilities, components, {**family.defaults, **size, **options}
    )
    entry = _with_about(entry)
    return in_one_dtype(entry) if any(family.pipelines.values()) else entry


def _is_switch(value: Any) -> bool:
    """Whether a pipeline may be made with it: numbers, or a list of them."""
    return isinstance(value, bool | int) or (
        isinstance(value, list) and all(isinstance(each, int | float) for each in value)
    )


def _named(path: Path) -> str:
    """A folder's name; in the hub's cache the model's, whose folder is named after a revision."""
    return next((each for each in path.parents if each.name.startswith("models--")), path).name


def _family(path: Path, index: Mapping[str, Any], families: Families) -> Family:
    made = index.get("_class_name")
    family = families.find(made) if isinstance(made, str) else None
    if family is None:
        if not families.by_class:
            raise refused(path, "no plugin that is switched on brings families of models; switch on one that does")
        known = ", ".join(sorted(families.by_class))
        raise refused(path, "its kind is {}, and the installed plugins know {}", made, known)
    if family.refusal:
        raise refused(path, family.refusal)
    return family


def _with_about(entry: CatalogueEntry) -> CatalogueEntry:
    """With the folder's own word on itself, where there is one."""
    file = entry.path / ABOUT
    about = config.read(file) if file.is_file() else {}
    defaults = {**entry.defaults, **about.get("defaults", {})}
    components, capabilities = dict(entry.components), entry.capabilities
    for upscaler in entry.about.upscalers:
        named = _upscaler_files(upscaler, about.get(upscaler.key) or {})
        for part, (name, factor) in named.items():
            components[part] = upscaler_spec(inside(entry.path, name))
            defaults |= {upscaler.scale: factor} if upscaler.scale else {}
        if named and upscaler.capability not in capabilities:
            capabilities = (*capabilities, upscaler.capability)
    entry = replace(
        entry,
        title=str(about.get("title", entry.title)),
        capabilities=capabilities,
        components=components,
        defaults={**defaults, **{key: about[key] for key in DECLARED if key in about}},
        license=str(about.get("license") or read_card(entry.path).license or entry.about.license),
    )
    dtype = str(about.get("dtype", ""))
    if dtype and dtype not in DTYPES.values():
        raise refused(entry.path, "its studio.json asks for the dtype {}", repr(dtype))
    return entry.in_dtype(dtype) if dtype else entry


def _upscaler_files(upscaler: Upscaler, named: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Our name of each part -> its file, and its factor."""
    if "{}" in upscaler.part:
        return {upscaler.part.format(int(factor)): (str(file), int(factor)) for factor, file in named.items()}
    return {upscaler.part: (str(named["path"]), int(named["scale"]))} if named else {}


def in_one_dtype(entry: CatalogueEntry) -> CatalogueEntry:
    """All parts in that of the one that makes the picture: pipelines of diffusers do not run a mixture."""
    return entry.in_dtype(next(entry.components[part].dtype for part in PICTURE_PARTS if part in entry.components))


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
    if not allowed(library, class_name, family.allows):
        raise refused(path, "its part {} asks for {}.{}, a class that is not allowed", repr(key), library, class_name)
    spec = ComponentSpec(library, class_name, inside(path, key))
    for file in spec.path.iterdir():
        inside(path, f"{key}/{file.name}")
    _check_files(path, key, class_name)
    if class_name.endswith(WEIGHTLESS):
        return spec
    spec = replace(spec, dtype="float32")
    _check_weights(path, key, spec)
    header = read_header(spec.weights[0])
    check_numbers(spec.weights[0], header)
    return replace(spec, dtype=DTYPES.get(header.dtype(), "float32"))


def _check_files(path: Path, key: str, class_name: str) -> None:
    """The libraries make an empty tokenizer of an empty folder, without a word."""
    needed = next((files for ending, files in NEEDED.items() if ending in class_name), ("config.json",))
    if not any((path / key / name).is_file() for name in needed):
        raise refused(path, "its part {} lacks {}; download it again", repr(key), " or ".join(needed))
    for file in (path / key).iterdir():
        if file.suffix in config.SUFFIXES and file.stat().st_size > VOCABULARY_CAP_BYTES:
            raise refused(path, "{}/{} is larger than any vocabulary should be", key, file.name)


def _check_weights(path: Path, key: str, spec: ComponentSpec) -> None:
    if not spec.weights:
        pickles = [file.name for pattern in ("*.bin", "*.ckpt", "*.pth", "*.pt") for file in spec.path.glob(pattern)]
        only = Text("holds no weights")
        if pickles:
            only = Text("holds only {}, a pickle, which could run code", pickles[0])
        raise refused(path, "its part {} {}; get the version with .safetensors files", repr(key), only)
    for index_file in spec.path.glob("*.safetensors.index.json"):
        shards = {str(shard) for shard in config.read(index_file).get("weight_map", {}).values()}
        missing = sorted(shard for shard in shards if not inside(spec.path, shard).is_file())
        if missing:
            raise refused(path, "its part {} lacks {}; download it again", repr(key), ", ".join(missing))


def _beside(
    path: Path, own: Mapping[str, ComponentSpec], family: Family, companion: Companion
) -> dict[str, ComponentSpec]:
    """The parts of the first folder next to this one that fits it."""
    mine, theirs = companion.fits
    for folder in sorted(path.resolve().parent.iterdir()):
        if not (folder / INDEX).is_file() or folder == path.resolve():
            continue
        index = config.read(folder / INDEX)
        if index.get("_class_name") in companion.classes:
            parts = _components(folder, index, companion.parts, family)
            if _value(own, mine) == _value(parts, theirs):
                return parts
    raise refused(path, companion.missing)


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
    blocks = configs["vae"].get("block_out_channels", [0] * 4)
    side = latent * 2 ** (len(blocks) - 1) if isinstance(latent, int) else None
    return {"width": side, "height": side} if side else {}


def check_numbers(path: Path, header: WeightsHeader) -> None:
    """Weights of whole numbers would load without a word, and make noise."""
    if name := header.quantised():
        raise refused(
            path,
            "its tensor {} holds whole numbers ({}), as quantised weights do; get the version in float16, bfloat16 "
            "or float32",
            repr(name),
            header.tensors[name].dtype,
        )


def upscaler_spec(path: Path) -> ComponentSpec:
    """An upscaler's file; never in bfloat16, see Entry.in_dtype."""
    dtype = "float16" if read_header(path).dtype() == "F16" else "float32"
    return ComponentSpec("spandrel", "Upscaler", path, dtype)


def inside(root: Path, name: str) -> Path:
    """A path inside a model's folder; a link that leads elsewhere is refused."""
    path, real = root / name, root.resolve()
    # The hub's cache links the files of models--OWNER--NAME/snapshots/REVISION to ../../blobs.
    cached = (each.parent for each in (real, *real.parents) if each.name == "snapshots")
    home = next((each for each in cached if each.name.startswith("models--")), real)
    try:
        leads_out = not path.resolve(strict=path.is_symlink()).is_relative_to(home)
    except (OSError, RuntimeError):  # a loop, or a link to nothing
        leads_out = True
    if leads_out:
        raise refused(root, "its part {} leads out of the folder", repr(name))
    return path


def _refuse_code(path: Path) -> None:
    code = next(path.rglob("*.py"), None)
    if code is not None:
        raise refused(path, "it contains code ({}), and code of a model is never run", code.relative_to(path))
