"""Which models exist, of which family, and what each can do: read from their folders without loading a weight."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.engine.family import FAMILIES, KANDINSKY_PRIOR, PRIOR_CLASS, UPSCALE, Family
from studio.engine.loaders.component import ComponentSpec, allowed
from studio.engine.loaders.header import read_header
from studio.errors import UserError
from studio.messages import ModelInfo

STARTER = "starter"
JSON_CAP_BYTES = 16 * 2**20
_DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float32"}


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue."""

    id: str
    title: str
    family: str
    path: Path
    capabilities: tuple[str, ...]
    components: Mapping[str, ComponentSpec]
    """With the dtype of their files; what a device runs instead is decided when they are leased."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    license: str = ""

    def info(self) -> ModelInfo:
        """As data for the fronts."""
        files = {file for spec in self.components.values() for file in spec.weights}
        return ModelInfo(
            id=self.id,
            title=self.title,
            family=self.family,
            path=str(self.path),
            capabilities=list(self.capabilities),
            defaults=dict(self.defaults),
            license=self.license,
            size_bytes=sum(file.stat().st_size for file in files),
        )


class Catalogue:
    """The starter and the models that were added, by id; any other folder or file by its path."""

    def __init__(self, starter: Path, added: Iterable[str]) -> None:
        self._paths = {STARTER: starter}
        for path in map(Path, added):
            self._paths[_unique(_slug(path.name), self._paths)] = path
        self._entries: dict[str, Entry] = {}

    def infos(self) -> list[ModelInfo]:
        """Every model; one that cannot be used says why in `problem`."""
        return [self._info(name) for name in self._paths]

    def find(self, ref: str) -> Entry:
        """The model behind an id or a path. Raises UserError (`unknown_model`, or why it cannot be used)."""
        if ref not in self._entries:
            path = self._paths.get(ref) or Path(ref).expanduser()
            if ref not in self._paths and not path.exists():
                raise UserError(
                    f"There is no model {ref!r}; the catalogue has {', '.join(self._paths)}. "
                    "Name one of them, or the path of a model's folder.",
                    field="model",
                    code="unknown_model",
                )
            self._entries[ref] = read_model(path, ref if ref in self._paths else _slug(path.name))
        return self._entries[ref]

    def refresh(self) -> None:
        """Forget what was read, so that changed folders are read again."""
        self._entries.clear()

    def _info(self, name: str) -> ModelInfo:
        try:
            return self.find(name).info()
        except (UserError, OSError) as error:
            path = self._paths[name]
            return ModelInfo(id=name, title=path.name, family="", path=str(path), problem=str(error))


def read_model(path: Path, name: str) -> Entry:
    """What is at `path`. Raises UserError naming what it is, when it is not a model we know."""
    if path.is_file():
        return _upscaler(path, name)
    if not (path / "model_index.json").is_file():
        raise _refused(path, "it has no model_index.json, so it is no diffusers folder")
    _refuse_code(path)
    index = _read_json(path / "model_index.json")
    made = str(index.get("_class_name"))
    family = FAMILIES.get(made)
    if family is None:
        raise _refused(path, f"its kind is {made}, and this version knows {', '.join(sorted(FAMILIES))}")
    components = _components(path, index, family.parts)
    if family.id == "kandinsky22" and "prior" not in components:
        components |= _prior_beside(path, components["unet"])
    options = {key: index[key] for key in family.options if isinstance(index.get(key), bool)}
    return _described(path, name, family, components, options)


def _described(
    path: Path, name: str, family: Family, components: dict[str, ComponentSpec], options: Mapping[str, Any]
) -> Entry:
    """With the folder's own word on itself (`studio.json`) where there is one."""
    about = _read_json(path / "studio.json") if (path / "studio.json").is_file() else {}
    defaults = {**family.defaults, **options, **_native_size(components), **about.get("defaults", {})}
    upscaler, capabilities = about.get("upscaler"), family.capabilities
    if upscaler:
        components["upscaler"] = _spandrel(_inside(path, str(upscaler["path"])))
        defaults["upscaler_scale"] = int(upscaler["scale"])
        capabilities = (*capabilities, UPSCALE)
    entry = Entry(
        id=name,
        title=str(about.get("title", path.name)),
        family=family.id,
        path=path,
        capabilities=capabilities,
        components=components,
        defaults={**defaults, **{key: about[key] for key in ("vocabulary", "languages") if key in about}},
        license=str(about.get("license", "")),
    )
    return _in_dtype(entry, str(about["dtype"])) if "dtype" in about else entry


def _in_dtype(entry: Entry, dtype: str) -> Entry:
    if dtype not in _DTYPES.values():
        raise _refused(entry.path, f"its studio.json asks for the dtype {dtype!r}")
    # An upscaler keeps its own: bfloat16 knows 256 steps between dark and bright at best, a picture as many or more.
    specs = {
        part: replace(spec, dtype=dtype) if spec.dtype and spec.library != "spandrel" else spec
        for part, spec in entry.components.items()
    }
    return replace(entry, components=specs)


def _components(path: Path, index: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, ComponentSpec]:
    missing = [key for key in parts.values() if not (path / key).is_dir()]
    if missing:
        raise _refused(path, f"it lacks {', '.join(missing)}")
    return {ours: _component(path, theirs, index.get(theirs)) for ours, theirs in parts.items()}


def _component(path: Path, key: str, named: Any) -> ComponentSpec:
    if not (isinstance(named, list) and len(named) == 2 and all(isinstance(word, str) for word in named)):
        raise _refused(path, f"its model_index.json does not say what {key!r} is")
    library, class_name = named
    if not allowed(library, class_name):
        raise _refused(path, f"its part {key!r} asks for {library}.{class_name}, a class that is not allowed")
    folder = _inside(path, key)
    holds_weights = not class_name.endswith(("Scheduler", "Tokenizer", "TokenizerFast", "Processor", "ProcessorPil"))
    spec = ComponentSpec(library, class_name, folder)
    if not holds_weights:
        return spec
    _check_weights(path, key, spec)
    return replace(spec, dtype=_DTYPES.get(read_header(spec.weights[0]).dtype(), "float32"))


def _check_weights(path: Path, key: str, spec: ComponentSpec) -> None:
    if not spec.weights:
        pickles = [file.name for pattern in ("*.bin", "*.ckpt", "*.pth", "*.pt") for file in spec.path.glob(pattern)]
        why = f"holds only {pickles[0]}, a pickle, which could run code" if pickles else "holds no weights"
        raise _refused(path, f"its part {key!r} {why}; get the version with .safetensors files")
    for index_file in spec.path.glob("*.safetensors.index.json"):
        shards = set(_read_json(index_file).get("weight_map", {}).values())
        missing = sorted(shard for shard in shards if not (spec.path / shard).is_file())
        if missing:
            raise _refused(path, f"its part {key!r} lacks {', '.join(missing)}; download it again")


def _prior_beside(decoder: Path, unet: ComponentSpec) -> dict[str, ComponentSpec]:
    """The prior's folder next to a decoder's: the first whose picture embeddings have the width that the UNet takes."""
    width = _read_json(unet.path / "config.json").get("encoder_hid_dim")
    for folder in sorted(decoder.resolve().parent.iterdir()):
        if not (folder / "model_index.json").is_file() or folder == decoder.resolve():
            continue
        index = _read_json(folder / "model_index.json")
        if index.get("_class_name") != PRIOR_CLASS:
            continue
        parts = _components(folder, index, KANDINSKY_PRIOR)
        if _read_json(parts["image_encoder"].path / "config.json").get("projection_dim") == width:
            return parts
    raise _refused(decoder, "it is a decoder, and no folder beside it holds a Kandinsky 2.2 prior that fits it")


def _upscaler(path: Path, name: str) -> Entry:
    if path.suffix != ".safetensors":
        raise _refused(path, "only .safetensors files are opened, because other formats can run code")
    return Entry(name, path.stem, "upscaler", path, (UPSCALE,), {"upscaler": _spandrel(path)})


def _spandrel(path: Path) -> ComponentSpec:
    dtype = "float16" if read_header(path).dtype() == "F16" else "float32"  # never bfloat16, see _in_dtype
    return ComponentSpec("spandrel", "Upscaler", path, dtype)


def _native_size(components: Mapping[str, ComponentSpec]) -> dict[str, int]:
    """Stable Diffusion's UNet says for which latent size it was trained."""
    if "vae" not in components:
        return {}
    latent = _read_json(components["unet"].path / "config.json").get("sample_size")
    blocks = _read_json(components["vae"].path / "config.json").get("block_out_channels", [0] * 4)
    side = latent * 2 ** (len(blocks) - 1) if isinstance(latent, int) else None
    return {"width": side, "height": side} if side else {}


def _inside(root: Path, name: str) -> Path:
    """A path inside a model's folder; a link that leads elsewhere is refused."""
    path = root / name
    # The hub's cache links its snapshots' files to ../../blobs of the same repository.
    home = root.resolve().parent.parent if root.resolve().parent.name == "snapshots" else root.resolve()
    if not path.resolve().is_relative_to(home):
        raise _refused(root, f"its part {name!r} leads out of the folder")
    return path


def _refuse_code(path: Path) -> None:
    code = next(path.rglob("*.py"), None)
    if code is not None:
        raise _refused(path, f"it contains code ({code.relative_to(path)}), and code of a model is never run")


def _read_json(path: Path) -> dict[str, Any]:
    if path.stat().st_size > JSON_CAP_BYTES:
        raise _refused(path, "it is larger than any configuration should be")
    try:
        entries = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise _refused(path, "it is no valid JSON") from None
    if not isinstance(entries, dict):
        raise _refused(path, "it is no JSON object")
    return entries


def _refused(path: Path, why: str) -> UserError:
    return UserError(f"{path} cannot be used as a model: {why}.", field="model", code="unusable_model")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-") or "model"


def _unique(name: str, taken: Iterable[str]) -> str:
    number, candidate = 1, name
    while candidate in set(taken):
        number += 1
        candidate = f"{name}-{number}"
    return candidate
