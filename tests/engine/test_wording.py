"""Variants and styles become words in the engine: for each picture by its seed, and the recipe has both."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image

from studio import api, form, messages
from studio.descriptions import TaskInfo
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.wording import Wording
from studio.library import Library, Recipe
from studio.messages import Event, Planned
from studio.models.measurements import Measurements
from studio.models.model_facts import ModelFacts
from studio.plugin_host.plugin_loader import LoadedTask
from studio.plugin_host.registry import Registry
from studio.plugin_host.translators import Translators
from studio.text import Text

VOCABULARY = {"styles": {"watercolor": {"en": ["watercolor"], "zh": ["水彩"]}}}


class Written(api.Task):
    """What the task is given becomes a value of its pictures."""

    id, title = "written", "Written"
    independent = True

    class Params(api.Params):
        prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)
        without: api.Prompt = api.Field("", role=api.Role.NEGATIVE)
        look: api.Styles = api.Field([])
        model: api.ModelRef = api.ModelField("text-to-image", "many")
        count: int = api.Field(1, ge=1, le=16, role=api.Role.COUNT)
        seed: api.Seed = -1

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        for number in range(params.count):
            ctx.progress(number + 1, params.count)
            yield api.Result(
                Image.new("RGB", (4, 4)),
                seed=params.seed + number,
                values={"prompt": params.prompt, "without": params.without},
            )


class Together(Written):
    id, title = "together", "Together"
    independent = False


class Several(api.Task):
    id, title = "several", "Several"

    class Params(api.Params):
        before: api.Prompt = api.Field("", role=api.Role.BEFORE)
        text: list[api.Prompt] = api.Field([], role=api.Role.PROMPT)

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        yield api.Result(Image.new("RGB", (4, 4)), values={"text": " / ".join([params.before, *params.text])})


class TwoModels:
    """One that knows every word, and one that was taught few."""

    loaded_bytes = 0

    def __init__(self, home: Path) -> None:
        self.measurements = Measurements(home / "measured.json")

    add_ons: ClassVar[dict[Any, Any]] = {}

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        if ref == "nowhere":
            raise api.UserError("There is no model.", field="model")
        return ModelFacts(ref, "cpu", ref, {"vocabulary": VOCABULARY} if ref == "few" else {}, 0, 0, 0, 0)

    def lease(
        self, spec: api.Model, *, working_bytes: int = 0, holder: str = ""
    ) -> contextlib.AbstractContextManager[api.Lease]:
        raise AssertionError("nothing is leased")

    def unload(self) -> None: ...

    def take_leaks(self) -> list[Text]:
        return []


class Host:
    def __init__(self, home: Path, *more: type[api.Task]) -> None:
        self.home, self.told = home, list[Event]()
        tasks = {}
        for cls in (Written, Together, Several, *more):
            info = TaskInfo(cls.id, cls.title, cls.Params.model_json_schema(), plugin="tests")
            tasks[cls.id] = LoadedTask(cls, form.read(info))
            assert not tasks[cls.id].form.problem
        self.store = LibraryAccess(home / "library")
        self.runner = Runner(Registry(tasks), self.store, TwoModels(home), self.told.append, wording=Wording(home))

    def __call__(self, task: str = "written", **params: Any) -> list[Recipe]:
        """The recipes of the job's pictures, in their order."""
        self.runner.run(messages.Submit("job", task, params), RunningJob("job"))
        end = self.told[-1]
        if isinstance(end, messages.Failed):
            assert not end.details, end.details
            raise api.UserError(end.message, field=end.field)
        saved = [event.id for event in self.told if isinstance(event, messages.Saved)]
        self.told.clear()
        library = Library(self.home / "library")
        records = [library.get(id) for id in saved]
        library.close()
        return [record.recipe for record in records if record]

    def plan(self, task: str = "written", **params: Any) -> Planned:
        return self.runner.planned(messages.Plan("1", task, params))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path)
    yield made
    made.store.close()


PROMPT = "a {red|blue|green|white|black} {cat|dog|owl|fox}"


def test_each_picture_draws_its_own_words_by_its_own_seed(host: Host) -> None:
    recipes = host(prompt=PROMPT, without="{rain|snow}", count=4, seed=7)
    assert [recipe.seed for recipe in recipes] == [7, 8, 9, 10]
    assert [recipe.index for recipe in recipes] == [0, 1, 2, 3]
    assert len({recipe.values["prompt"] for recipe in recipes}) > 1
    for recipe in recipes:
        assert recipe.params["prompt"] == PROMPT, "what was written"
        assert (recipe.params["count"], recipe.params["seed"]) == (4, 7)
        assert recipe.read == {"prompt": recipe.values["prompt"], "without": recipe.values["without"]}
        assert recipe.words == PROMPT
        (alone,) = host(prompt=PROMPT, without="{rain|snow}", seed=recipe.seed)
        assert alone.values == recipe.values, "the seed of a picture makes the same words again"
    (other,) = host(prompt=PROMPT, without="{rain|snow} and {fog|mist}", seed=7)
    assert other.values["prompt"] == recipes[0].values["prompt"], "another text beside it changes nothing"


def test_a_job_without_notation_is_run_as_it_always_was(host: Host) -> None:
    first, second = host(prompt="a cat", count=2, seed=3)
    assert (first.read, second.read) == ({}, {})
    assert (first.seed, second.seed, second.values["prompt"]) == (3, 4, "a cat")


def test_pictures_that_belong_together_have_the_same_words(host: Host) -> None:
    recipes = host("together", prompt=PROMPT, count=3, seed=7)
    assert len({recipe.values["prompt"] for recipe in recipes}) == 1


def test_progress_goes_once_from_the_beginning_to_the_end(host: Host) -> None:
    host.runner.run(messages.Submit("job", "written", {"prompt": PROMPT, "count": 4, "seed": 7}), RunningJob("job"))
    steps = [event for event in host.told if isinstance(event, messages.Progress)]
    assert [(step.done, step.total) for step in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_texts_in_lists_and_what_is_there_before(host: Host) -> None:
    (recipe,) = host("several", before="{winter}", text=["{a|b}", "plain", "{a|b}"])
    assert recipe.read["text"][1] == "plain"
    assert recipe.values["text"] == " / ".join(["{winter}", *recipe.read["text"]])
    assert "before" not in recipe.read


def test_styles_are_applied_and_recorded(host: Host) -> None:
    (recipe,) = host(prompt="a cat", without="rain", look=["Woodcut", "without-text"])
    assert recipe.params["look"] == ["Woodcut", "without-text"]
    assert recipe.params["prompt"] == "a cat"
    assert recipe.values["prompt"].startswith("woodcut of a cat, carved black lines")
    assert recipe.values["without"].startswith("rain, photograph")
    assert recipe.read == recipe.values
    (empty,) = host(prompt="", look=["Woodcut"])
    assert (empty.values["prompt"], empty.read) == ("", {})


def test_a_model_of_few_words_is_told_its_own_or_a_note_says_which_style_it_lacks(host: Host) -> None:
    (recipe,) = host(prompt="a cat", look=["watercolour", "Woodcut"], model="few")
    assert recipe.values == {"prompt": "a cat, watercolor", "without": ""}
    assert recipe.notes == ["This model was not taught the style “Woodcut”, which was left out."]


def test_a_style_that_is_named_twice_is_applied_once(host: Host) -> None:
    (once,) = host(prompt="a cat", look=["Woodcut"])
    (twice,) = host(prompt="a cat", look=["Woodcut", "print-woodcut", "WOODCUT"])
    assert twice.values == once.values


def test_a_plan_shows_the_words_before_they_are_used(host: Host) -> None:
    plan = host.plan(prompt=PROMPT, count=4, seed=7, look=["Woodcut"])
    made = host(prompt=PROMPT, count=4, seed=7, look=["Woodcut"])
    assert plan.texts == [recipe.read for recipe in made]
    assert not plan.drawn
    assert host.plan(prompt=PROMPT).drawn, "another seed will come"
    assert host.plan(prompt="a cat").texts == []
    assert "There is no list of wildcards “nope”" in host.plan(prompt="__nope__").problem


@pytest.mark.parametrize(
    ("params", "field", "sentence"),
    [
        ({"prompt": "{" * 32_000}, "prompt", "nested more than 20 deep"),
        ({"without": "__nope__"}, "without", "There is no list of wildcards “nope”"),
        ({"prompt": "a", "look": ["wodcut"]}, "look", "There is no style “wodcut” (similar: print-woodcut"),
        ({"prompt": "a", "look": ["Ink"] * 9}, "look", "at most 8"),
    ],
)
def test_what_cannot_become_words_fails_before_anything_is_made(
    host: Host, params: Mapping[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(api.UserError) as caught:
        host(**params)
    assert sentence in caught.value.message
    assert caught.value.field == field


def test_the_folders_are_read_anew_for_each_job(host: Host, tmp_path: Path) -> None:
    (tmp_path / "wildcards").mkdir()
    (tmp_path / "wildcards/colour.txt").write_text("teal")
    read: Callable[[], Any] = lambda: host(prompt="a __colour__ cat")[0].values["prompt"]  # noqa: E731
    assert read() == "a teal cat"
    (tmp_path / "wildcards/colour.txt").write_text("pink")
    assert read() == "a pink cat"


def test_the_task_of_the_guide_has_styles_and_variants_by_declaring_them(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/plugins.md").read_text("utf-8")
    (source,) = (block for block in re.findall(r"^```python\n(.*?)^```", guide, re.M | re.S) if "class Card" in block)
    names: dict[str, Any] = {"api": api, "Image": Image}
    exec(source, names)
    host = Host(tmp_path, names["Card"])
    recipes = host("card", words="a {red|blue|green} fox", style=["Linocut"], count=3, seed=1)
    host.store.close()
    assert len(recipes) == 3
    for recipe in recipes:
        assert recipe.values["said"] == recipe.read["words"]
        assert recipe.read["words"].startswith("linocut print of a ")
        assert "photograph" in recipe.read["without"]


class Parted(Written):
    """Its regions have words of their own."""

    id, title = "parted", "Parted"

    class Params(Written.Params):
        region: list[api.Region] = api.RegionField()

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        words = " / ".join(region.prompt for region in params.region)
        yield api.Result(Image.new("RGB", (4, 4)), values={"regions": words})


def test_the_words_of_regions_are_drawn_and_in_the_styles_too(tmp_path: Path) -> None:
    host = Host(tmp_path, Parted)
    regions = [{"prompt": "a {red|blue|green|white|black} cup", "mask": "m"}, {"prompt": "a jug", "mask": "n"}]
    (recipe,) = host("parted", prompt="a table", look=["paint-watercolor"], region=regions, seed=3)
    first, second = str(recipe.values["regions"]).split(" / ")
    assert re.search("a (red|blue|green|white|black) cup", first)
    assert "watercolor" in first
    assert "watercolor" in second
    assert [region["prompt"] for region in recipe.params["region"]] == [each["prompt"] for each in regions]
    assert recipe.read["region"] == [first, second]
    (again,) = host("parted", **recipe.params)
    assert again.values == recipe.values
    with pytest.raises(api.UserError) as told:
        host("parted", prompt="a table", region=[{"prompt": "a {cup|jug", "mask": "m"}])
    assert told.value.field == "region"
    host.store.close()


def test_words_of_regions_are_translated_too(tmp_path: Path) -> None:
    class Spoken(Parted):
        id, title = "spoken", "Spoken"

        class Params(Parted.Params):
            translate: api.Language = api.LanguageField()

    few = api.Translator("few", "Few", lambda phrases, *_: [{"猫": "cat", "杯子": "cup"}[each] for each in phrases],
                         lambda folder: ["zh"])  # fmt: skip
    wording = Wording(tmp_path, Translators({"few": few}))
    read = form.read(TaskInfo("spoken", "Spoken", Spoken.Params.model_json_schema(), plugin="tests"))
    given = Spoken.Params(prompt="(猫:1.2)", region=[{"prompt": "杯子", "mask": "m"}])
    for reads, prompt, region in ((("en",), "(cat:1.2)", "cup"), ((), "(猫:1.2)", "杯子")):
        translation = wording.translation(read, given, reads, "A model", lambda: None)
        (made,) = wording.readings(read, given, {}, independent=True, translation=translation)
        params: Any = made.params
        assert (params.prompt, params.region[0].prompt) == (prompt, region)
