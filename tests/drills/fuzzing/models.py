"""What reads a model's files: headers, configs, READMEs, tokenizers; and the libraries that all this ends in."""

import atexit
import contextlib
import functools
import json
import math
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
from built_in import BUILT_IN
from headers import MODELS, OTHERS, UNDECIDED, Shapes

from fuzzing.harness import MEMORY, Target, copied
from fuzzing.mutation import changed_bytes
from studio.descriptions import ModelInfo
from studio.desktop.forms.token_counting import TokenCounting
from studio.models.catalogue import read_model, scanner
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.model_card import read_card
from studio.models.model_ids import ModelIds
from studio.models.precision import Precision
from studio.models.prediction import prediction_of, spread_of

Q8 = gguf.GGMLQuantizationType.Q8_0


@functools.cache
def _model() -> Path:
    """A tiny Stable Diffusion, made once for all targets."""
    import tiny  # torch and diffusers come with it

    place = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    atexit.register(place.cleanup)
    tiny.stable_diffusion().save_pretrained(Path(place.name, "model"))
    return Path(place.name, "model")


def _target(name: str, seed: Callable[[Path], bytes], read: Callable[[Path, bytes], object], count: int) -> Target:
    return Target(name, lambda folder: [seed(folder)], read, copied(_model), may_raise=(OSError,), round=count)


def _into(name: str) -> Callable[[Path, bytes], object]:
    """Put the bytes under a name into the model's folder, and read that; what was there is put back."""

    def read(folder: Path, data: bytes) -> object:
        file = folder / name
        before = file.read_bytes() if file.exists() else None
        file.write_bytes(data)
        try:
            return read_model(folder, "model", BUILT_IN)
        finally:
            file.unlink() if before is None else file.write_bytes(before)

    return read


def _of(name: str) -> Callable[[Path], bytes]:
    return lambda folder: (folder / name).read_bytes()


def _header(folder: Path, data: bytes) -> object:
    """The bytes as a header, of a file that is as long as the tensors say, so that more than its end is looked at."""
    file = folder / "fuzz.safetensors"
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(data)) + data)
        with contextlib.suppress(Exception):  # whatever the bytes are
            ends = [each["data_offsets"][1] for each in json.loads(data).values() if "data_offsets" in each]
            stream.truncate(8 + len(data) + min(int(max(ends)), 2**40))
    header = read_header(file)
    prediction_of(file, header)
    spread_of(file, header)
    return read_model(file, "fuzz", BUILT_IN)


def _seed_header(folder: Path) -> bytes:
    data = (folder / "unet/diffusion_pytorch_model.safetensors").read_bytes()
    return data[8 : 8 + struct.unpack("<Q", data[:8])[0]].rstrip()


def _headers(folder: Path) -> list[bytes]:
    """Of files as people have them."""
    shapes = [*(row[0] for row in MODELS), *(row[0] for row in OTHERS), UNDECIDED]
    return [_seed_header(folder), *map(_encoded, shapes)]


def _encoded(shapes: Shapes) -> bytes:
    at, entries = 0, dict[str, object]()
    for name, shape in shapes.items():
        entries[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, at := at + 2 * math.prod(shape)]}
    return json.dumps({"__metadata__": {"modelspec.architecture": "x", "format": "pt"}, **entries}).encode()


def _gguf(folder: Path) -> list[bytes]:
    """A small one, with entries of every kind."""
    file = folder / "seed.gguf"
    writer = gguf.GGUFWriter(file, "flux")
    writer.add_name("a")
    writer.add_uint32("a.number", 7)
    writer.add_float32("a.float", 0.5)
    writer.add_bool("a.bool", True)
    writer.add_array("comfy.gguf.orig_shape.b", [2, 16])
    writer.add_array("a.words", ["x", "yz"])
    writer.add_tensor("double_blocks.0.img_attn.qkv.weight", np.ones((4, 32), np.float32))
    writer.add_tensor("b", gguf.quants.quantize(np.ones((1, 32), np.float32), Q8), raw_dtype=Q8)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return [file.read_bytes()]


def _read_gguf(folder: Path, data: bytes) -> object:
    file = folder / "fuzz.gguf"
    file.write_bytes(data)
    read_header(file)
    return read_model(file, "fuzz", BUILT_IN)


def _readme(folder: Path, data: bytes) -> object:
    (folder / "README.md").write_bytes(data)
    return read_card(folder)


def _yaml(folder: Path, data: bytes) -> object:
    file = folder / "beside.safetensors"
    if not file.exists():
        file.write_bytes(struct.pack("<Q", 2) + b"{}")
    file.with_suffix(".yaml").write_bytes(data)
    return prediction_of(file, read_header(file))


def _loaded(name: str, part: str) -> Callable[[Path, bytes], object]:
    """Put the bytes into the folder, and load one of its parts by its library, if the studio lets them through."""

    def read(folder: Path, data: bytes) -> object:
        file = folder / name
        before = file.read_bytes()
        file.write_bytes(data)
        try:
            return load(read_model(folder, "model", BUILT_IN).components[part], "cpu")
        finally:
            file.write_bytes(before)

    return read


def _kept(name: str, read: Callable[[Path], object]) -> Callable[[Path, bytes], object]:
    """The bytes as a file that the studio keeps of its models, beside the model."""

    def placed(folder: Path, data: bytes) -> object:
        place = folder.parent / "cache"
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(data)
        return read(folder)

    return placed


def _by_us(name: str, read: Callable[[Path], object]) -> Callable[[Path], list[bytes]]:
    def seeds(folder: Path) -> list[bytes]:
        read(folder)
        return [(folder.parent / "cache" / name).read_bytes()]

    return seeds


def _fingerprint(folder: Path) -> object:
    return Fingerprints(folder.parent / "cache/fingerprints.json").of(
        read_model(folder, "m", BUILT_IN).components["vae"]
    )


def _scan(folder: Path) -> object:
    return scanner(folder.parent / "cache", BUILT_IN).scan(folder.parent)


def _ids(folder: Path) -> object:
    models = [(folder, "A model"), (folder / "unet", "a-model")]
    return ModelIds(folder.parent / "cache/model-ids.json").of(models, ["starter"], [folder])


def _precision(folder: Path) -> object:
    return Precision(folder.parent / "cache/precision.json", lambda dtype: 1.0).bfloat16_pays()


def _counter(folder: Path, data: bytes) -> object:
    """As the prompt's field in the window counts words, on its own thread."""
    (folder / "tokenizer").mkdir(exist_ok=True)
    (folder / "tokenizer/tokenizer.json").write_bytes(data)
    told = []
    counting = TokenCounting(_AtOnce())  # type: ignore[arg-type]
    counting.use(ModelInfo("a", "A", "", str(folder)))
    counting.count("a red mushroom, 一只猫", told.append)
    return told


class _AtOnce:
    """A worker without a thread."""

    def run(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        done(work())


CONFIGS = (
    "model_index.json", "unet/config.json", "vae/config.json", "text_encoder/config.json",
    "scheduler/scheduler_config.json", "tokenizer/tokenizer_config.json",
)  # fmt: skip
READERS = (
    Target("header", _headers, _header, copied(_model), may_raise=(OSError,), round=3000),
    *(_target(name.replace("/", "-"), _of(name), _into(name), 500) for name in CONFIGS),
    _target("studio.json", lambda folder: b'{"title": "A", "defaults": {"steps": 3}, "upscalers": {}}',
            _into("studio.json"), 500),
    _target("index.json",
            lambda folder: b'{"metadata": {}, "weight_map": {"a": "diffusion_pytorch_model.safetensors"}}',
            _into("unet/diffusion_pytorch_model.safetensors.index.json"), 500),
    Target("gguf", _gguf, _read_gguf, mutate=changed_bytes, round=4000),
    _target("readme", lambda folder: b"---\nlicense: other\nlicense_name: mine\n---\n# A model\n", _readme, 2000),
    _target("yaml", lambda folder: b'model:\n  params:\n    parameterization: "v"\n', _yaml, 2000),
    Target("token-counter", lambda folder: [(_model() / "tokenizer/tokenizer.json").read_bytes()], _counter, round=300),
    Target("fingerprints.json", _by_us("fingerprints.json", _fingerprint), _kept("fingerprints.json", _fingerprint),
           copied(_model), round=100),
    Target("models.json", _by_us("models.json", _scan), _kept("models.json", _scan), copied(_model), round=100),
    Target("model-ids.json", _by_us("model-ids.json", _ids), _kept("model-ids.json", _ids), round=2000),
    Target("precision.json", _by_us("precision.json", _precision), _kept("precision.json", _precision), round=2000),
)  # fmt: skip
LOADERS = tuple(
    _target(name, _of(file), _loaded(file, part), 20)
    for name, file, part in (
        ("load-unet", "unet/config.json", "unet"),
        ("load-vae", "vae/config.json", "vae"),
        ("load-text", "text_encoder/config.json", "text_encoder"),
        ("load-scheduler", "scheduler/scheduler_config.json", "scheduler"),
        ("load-tokenizer", "tokenizer/tokenizer.json", "tokenizer"),
        ("load-tokenizer-config", "tokenizer/tokenizer_config.json", "tokenizer"),
    )
)
"""Those that end in the libraries, which take a hundred times as long."""
