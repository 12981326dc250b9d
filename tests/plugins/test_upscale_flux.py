"""Enlarging by FLUX.1: diffusers' own in one window, to the last bit; several windows leave no edge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import control_zoo
import diffusers
import numpy as np
import pytest
import torch
from control_place import PROMPT, SEED, Place, difference, photograph
from PIL import Image
from studio_upscale import Upscale
from studio_upscale.windowed import Windowed
from zoo import Zoo

from studio import api
from studio.errors import UserError

pytestmark = pytest.mark.filterwarnings("ignore:.FluxPosEmbed.:FutureWarning")


@pytest.fixture
def place(zoo: Zoo, tmp_path: Path) -> Iterator[Place]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    pipeline = diffusers.FluxPipeline.from_pretrained(zoo["flux"], dtype=torch.float32)
    net = control_zoo.transformer(pipeline, 1, num_layers=1, num_single_layers=1)
    made = Place(tmp_path, zoo["flux"], tile=net)
    made.ctx._pictures["small"] = photograph().resize((32, 32))  # type: ignore[index]
    yield made
    torch.set_num_threads(threads)


def enlarged(place: Place, *controls: dict[str, Any], **more: Any) -> api.Result:
    params = Upscale.Params(
        image="small", model=str(place.model), prompt=PROMPT, seed=SEED, steps=4, guidance_scale=3.0, strength=0.75,
        control=list(controls), **more,
    )  # fmt: skip
    (result,) = Upscale().run(params, place.ctx)
    return result


def test_in_one_window_it_is_diffusers_own(place: Place) -> None:
    result = enlarged(place, {"control": "tile", "hint": "tile", "weight": 0.7})
    large = place.ctx.image("small").resize((64, 64), Image.Resampling.LANCZOS)
    tile = place.ctx.control_picture(large, "tile").image
    net = place.net(diffusers.FluxControlNetModel, "tile")
    theirs = place.theirs(
        "FluxControlNetImg2ImgPipeline", "controlnet", [net], image=large, control_image=[tile], control_mode=[None],
        controlnet_conditioning_scale=[0.7], strength=0.75, steps=4,
    )  # fmt: skip
    assert isinstance(result.image, Image.Image)
    assert difference(result.image, theirs) == 0
    assert result.values["tiles"] == 1
    assert place.ctx.steps[-1].done == place.ctx.steps[-1].total
    free = enlarged(place).image
    assert isinstance(free, Image.Image)
    assert difference(result.image, free) > 0
    assert any(note.startswith("Without a tile ControlNet") for note in place.ctx.notes)


def test_windows_are_blended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that are black and white, what lies between goes evenly from one to the other."""
    result = enlarged(place, {"control": "tile", "hint": "tile"}, scale=3, tile=48, overlap=32)
    assert isinstance(result.image, Image.Image)
    assert (result.image.size, result.values["tiles"]) == ((96, 96), 4)
    monkeypatch.setattr(Windowed, "_painted", lambda _self, box, _number, _meter: np.full(
        (box[3] - box[1], box[2] - box[0], 3), float(box[0] > 0)))  # fmt: skip
    row = np.asarray(enlarged(place, scale=3, tile=48, overlap=32).image)[48, :, 0].astype(int)
    assert (row[:32] == 0).all()
    assert (row[64:] == 255).all()
    assert set(np.diff(row[31:65])) <= {3, 4, 7, 8, 9}


def test_words_for_regions_are_refused(place: Place) -> None:
    with pytest.raises(UserError, match="enlarges without words for regions"):
        enlarged(place, region=[{"prompt": "a cup", "mask": "small"}])
