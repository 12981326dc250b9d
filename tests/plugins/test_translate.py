"""Prompts in other languages become English by a MarianMT folder, as transformers itself would have it, and the recipe
keeps both."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from marian_zoo import WORDS, marian
from PIL import Image
from safetensors.torch import load_file, save_file
from studio_families.table import FAMILIES, LONE_UPSCALER
from studio_translation import MARIAN, MARIAN_MT, TRANSLATE
from studio_translation.language import languages_of
from studio_translation.marian import BEAMS
from tiny import stable_diffusion

from studio import api, conversion, messages
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.wording import Wording
from studio.library import Library, Recipe
from studio.messages import Event
from studio.models.families import Families
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.plugin_host.translators import FoundTranslator, Translators
from studio.settings import Settings

CHINESE, ENGLISH = "一只红色的猫，(蓝色背景:1.2)", "a red cat, (a blue background:1.2)"
ASK = {"size": "64x64", "steps": 2, "seed": 7}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("translate")
    stable_diffusion().save_pretrained(root / "sd15")
    marian(root)
    return root


@dataclass
class Studio:
    """An engine's parts without its process, with the plugins that ship."""

    home: Path
    service: ModelService
    translators: Translators
    loaded: registry.Registry

    @classmethod
    def of(cls, home: Path, *models: Path, **more: api.Translator) -> "Studio":
        settings = Settings(home=home, device="cpu", models=tuple(map(str, models)))
        loaded = registry.load(settings)
        service = ModelService(settings, loaded.families)
        return cls(home, service, Translators({**more, **loaded.translators}, service), loaded)

    def run(self, job: RunningJob | None = None, **params: Any) -> tuple[Recipe, np.ndarray[Any, Any]]:
        told: list[Event] = []
        store = LibraryAccess(self.home / "library")
        wording = Wording(self.home, self.translators)
        runner = Runner(self.loaded, store, self.service, told.append, wording=wording)
        self.plan = runner.planned(messages.Plan("1", "text-to-image", ASK | params))
        runner.run(messages.Submit("job", "text-to-image", ASK | params), job or RunningJob("job"))
        store.close()
        self.end = told[-1]
        if isinstance(self.end, messages.Failed):
            assert self.end.user, self.end.details
            raise api.UserError(self.end.message, field=self.end.field, code=self.end.code)
        (saved,) = [event for event in told if isinstance(event, messages.Saved)] or [None]
        if saved is None:
            return Recipe(), np.zeros(0)
        library = Library(self.home / "library")
        record = library.get(saved.id)
        library.close()
        assert record is not None
        return record.recipe, np.asarray(Image.open(saved.path))


@pytest.fixture
def studio(tmp_path: Path, zoo: Path) -> Studio:
    return Studio.of(tmp_path, zoo / "sd15", zoo / "opus-mt-zh-en")


def by_transformers(folder: Path, phrase: str) -> str:
    tokenizer = transformers.MarianTokenizer.from_pretrained(folder)
    model = transformers.MarianMTModel.from_pretrained(folder)
    given = tokenizer([phrase], return_tensors="pt")
    made = model.generate(**given, num_beams=BEAMS, max_length=16 + 3 * given["input_ids"].shape[1])
    return str(tokenizer.decode(made[0], skip_special_tokens=True)).strip()


def found(studio: Studio, language: str = "zh") -> FoundTranslator:
    one = studio.translators.find(language)
    assert one is not None
    return FoundTranslator(one.translator, language, one.model)


# ---- what is translated


def test_words_are_what_transformers_itself_makes_of_them(studio: Studio, zoo: Path) -> None:
    phrases = [*WORDS, "一只戴着帽子的红色蘑菇", "cat 3"]
    made = studio.translators.english(found(studio), phrases)
    assert made == [by_transformers(zoo / "opus-mt-zh-en", phrase) for phrase in phrases]
    assert dict(zip(phrases, made, strict=True)) | WORDS == dict(zip(phrases, made, strict=True)), "it has learned them"


def test_a_prompt_is_translated_shown_before_and_kept_in_both_languages(studio: Studio) -> None:
    recipe, picture = studio.run(prompt=CHINESE, negative_prompt="模糊", model="sd15")
    assert (recipe.params["prompt"], recipe.params["negative_prompt"]) == (CHINESE, "模糊")
    assert recipe.read == {"prompt": ENGLISH, "negative_prompt": "blurry"}
    assert (studio.plan.texts, studio.plan.drawn) == ([recipe.read], False)
    assert recipe.notes == [studio.plan.note] == ["Chinese was translated into English by opus-mt-zh-en."]
    _, written = studio.run(prompt=ENGLISH, negative_prompt="blurry", model="sd15")
    assert np.array_equal(picture, written)
    again, same = studio.run(**recipe.params)
    assert (again.read, np.array_equal(picture, same)) == (recipe.read, True)
    plain, other = studio.run(prompt=CHINESE, negative_prompt="模糊", model="sd15", translate="off")
    assert (plain.read, plain.notes, np.array_equal(picture, other)) == ({}, [], False)


def test_variants_are_drawn_before_and_styles_stand_around(studio: Studio) -> None:
    recipe, _ = studio.run(prompt="{红色|红色} car", style=["woodcut"], model="sd15")
    assert recipe.read["prompt"].startswith("woodcut of red car")


def test_a_named_language_is_translated_whole(tmp_path: Path, zoo: Path) -> None:
    german = marian(tmp_path, "opus-mt-de-en", {"eine rote katze": "a red cat", "ein haus": "a house"}, says=False)
    studio = Studio.of(tmp_path / "home", zoo / "sd15", german)
    recipe, _ = studio.run(prompt="eine rote katze", translate="de", model="sd15")
    assert recipe.read == {"prompt": "a red cat"}
    with pytest.raises(api.UserError, match="Nothing here translates Polish.*opus-mt-zh-en of huggingface") as raised:
        studio.run(prompt="czerwony kot", translate="pl", model="sd15")
    assert (raised.value.code, raised.value.field) == ("no_translator", "translate")


def test_models_that_read_it_are_told_what_was_written(studio: Studio, zoo: Path, tmp_path: Path) -> None:
    facts = studio.service.facts("starter", "text-to-image")
    assert facts.languages == (), "the starter has Chinese words of its own"
    languages = {row.id: row.languages for row in FAMILIES if not row.refusal}
    for id in ("qwen-image", "z-image", "flux2", "flux2-klein", "sana"):
        assert languages[id] == (), id
    for id in ("sd15", "sdxl", "sd3", "flux", "chroma", "pixart-sigma", "kandinsky22"):
        assert languages[id] == ("en",), id


def test_without_a_model_one_sentence_says_where_to_get_one(tmp_path: Path, zoo: Path) -> None:
    studio = Studio.of(tmp_path, zoo / "sd15")
    recipe, _ = studio.run(prompt=CHINESE, model="sd15")
    (note,) = recipe.notes
    assert note.startswith("sd15 reads English only, and nothing here translates Chinese")
    assert "Helsinki-NLP/opus-mt-zh-en" in note
    assert (studio.plan.note, recipe.read) == (note, {})
    assert studio.run(prompt="a cat", model="sd15")[0].notes == []


def test_a_job_can_be_ended_while_it_is_translated(studio: Studio) -> None:
    job = RunningJob("job")

    def cancel(phrases: Sequence[str], language: str, lease: api.Lease | None) -> Sequence[str]:
        job.cancel()
        return phrases

    slow = api.Translator("slow", "Slow", cancel, lambda folder: ["zh"])
    studio.translators = Translators({"slow": slow}, studio.service)
    studio.translators._kept.clear()
    order = messages.Submit("job", "text-to-image", ASK | {"prompt": "猫，红色", "model": "sd15"})
    told: list[Event] = []
    store = LibraryAccess(studio.home / "library")
    wording = Wording(studio.home, studio.translators)
    Runner(studio.loaded, store, studio.service, told.append, wording=wording).run(order, job)
    store.close()
    assert isinstance(told[-1], messages.JobCancelled)


# ---- translators of others


def test_a_translator_of_another_plugin_is_asked_first(tmp_path: Path, zoo: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/shout.py").write_text(
        "from studio import api\n\n\ndef run(phrases, language, lease):\n"
        "    return ['RED CAT' for phrase in phrases]\n\n\n@api.hookimpl\ndef register_translators():\n"
        "    first = api.Translator('shout', 'Shout', run, lambda folder: ['zh'])\n"
        "    return [first, api.Translator('marian-mt', 'x', run, lambda folder: []), 7]\n"
    )
    settings = Settings(home=tmp_path, device="cpu", models=(str(zoo / "sd15"), str(zoo / "opus-mt-zh-en")))
    loaded = registry.load(settings)
    (info,) = [plugin for plugin in loaded.plugins if plugin.name == "shout"]
    assert "'marian-mt' was left out" in info.problem
    assert "a value of type int is no api.Translator" in info.problem
    service = ModelService(settings, loaded.families)
    studio = Studio(tmp_path, service, Translators(loaded.translators, service), loaded)
    recipe, _ = studio.run(prompt=CHINESE, model="sd15")
    assert recipe.read["prompt"] == "RED CAT, (RED CAT:1.2)"


@pytest.mark.parametrize("made", ["raises", "none", "two", "number"])
def test_a_translator_that_fails_is_one_sentence(made: str, tmp_path: Path, zoo: Path) -> None:
    def run(phrases: Sequence[str], language: str, lease: api.Lease | None) -> Any:
        return {"none": [], "two": ["a", "b"], "number": [3]}[made]

    bad = api.Translator("bad", "Bad", run, lambda folder: ["zh"])
    studio = Studio.of(tmp_path, zoo / "sd15", bad=bad)
    with pytest.raises(api.UserError, match="The translator “Bad” failed") as raised:
        studio.run(prompt="猫", model="sd15")
    assert raised.value.field == "prompt"


# ---- folders


def test_a_converted_pickle_translates_as_well(tmp_path: Path, zoo: Path) -> None:
    folder = tmp_path / "opus-mt-zh-en"
    shutil.copytree(zoo / "opus-mt-zh-en", folder)
    torch.save(transformers.MarianMTModel.from_pretrained(folder).state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    studio = Studio.of(tmp_path / "home", folder)
    assert studio.translators.find("zh") is None, "a pickle is not opened"
    conversion.convert(folder / "pytorch_model.bin")
    studio = Studio.of(tmp_path / "home", folder)
    assert studio.translators.english(found(studio), ["一只红色的猫"]) == ["a red cat"]
    assert found(studio).title == "opus-mt-zh-en"


@pytest.mark.parametrize(
    ("name", "says", "languages"),
    [
        ("opus-mt-zh-en", ("zho", "eng"), {"zh"}), ("x", ("zh", "en"), {"zh"}), ("opus-mt-en-zh", ("en", "zh"), set()),
        ("opus-mt-tc-big-zle-en", None, {"ru", "uk"}), ("opus-mt-ja-en", None, {"ja"}), ("opus-mt-en-de", None, set()),
        ("opus-mt-ROMANCE-en", None, {"es", "fr", "it", "pt"}), ("x", None, set()),
        ("models--Helsinki-NLP--opus-mt-ko-en/snapshots/0a1b", None, {"ko"}), ("x", "broken", set()),
    ],
)  # fmt: skip
def test_a_folder_tells_its_languages(name: str, says: Any, languages: set[str], tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir(parents=True)
    if says == "broken":
        (folder / "tokenizer_config.json").write_text('{"source_lang": [')
    elif says:
        (folder / "tokenizer_config.json").write_text(f'{{"source_lang": "{says[0]}", "target_lang": "{says[1]}"}}')
    assert languages_of(folder) == languages


DAMAGES = {
    "config": "it needs its config.json beside it", "vocabulary": "lacks tokenizer.json or vocab.json",
    "code": "it contains code (run.py)", "huge": "which is more than any model has", "remote": "it asks for code",
    "half": "model.safetensors",
}  # fmt: skip


@pytest.mark.parametrize("damage", [*DAMAGES, "nan", "spm", "width", "lacks"])
def test_a_folder_that_is_damaged_is_refused_in_a_sentence(damage: str, tmp_path: Path, zoo: Path) -> None:
    folder = tmp_path / "opus-mt-zh-en"
    shutil.copytree(zoo / "opus-mt-zh-en", folder)
    config, weights = folder / "config.json", folder / "model.safetensors"
    tensors = load_file(weights)
    match damage:
        case "config":
            config.unlink()
        case "vocabulary":
            (folder / "vocab.json").unlink()
        case "code":
            (folder / "run.py").write_text("1")
        case "huge":
            config.write_text(config.read_text().replace('"vocab_size": ', '"vocab_size": 99999999'))
        case "remote":
            config.write_text(config.read_text().replace("{", '{"auto_map": {"AutoModel": "x.y"},', 1))
        case "half":
            weights.write_bytes(weights.read_bytes()[:-4000])
        case "nan":
            tensors["model.shared.weight"][:] = torch.nan
        case "spm":
            (folder / "source.spm").write_bytes(b"no model")
        case "width":
            tensors["model.encoder.layers.0.fc1.weight"] = torch.zeros(3, 3)
        case "lacks":
            del tensors["model.decoder.layers.0.fc2.weight"]
    if damage in ("nan", "width", "lacks"):
        save_file(tensors, weights)
    studio = Studio.of(tmp_path / "home", zoo / "sd15", folder)
    if sentence := DAMAGES.get(damage):
        studio.service.wait_for_scan()
        assert any(sentence in info.problem for info in studio.service.left_out())
        assert studio.translators.find("zh") is None
        return
    with pytest.raises(api.UserError, match="opus-mt-zh-en|model.safetensors"):  # told when it is loaded
        studio.run(prompt="猫", model="sd15")


def test_it_is_no_model_for_pictures(studio: Studio) -> None:
    with pytest.raises(api.UserError, match="cannot do text-to-image"):
        studio.run(prompt="a cat", model="opus-mt-zh-en")
    assert MARIAN_MT.capability == TRANSLATE
    assert Families().add([*FAMILIES, LONE_UPSCALER, MARIAN]) == []


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
