"""A model, a folder with LoRAs for it, and what is drawn with them: by the studio, and by diffusers alone."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from built_in import BUILT_IN
from PIL import Image

from studio import api
from studio.diffusion import StepProgress, build_pipeline, run, to_picture
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, STEPS, SEED = "a red mushroom", 2, 7
Lora = tuple[str, float]


@dataclass
class Place:
    """A model, and a folder with LoRAs for it."""

    model: Path
    folder: Path
    service: ModelService
    ctx: FakeContext

    def adapters(self, loras: Sequence[Lora]) -> list[api.Adapter]:
        return [api.Adapter(adapter=name, weight=weight) for name, weight in loras]

    def lease(self, *loras: Lora) -> Any:
        return self.ctx.model(api.Model(str(self.model), "text-to-image", adapters=self.adapters(loras)))

    def draw(self, *loras: Lora) -> Image.Image:
        with self.lease(*loras) as lease:
            call = {
                "prompt": PROMPT, "width": 64, "height": 64, "num_inference_steps": STEPS, "guidance_scale": 4.0,
                "true_cfg_scale": 1.0, "generator": torch.Generator().manual_seed(SEED),
            }  # fmt: skip
            pipeline = build_pipeline(self.ctx, lease, "text-to-image")
            return to_picture(run(pipeline, self.ctx, lease, StepProgress(self.ctx, 99), call))

    def theirs(self, *loras: Lora, change: Callable[[Any], None] | None = None) -> Image.Image:
        """What somebody draws who has only diffusers; `change`: of the pipeline, before anything is drawn."""
        name = self.service.find(str(self.model)).about.pipelines["text-to-image"]
        made = getattr(diffusers, name)
        options = {"safety_checker": None} if name == "StableDiffusionPipeline" else {}
        pipeline = made.from_pretrained(self.model, dtype=torch.float32, **options)
        pipeline.set_progress_bar_config(disable=True)
        for number, (lora, _) in enumerate(loras):
            pipeline.load_lora_weights(str(self.folder / f"{lora}.safetensors"), adapter_name=f"x{number}")
        if loras:
            pipeline.set_adapters([f"x{number}" for number in range(len(loras))], [weight for _, weight in loras])
        for part in pipeline.components.values():
            if isinstance(part, torch.nn.Module):
                part.requires_grad_(False).eval()
        if change:
            change(pipeline)
        seeded = torch.Generator().manual_seed(SEED)
        call = {"width": 64, "height": 64, "num_inference_steps": STEPS, "guidance_scale": 4.0, "generator": seeded}
        return pipeline(PROMPT, **call).images[0]

    def hashes(self) -> dict[str, str]:
        with self.ctx.model(api.Model(str(self.model))) as lease:
            modules = {part: lease[part] for part in lease.about.parts if part in lease}
            return {part: _hash(module) for part, module in modules.items() if isinstance(module, torch.nn.Module)}


def _hash(module: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(name.encode() + tensor.detach().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())


def place_of(tmp_path: Path, model: Path) -> Place:
    folder = tmp_path / "loras"
    folder.mkdir(exist_ok=True)
    settings = Settings(home=tmp_path / "home", device="cpu", models=(str(folder),))
    service = ModelService(settings, BUILT_IN)
    return Place(model, folder, service, FakeContext(models=service))
