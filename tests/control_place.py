"""A model with networks that follow pictures, drawn both ways: by the studio and by diffusers."""

from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from built_in import BUILT_IN
from PIL import Image
from safetensors.torch import load_file
from studio_inpaint import Inpaint
from studio_text_to_image import TextToImage

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, STEPS, SEED, SIDE = "a red mushroom", 2, 7, 64


def photograph() -> Image.Image:
    down, across = np.mgrid[0:SIDE, 0:SIDE]
    return Image.fromarray(np.stack([down * 4, across * 4, (down + across) * 2], axis=2).astype("uint8"))


class Place:
    """A model, nets for it, and both ways of drawing."""

    def __init__(self, folder: Path, model: Path, **nets: Any) -> None:
        self.model, self.folder = model, folder / "nets"
        for name, net in nets.items():
            net.save_pretrained(self.folder / name)
        service = ModelService(Settings(home=folder / "home", device="cpu", models=(str(self.folder),)), BUILT_IN)
        service.wait_for_scan()
        self.ctx = FakeContext(models=service, pictures={"photo": photograph()})

    def draw(self, *controls: dict[str, Any], task: Any = TextToImage, **more: Any) -> Image.Image:
        given: dict[str, Any] = {
            "prompt": PROMPT, "model": str(self.model), "seed": SEED, "steps": STEPS, "guidance_scale": 3.0,
            "size": f"{SIDE}x{SIDE}",
        }  # fmt: skip
        params = task.Params(**given, **more, control=[{"image": "photo", **each} for each in controls])
        (result,) = task().run(params, self.ctx)
        made: Image.Image = result.image
        return made

    def edited(self, *controls: dict[str, Any], mask: Image.Image | None = None, **more: Any) -> Image.Image:
        """All of the picture painted anew, so that nothing is put back, or what `mask` says."""
        self.ctx._pictures["mask"] = mask or Image.new("L", (SIDE, SIDE), 255)  # type: ignore[index]
        given = {"strength": 1.0, "match_color": False, "blend": 0, "grow": 0, **more}
        params = Inpaint.Params(
            prompt=PROMPT, model=str(self.model), seed=SEED, steps=STEPS, guidance_scale=3.0, image="photo",
            mask="mask", control=list(controls), **given,
        )  # fmt: skip
        (result,) = Inpaint().run(params, self.ctx)
        made: Image.Image = result.image
        return made

    def theirs(self, name: str, place: str, nets: Any, *, steps: int = STEPS, **call: Any) -> Image.Image:
        pipeline = getattr(diffusers, name).from_pretrained(self.model, dtype=torch.float32, **{place: nets})
        pipeline.set_progress_bar_config(disable=True)
        seeded = torch.Generator().manual_seed(SEED)
        options = {"guidance_scale": 3.0, "width": SIDE, "height": SIDE, **call}
        torch.manual_seed(SEED)  # Stable Diffusion 3 encodes control pictures by it
        with torch.no_grad():
            return pipeline(PROMPT, num_inference_steps=steps, generator=seeded, **options).images[0]

    def check_weights(self) -> None:
        """What is leased now has every bit that its files have."""
        with self.ctx.model(api.Model(str(self.model), "text-to-image")) as lease:
            for part in ("unet", "transformer", "vae"):
                if part in lease:
                    (file,) = (self.model / part).glob("*.safetensors")
                    kept, held = load_file(file), lease[part].state_dict()
                    assert kept.keys() <= held.keys()
                    assert all(torch.equal(tensor, held[name]) for name, tensor in kept.items()), part

    def net(self, made: Any, name: str) -> Any:
        return made.from_pretrained(self.folder / name)


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())
