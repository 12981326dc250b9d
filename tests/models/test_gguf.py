"""GGUF: headers read in bounded memory whatever they claim, networks computed as diffusers computes them."""

import json
import struct
from math import prod
from pathlib import Path
from typing import Any

import family_zoo
import gguf
import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import FluxTransformer2DModel, GGUFQuantizationConfig
from diffusers.quantizers.gguf.utils import GGUFLinear, GGUFParameter
from gguf import GGMLQuantizationType as Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.entry import Refusal
from studio.models.integrity import seal
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec, load
from studio.models.loaders.gguf_header import TYPES, read_gguf_header
from studio.models.loaders.stored_tensors import stored_tensors
from studio.models.loaders.tensor import BLOCKS, UNPACKED
from studio.models.quantisation import check_numbers
from studio.models.scanner import Scanner
from studio.models.tensor_storage import mapped, storages
from studio.models.variant import variant


def write(path: Path, tensors: dict[str, torch.Tensor], kind: Kind) -> Path:
    """What can be packed as `kind`, the rest as floats of 32 bits."""
    writer = gguf.GGUFWriter(path, "flux")
    for name, tensor in tensors.items():
        numbers = tensor.float().numpy()
        whole = numbers.ndim == 2 and numbers.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0] == 0
        own = kind if whole or kind in (Kind.F16, Kind.BF16) else Kind.F32
        writer.add_tensor(name, gguf.quants.quantize(numbers, own), raw_dtype=own)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def network() -> Any:
    return family_zoo.flux().transformer


def config_of(network: Any) -> str:
    return json.dumps({key: value for key, value in network.config.items() if key != "_name_or_path"})


def spec_of(network: Any, file: Path, dtype: str = "float32") -> ComponentSpec:
    section = CheckpointSection(config_of(network))
    return ComponentSpec("diffusers", type(network).__name__, file, dtype, section)


def made_by(module: Any) -> torch.Tensor:
    torch.manual_seed(3)
    config = module.config
    with torch.no_grad():
        result: torch.Tensor = module(
            hidden_states=torch.randn(1, 16, config.in_channels), timestep=torch.tensor([0.5]),
            encoder_hidden_states=torch.randn(1, 5, config.joint_attention_dim),
            pooled_projections=torch.randn(1, config.pooled_projection_dim), guidance=torch.tensor([3.5]),
            img_ids=torch.zeros(16, 3), txt_ids=torch.zeros(5, 3),
        ).sample  # fmt: skip
    return result


@pytest.mark.parametrize("kind", [Kind.Q8_0, Kind.Q5_1, Kind.Q5_0, Kind.Q4_1, Kind.Q4_0])
def test_a_packed_network_computes_what_diffusers_computes_of_the_file(
    network: Any, tmp_path: Path, kind: Kind
) -> None:
    file = write(tmp_path / "network.gguf", network.state_dict(), kind)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.json").write_text(config_of(network))
    expected = FluxTransformer2DModel.from_single_file(
        str(file), config=str(tmp_path / "config"), subfolder=".", torch_dtype=torch.float32,
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.float32),
    )  # fmt: skip
    spec = spec_of(network, file)
    module = load(spec, "cpu")
    assert torch.equal(made_by(module), made_by(expected))
    assert (made_by(module) - made_by(network)).abs().max() > 0
    assert sum(isinstance(layer, GGUFLinear) for layer in module.modules()) > 20
    assert sum(each.nbytes for each in module.parameters()) == spec.estimated_bytes() < file.stat().st_size


@pytest.mark.parametrize("kind", [Kind.F32, Kind.F16, Kind.BF16])
def test_plain_numbers_in_the_format_are_those_of_any_other_file(network: Any, tmp_path: Path, kind: Kind) -> None:
    file = write(tmp_path / "network.gguf", network.state_dict(), kind)
    plain = {Kind.F32: torch.float32, Kind.F16: torch.float16, Kind.BF16: torch.bfloat16}[kind]
    expected = FluxTransformer2DModel.from_config(network.config)
    expected.load_state_dict({name: each.to(plain).float() for name, each in network.state_dict().items()})
    assert torch.equal(made_by(load(spec_of(network, file), "cpu")), made_by(expected.eval()))


def test_a_packed_network_can_be_varied_and_is_sealed(network: Any, tmp_path: Path) -> None:
    module = load(spec_of(network, write(tmp_path / "network.gguf", network.state_dict(), Kind.Q4_0)), "cpu")
    before = seal(module)
    copy = variant(module)
    assert torch.equal(made_by(copy), made_by(module))
    assert seal(module) == before
    next(each for each in module.parameters() if isinstance(each, GGUFParameter)).data[0] ^= 1
    assert seal(module) != before


def test_the_packed_weights_are_pages_of_the_file(network: Any, tmp_path: Path) -> None:
    module = load(spec_of(network, write(tmp_path / "network.gguf", network.state_dict(), Kind.Q8_0)), "cpu")
    held = storages(module)
    pages = mapped(held)
    weights = {("cpu", layer.weight.data_ptr()) for layer in module.modules() if isinstance(layer, GGUFLinear)}
    assert weights <= pages


@pytest.mark.parametrize("kind", sorted(UNPACKED))
def test_every_kind_that_is_unpacked_gives_the_numbers_of_its_definition(tmp_path: Path, kind: str) -> None:
    """gguf's own code in numpy is the measure; diffusers multiplies in 16 bits."""
    block, size = BLOCKS[kind]
    raw = np.random.default_rng(5).integers(0, 256, (4, 2 * size), dtype=np.uint8)
    halves = raw.reshape(8, size).view()
    for at in {"Q6_K": [208], "Q3_K": [108], "Q2_K": [80, 82]}.get(kind, [0, 2] if size - block // 2 > 2 else [0]):
        halves[:, at : at + 2] = np.array([0.5], np.float16).view(np.uint8)  # factors are numbers, not NaN
    expected = gguf.quants.dequantize(raw, Kind[kind])
    writer = gguf.GGUFWriter(tmp_path / "one.gguf", "flux")
    writer.add_tensor("weight", raw, raw_dtype=Kind[kind])
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()
    assert read_gguf_header(tmp_path / "one.gguf").tensors["weight"].shape == (4, 2 * block)
    found = stored_tensors(tmp_path / "one.gguf", lambda name: True, packed=False)["weight"]
    assert np.allclose(found.float().numpy(), expected, rtol=2e-3, atol=0.02 * np.abs(expected).max() / 16)


def test_our_table_of_kinds_is_that_of_the_format() -> None:
    assert {number: each.name for number, each in ((each.value, each) for each in Kind)} == TYPES
    assert {name: gguf.GGML_QUANT_SIZES[Kind[name]] for name in BLOCKS} == BLOCKS


# ---- hostile headers


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def number(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", 4, value)


def tensor(name: str = "a", sides: tuple[int, ...] = (32,), kind: int = 0, start: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(sides)}QIQ", len(sides), *sides, kind, start)


def header(
    *tensors: bytes, entries: tuple[bytes, ...] = (), version: int = 3, counts: tuple[int, int] | None = None
) -> bytes:
    held = counts or (len(tensors), len(entries))
    return b"GGUF" + struct.pack("<IQQ", version, *held) + b"".join(entries) + b"".join(tensors)


HUGE = 2**62
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing but the mark": (b"GGUF", "needs"),
    "no mark": (b"\0" * 64, "does not begin as GGUF files do"),
    "a pickle": (b"\x80\x04" + b"x" * 64, "a pickle"),
    "version 1": (header(version=1), "of version 1"),
    "the other byte order": (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "another byte order"),
    "countless tensors": (header(counts=(HUGE, 0)), "claims .* tensors"),
    "countless entries": (header(counts=(0, HUGE)), "claims .* entries"),
    "an endless key": (header(entries=(struct.pack("<Q", HUGE),)), "a text of"),
    "an endless text": (header(entries=(text("a") + struct.pack("<IQ", 8, HUGE),)), "needs"),
    "an endless list": (header(entries=(text("a") + struct.pack("<IIQ", 9, 4, HUGE),)), "needs"),
    "countless texts": (header(entries=(text("a") + struct.pack("<IIQ", 9, 8, 2**40),)), "claims .* entries"),
    "a list of lists": (header(entries=(text("a") + struct.pack("<IIQ", 9, 9, 1) * 900,)), "kind that does not exist"),
    "a value of no kind": (header(entries=(text("a") + struct.pack("<I", 77),)), "kind that does not exist"),
    "a key twice": (header(entries=(number("a", 1),) * 2), "occurs twice"),
    "a tensor twice": (header(tensor(), tensor(start=128)) + b"\0" * 512, "occurs twice"),
    "many sides": (header(text("a") + struct.pack("<I", 2**31)), "does not fit"),
    "a side without end": (header(tensor(sides=(HUGE,))), "does not fit"),
    "sides that overflow": (header(tensor(sides=(2**40, 2**40, 2**40))), "does not fit"),
    "a kind that is not named": (header(tensor(kind=999)), "nobody has named yet"),
    "half a block": (header(tensor(sides=(31,), kind=8)), "does not fit"),
    "beyond the end": (header(tensor(start=2**40)), "need .* bytes, the file has"),
    "one in another": (header(tensor("a"), tensor("b", start=32)) + b"\0" * 512, "does not fit"),
    "crooked": (header(tensor(start=1)) + b"\0" * 512, "does not fit"),
    "an alignment of 3": (header(tensor(), entries=(number("general.alignment", 3),)), "no power of two"),
    "an alignment of 0": (header(tensor(), entries=(number("general.alignment", 0),)), "no power of two"),
    "folded otherwise": (
        header(tensor(), entries=(text("comfy.gguf.orig_shape.a") + struct.pack("<IIQii", 9, 5, 2, 3, 5),)),
        "does not fit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_header_is_one_sentence(tmp_path: Path, case: str) -> None:
    raw, words = HOSTILE[case]
    file = tmp_path / "model.gguf"
    file.write_bytes(raw)
    with pytest.raises(UserError, match=words) as told:
        read_gguf_header(file)
    assert "\n" not in told.value.message
    assert len(told.value.message) < 600


WHOLE = header(
    tensor("a", (32, 2), 8),
    tensor("b", start=96),
    entries=(number("x", 3), text("y") + struct.pack("<I", 8) + text("z")),
)
WHOLE += b"\0" * 512


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 512), new=st.binary(min_size=1, max_size=9), cut=st.integers(0, 600))
def test_whatever_is_changed_in_a_header_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes, cut: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "changed.gguf"
    file.write_bytes((WHOLE[:at] + new + WHOLE[at + len(new) :])[: len(WHOLE) - cut])
    try:
        found = read_gguf_header(file)
    except UserError:
        return
    assert all(each.start + each.bytes <= file.stat().st_size for each in found.tensors.values())


# ---- what the catalogue says


def sparse(path: Path, shapes: dict[str, tuple[int, ...]], kind: int = 12) -> Path:
    """With packed tensors of these shapes, and no weights."""
    entries, at = [], 0
    for name, shape in shapes.items():
        own = kind if len(shape) == 2 and shape[-1] % 256 == 0 else 0
        entries.append(tensor(name, tuple(reversed(shape)), own, at))
        size = prod(shape) // 256 * 144 if own == 12 else prod(shape) * 4
        at += -(-size // 32) * 32
    raw = header(*entries)
    with path.open("wb") as file:
        file.write(raw)
        file.truncate(-(-len(raw) // 32) * 32 + at)
    return path


FLUX: dict[str, tuple[int, ...]] = {
    "double_blocks.0.img_attn.norm.key_norm.scale": (128,), "double_blocks.0.img_attn.qkv.weight": (9216, 3072),
    "single_blocks.0.linear1.weight": (21504, 3072), "txt_in.weight": (3072, 4096),
    "guidance_in.in_layer.weight": (3072, 256), "img_in.weight": (3072, 64),
}  # fmt: skip


@pytest.mark.parametrize(
    ("shapes", "kind", "base"),
    [
        (FLUX, "network", "FLUX.1"),
        ({"enc.blk.0.attn_q.weight": (4096, 4096)}, "text-encoder", "FLUX.1, Stable Diffusion 3.5, Chroma or PixArt"),
        ({"blk.0.attn_q.weight": (4096, 4096), "token_embd.weight": (1024, 4096)}, "text-encoder", ""),
    ],
)
def test_a_file_is_told_by_its_names_as_any_other(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]], kind: str, base: str
) -> None:
    with pytest.raises(Refusal) as told:
        read_model(sparse(tmp_path / "model-Q4_K_S.gguf", shapes), "model", BUILT_IN)
    assert (told.value.kind, told.value.base, told.value.packing) == (kind, base, "Q4_K")
    assert "run code" not in told.value.message


def test_a_list_has_the_packing_and_the_size(tmp_path: Path) -> None:
    file = sparse(tmp_path / "flux1-dev-Q4_K_S.gguf", FLUX)
    (found,) = Scanner(tmp_path / "cache.json", BUILT_IN, read_model).scan(tmp_path)
    assert (found.packing, found.size_bytes) == ("Q4_K", file.stat().st_size)


def test_a_kind_that_nobody_unpacks_is_named_with_a_way(tmp_path: Path) -> None:
    name = "whole.gguf"
    shapes = {"model.diffusion_model." + each: shape for each, shape in FLUX.items()}
    told = read_gguf_header(sparse(tmp_path / name, shapes, 17))
    with pytest.raises(UserError, match="IQ2_XS of GGUF, which the studio does not unpack; get the version in"):
        check_numbers(tmp_path / name, told)
