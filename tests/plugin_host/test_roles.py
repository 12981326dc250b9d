"""Roles and stages that a task declares: checked when it is loaded, refused by name, and given nothing by accident."""

from types import ModuleType
from typing import Any

import pytest

from studio import api
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import LoadedPlugin, load_plugin


def offer(fields: dict[str, tuple[Any, Any]], stages: Any = None) -> LoadedPlugin:
    """A third party's plugin with one task of these parameters."""

    class Tried(api.Task):
        id = "tried"
        title = "Tried"
        Params = type(
            "Params",
            (api.Params,),
            {"__annotations__": {name: kind for name, (kind, _) in fields.items()}}
            | {name: default for name, (_, default) in fields.items()},
        )

        def run(self, params: Any, ctx: api.Context) -> Any:
            yield

    if stages is not None:
        Tried.stages = stages
    module = ModuleType("thirds")
    module.register_tasks = api.hookimpl(lambda: [Tried])  # type: ignore[attr-defined]
    return load_plugin(PluginSource("thirds", "test", lambda: module))


def test_every_role_can_be_declared_and_reaches_the_form() -> None:
    R = api.Role
    loaded = offer(
        {
            "a": (api.ImageRef, api.Field(role=R.SOURCE)),
            "b": (api.MaskRef | None, api.Field(None, role=R.MASK)),
            "c": (int, api.Field(0, role=R.EXTEND_LEFT)),
            "d": (int, api.Field(0, role=R.EXTEND_TOP)),
            "e": (int, api.Field(0, role=R.EXTEND_RIGHT)),
            "f": (int, api.Field(0, role=R.EXTEND_BOTTOM)),
            "g": (str, api.Field("", role=R.PROMPT)),
            "h": (list[api.Prompt], api.Field([], role=R.PROMPT)),
            "i": (str, api.Field("", role=R.BEFORE)),
            "j": (str, api.Field("", role=R.NAME)),
            "k": (float, api.Field(0.5, ge=0, le=1, role=R.DISTANCE)),
            "l": (int, api.Field(3, ge=1, le=8, role=R.STRENGTH)),
            "m": (float | None, api.Field(None, ge=1, le=16, role=R.SCALE)),
            "n": (int, api.Field(1, ge=1, le=4, role=R.COUNT)),
            "o": (int, api.Field(-1, role=R.SEED)),
            "p": (api.Seed, -1),
            "q": (api.ModelRef, api.ModelField("variation")),
            "r": (api.Size, "auto"),
            "s": (api.Size, api.Field("auto", role=R.PICTURE_SIZE)),
            "t": (list[api.ImageRef], api.Field([], role=R.BLEND_PICTURE)),
            "u": (list[float], api.Field([], role=R.BLEND_WEIGHT)),
            "v": (list[api.Adapter], api.AdapterField()),
            "w": (list[api.Control], api.ControlField()),
            "x": (api.Prompt, api.Field("", role=R.NEGATIVE)),
            "y": (api.Styles, []),
            "z": (list[api.Reference], api.ReferenceField()),
            "regions": (list[api.Region], api.RegionField()),
            "language": (api.Language, api.LanguageField()),
        }
    )
    assert loaded.problems == []
    form = loaded.tasks[0].form
    assert {field.role for field in form.fields} == set(R)
    assert form.names(R.PROMPT) == ("g", "h")
    assert form.names(R.SEED) == ("o", "p")


def test_no_name_and_no_shape_means_anything_by_itself() -> None:
    names = ("prompt", "text", "distance", "strength", "weight", "count", "keep_as", "left", "top", "right", "bottom")
    kinds: dict[str, tuple[Any, Any]] = {
        "image": (api.ImageRef, "x"),
        "mask": (api.MaskRef | None, None),
        "pictures": (list[api.ImageRef], []),
        "weights": (list[float], []),
        "words": (api.Prompt, ""),
        "seed": (int, -1),
        **{name: (int, api.Field(1, ge=0, le=8)) for name in names[2:]},
        **dict.fromkeys(names[:2], (str, "")),
    }
    assert {field.role for field in offer(kinds).tasks[0].form.fields} == {None}


@pytest.mark.parametrize(
    ("kind", "default", "sentence"),
    [
        (str, api.Field("", role="sauce"), "the role 'sauce', which does not exist; there are source, mask,"),
        (str, api.Field("", role="source"), "its parameter 'x' has the role source, which is for an ImageRef"),
        (str, api.Field("", role="mask"), "its parameter 'x' has the role mask, which is for a MaskRef"),
        (float, api.Field(0.0, role="extend_top"), "its parameter 'x' has the role extend_top, which is for a whole"),
        (api.ImageRef, api.Field("a", role="prompt"), "role prompt, which is for a text or a list of texts"),
        (float, api.Field(0.5, ge=0, role="distance"), "role distance, which is for a number with a lower"),
        (float, api.Field(1, ge=0, le=2, role="count"), "role count, which is for a whole number with a lower and"),
        (str, api.Field(role="name"), "role name, which is for a text that may be left out"),
        (list[str], api.Field([], role="blend_picture"), "role blend_picture, which is for a list of ImageRefs"),
        (float, api.Field(1, role="blend_weight"), "role blend_weight, which is for a list of numbers"),
    ],
)  # fmt: skip
def test_a_role_that_does_not_fit_refuses_the_task_in_one_sentence(kind: Any, default: Any, sentence: str) -> None:
    loaded = offer({"x": (kind, default)})
    assert loaded.tasks == []
    [problem] = loaded.problems
    assert problem.startswith("Its task 'tried' cannot become a form: its parameter 'x' has the role ")
    assert sentence in problem


def test_two_fields_with_a_role_that_one_may_have_refuse_the_task() -> None:
    loaded = offer({name: (api.ImageRef, api.Field("a", role="source")) for name in ("x", "y")})
    [problem] = loaded.problems
    assert "its parameters 'x' and 'y' have the role source, which only one may have" in problem


def test_stages_reach_the_fronts_with_the_names_of_what_they_are_given() -> None:
    loaded = offer(
        {},
        {
            "mixing": api.Stage("Mixing"),
            "hues": api.Stage("Looking", "bars", heading="Hues", description="How much of each."),
            "loss": api.Stage("Learning", "curve", ("epoch", "loss"), goal="no better"),
        },
    )
    stages = loaded.tasks[0].info.stages
    assert list(stages) == ["mixing", "hues", "loss"]
    assert [stage.data for stage in stages.values()] == [[], ["labels", "values"], ["epoch", "loss"]]
    assert (stages["hues"].heading, stages["loss"].goal) == ("Hues", "no better")


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ({"a": "Mixing"}, "describes its stages by something else than api.Stage, by name"),
        (["a"], "describes its stages by something else than api.Stage, by name"),
        ({"a": api.Stage("A", "pie")}, "has a stage 'a' that shows 'pie', which nothing draws; there are texts, bars"),
        ({"a": api.Stage("A", "bars", ("x",))}, "has a stage 'a' with 1 names of data where 'bars' draws 2"),
        ({"a": api.Stage("")}, "has a stage 'a' without a title"),
    ],
)  # fmt: skip
def test_stages_that_nothing_could_draw_refuse_the_task(stages: Any, sentence: str) -> None:
    assert sentence in offer({}, stages).problems[0]
