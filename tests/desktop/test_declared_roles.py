"""Third parties' tasks in the window: a name means nothing, a declared role brings all that the built-in tasks have."""

from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from rig import CREATE, MODEL, Rig

from studio import api
from studio.descriptions import TaskInfo
from studio.desktop.features.blend import weights
from studio.desktop.features.examples import plan
from studio.desktop.features.recipe import RecipeFeature
from studio.desktop.features.variations import Variations
from studio.desktop.forms.quick.pick import pick
from studio.desktop.forms.task_fields import SEED, CanvasFields, canvas_fields, example_params, variation_fields
from studio.form import TaskForm, read
from studio.library import Recipe
from studio.messages import Ready, Submit
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import load_plugin

R = api.Role
SIDES = ("left", "top", "right", "bottom")


class Named(api.Task):
    """Called as the built-in tasks call theirs, and shaped like them."""

    id = "named"
    title = "Named"

    class Params(api.Params):
        image: api.ImageRef = api.Field()
        mask: api.MaskRef | None = None
        prompt: api.Prompt = api.Field()
        left: int = api.Field(0, ge=0, le=9)
        top: int = api.Field(0, ge=0, le=9)
        right: int = api.Field(0, ge=0, le=9)
        bottom: int = api.Field(0, ge=0, le=9)
        distance: float = api.Field(0.5, ge=0, le=1)
        strength: float = api.Field(0.5, ge=0, le=1)
        count: int = api.Field(4, ge=1, le=9)
        seed: int = -1
        keep_as: str = ""
        pictures: list[api.ImageRef] = api.Field([])
        weight: list[float] = api.Field([])
        steps: int | None = api.Field(None, ge=1, le=99)

    def run(self, params: Any, ctx: api.Context) -> Any:
        yield


class Retouch(api.Task):
    """Called by no name that the studio ever heard."""

    id = "retouch"
    title = "Retouch"

    class Params(api.Params):
        photo: api.ImageRef = api.Field(role=R.SOURCE)
        stencil: api.MaskRef | None = api.Field(None, role=R.MASK)
        wish: str = api.Field(role=R.PROMPT)
        west: int = api.Field(0, ge=0, le=9, role=R.EXTEND_LEFT)
        north: int = api.Field(0, ge=0, le=9, role=R.EXTEND_TOP)
        east: int = api.Field(0, ge=0, le=9, role=R.EXTEND_RIGHT)
        south: int = api.Field(0, ge=0, le=9, role=R.EXTEND_BOTTOM)
        bits: int = api.Field(3, ge=1, le=8, role=R.STRENGTH)
        number: int = api.Field(4, ge=2, le=9, role=R.COUNT)
        dice: int = api.Field(-1, role=R.SEED)
        label: str = api.Field("", role=R.NAME)

    def run(self, params: Any, ctx: api.Context) -> Any:
        yield


class Wander(api.Task):
    id = "wander"
    title = "Wander"

    class Params(api.Params):
        photo: api.ImageRef = api.Field(role=R.SOURCE)
        how_far: float = api.Field(0.5, ge=0, le=2, role=R.DISTANCE)
        dice: int = api.Field(-1, role=R.SEED)

    def run(self, params: Any, ctx: api.Context) -> Any:
        yield


class Mingle(api.Task):
    id = "mingle"
    title = "Mingle"

    class Params(api.Params):
        photos: list[api.ImageRef] = api.Field([], role=R.BLEND_PICTURE)
        shares: list[float] = api.Field([], role=R.BLEND_WEIGHT)

    def run(self, params: Any, ctx: api.Context) -> Any:
        yield


class Spoken(api.Task):
    """Whose words are translated."""

    id = "spoken"
    title = "Spoken"

    class Params(api.Params):
        prompt: api.Prompt = api.Field()
        tongue: api.Language = api.LanguageField()

    def run(self, params: Any, ctx: api.Context) -> Any:
        yield


def infos(*tasks: type[api.Task]) -> list[TaskInfo]:
    module = ModuleType("thirds")
    module.register_tasks = api.hookimpl(lambda: [*tasks])  # type: ignore[attr-defined]
    loaded = load_plugin(PluginSource("thirds", "test", lambda: module))
    assert loaded.problems == []
    return [task.info for task in loaded.tasks]


def form(task: type[api.Task]) -> TaskForm:
    return read(infos(task)[0])


@pytest.fixture
def thirds(rig: Rig) -> Rig:
    rig.client.emit(Ready([CREATE, *infos(Named, Retouch, Wander, Mingle, Spoken)], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("mingle") is not None)
    return rig


def show(rig: Rig) -> str:
    assert rig.library is not None
    record = rig.library.save(Image.new("RGB", (64, 48), "red"), Recipe("x"))
    rig.window.viewer_controller.show_record(record)
    rig.wait(lambda: rig.window.viewer.piece is not None)
    return record.id


def test_a_name_or_a_shape_without_a_role_means_nothing() -> None:
    named = form(Named)
    assert canvas_fields(named) is None
    assert weights.find(named) is None
    assert plan.find(named) is None
    assert not variation_fields(named)
    assert pick(named) == ((), (), "", None)
    assert example_params(named, {"count": 4, "seed": -1, "keep_as": "x"}) == {"count": 4, "seed": -1, "keep_as": "x"}


def test_a_role_means_the_same_whatever_the_field_is_called() -> None:
    retouch = form(Retouch)
    marked = canvas_fields(retouch)
    assert marked == CanvasFields("photo", "stencil", ("west", "north", "east", "south"))
    assert weights.find(form(Mingle)) == ("photos", "shares")
    rows = plan.find(retouch)
    assert rows is not None
    assert (rows.image, rows.number.name, rows.values) == ("photo", "bits", (2, 4, 7))
    picked = pick(retouch)
    assert [field.name for field in (*picked.texts, *picked.numbers)] == ["wish", "bits", "number"]
    assert picked.image == "photo"
    assert variation_fields(form(Wander))
    wanted = example_params(retouch, {"number": 4, "dice": -1, "label": "x"})
    assert wanted == {"number": 2, "dice": SEED}


def test_the_window_gives_a_task_of_names_alone_a_form_and_nothing_else(thirds: Rig) -> None:
    show(thirds)
    thirds.window.forms.choose("named")
    viewer, panel = thirds.window.viewer, thirds.window.task_panel
    assert panel.form is not None
    assert viewer.masks.isHidden()
    assert viewer.values.examples.isHidden()
    assert thirds.button("blend").isHidden()
    assert viewer.values.rows == []
    assert panel.form.editor("steps").entry.placeholderText() == "Auto"
    job = thirds.session.jobs.submit("named", {"prompt": "a cat"})
    assert job.label == ""


def test_the_window_gives_a_task_of_roles_the_mask_the_frame_the_row_the_bar_and_a_name(thirds: Rig) -> None:
    ref = show(thirds)
    thirds.window.forms.choose("retouch")
    viewer, panel = thirds.window.viewer, thirds.window.task_panel
    assert panel.form is not None
    assert not viewer.masks.isHidden()
    assert not viewer.values.examples.isHidden()
    assert [row.editor.field.name for row in viewer.values.rows] == ["wish", "bits", "number"]
    viewer.masks.choose("frame")
    panel.form.editor("west").set_value(8)
    assert thirds.session.document.frame.left() == 8
    panel.form.set_values({**panel.form.values(), "wish": "a hat"})
    thirds.window.forms.generate()
    thirds.wait(thirds.client.pending)
    [order] = [sent for sent in thirds.client.sent if isinstance(sent, Submit)]
    assert order.params["photo"] == ref
    [job] = thirds.session.jobs
    assert job.label == "a hat"


def test_the_blend_board_and_more_like_this_serve_third_parties(thirds: Rig) -> None:
    ref = show(thirds)
    thirds.window.forms.choose("mingle")
    assert not thirds.button("blend").isHidden()
    piece = thirds.window.viewer.piece
    assert piece is not None
    thirds.feature(Variations).more(piece, 0.1)
    thirds.wait(thirds.client.pending)
    [order] = [sent for sent in thirds.client.sent if isinstance(sent, Submit)]
    assert (order.task, order.params) == ("wander", {"photo": ref, "how_far": 0.7})


@pytest.mark.parametrize(("said", "read_as"), [({}, "off"), ({"tongue": "zh"}, "zh")])
def test_words_that_became_a_picture_untranslated_are_not_translated_again(
    thirds: Rig, said: dict[str, str], read_as: str
) -> None:
    """Recipes that are older than translation say nothing of it; with their words comes their picture."""
    assert thirds.library is not None
    recipe = Recipe("spoken", {"prompt": "一只猫头鹰"} | said)
    record = thirds.library.save(Image.new("RGB", (8, 8)), recipe)
    thirds.feature(RecipeFeature).fill_form(record)
    form = thirds.window.task_panel.form
    assert form is not None
    assert form.values() == {"prompt": "一只猫头鹰", "tongue": read_as}
