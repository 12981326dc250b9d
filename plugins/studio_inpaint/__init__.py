"""Edit: repaint what a mask covers, take it away, or extend a picture beyond its edges; all else stays bit for bit."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from studio import api
from studio_inpaint.translation import ZH


def _seen_by(params: Any) -> tuple[api.Derived, ...]:
    """CLIP, where there are no words: what it sees around the mask says what to paint."""
    if params.prompt.strip():
        return ()
    from studio.diffusion import CLIP_VIEW  # brings the weight libraries

    return (CLIP_VIEW,)


class Inpaint(api.Task):
    id = "inpaint"
    title = "Edit"
    description = "Repaint a part of a picture, remove something, or extend the picture beyond its edges."
    icon, order = "inpaint", 30
    independent = True
    values: ClassVar[Mapping[str, api.Value]] = {
        "seam": api.Value(
            "Seam", "How much the edge stands out: 1 is as smooth as the picture beside it, above 2 can be seen."
        ),
        "seam_across": api.Value("Step across the edge", "Mean difference of neighbouring pixels, in levels of 255."),
        "seam_own": api.Value("Step beside the edge", "The same within the picture, to compare with."),
        "area": api.Value("Area", "Pixels of the picture that the model saw."),
        "work": api.Value("Drawn at", "The size in pixels at which the model drew it."),
        "strength": api.Value(
            "Strength that was used", "1 repainted entirely, less kept more of what was under the mask."
        ),
    }
    stages: ClassVar[Mapping[str, api.Stage]] = {**api.DIFFUSION_STAGES, "paste": api.Stage("Pasting")}

    class Params(api.Params):
        image: api.ImageRef = api.Field(role=api.Role.SOURCE, description="The picture to edit.")
        mask: api.MaskRef | None = api.Field(
            None, role=api.Role.MASK,
            description="White is repainted. Empty: what is transparent in the picture, or only the new edges.",
        )  # fmt: skip
        scale_mask: bool = api.Field(
            False, title="Scale the mask", advanced=True,
            description="Bring a mask of another size to the picture's, instead of refusing it.",
        )  # fmt: skip
        prompt: api.Prompt = api.Field(
            "", role=api.Role.PROMPT, description="What to paint there; empty removes what is there."
        )
        negative_prompt: api.Prompt = api.Field(
            "", role=api.Role.NEGATIVE, title="Negative prompt", description="What the picture should not show."
        )
        style: api.Styles = api.Field(
            [], title="Styles", description="Styles such as watercolour; several can be combined."
        )
        model: api.ModelRef = api.ModelField("inpaint")
        left: int = api.Field(
            0, ge=0, le=8192, soft_max=512, role=api.Role.EXTEND_LEFT, group="Extend",
            description="Pixels to add at the left.",
        )  # fmt: skip
        right: int = api.Field(
            0, ge=0, le=8192, soft_max=512, role=api.Role.EXTEND_RIGHT, group="Extend",
            description="Pixels to add at the right.",
        )  # fmt: skip
        top: int = api.Field(
            0, ge=0, le=8192, soft_max=512, role=api.Role.EXTEND_TOP, group="Extend",
            description="Pixels to add above.",
        )  # fmt: skip
        bottom: int = api.Field(
            0, ge=0, le=8192, soft_max=512, role=api.Role.EXTEND_BOTTOM, group="Extend",
            description="Pixels to add below.",
        )  # fmt: skip
        count: int = api.Field(
            1, ge=1, le=16, role=api.Role.COUNT, title="Pictures", description="How many, each from its own seed."
        )
        seed: api.Seed = api.Field(-1, description="The same seed makes the same picture; -1 picks one at random.")
        strength: float | None = api.Field(
            None, gt=0, le=1, step=0.05, role=api.Role.STRENGTH, model_default="strength", title="Strength",
            description="1 repaints entirely, less keeps more of what is under the mask; empty chooses by the prompt.",
        )  # fmt: skip
        steps: int | None = api.Field(
            None, ge=1, le=200, model_default="steps", advanced=True,
            description="Denoising steps; empty uses the model's default.",
        )  # fmt: skip
        guidance_scale: float | None = api.Field(
            None, ge=0, le=30, step=0.5, model_default="guidance_scale", advanced=True,
            description="How strictly the prompt is followed.",
        )  # fmt: skip
        reference: list[api.Reference] = api.ReferenceField()
        control: list[api.Control] = api.ControlField(own_picture=True)
        region: list[api.Region] = api.RegionField()
        lora: list[api.Adapter] = api.AdapterField()
        scheduler: api.Scheduler = api.SchedulerField()
        translate: api.Language = api.LanguageField()
        context: float = api.Field(
            0.5, ge=0, le=4, step=0.1, group="Seam", advanced=True,
            description="How much around the mask the model sees, as a share of the mask's longer side.",
        )  # fmt: skip
        grow: int | None = api.Field(
            None, ge=0, le=512, group="Seam", advanced=True,
            description="Pixels around the mask that are denoised too, and then discarded; empty is automatic.",
        )  # fmt: skip
        feather: float = api.Field(
            0.5, ge=0, le=8, step=0.5, group="Seam", advanced=True,
            description="How softly denoising fades out around the mask, in cells of the model's grid.",
        )  # fmt: skip
        blend: int | None = api.Field(
            None, ge=0, le=512, group="Seam", advanced=True,
            description="Pixels inside the mask over which new fades into old; empty is automatic.",
        )  # fmt: skip
        match_color: bool = api.Field(
            True, title="Match colours", group="Seam", advanced=True,
            description="Correct the new part's colours by those around the mask.",
        )  # fmt: skip

    def work(
        self, params: Params, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        # Whatever the mask is, its surroundings are brought to about as many pixels as the model is made for.
        return api.Work(defaults["width"], defaults["height"], params.count, params.steps or defaults["steps"])

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        # What is asked for is checked before seconds are spent on loading a model; it brings numpy.
        from studio_inpaint.extended_picture import ExtendedPicture

        canvas = ExtendedPicture.open(params, ctx)
        spec = api.Model(
            params.model, "inpaint", derived=_seen_by(params), adapters=params.lora, references=params.reference,
            controls=params.control,
        )  # fmt: skip
        with ctx.model(spec) as lease:
            # The weight libraries are imported here, once a job needs them.
            from studio.diffusion import readable
            from studio_inpaint import job

            read = readable(params, ctx, "prompt", "negative_prompt", "region", breaks=lease.about.long_prompts)
            yield from job.edit(read, ctx, lease, canvas)


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Inpaint]
