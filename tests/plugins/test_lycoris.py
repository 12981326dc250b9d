"""LyCORIS's forms: equal to its formulas on the weights, the base as it was, and what does not go together refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import diffusers
import lora_zoo
import pytest
import torch
from lora_place import Place, difference, place_of
from peft.tuners.loha.layer import make_weight, make_weight_cp
from peft.tuners.lokr.layer import make_kron
from peft.tuners.lokr.layer import make_weight_cp as lokr_tucker
from safetensors.torch import load_file, save_file
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl
from zoo import Zoo

from studio.errors import UserError
from studio.models.lycoris import is_lycoris

LAYERS = ["to_q", "to_v", "to_out.0", "ff.net.2", "conv1", "proj_in"]
FORMS = ["loha", "lokr", "lokr-full", "full", "locon", "loha+rows", "lokr+columns", "locon+rows", "locon+columns"]
one = torch.tensor(1.0)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def unet() -> torch.nn.Module:
    made: torch.nn.Module = stable_diffusion().unet
    return made


@pytest.fixture
def sd15(tiny_models: TinyModels, tmp_path: Path) -> Place:
    return place_of(tmp_path, tiny_models.sd15)


# ---- the formulas, by peft's functions and written out


def delta(held: dict[str, torch.Tensor]) -> torch.Tensor:
    if "diff" in held:
        return held["diff"]
    if "hada_t1" in held:
        names = ("hada_t1", "hada_w1_a", "hada_w1_b", "hada_t2", "hada_w2_a", "hada_w2_b")
        return make_weight_cp(*(held[name] for name in names), one)
    if "hada_w1_a" in held:
        return make_weight(*(held[f"hada_w{number}_{end}"] for number in "12" for end in "ab"), one)
    if "lokr_t2" in held:
        return make_kron(held["lokr_w1"], lokr_tucker(held["lokr_t2"], held["lokr_w2_a"], held["lokr_w2_b"]))
    if "lokr_w1" in held:
        second = held.get("lokr_w2")
        if second is None:
            a, b = held["lokr_w2_a"], held["lokr_w2_b"]
            second = (a @ b.flatten(1)).reshape(len(a), *b.shape[1:])
        return make_kron(held["lokr_w1"], second)
    up, down = held["lora_up.weight"], held["lora_down.weight"]
    if "lora_mid.weight" in held:
        return torch.einsum("mnkl,im,nj->ijkl", held["lora_mid.weight"], up.flatten(1), down.flatten(1))
    return (up.flatten(1) @ down.flatten(1)).reshape(len(up), *down.shape[1:])


def merge(weight: torch.Tensor, held: dict[str, torch.Tensor], strength: float) -> torch.Tensor:
    scaled = delta(held).reshape(weight.shape) * (0.5 if "alpha" in held and "lokr_w2" not in held else 1)
    if (lengths := held.get("dora_scale")) is None:
        return weight + strength * scaled
    whole = weight + scaled
    dims = [*range(1, whole.dim())] if len(lengths) == len(whole) else [0, *range(2, whole.dim())]
    whole = whole * lengths / torch.linalg.vector_norm(whole, dim=dims, keepdim=True)
    return weight + strength * (whole - weight)


def merged(file: Path, module: torch.nn.Module, strength: float, prefix: str = "lora_unet_") -> None:
    """The very weights of a module changed, as those do who merge."""
    tensors = load_file(file)
    for name, layer in module.named_modules():
        start = prefix + (name if prefix.endswith(".") else name.replace(".", "_")) + "."
        held = {key.removeprefix(start): each for key, each in tensors.items() if key.startswith(start)}
        if held and hasattr(layer, "weight"):
            bias = held.pop("diff_b", None)
            layer.weight = torch.nn.Parameter(merge(layer.weight.detach(), held, strength))
            if bias is not None:
                before = 0 if layer.bias is None else layer.bias.detach()
                layer.bias = torch.nn.Parameter(before + strength * bias)


# ---- equal to them


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_equals_that_of_merged_weights(sd15: Place, unet: torch.nn.Module, form: str) -> None:
    file = lora_zoo.save_lycoris(sd15.folder / "film.safetensors", unet, form, LAYERS)
    sd15.service.refresh()
    before, plain = sd15.hashes(), sd15.draw()
    for strength in (1.0, 0.6):
        drawn = sd15.draw(("film", strength))
        wanted = sd15.theirs(change=lambda pipeline, by=strength: merged(file, pipeline.unet, by))
        assert difference(drawn, wanted) <= ("+" in form)  # a length is divided by in another order: the last bit
        assert difference(drawn, plain) > 1
    assert sd15.hashes() == before
    assert difference(sd15.draw(), plain) == 0
    assert sd15.ctx.notes == []
    assert sd15.service.looked_at(str(sd15.model), "text-to-image", sd15.adapters([("film", 1.0)]))[0].problem == ""


def test_several_and_a_plain_lora_act_together(sd15: Place, unet: torch.nn.Module) -> None:
    plain = lora_zoo.save(sd15.folder / "plain.safetensors", stable_diffusion(), text=False)
    files = [
        lora_zoo.save_lycoris(sd15.folder / f"{form}.safetensors", unet, form, LAYERS) for form in ("loha", "full")
    ]
    sd15.service.refresh()

    def change(pipeline: Any) -> None:
        for file in files:
            merged(file, pipeline.unet, 0.5)
        for name, (down, up) in _pairs(load_file(plain)).items():
            layer = pipeline.unet.get_submodule(name)
            more = (up.flatten(1) @ down.flatten(1)).reshape(layer.weight.shape) * 0.5
            layer.weight = torch.nn.Parameter(layer.weight + more)

    drawn = sd15.draw(("full", 0.5), ("plain", 1.0), ("loha", 0.5))
    assert (
        difference(drawn, sd15.theirs(change=change)) <= 1
    )  # peft adds a LoRA to what a layer makes, not to its weight


def _pairs(tensors: dict[str, torch.Tensor]) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    names = [name.partition(".lora_A")[0] for name in tensors if ".lora_A" in name]
    return {name.removeprefix("unet."): (tensors[f"{name}.lora_A.weight"], tensors[f"{name}.lora_B.weight"])
            for name in names}  # fmt: skip


def test_text_encoders_and_norms_are_changed(sd15: Place) -> None:
    made = stable_diffusion()
    words = lora_zoo.save_lycoris(
        sd15.folder / "words", made.text_encoder, "loha", ["q_proj", "fc1"], "lora_te_text_model_"
    )
    norms = {f"lora_unet_mid_block_resnets_0_norm1.{key}": torch.full((32,), 0.5) for key in ("w_norm", "b_norm")}
    save_file(load_file(words) | norms, sd15.folder / "film.safetensors")
    sd15.service.refresh()
    wanted = sd15.theirs(change=lambda pipeline: _with_norms(pipeline, words))
    assert difference(sd15.draw(("film", 1.0)), wanted) == 0
    assert difference(sd15.draw(), wanted) > 1


def _with_norms(pipeline: Any, words: Path) -> None:
    merged(words, pipeline.text_encoder, 1.0, "lora_te_text_model_")
    norm = pipeline.unet.mid_block.resnets[0].norm1
    norm.weight, norm.bias = (torch.nn.Parameter(each + 0.5) for each in (norm.weight, norm.bias))


def test_names_of_stability_for_sdxl(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = place_of(tmp_path, tiny_models.sdxl)
    stem = "up_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    layer = stable_diffusion_xl().unet.up_blocks[0].attentions[0].transformer_blocks[0].attn1.to_q
    held = lora_zoo.lycoris("lokr", tuple(layer.weight.shape))
    for name, start in (("kohya", f"lora_unet_{stem}"), ("sgm", f"lora_unet_{stem}".replace(
            "up_blocks_0_attentions_0", "output_blocks_0_1"))):  # fmt: skip
        save_file({f"{start}.{key}": tensor for key, tensor in held.items()}, place.folder / f"{name}.safetensors")
    place.service.refresh()
    kohya = place.draw(("kohya", 1.0))
    assert difference(place.draw(("sgm", 1.0)), kohya) == 0
    assert difference(place.draw(), kohya) > 0


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("sd3", "lycoris_"), ("flux", "transformer."), ("qwen-image", "diffusion_model."), ("z-image", "lycoris_"),
     ("flux2-klein", "transformer.")],
)  # fmt: skip
def test_transformers_under_names_of_their_own(zoo: Zoo, tmp_path: Path, name: str, prefix: str) -> None:
    place = place_of(tmp_path, zoo[name])
    made = getattr(diffusers, place.service.find(str(place.model)).about.pipelines["text-to-image"])
    network = made.from_pretrained(place.model, dtype=torch.float32).transformer
    file = lora_zoo.save_lycoris(place.folder / "film.safetensors", network, "lokr", ["to_q", "to_out.0"], prefix)
    place.service.refresh()
    with place.lease(("film", 0.5)) as lease:
        ours = changed_weights(lease["transformer"])
    merged(file, network, 0.5, prefix)
    assert len(ours) > 1
    assert all(torch.equal(weight, network.get_submodule(name).weight) for name, weight in ours.items())


def changed_weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: part.changed(torch.float32) for name, part in network.named_modules() if hasattr(part, "changes")}


FUSED = {
    "flux": ("lora_unet_double_blocks_0_img_attn_qkv", "transformer_blocks.0.attn.to_{}"),
    "flux2-klein": ("diffusion_model.double_blocks.0.img_attn.qkv", "transformer_blocks.0.attn.to_{}"),
    "z-image": ("diffusion_model.layers.0.attention.qkv", "layers.0.attention.to_{}"),
}


@pytest.mark.parametrize(
    ("name", "form"), [("flux", "loha"), ("flux", "full"), ("flux2-klein", "lokr"), ("z-image", "lokr")]
)
def test_queries_keys_and_values_in_one_go_to_three_layers(zoo: Zoo, tmp_path: Path, name: str, form: str) -> None:
    place = place_of(tmp_path, zoo[name])
    layer, module = FUSED[name]
    with place.lease() as lease:
        before = [lease["transformer"].get_submodule(module.format(letter)) for letter in "qkv"]
    rows, columns = before[0].weight.shape
    held = lora_zoo.lycoris(form, (3 * rows, columns))
    save_file({f"{layer}.{key}": tensor for key, tensor in held.items()}, place.folder / "film.safetensors")
    place.service.refresh()
    with place.lease(("film", 1.0)) as lease:
        after = [lease["transformer"].get_submodule(module.format(letter)) for letter in "qkv"]
        shared = [{id(each) for each in part.parameters()} for part in after]
    scale = 0.5 if "alpha" in held else 1
    for part, old, more in zip(after, before, delta(held).chunk(3), strict=True):
        weight = part.changed(torch.float32) if form != "full" else part.weight
        assert torch.equal(weight, old.weight + more * scale)
    if form == "full":
        assert torch.equal(
            after[2].bias, held["diff_b"].chunk(3)[2] + (0 if before[2].bias is None else before[2].bias)
        )
    else:
        assert len(set.intersection(*shared)) == len(held) - 1  # held once: all but alpha


def test_packed_weights_stay_packed(tmp_path: Path) -> None:
    import original

    pipeline = original.sdxl()
    tensors = load_file(original.save(pipeline, tmp_path / "whole.safetensors"))
    narrow = {
        name: each.to(torch.float8_e4m3fn) if each.is_floating_point() else each for name, each in tensors.items()
    }
    save_file(narrow, tmp_path / "narrow.safetensors")
    place = place_of(tmp_path, tmp_path / "narrow.safetensors")
    for form in ("lokr", "full"):
        lora_zoo.save_lycoris(place.folder / f"{form}.safetensors", pipeline.unet, form, ["to_q", "conv1"])
    place.service.refresh()
    plain, before = place.draw(), place.hashes()
    grown = place.service.resident_bytes
    pictures = [place.draw((form, 1.0)) for form in ("lokr", "full")]
    assert min(difference(picture, plain) for picture in pictures) > 1
    assert difference(pictures[0], pictures[1]) > 1
    assert place.hashes() == before
    own = sum((place.folder / f"{form}.safetensors").stat().st_size for form in ("lokr", "full"))
    assert place.service.resident_bytes - grown <= 1.05 * own


# ---- by the header, and bad ones


def refusal(draw: Any) -> str:
    with pytest.raises(UserError) as caught:
        draw()
    assert caught.value.field == "lora"
    return str(caught.value.message)


@pytest.fixture
def loha(sd15: Place, unet: torch.nn.Module) -> dict[str, torch.Tensor]:
    tensors = load_file(lora_zoo.save_lycoris(sd15.folder / "film.safetensors", unet, "loha", ["to_q", "to_v"]))
    sd15.service.refresh()
    return tensors


def test_layers_that_the_model_lacks_are_told_before(sd15: Place, loha: dict[str, torch.Tensor]) -> None:
    more = {f"lora_unet_mid_block_attentions_7_proj_in.{key}": tensor for key, tensor in
            lora_zoo.lycoris("loha", (32, 32)).items()}  # fmt: skip
    save_file(loha | more, sd15.folder / "more.safetensors")
    sd15.service.refresh()
    (fit,) = sd15.service.looked_at(str(sd15.model), "text-to-image", sd15.adapters([("more", 1.0)]))
    count = len({name.partition(".")[0] for name in loha})
    assert (fit.fitting, fit.layers, fit.problem) == (count, count + 1, "")
    with sd15.lease(("more", 1.0)) as lease:
        assert len(changed_weights(lease["unet"])) == count
    told = sd15.ctx.notes
    sd15.draw(("more", 1.0))
    assert told[0].startswith(f"{count} of the {count + 1} layers of the LoRA 'more' fit")
    assert "mid_block.attentions.7.proj_in" in told[0]


def test_one_of_another_family(sd15: Place) -> None:
    lora_zoo.save_lycoris(sd15.folder / "large.safetensors", stable_diffusion_xl().unet, "lokr", ["to_q", "to_k"])
    sd15.service.refresh()
    told = refusal(lambda: sd15.draw(("large", 1.0)))
    assert "does not fit sd15" in told
    assert "layers are not those of this model, such as" in told


@pytest.mark.parametrize("key", ["hada_w1_b", "hada_w2_a"])
def test_half_a_layer(sd15: Place, loha: dict[str, torch.Tensor], key: str) -> None:
    lost = next(name for name in loha if name.endswith(key))
    save_file({name: each for name, each in loha.items() if name != lost}, sd15.folder / "half.safetensors")
    save_file(loha | {lost: torch.ones(7, 9)}, sd15.folder / "ranks.safetensors")
    sd15.service.refresh()
    for name in ("half", "ranks"):
        told = refusal(lambda chosen=name: sd15.draw((chosen, 1.0)))
        assert told.startswith(f"The LoRA {name}.safetensors is damaged: the tensors of its layer ")
        assert "hada_w1_a" in told


def test_numbers_that_are_none(sd15: Place, loha: dict[str, torch.Tensor]) -> None:
    loha[next(iter(loha))].view(-1)[0] = float("nan")
    save_file(loha, sd15.folder / "nan.safetensors")
    sd15.service.refresh()
    assert "holds numbers that are none (NaN or infinity) in " in refusal(lambda: sd15.draw(("nan", 1.0)))


def test_forms_that_are_not_used_are_named(sd15: Place) -> None:
    layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"
    save_file({f"{layer}.oft_blocks": torch.ones(4, 8, 8)}, sd15.folder / "oft.safetensors")
    sd15.service.refresh()
    for name in ("oft", str(sd15.folder / "oft.safetensors")):
        told = refusal(lambda chosen=name: sd15.draw((chosen, 1.0)))
        assert "it is of the kind “OFT, a kind of LoRA, for " in told
        assert "whose tensors (oft_blocks) the studio does not use; get it as LoRA, DoRA, LoHa, LoKr or full" in told


def test_a_plain_lora_is_none_of_them() -> None:
    names = ["model.diffusion_model.layers.0.attention.to_q.lora_A.weight", "lora_unet_x.lora_down.weight",
             "lora_unet_x.alpha", "unet.x.lora_magnitude_vector.weight"]  # fmt: skip
    assert not is_lycoris(names)
    for more in ("lora_unet_x.diff", "x.w_norm", "x.lora_mid.weight", "x.dora_scale", "x.lokr_w2_b", "x.hada_t1"):
        assert is_lycoris([*names, more])
