"""Generic rows, and the row of the guide's example: told from folders, run, and replaced by a plugin's own."""

import dataclasses
import inspect
import json
import re
import shutil
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
import transformers
from built_in import BUILT_IN
from generic_zoo import bria
from studio_families import generic, refusal
from studio_families.table import FAMILIES
from studio_text_to_image import TextToImage
from zoo import Zoo

from studio import api, settings
from studio.api import Family
from studio.models.catalogue import read_model
from studio.models.families import Families
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.settings import Settings
from studio.testing import FakeContext

GUIDE = (Path(__file__).parents[2] / "docs/plugins.md").read_text()
EXAMPLE = next(block for block in re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S) if 'id="bria"' in block)


USED = [family for family in FAMILIES if not family.refusal]


@pytest.mark.parametrize("row", USED, ids=lambda row: f"{row.title}, {row.classes[0]}")
def test_a_row_fits_each_class_that_it_names(row: Family) -> None:
    for name in row.classes:
        known = inspect.signature(getattr(diffusers, name).__init__).parameters
        needed = {key for key, one in known.items() if one.default is inspect.Parameter.empty} - {"self"}
        if name in row.pipelines.values():
            assert needed <= {*row.parts.values(), *row.init, *row.options}
        beside = row.companion.parts.values() if row.companion else ()
        assert {key for key in row.parts.values() if key not in known} <= {*row.optional, *beside}
    for name in row.allows:
        assert hasattr(diffusers, name) or hasattr(transformers, name), name


@pytest.mark.parametrize("row", generic.ROWS, ids=lambda row: row.title)
def test_what_a_generic_row_calls_with_is_taken(row: Family) -> None:
    assert set(row.call) <= set(inspect.signature(getattr(diffusers, row.classes[0]).__call__).parameters)


def test_every_class_of_the_autopipelines_is_used_or_refused_by_name() -> None:
    from diffusers.pipelines import auto_pipeline

    maps = (
        auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING,
        auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING,
        auto_pipeline.AUTO_INPAINT_PIPELINES_MAPPING,
    )
    known = {made.__name__ for each in maps for made in each.values()}
    assert known - {name for family in FAMILIES for name in family.classes} == set()


def test_no_class_is_in_two_rows() -> None:
    assert Families().add(FAMILIES) == []
    names = [name for family in FAMILIES for name in family.classes]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", refusal.ROWS, ids=lambda row: row.id)
def test_a_refused_family_is_told_in_one_sentence(tmp_path: Path, row: Family) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": row.classes[-1]}))
    with pytest.raises(
        api.UserError, match=r"cannot be used as a model: it is .*(;|, so) .*(add|choose) .*\.$"
    ) as told:
        read_model(tmp_path, "model", BUILT_IN)
    assert "\n" not in str(told.value)
    assert all(hasattr(diffusers, name) for name in row.classes)


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [("sd3", "StableDiffusion3Img2ImgPipeline"), ("qwen-image", "QwenImageInpaintPipeline"),
     ("z-image", "ZImageImg2ImgPipeline"), ("flux", "FluxInpaintPipeline")],
)  # fmt: skip
def test_a_folder_saved_by_another_pipeline_of_the_family_does_the_same(
    zoo: Zoo, tmp_path: Path, name: str, saved_as: str
) -> None:
    index = json.loads((zoo[name] / "model_index.json").read_text())
    shutil.copytree(zoo[name], tmp_path / "saved")
    (tmp_path / "saved/model_index.json").write_text(json.dumps(index | {"_class_name": saved_as}))
    read, own = read_model(tmp_path / "saved", "saved", BUILT_IN), read_model(zoo[name], name, BUILT_IN)
    assert (read.about, read.defaults) == (own.about, own.defaults)


def test_a_distilled_krea_has_its_own_defaults(zoo: Zoo, tmp_path: Path) -> None:
    shutil.copytree(zoo["Krea2Pipeline"], tmp_path / "krea")
    index = json.loads((tmp_path / "krea/model_index.json").read_text())
    (tmp_path / "krea/model_index.json").write_text(json.dumps(index | {"is_distilled": True}))
    read = read_model(tmp_path / "krea", "krea", BUILT_IN)
    assert (read.defaults["steps"], read.defaults["guidance_scale"]) == (8, 0.0)
    assert read.defaults["text_encoder_select_layers"] == [0, 1, 2]


def test_a_prompt_that_would_make_its_pipeline_fail_is_cut(zoo: Zoo, tmp_path: Path) -> None:
    """Ideogram's raises where others cut; the user is told what was left out."""
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN))
    call = {
        "prompt": "a cat and " * 300,
        "seed": 7,
        "steps": 1,
        "model": str(zoo["Ideogram4Pipeline"]),
        "size": "64x64",
    }
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    assert result.image.size == (64, 64)
    assert any("this was left out" in note for note in ctx.notes)


def test_a_row_of_a_plugin_replaces_a_generic_one_whichever_comes_first() -> None:
    own = dataclasses.replace(generic.ROWS[0], id="pixart-alpha", title="PixArt-α, in full")
    for rows in ((*FAMILIES, own), (own, *FAMILIES)):
        families = Families()
        assert families.add(rows) == []
        found = families.find("PixArtAlphaPipeline")
        assert found is not None
        assert found.id == "pixart-alpha"


def test_the_row_of_the_guide_runs_its_family(studio_home: Path, tmp_path: Path) -> None:
    """The example as it is printed, dropped into the plugins folder; the pixels are diffusers' own."""
    (studio_home / "plugins").mkdir(parents=True)
    (studio_home / "plugins/bria.py").write_text(f"from studio import api\n\n\n{EXAMPLE}")
    bria().save_pretrained(tmp_path / "bria")
    loaded = registry.load(settings.load())
    assert [plugin.problem for plugin in loaded.plugins if plugin.problem] == []
    ctx = FakeContext(models=ModelService(settings.load(), loaded.families), previews=True)
    call = {"prompt": "a cat", "seed": 7, "steps": 3, "model": str(tmp_path / "bria"), "size": "64x64"}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    pipeline = diffusers.BriaPipeline.from_pretrained(tmp_path / "bria", dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    expected = pipeline(
        "a cat", width=64, height=64, num_inference_steps=3, guidance_scale=5.0,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]  # fmt: skip
    assert np.array_equal(np.asarray(result.image), np.asarray(expected))
    assert np.asarray(expected).std() > 1
