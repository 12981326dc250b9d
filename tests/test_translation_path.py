"""Texts of plugins in another language: from the hook into the window's forms; those of ours are all translated."""

import enum
import importlib
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest

from studio import api, form, settings, translation
from studio.plugin_host import registry
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import LoadedPlugin, load_plugin
from studio.testing import _sentences, untranslated

PLUGINS = ("studio_families", "studio_text_to_image", "studio_variation", "studio_inpaint", "studio_upscale",
           "studio_picture_operations")  # fmt: skip


@pytest.mark.parametrize("name", PLUGINS)
def test_every_text_of_the_built_in_plugins_is_translated_and_none_is_left_over(name: str) -> None:
    assert untranslated(importlib.import_module(name), "zh") == (set(), set())


def test_a_text_of_the_built_in_plugins_that_is_not_translated_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("studio_upscale")
    monkeypatch.setattr(module.Upscale, "title", "Brand new")
    assert untranslated(module, "zh") == ({"Brand new"}, {"Enlarge"})


def test_translations_reach_the_fronts_with_the_built_in_tasks() -> None:
    create = registry.load(settings.load()).infos[0]
    spoken = translation.translated(create, "zh")
    assert spoken.title == "创作"
    assert {field.name: field.title for field in form.read(spoken).fields}["negative_prompt"] == "反向提示词"
    assert spoken.values["spread"].title == "与其他图片的差异"


class Edges(enum.Enum):
    """How edges are drawn."""

    HARD = "hard"
    SOFT = "soft"


class Cut(api.Task):
    id = "cut"
    title = "Cut"
    values = {"loss": api.Value("Loss", "0 is none.")}  # noqa: RUF012 - as careless as authors are

    class Params(api.Params):
        image: list[api.ImageRef] = api.Field([])
        edges: Edges = Edges.HARD
        mode: Literal["fast", "good"] | None = api.Field(None, group="How", labels={"good": "With care"})
        size_limit: int = api.Field(3, title="Limit", description="No more than this.")

    def run(self, params, ctx):  # type: ignore[no-untyped-def]
        yield


WORDS = {
    "Cut": "剪", "Loss": "损失", "0 is none.": "0 表示无", "Image": "图片", "Edges": "边缘", "Hard": "硬", "Soft": "软",
    "How edges are drawn.": "边缘的画法", "How": "方式", "Mode": "模式", "Fast": "快", "With care": "细致",
    "Limit": "上限", "No more than this.": "不超过它",
}  # fmt: skip


def offer(translations: object) -> LoadedPlugin:
    module = ModuleType("cutter")
    module.register_tasks = api.hookimpl(lambda: [Cut])  # type: ignore[attr-defined]
    module.register_translations = api.hookimpl(lambda: translations)  # type: ignore[attr-defined]
    return load_plugin(PluginSource("cutter", "test", lambda: module))


def test_all_that_people_read_is_translated() -> None:
    info = offer({"zh": {**WORDS, "Never": "从不"}}).tasks[0].info
    assert info.translations == {"zh": WORDS}
    assert translation.texts(info) == WORDS.keys()
    spoken = translation.translated(info, "zh")
    assert translation.texts(spoken) == set(WORDS.values())
    image, edges, mode, limit = form.read(spoken).fields
    assert image.item is not None
    assert (image.title, image.item.title) == ("图片", "图片")
    assert (edges.title, edges.description, edges.choices, edges.labels) == (
        "边缘", "边缘的画法", ("hard", "soft"), ("硬", "软")
    )  # fmt: skip
    assert (mode.group, mode.choices, mode.labels) == ("方式", ("fast", "good"), ("快", "细致"))
    assert (limit.title, limit.description, limit.default) == ("上限", "不超过它", 3)


def test_another_language_leaves_the_task_as_it_is() -> None:
    info = offer({"zh": WORDS}).tasks[0].info
    assert translation.translated(info, "fr") is info


def test_what_is_missing_stays_english() -> None:
    spoken = translation.translated(offer({"zh": {"Cut": "剪"}}).tasks[0].info, "zh")
    assert (spoken.title, spoken.values["loss"].title) == ("剪", "Loss")


@pytest.mark.parametrize("odd", [["zh"], {"zh": ["Cut"]}, {"zh": {"Cut": 3}}, {3: {}}, None])
def test_odd_translations_are_told_and_the_task_works(odd: object) -> None:
    found = offer(odd)
    assert [task.info.title for task in found.tasks] == ["Cut"]
    assert len(found.problems) == (0 if odd is None else 1)


def test_the_names_of_stages_are_texts_too(tmp_path: Path) -> None:
    file = tmp_path / "staged.py"
    file.write_text("ctx.progress(0, 1, stage='placing')\nmeter.step('decoder')\nmeter.step('sorting', None)\n")
    assert _sentences.stages([file]) == {"placing", "decoder", "sorting"}
