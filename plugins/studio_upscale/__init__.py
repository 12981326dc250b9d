"""Upscale: enlarge a picture by a model, in tiles, so that neither picture nor result has to fit beside the network."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from studio import api
from studio_upscale.translation import ZH


class Upscale(api.Task):
    id = "upscale"
    title = "Enlarge"
    description = "Enlarge a picture and sharpen what is in it."
    icon, order = "upscale", 40
    values: ClassVar[Mapping[str, api.Value]] = {
        "model_scale": api.Value("Factor of the model", "How many times as wide the model itself makes a picture."),
        "overlap": api.Value("Overlap that was used", "Pixels around a tile that the model saw too."),
        "tile": api.Value("Tile that was used", "Pixels a side that the model saw at once."),
        "tiles": api.Value("Tiles", "In how many parts the picture was enlarged."),
        "steps": api.Value("Steps", "How many denoising steps were taken."),
        "strength": api.Value("Change that was used", "1 painted anew, less kept more of the picture."),
        "noise_level": api.Value("Noise level that was used", "How much of the picture's detail was repainted."),
    }
    stages: ClassVar[Mapping[str, api.Stage]] = {
        "tiles": api.Stage("Enlarging"),
        "denoising": api.DIFFUSION_STAGES["denoising"],
    }

    class Params(api.Params):
        image: api.ImageRef = api.Field(role=api.Role.SOURCE, description="The picture to enlarge.")
        model: api.ModelRef = api.ModelField("upscale")
        scale: float | None = api.Field(
            None, ge=1, le=16, step=0.5, role=api.Role.SCALE, title="Factor",
            description="How many times as wide; empty uses the model's own factor.",
        )  # fmt: skip
        size: api.Size = api.Field(
            "auto", role=api.Role.PICTURE_SIZE, description="Width x height in pixels, instead of a factor."
        )
        prompt: api.Prompt = api.Field(
            "", role=api.Role.PROMPT, group="Diffusion", advanced=True,
            description="What the picture shows, for models that paint detail by diffusion.",
        )  # fmt: skip
        seed: api.Seed = api.Field(
            -1,
            group="Diffusion",
            advanced=True,
            description="The same seed makes the same picture; -1 picks one at random.",
        )
        steps: int | None = api.Field(
            None, ge=1, le=200, model_default="steps", group="Diffusion", advanced=True,
            description="Denoising steps; empty uses the model's default.",
        )  # fmt: skip
        guidance_scale: float | None = api.Field(
            None, ge=0, le=30, step=0.5, model_default="guidance_scale", group="Diffusion", advanced=True,
            description="How strictly the prompt is followed.",
        )  # fmt: skip
        noise_level: int | None = api.Field(
            None, ge=0, le=999, model_default="noise_level", group="Diffusion", advanced=True,
            description="How much of the picture's own detail is repainted; empty uses the model's default.",
        )  # fmt: skip
        strength: float | None = api.Field(
            None, gt=0, le=1, step=0.05, title="Change", group="Diffusion", advanced=True,
            description="How much a model of Stable Diffusion paints anew; empty is 0.4.",
        )  # fmt: skip
        control: list[api.Control] = api.ControlField(own_picture=True)
        region: list[api.Region] = api.RegionField()
        lora: list[api.Adapter] = api.AdapterField()
        translate: api.Language = api.LanguageField()
        tile: int | None = api.Field(
            None, ge=32, le=4096, step=32, advanced=True,
            description="Pixels a side that the model sees at once; empty is automatic.",
        )  # fmt: skip
        overlap: int | None = api.Field(
            None, ge=0, le=256, step=8, advanced=True,
            description="Pixels around a tile that the model sees too; empty uses what the model needs to leave no "
                        "seams.",
        )  # fmt: skip

    def work(
        self, params: Params, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        return api.Work(*size_of(params.image), steps=params.steps or int(defaults.get("steps", 1)))

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        original = ctx.original(params.image, tiff=True)
        with ctx.model(api.Model(params.model, "upscale", adapters=params.lora, controls=params.control)) as lease:
            # The weight libraries are imported here, once a job needs them.
            from studio.diffusion import readable
            from studio_upscale import job

            read = readable(params, ctx, "prompt", "region", breaks=lease.about.long_prompts)
            yield job.upscale(read, ctx, lease, original)


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Upscale]
