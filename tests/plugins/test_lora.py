"""LoRAs: equal to diffusers' own to the last bit, the base as it was, and each bad one refused in a true sentence."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import diffusers
import lora_zoo
import original
import pytest
import torch
from built_in import BUILT_IN
from lora_place import PROMPT, Lora, Place, difference, place_of
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl
from zoo import Zoo

from studio import api
from studio.diffusion import build_pipeline
from studio.errors import UserError


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def sd15(tiny_models: TinyModels, tmp_path: Path) -> Place:
    place = place_of(tmp_path, tiny_models.sd15)
    lora_zoo.save(place.folder / "film.safetensors", stable_diffusion(), seed=1)
    lora_zoo.as_kohya(
        lora_zoo.save(tmp_path / "ink", stable_diffusion(), seed=2, rank=3), place.folder / "ink.safetensors"
    )
    return place


# ---- equal to diffusers


@pytest.mark.filterwarnings("ignore:Already found a `peft_config`")
@pytest.mark.parametrize("loras", [[("film", 0.8)], [("ink", 1.0)], [("film", 0.7), ("ink", -0.5)]])
def test_pictures_equal_diffusers_own(sd15: Place, loras: list[Lora]) -> None:
    plain, before = sd15.draw(), sd15.hashes()
    drawn = sd15.draw(*loras)
    assert difference(drawn, sd15.theirs(*loras)) == 0
    assert difference(drawn, plain) > 1
    assert difference(sd15.draw(), plain) == 0
    assert sd15.hashes() == before
    assert sd15.ctx.notes == []


@pytest.mark.filterwarnings("ignore:Already found a `peft_config`")
def test_both_text_encoders_of_sdxl_are_changed(tiny_models: TinyModels, tmp_path: Path) -> None:
    place = place_of(tmp_path, tiny_models.sdxl)
    film = lora_zoo.save(place.folder / "film.safetensors", stable_diffusion_xl(), seed=1)
    lora_zoo.as_kohya(film, place.folder / "kohya.safetensors", alpha=1.0)
    for loras in ([("film", 0.9)], [("kohya", 0.5), ("film", 0.5)]):
        assert difference(place.draw(*loras), place.theirs(*loras)) == 0
    with place.lease(("film", 1.0)) as lease:
        changed = [part for part in ("unet", "text_encoder", "text_encoder_2") if lora_modules(lease[part])]
    assert changed == ["unet", "text_encoder", "text_encoder_2"]


@pytest.mark.parametrize("name", ["sd3", "flux", "qwen-image", "z-image", "flux2-klein", "sana"])
def test_transformers_take_loras(zoo: Zoo, tmp_path: Path, name: str) -> None:
    place = place_of(tmp_path, zoo[name])
    made = getattr(diffusers, place.service.find(str(place.model)).about.pipelines["text-to-image"])
    pipeline = made.from_pretrained(place.model, dtype=torch.float32)
    lora_zoo.save(place.folder / "film.safetensors", pipeline, text=False)
    place.service.refresh()
    with place.lease(("film", 0.8)) as lease:
        ours = {key: tensor for key, tensor in lease["transformer"].state_dict().items() if "lora_" in key}
        scales = {module.scaling["lora0"] for module in lora_modules(lease["transformer"])}
    pipeline.load_lora_weights(str(place.folder / "film.safetensors"), adapter_name="lora0")
    pipeline.set_adapters(["lora0"], [0.8])
    theirs = {key: tensor for key, tensor in pipeline.transformer.state_dict().items() if "lora_" in key}
    assert ours
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert scales == {module.scaling["lora0"] for module in lora_modules(pipeline.transformer)}


def lora_modules(module: torch.nn.Module) -> list[Any]:
    return [part for part in module.modules() if hasattr(part, "lora_A")]


# ---- shared, counted, kept apart


def test_two_jobs_with_different_loras_share_the_base(sd15: Place) -> None:
    plain, film, ink = sd15.draw(), sd15.draw(("film", 1.0)), sd15.draw(("ink", 1.0))
    loaded = sd15.service.loaded_bytes
    with sd15.lease(("film", 1.0)) as one, sd15.lease(("ink", 1.0)) as other, sd15.lease() as none:
        weights = [each["unet"].conv_in.weight.data_ptr() for each in (one, other, none)]
        assert len(set(weights)) == 1
        assert len({each.fingerprint for each in (one, other, none)}) == 3
        assert [difference(sd15.draw(*loras), was) for loras, was in
                (([], plain), ([("film", 1.0)], film), ([("ink", 1.0)], ink))] == [0, 0, 0]  # fmt: skip
    assert sd15.service.loaded_bytes == loaded


def test_its_bytes_are_its_own_and_counted(sd15: Place) -> None:
    sd15.draw()
    before = sd15.service.resident_bytes
    with sd15.lease(("film", 1.0)):
        grown = sd15.service.resident_bytes - before
    own = sum(tensor.nbytes for tensor in load_file(sd15.folder / "film.safetensors").values())
    assert own <= grown <= 1.05 * own
    sd15.service.unload()
    assert sd15.service.resident_bytes == 0


def test_a_prompt_is_encoded_anew_when_its_text_encoder_is_another(sd15: Place) -> None:
    """Saved embeddings are by the lease's fingerprint, which tells adapters apart."""

    def embedded(*loras: Lora) -> torch.Tensor:
        with sd15.lease(*loras) as lease:
            pipeline = build_pipeline(sd15.ctx, lease, "text-to-image")
            made: torch.Tensor = pipeline.encode_prompt(PROMPT, torch.device("cpu"), 1, False)[0]
            return made

    plain, film = embedded(), embedded(("film", 1.0))
    assert not torch.equal(plain, film)
    assert not torch.equal(film, embedded(("film", 0.5)))
    assert torch.equal(plain, embedded())
    assert torch.equal(film, embedded(("film", 1.0)))


def test_what_is_made_of_a_changed_part_goes_with_the_part(sd15: Place) -> None:
    with sd15.lease(("film", 1.0)) as lease:
        nested = lease.patched("unet", ("nothing",), lambda unet: None)
        assert lora_modules(nested)
    (unet,) = [row for row in sd15.service.report().components if row.title.startswith("UNet2DConditionModel")]
    sd15.service.unload([unet.id])
    assert not [row.title for row in sd15.service.report().components if row.title in ("nothing", unet.title)]


def test_narrow_weights_take_a_lora(tmp_path: Path) -> None:
    pipeline = original.sdxl()
    whole = original.save(pipeline, tmp_path / "whole.safetensors")
    tensors = load_file(whole)
    narrow = {
        name: each.to(torch.float8_e4m3fn) if each.is_floating_point() else each for name, each in tensors.items()
    }
    save_file(narrow, tmp_path / "narrow.safetensors")
    place = place_of(tmp_path, tmp_path / "narrow.safetensors")
    lora_zoo.save(place.folder / "film.safetensors", pipeline)
    plain, before = place.draw(), place.hashes()
    assert difference(place.draw(("film", 1.0)), plain) > 1
    assert difference(place.draw(), plain) == 0
    assert place.hashes() == before


def test_weight_zero_is_as_if_it_were_not_there(sd15: Place) -> None:
    plain = sd15.draw()
    assert difference(sd15.draw(("film", 0.0)), plain) == 0
    with sd15.lease(("film", 0.0)) as lease, sd15.lease() as none:
        assert lease["unet"] is none["unet"]
        assert lease.fingerprint == none.fingerprint


def test_the_text_encoders_have_a_weight_of_their_own(sd15: Place) -> None:
    chosen = [api.Adapter(adapter="film", weight=0, text_weight=1.0)]
    with sd15.ctx.model(api.Model(str(sd15.model), "text-to-image", adapters=chosen)) as lease:
        assert lora_modules(lease["text_encoder"])
        assert not lora_modules(lease["unet"])


def test_sixteen_at_once(sd15: Place) -> None:
    with sd15.lease(*[("film", 0.1)] * 8, *[("ink", -0.1)] * 8) as lease, sd15.lease() as none:
        assert {len(module.scaling) for module in lora_modules(lease["unet"])} == {16}
        assert not lora_modules(none["unet"])


# ---- by the header


def test_layers_that_the_model_lacks_are_left_out_and_told(sd15: Place) -> None:
    tensors = load_file(sd15.folder / "film.safetensors")
    layer = "unet.mid_block.attentions.7.proj_in"
    more = {f"{layer}.lora_A.weight": torch.ones(4, 32), f"{layer}.lora_B.weight": torch.ones(32, 4)}
    save_file(tensors | more, sd15.folder / "more.safetensors")
    sd15.service.refresh()
    sd15.draw(("more", 1.0))
    count = len(tensors) // 2
    (note,) = sd15.ctx.notes
    assert note.startswith(f"{count} of the {count + 1} layers of the LoRA 'more' fit")
    assert "mid_block.attentions.7.proj_in" in note
    (fit,) = sd15.service.looked_at(str(sd15.model), "text-to-image", sd15.adapters([("more", 1.0)]))
    assert (fit.fitting, fit.layers, fit.problem) == (count, count + 1, "")


# ---- bad ones


def refusal(draw: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        draw()
    assert caught.value.field == "lora"
    return str(caught.value.message)


def test_one_of_another_family_is_refused_with_what_does_not_fit(sd15: Place) -> None:
    lora_zoo.save(sd15.folder / "large.safetensors", stable_diffusion_xl())
    before = sd15.hashes()
    told = refusal(lambda: sd15.draw(("large", 1.0)))
    assert "'large' is for Stable Diffusion XL and does not fit sd15:" in told
    assert " layers are not those of this model, such as " in told
    assert "Nothing was made; choose a LoRA for Stable Diffusion 1.5, or another model." in told
    assert sd15.hashes() == before


def test_one_of_no_model_at_all_is_refused(sd15: Place) -> None:
    save_file({"unet.nowhere.lora_A.weight": torch.ones(4, 8), "unet.nowhere.lora_B.weight": torch.ones(8, 4)},
              sd15.folder / "nothing.safetensors")  # fmt: skip
    told = refusal(lambda: sd15.draw(("nothing", 1.0)))
    assert "'nothing' does not fit sd15: 1 of its 1 layers are not those of this model, such as nowhere" in told


def test_a_damaged_one_is_named(sd15: Place) -> None:
    whole = sd15.folder / "film.safetensors"
    spoiled = load_file(whole)
    spoiled[next(iter(spoiled))][0, 0] = float("nan")
    save_file(spoiled, sd15.folder / "nan.safetensors")
    assert "holds numbers that are none (NaN or infinity) in " in refusal(lambda: sd15.draw(("nan", 1.0)))
    name = "unet.mid_block.resnets.0.conv1.lora_B.weight"
    save_file(load_file(whole) | {name: torch.ones(32, 5, 1, 1)}, sd15.folder / "ranks.safetensors")
    sd15.service.refresh()
    told = refusal(lambda: sd15.draw(("ranks", 1.0)))
    assert "is damaged: its layer mid_block.resnets.0.conv1 goes down to 4 numbers and up from 5" in told
    half = sd15.folder / "half.safetensors"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    sd15.service.refresh()
    for name in ("half", str(half)):
        told = refusal(lambda chosen=name: sd15.draw((chosen, 1.0)))
        assert "are damaged: its tensors need" in told
        assert "half.safetensors" in told


def test_one_that_is_cut_short_just_before_it_is_read(sd15: Place) -> None:
    (fitted,) = sd15.service.adapters.fitted(
        sd15.service.find(str(sd15.model)), "text-to-image", sd15.adapters([("film", 1.0)])
    )
    whole = fitted.file.path.read_bytes()
    fitted.file.path.write_bytes(whole[: len(whole) // 2])
    told = refusal(lambda: fitted.lora)
    assert told.startswith("The LoRA film.safetensors was changed or cut short since it was chosen, so ")
    fitted.file.path.unlink()
    assert "cannot be read (No such file or directory" in refusal(lambda: fitted.lora)


def test_one_that_is_gone_or_was_never_there(sd15: Place) -> None:
    sd15.draw(("film", 1.0))
    (sd15.folder / "film.safetensors").unlink()
    told = refusal(lambda: sd15.draw(("film", 1.0)))
    assert f"is missing: there is no file {sd15.folder / 'film.safetensors'} any more" in told
    assert "There is no LoRA 'nobody'; installed are: " in refusal(lambda: sd15.draw(("nobody", 1.0)))
    gone = sd15.folder / "elsewhere" / "x.safetensors"
    assert f"no file {gone} any more" in refusal(lambda: sd15.draw((str(gone), 1.0)))


def test_one_that_was_renamed_is_known_by_its_hash(sd15: Place) -> None:
    film = sd15.service.adapters.find("film")
    moved = film.path.rename(sd15.folder / "movie.safetensors")
    sd15.service.refresh()
    found = sd15.service.adapters.find("film", film.sha256)
    assert (found.path, found.sha256) == (moved, film.sha256)


def test_two_of_one_name_must_be_told_apart(sd15: Place) -> None:
    (sd15.folder / "old").mkdir()
    (sd15.folder / "ink.safetensors").rename(sd15.folder / "old" / "film.safetensors")
    sd15.service.refresh()
    sd15.draw(("film", 1.0))  # an id is nobody else's
    told = refusal(lambda: sd15.draw(("Film", 1.0)))
    assert told.startswith("There are 2 LoRAs called 'Film': film (")


def test_a_model_that_takes_none_says_so(sd15: Place) -> None:
    starter = Place(Path("starter"), sd15.folder, sd15.service, sd15.ctx)
    assert "The model 'Starter' does not support LoRA" in refusal(lambda: starter.lease(("film", 1.0)).__enter__())


def test_a_lora_is_no_model(sd15: Place) -> None:
    with pytest.raises(UserError, match="'film' is a LoRA, which is used together with a model"):
        sd15.ctx.model(api.Model("film", "text-to-image")).__enter__()


def test_the_families_that_take_loras_are_those_whose_pipelines_read_them() -> None:
    for family in BUILT_IN.rows():
        classes = [getattr(diffusers, name) for name in family.pipelines.values() if name]
        reads = bool(classes) and all(hasattr(made, "lora_state_dict") for made in classes)
        assert reads >= bool(family.lora), family.id
        assert bool(family.lora) == reads or family.id == "generic", family.id


# ---- what the catalogue tells


def test_its_words_and_picture_are_found(sd15: Place) -> None:
    file = sd15.folder / "film.safetensors"
    tags = {"1_cats": {"kodak film": 10, "cat": 9, "rare": 1}}
    save_file(load_file(file), file, metadata={"ss_tag_frequency": json.dumps(tags)})
    Image.new("RGB", (8, 8)).save(sd15.folder / "film.preview.png")
    (sd15.folder / "ink.json").write_text(json.dumps({"activation text": "ink wash, sumi"}))
    infos = {info.id: info for info in sd15.service.infos() or () if info.kind == "lora"}
    if not infos:
        sd15.service.wait_for_scan()
        infos = {info.id: info for info in sd15.service.infos() if info.kind == "lora"}
    assert infos["film"].words == ["kodak film", "cat"]
    assert infos["film"].picture == str(sd15.folder / "film.preview.png")
    assert infos["ink"].words == ["ink wash", "sumi"]


def test_dora_that_peft_saved(sd15: Place, tmp_path: Path) -> None:
    """Whose lengths are called `lora_magnitude_vector`; those that LyCORIS saved, `dora_scale`, see test_lycoris.py."""
    pipeline = stable_diffusion()
    state = lora_zoo.trained(pipeline.unet, ["to_q", "to_v"], use_dora=True)
    diffusers.StableDiffusionPipeline.save_lora_weights(
        sd15.folder, unet_lora_layers=state, weight_name="dora.safetensors",
        unet_lora_adapter_metadata={"r": 4, "lora_alpha": 2, "target_modules": ["to_q", "to_v"], "use_dora": True},
    )  # fmt: skip
    sd15.service.refresh()
    plain = sd15.draw()
    for weight in (1.0, 0.4):
        drawn = sd15.draw(("dora", weight))
        assert difference(drawn, sd15.theirs(("dora", weight))) == 0
        assert difference(drawn, plain) > 1
    assert sd15.ctx.notes == []


def test_one_that_was_trained_by_peft_in_both_layouts(sd15: Place, tmp_path: Path) -> None:
    pipeline = stable_diffusion()
    state, losses = lora_zoo.learn(pipeline)
    assert sum(losses[-4:]) < 0.9 * sum(losses[:4])
    trained = lora_zoo.save_learned(sd15.folder / "trained.safetensors", pipeline, state)
    lora_zoo.as_kohya(trained, sd15.folder / "kohya.safetensors")
    sd15.service.refresh()
    plain, drawn = sd15.draw(), sd15.draw(("trained", 1.0))
    assert difference(drawn, sd15.theirs(("trained", 1.0))) == 0
    assert difference(sd15.draw(("kohya", 1.0)), drawn) == 0
    assert difference(drawn, plain) > 1
