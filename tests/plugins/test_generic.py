"""Generic rows, and the row of the guide's example: told from folders, run, and replaced by a plugin's own."""

import dataclasses
import inspect
import json
import re
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
import transformers
from generic_zoo import bria
from studio_text_to_image import TextToImage, generic
from studio_text_to_image.family import FAMILIES
from tiny import BUILT_IN

from studio import api, settings
from studio.api import Family
from studio.engine import registry
from studio.engine.catalogue import read_model
from studio.engine.family import Families
from studio.engine.service import ModelService
from studio.testing import FakeContext

GUIDE = (Path(__file__).parents[2] / "docs/plugins.md").read_text()
EXAMPLE = next(block for block in re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S) if 'id="bria"' in block)


@pytest.mark.parametrize("row", generic.ROWS, ids=lambda row: row.title)
def test_a_generic_row_fits_its_pipeline(row: Family) -> None:
    made = getattr(diffusers, row.classes[0])
    known = inspect.signature(made.__init__).parameters
    needed = {name for name, one in known.items() if one.default is inspect.Parameter.empty} - {"self"}
    assert needed <= {*row.parts.values(), *row.init}
    assert set(row.parts.values()) <= set(known)
    assert set(row.call) <= set(inspect.signature(made.__call__).parameters)
    for name in row.allows:
        assert hasattr(diffusers, name) or hasattr(transformers, name), name


@pytest.mark.slow
def test_generic_rows_are_what_autopipeline_knows() -> None:
    from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING

    known = {made.__name__ for made in AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values()}
    assert {name for row in generic.ROWS for name in row.classes} <= known


def test_a_row_of_a_plugin_replaces_a_generic_one_whichever_comes_first() -> None:
    own = dataclasses.replace(generic.ROWS[0], id="pixart-alpha", title="PixArt-α, in full")
    for rows in ((*FAMILIES, own), (own, *FAMILIES)):
        families = Families()
        assert families.add(rows) == []
        found = families.find("PixArtAlphaPipeline")
        assert found is not None
        assert found.id == "pixart-alpha"


def test_a_family_that_is_only_told_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "FluxPriorReduxPipeline"}))
    with pytest.raises(api.UserError, match=r"it is FLUX.1 Redux, .* so keep it and add"):
        read_model(tmp_path, "redux", BUILT_IN)


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
