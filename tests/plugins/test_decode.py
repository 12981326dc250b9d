"""`diffusion.decode` on the bundled starter: a size that it would round is refused with the nearest one."""

from pathlib import Path

import pytest
import torch
from built_in import BUILT_IN

from studio import api, diffusion
from studio.errors import UserError
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext


def test_a_size_that_would_be_rounded_is_refused(tmp_path: Path) -> None:
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN))
    with ctx.model(api.Model("starter", "text-to-image", derived=(diffusion.CLIP_VIEW,))) as lease:
        nothing = diffusion.zero_embedding(ctx, lease)
        call = {
            "ctx": ctx,
            "lease": lease,
            "generator": torch.Generator("cpu"),
            "meter": diffusion.StepProgress(ctx, 3),
        }
        with pytest.raises(UserError, match="The nearest legal size is 304x64") as caught:
            diffusion.decode(nothing, nothing, size=(300, 64), steps=2, guidance_scale=1.0, **call)
        assert caught.value.field == "size"
        assert diffusion.decode(nothing, nothing, size=(80, 64), steps=2, guidance_scale=1.0, **call).size == (80, 64)
