"""Every stage at the smallest size: a run that was cut short ends with the weights of one that was not."""

import errno
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from built_in import BUILT_IN
from click.testing import CliRunner
from safetensors import safe_open
from safetensors.torch import load_file
from studio_starter import clip, convert, decoder, judge, prior, tokenizer, training
from studio_starter.adopt import adopt, adopt_judge
from studio_starter.codec import CHANNELS, Codec
from studio_starter.command import starter as starter_command
from studio_starter.data import Pool, unit
from studio_starter.enlarging import upscalers
from studio_starter.evaluate import evaluate, paired, ratio, wilson
from studio_starter.export import export, export_judge
from studio_starter.recipe import STAGES, stages_of, train_stage
from studio_starter.report import as_text
from studio_starter.scale import SCALES, Scale
from studio_starter.training import Plan, Run, TrainingError, TrainingStage, averaged, compiler, write_tensors
from studio_starter.upscaler import Compact
from studio_starter.world import SMALL, Caption
from studio_starter.world.scene import Scene, Thing
from torch.nn import functional

from studio.api import Model
from studio.models.service import ModelService
from studio.settings import Settings

TINY = Scale(
    world=SMALL,
    plans={
        name: Plan(pictures=8, batch=2, rate=1e-3, ema=0.9)
        for name in ("clip", "decoder", "prior", "upscaler", "judge", "upscaler-x2", "upscaler-x4")
    },
    side=64, vision_layers=5, text_layers=3, decoder_channels=(32, 32, 32),
    decoder_layers=(1, 1, 1), prior_layers=1, pool=6, large_pool=4, redrawn=4, enlarger_layers=1, enlarger_features=8,
    variants=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All stages, four steps each, uninterrupted."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    work = tmp_path_factory.mktemp("starter")
    for stage in stages_of(TINY):
        train_stage(stage, work, TINY)
    yield work
    torch.set_num_threads(threads)


def beside(trained: Path, work: Path, stage: str) -> None:
    """All that a stage needs, but not its own checkpoint."""
    for file in trained.iterdir():
        if file.name != f"{stage}.safetensors" and not file.name.startswith(".") and not (work / file.name).exists():
            (work / file.name).symlink_to(file)


@pytest.mark.parametrize("stage", ["clip", "decoder", "prior", "upscaler", "judge", "upscaler-x2"])
def test_a_resumed_stage_ends_as_an_uninterrupted_one(stage: str, trained: Path, tmp_path: Path) -> None:
    beside(trained, tmp_path, stage)
    train_stage(stage, tmp_path, TINY, Run(minutes=0))  # one step, then its time is up
    with safe_open(tmp_path / f"{stage}.safetensors", framework="pt") as stored:
        assert '"done": 2' in stored.metadata()["about"]
    train_stage(stage, tmp_path, TINY)
    whole, resumed = averaged(trained, stage), averaged(tmp_path, stage)
    assert whole.keys() == resumed.keys()
    for name, tensor in whole.items():
        assert torch.equal(tensor, resumed[name]), name


class Killed(BaseException):
    """Nothing catches it, and no checkpoint is written on its way."""


@pytest.mark.parametrize("stage", ["decoder", "upscaler-x2"])
def test_a_killed_stage_ends_as_an_uninterrupted_one(
    stage: str, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside(trained, tmp_path, stage)
    steps = 0

    def learn(self: TrainingStage, *given: Any, kept: Any = TrainingStage.learn) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise Killed
        kept(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(training, "CHECKPOINT_EVERY_S", -1)
        patch.setattr(TrainingStage, "learn", learn)
        with pytest.raises(Killed):
            train_stage(stage, tmp_path, TINY)
    assert not training.finished(tmp_path, stage)
    train_stage(stage, tmp_path, TINY)
    whole, resumed = averaged(trained, stage), averaged(tmp_path, stage)
    assert all(torch.equal(tensor, resumed[name]) for name, tensor in whole.items())


@pytest.mark.skipif(compiler() is None, reason="no C++ compiler")
def test_a_compiled_stage_ends_nearly_as_another(trained: Path, tmp_path: Path) -> None:
    beside(trained, tmp_path, "upscaler-x2")
    train_stage("upscaler-x2", tmp_path, TINY, Run(compile=True))
    whole, compiled = averaged(trained, "upscaler-x2"), averaged(tmp_path, "upscaler-x2")
    assert whole.keys() == compiled.keys()
    for name, tensor in whole.items():
        # Training itself moves them by up to 1.4e-3.
        torch.testing.assert_close(compiled[name], tensor, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("stage", ["judge", "decoder"])
def test_compiling_without_a_compiler_is_refused_at_once(
    stage: str, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside(trained, tmp_path, stage)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(TrainingError, match=r"no C\+\+ compiler"):
        train_stage(stage, tmp_path, TINY, Run(compile=True))
    assert sorted(tmp_path.iterdir()) == before


def test_embeddings_of_the_pool_are_made_once_for_each_clip(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside(trained, tmp_path, "clip")
    shutil.copy(trained / "clip.safetensors", tmp_path)
    eyes, pool = clip.load(tmp_path, TINY), Pool(tmp_path, TINY, 1)
    made = clip.embed_all(tmp_path, eyes, pool, 6, "cpu")
    with monkeypatch.context() as patch:
        patch.delattr(clip, "embed")
        assert torch.equal(clip.embed_all(tmp_path, eyes, pool, 6, "cpu"), made)
    other = {name: tensor + 0.01 for name, tensor in load_file(tmp_path / "clip.safetensors").items()}
    write_tensors(tmp_path / "clip.safetensors", other)
    assert not torch.equal(clip.embed_all(tmp_path, clip.load(tmp_path, TINY), pool, 6, "cpu"), made)


def test_the_codec_keeps_the_picture(trained: Path) -> None:
    pixels = unit(Pool(trained, TINY, 1).pixels(range(6)))
    codec = Codec.load(trained)
    error = (codec.decode(codec.encode(pixels)) - pixels).pow(2).mean()
    assert 10 * torch.log10(4 / error) > 28
    assert codec.encode(pixels).std() == pytest.approx(1, abs=0.15)


def test_the_pool_repeats(trained: Path) -> None:
    pool = Pool(trained, TINY, 1)
    assert torch.equal(pool.pixels(range(6, 7)), pool.pixels(range(1)))
    assert not torch.equal(pool.pixels(range(6, 7)), pool.pixels(range(1, 2)))


def test_what_is_true_of_anothers_picture_is_no_counterexample() -> None:
    features = torch.nn.functional.normalize(torch.randn(4, 8, generator=torch.Generator().manual_seed(1)), dim=-1)
    features[1] = features[0]
    scale, own = torch.tensor(50.0), torch.eye(4, dtype=torch.bool)
    twins = own.clone()
    twins[0, 1] = twins[1, 0] = True
    assert clip.contrastive_loss(features, features, scale, twins) < 0.05
    # Called wrong, each of the two costs log 2 both ways.
    assert clip.contrastive_loss(features, features, scale, own) == pytest.approx(math.log(2) / 2, abs=0.1)


def test_a_caption_is_true_of_what_it_leaves_open() -> None:
    thing = Thing("cat", "red", "hat", "green")
    cat = Scene((thing,), "plain", "blue", "flat", "medium", "center", 1)
    said = Caption("a cat in a green hat", frozenset({"object", "worn", "worn color"}))
    changed = (replace(thing, color="black"), replace(thing, worn_color="white"), replace(thing, worn="scarf"))
    others = [cat, *(replace(cat, things=(other,)) for other in changed)]
    labels = torch.tensor([SMALL.labels(one) for one in others])
    about, says = torch.tensor([SMALL.labels(cat)]), torch.tensor([SMALL.says(said)])
    assert clip.truths(labels, about, says).flatten().tolist() == [True, True, False, False]


def test_pictures_are_moved_a_little_each_in_its_own_way() -> None:
    torch.manual_seed(1)
    pixels = torch.rand(24, 3, 20, 16)
    moved = clip.shifted(pixels)
    reach = range(-clip.SHIFT, clip.SHIFT + 1)
    ways = [
        [(y, x) for y in reach for x in reach if torch.equal(_inner(one), _inner(before.roll((y, x), (1, 2))))]
        for one, before in zip(moved, pixels, strict=True)
    ]
    assert moved.shape == pixels.shape
    assert all(len(way) == 1 for way in ways)
    assert len({way[0] for way in ways}) > 6
    assert {step % clip.STEP for way in ways for step in way[0]} == {0}  # pixel art keeps its grid


def _inner(picture: torch.Tensor) -> torch.Tensor:
    return picture[:, clip.SHIFT : -clip.SHIFT, clip.SHIFT : -clip.SHIFT]


def test_answers_are_asked_for_what_is_told_alone() -> None:
    cat = Scene((Thing("cat", "red"),), "plain", "blue", "flat", "medium", "center", 1)
    values, true = list(SMALL.facts.values()), torch.tensor([SMALL.labels(cat)])
    says = torch.tensor([SMALL.says(Caption("a cat", frozenset({"object"})))])
    right = torch.cat([20 * functional.one_hot(one, len(each)) for one, each in zip(true[0], values, strict=True)])[
        None
    ]
    wrong = right.float().roll(1)
    assert clip.answering_loss(right.float(), true, torch.ones_like(says), SMALL) < 1e-6
    assert clip.answering_loss(wrong, true, torch.ones_like(says), SMALL) > 15
    first = len(values[0])  # the object's
    assert clip.answering_loss(torch.cat([right[:, :first], wrong[:, first:]], dim=1), true, says, SMALL) < 1e-6


def test_a_new_version_goes_on_from_an_exported_one(exported: Path, trained: Path, tmp_path: Path) -> None:
    adopt(exported / "starter", tmp_path, TINY)
    for name in ("decoder", "upscaler", "upscaler-x2", "upscaler-x4"):
        old, new = averaged(trained, name), averaged(tmp_path, name)
        assert old.keys() == new.keys()
        assert all(torch.allclose(old[key], new[key], atol=1e-2) for key in old), name
    shutil.copytree(trained / "tokenizer", tmp_path / "tokenizer")
    shutil.copy(trained / "clip.safetensors", tmp_path / "clip.safetensors")
    train_stage("decoder", tmp_path, TINY, Run(minutes=0))
    with pytest.raises(TrainingError, match="not an exported starter"):
        adopt(tmp_path, tmp_path, TINY)


def test_a_run_whose_checkpoints_are_lost_goes_on_from_an_export(exported: Path, tmp_path: Path) -> None:
    adopt(exported / "starter", tmp_path, TINY, everything=True)
    for stage in ("clip", "decoder", "prior", "upscaler", "upscaler-x2"):
        first = averaged(tmp_path, stage)
        train_stage(stage, tmp_path, TINY, Run(minutes=0))
        again = averaged(tmp_path, stage)
        assert first.keys() == again.keys()
        assert any(not torch.equal(first[name], again[name]) for name in first), stage


def test_a_world_that_has_grown_keeps_what_is_known_of_its_tokens(exported: Path, tmp_path: Path) -> None:
    grown = replace(TINY, world=replace(SMALL, merges=SMALL.merges + 40, vocabulary={"objects": {}}))
    adopt(exported / "starter", tmp_path, grown, everything=True)
    former = tokenizer.CLIPTokenizer.from_pretrained(str(exported / "starter" / "prior_tokenizer")).get_vocab()
    words = tokenizer.load(tmp_path).get_vocab()
    before = clip_of(exported / "starter")["token_embedding.weight"]
    after = averaged(tmp_path, "clip")["token_embedding.weight"]
    assert len(after) == len(words) > len(before)
    for token, number in former.items():
        assert torch.equal(after[words[token]], before[number]), token
    assert former[tokenizer.END] != words[tokenizer.END]  # the end of a text is the last token of each
    new = min((token for token in words if token not in former), key=words.__getitem__)  # of two tokens known before
    assert any(torch.equal(after[words[new]], (before[a] + before[b]) / 2) for a, b in pairs(new, former))
    train_stage("clip", tmp_path, grown, Run(minutes=0))


def test_a_decoder_with_more_layers_draws_the_same_until_it_learns(
    exported: Path, trained: Path, tmp_path: Path
) -> None:
    deeper = replace(TINY, decoder_layers=(2, 3, 1))
    adopt(exported / "starter", tmp_path, TINY)
    adopt(exported / "starter", tmp_path / "deeper", deeper)
    found = []
    for work, scale in ((tmp_path, TINY), (tmp_path / "deeper", deeper)):
        unet = decoder.build(scale)
        unet.load_state_dict(averaged(work, "decoder"))
        torch.manual_seed(1)
        latents, embeds = torch.randn(2, CHANNELS, 16, 16), torch.randn(2, clip.WIDTH)
        with torch.no_grad():
            about = {"image_embeds": embeds}
            found.append(unet(latents, 500, encoder_hidden_states=None, added_cond_kwargs=about).sample)
    assert torch.equal(*found)
    assert found[0].std() > 0.01
    shallower = tmp_path / "shallower"
    with pytest.raises(TrainingError, match="more layers"):
        adopt(exported / "starter", shallower, replace(TINY, decoder_layers=(1, 0, 1)))
    assert not shallower.exists()
    beside(trained, tmp_path / "deeper", "decoder")
    before = averaged(tmp_path / "deeper", "decoder")
    train_stage("decoder", tmp_path / "deeper", deeper)
    after, new = averaged(tmp_path / "deeper", "decoder"), "down_blocks.1.resnets.2.conv2.weight"
    assert not before[new].any()
    assert after[new].any()


def test_a_judge_of_a_world_that_has_grown_keeps_its_answers(exported: Path, tmp_path: Path) -> None:
    facts = {**SMALL.facts, "color": ("beige", *SMALL.facts["color"])}
    grown = replace(TINY, world=replace(SMALL, facts=facts))
    call = ["adopt", str(exported / "starter"), "--judge", str(exported / "judge"), "--work", str(tmp_path)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCALES, "small", grown)
        found = CliRunner().invoke(starter_command, call)
    assert found.exit_code == 0, found.output
    before, after = load_file(exported / "judge" / "model.safetensors"), averaged(tmp_path, "judge")
    assert torch.equal(after["heads.color.weight"][1:], before["heads.color.weight"].float())
    assert all(torch.equal(after[name], before[name].float()) for name in before if "color" not in name)
    with pytest.raises(TrainingError, match=r"not an exported judge"):
        adopt_judge(exported / "starter", tmp_path, TINY)
    with pytest.raises(TrainingError, match="another size"):
        adopt_judge(exported / "judge", tmp_path, replace(TINY, judge_widths=(8, 16)))


def clip_of(folder: Path) -> dict[str, torch.Tensor]:
    return convert.from_export(folder, TINY).state_dict()


def pairs(token: str, known: dict[str, int]) -> list[tuple[int, int]]:
    """The numbers of each two known tokens that a token is made of."""
    return [
        (known[token[:cut]], known[token[cut:]])
        for cut in range(1, len(token))
        if token[:cut] in known and token[cut:] in known
    ]


def test_a_full_disk_keeps_the_last_good_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.safetensors"
    write_tensors(file, {"a": torch.ones(2)})

    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(training, "save_file", full)
    with pytest.raises(TrainingError, match="the disk is full"):
        write_tensors(file, {"a": torch.zeros(2)})
    assert load_file(file)["a"].tolist() == [1, 1]
    assert [one.name for one in tmp_path.iterdir()] == ["x.safetensors"]


def test_both_scales_plan_every_stage() -> None:
    assert SCALES["small"].plans.keys() == TINY.plans.keys()
    assert set(stages_of(SCALES["large"])) == set(STAGES)
    assert sum(plan.share for plan in SCALES["large"].plans.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", SCALES)
def test_a_scales_decoder_takes_what_it_is_trained_on(name: str) -> None:
    """The widths that attend are multiples of a head's: others are refused only once a picture goes through."""
    scale = SCALES[name]
    unet = decoder.build(scale)
    latents = torch.zeros(1, unet.config.in_channels, scale.side // 4, scale.side // 4)
    with torch.inference_mode():
        about = {"image_embeds": torch.zeros(1, clip.WIDTH)}
        found = unet(latents, torch.tensor([5]), encoder_hidden_states=None, added_cond_kwargs=about).sample
    assert found.shape == (1, 2 * CHANNELS, scale.side // 4, scale.side // 4)


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_fits_into_what_may_be_shipped(name: str) -> None:
    """40 MiB: half precision for the model and its judge, full for the upscalers of people's pictures."""
    scale = SCALES[name]
    halves = [
        decoder.build(scale), prior.build(scale), clip.build(scale.world.merges + 400, scale), judge.Judge(scale),
        Compact(scale.factor, scale.upscaler_layers),
    ]  # fmt: skip
    enlargers = [Compact(factor, scale.enlarger_layers, scale.enlarger_features) for factor in (2, 4)]
    sizes = [2 * count(module) for module in halves] + [4 * count(module) for module in enlargers]
    assert sum(sizes) < 40 * 2**20


def count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.fixture(scope="module")
def exported(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export(trained, folder / "starter", TINY)
    export(trained, folder / "starter", TINY)  # takes the place of the first
    export_judge(trained, folder / "judge", TINY)
    return folder


def test_an_export_draws_and_is_judged(exported: Path) -> None:
    assert sorted(one.name for one in exported.iterdir()) == ["judge", "starter"]
    table = evaluate(exported / "starter", exported / "judge", 2, steps=2, prior_steps=2)
    assert table["zh"]["object"]["count"] == 2
    assert "| background |" in as_text(table)


def test_an_export_brings_upscalers_that_the_studio_leases(exported: Path, tmp_path: Path) -> None:
    assert set(upscalers(exported / "starter")) == {2, 4}
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    with service.lease(Model(str(exported / "starter"), "upscale")) as lease:
        assert {part.scale for part in lease.components().values()} == {2, 4}


def test_open_clip_and_transformers_agree_both_ways(trained: Path) -> None:
    words, module = tokenizer.load(trained), clip.load(trained, TINY)
    text, vision = convert.towers(module, words, TINY)
    ids = tokenizer.encode(words, ["a red cup", "一只戴着帽子的猫"])
    pixels = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.allclose(text(ids).text_embeds, module.encode_text(ids), atol=1e-5)
        assert torch.allclose(vision(pixels).image_embeds, module.encode_image(pixels), atol=1e-5)
    back = convert.to_open_clip(text.state_dict() | vision.state_dict(), module.logit_scale)
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, back[name]), name


def test_pairs_that_are_all_alike_do_not_prove_that_all_are() -> None:
    alike: list[dict[str, bool]] = [{"hat": True}] * 60
    assert paired(alike, alike, "hat") == (0.0, -0.05, 0.05)
    mean, low, high = paired([{"hat": True}, {"hat": False}] * 30, alike, "hat")
    assert (mean, low < -0.5 < high < 0) == (-0.5, True)


def test_a_ratio_holds_what_its_pairs_share() -> None:
    even = ratio([2.0] * 8, [4.0] * 8)
    assert (even["share"], even["low"], even["high"]) == (0.5, 0.5, 0.5)
    wide = ratio([1.0, 9.0] * 6, [10.0] * 12)
    assert wide["share"] == pytest.approx(0.5)
    assert wide["low"] < 0.35 < 0.65 < wide["high"]


def test_wilson_holds_the_share_inside() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(90, 100)
    assert low == pytest.approx(0.8256, abs=1e-3)
    assert high == pytest.approx(0.9448, abs=1e-3)
