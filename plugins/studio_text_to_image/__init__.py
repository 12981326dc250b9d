"""Text to image and image to image: the unCLIP way (prior, decoder, upscaler) and the direct way, one plugin."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal

from PIL import Image

from studio import api
from studio_text_to_image.translation import ZH

_STORABLE = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
"""Modes of a picture that can be a result as it is."""


def _check_prompt(prompt: str) -> None:
    if not prompt.strip():
        raise api.UserError(
            "The prompt is empty, so nothing was made; write what the picture should show.",
            field="prompt",
            code="empty_prompt",
        )


def _read(params: Any, ctx: api.Context, lease: api.Lease) -> Any:
    """The parameters without what no model reads. Raises UserError when nothing is left."""
    from studio.diffusion import readable  # torch comes with it, once a job needs it

    reads_colors = bool(lease.defaults.get("phrasing", {}).get("rgb"))
    fields = ("prompt", "negative_prompt", "region")
    read = readable(params, ctx, *fields, colors=reads_colors, breaks=lease.about.long_prompts)
    _check_prompt(read.prompt)
    return read


STAGES: Mapping[str, api.Stage] = {
    "tokens": api.Stage(
        "Reading",
        "texts",
        ("tokens",),
        "Words become tokens",
        "The text encoder reads no letters: it cuts the prompt into pieces that it has a number for.",
    ),
    "words": api.Stage(
        "Reading",
        "bars",
        heading="Meaning becomes a direction",
        description="CLIP turns the prompt into an arrow. A bar to the right points the way of that word's own arrow, "
        "one to the left away from it.",
    ),
    **api.DIFFUSION_STAGES,
}
"""Those of unCLIP, where there is a prior; else the denoising alone."""


APART = api.Value(
    "Apart from the others", "Mean CLIP distance of all pictures of this job: 0 all the same, 0.4 very different."
)


def _measured_by(params: Any, ctx: api.Context) -> tuple[api.Derived, ...]:
    """CLIP, where pictures are compared with each other or with words."""
    if not (params.spread or ctx.reveals):
        return ()
    from studio.diffusion import CLIP_VIEW  # brings the weight libraries

    return (CLIP_VIEW,)


Draft = Literal["off", "first-block"]


def DraftField() -> Any:
    """A Draft, among what is folded away."""
    return api.Field(
        "off", advanced=True, labels={"off": "Off", "first-block": "First-block cache"},
        description="Skip what hardly changes between steps: sooner done, a little different, and for transformers of "
        "some families only, such as FLUX.1 and Qwen-Image.",
    )  # fmt: skip


class TextToImage(api.Task):
    id = "text-to-image"
    title = "Create"
    description = "Make pictures from text."
    icon, order = "create", 10
    independent = True
    values: ClassVar[Mapping[str, api.Value]] = {"spread": APART}
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES

    class Params(api.Params):
        prompt: api.Prompt = api.Field(role=api.Role.PROMPT, description="What the picture should show.")
        negative_prompt: api.Prompt = api.Field(
            "", role=api.Role.NEGATIVE, title="Negative prompt", description="What the picture should not show."
        )
        style: api.Styles = api.Field(
            [], title="Styles", description="Styles such as watercolour; several can be combined."
        )
        model: api.ModelRef = api.ModelField("text-to-image")
        size: api.Size = api.Field("auto", description="Width x height in pixels; auto uses the model's default.")
        count: int = api.Field(
            1, ge=1, le=16, role=api.Role.COUNT, title="Pictures", description="How many, each from its own seed."
        )
        seed: api.Seed = api.Field(-1, description="The same seed makes the same picture; -1 picks one at random.")
        spread: bool = api.Field(
            False,
            title="More variety",
            description="Choose seeds whose pictures differ the most; takes longer, and needs a model with a prior.",
        )
        steps: int | None = api.Field(
            None, ge=1, le=200, model_default="steps", advanced=True,
            description="Denoising steps; empty uses the model's default.",
        )  # fmt: skip
        guidance_scale: float | None = api.Field(
            None, ge=0, le=30, step=0.5, model_default="guidance_scale", advanced=True,
            description="How strictly the prompt is followed.",
        )  # fmt: skip
        control: list[api.Control] = api.ControlField()
        reference: list[api.Reference] = api.ReferenceField()
        region: list[api.Region] = api.RegionField()
        lora: list[api.Adapter] = api.AdapterField()
        scheduler: api.Scheduler = api.SchedulerField()
        translate: api.Language = api.LanguageField()
        draft: Draft = DraftField()

    def work(
        self, params: Params, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        own, multiple = (defaults["width"], defaults["height"]), defaults["multiple"]
        size = api.parse_size(params.size, own, multiple=multiple)
        return api.Work(*size, params.count, params.steps or defaults["steps"], _way(params))

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        _check_prompt(params.prompt)
        if params.spread and params.count == 1:
            ctx.note("“More variety” compares pictures of one prompt, and there is one of each, so it changed nothing.")
        spec = api.Model(
            params.model, "text-to-image", derived=_measured_by(params, ctx), adapters=params.lora,
            controls=params.control, references=params.reference,
        )  # fmt: skip
        with ctx.model(spec) as lease:
            # The weight libraries are imported here, once a job needs them.
            from studio_text_to_image import direct, unclip

            params = _read(params, ctx, lease)

            if lease.family == "kandinsky22":
                _refuse_draft(params, lease)
                yield from unclip.draw(params, ctx, lease)
            elif params.spread:
                raise api.UserError(
                    "The model {} has no prior, whose embeddings could be spread; switch spread off, or choose "
                    "another model.",
                    repr(lease.title),
                    field="spread",
                    code="unsupported_operation",
                )
            else:
                yield from direct.draw(params, ctx, lease)


class Refine(api.Task):
    id = "refine"
    title = "Refine"
    description = "Redraw a picture with a prompt: finish a sketch, change a mood."
    icon, order = "refine", 50
    independent = True
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES

    class Params(api.Params):
        image: api.ImageRef = api.Field(role=api.Role.SOURCE, description="The picture to start from.")
        prompt: api.Prompt = api.Field(role=api.Role.PROMPT, description="What the new picture should show.")
        strength: float | None = api.Field(
            None, ge=0, le=1, step=0.05, role=api.Role.STRENGTH, model_default="strength",
            description="How far it may depart from the picture: 0 not at all, 1 entirely; empty uses the model's "
                        "default.",
        )  # fmt: skip
        negative_prompt: api.Prompt = api.Field(
            "", role=api.Role.NEGATIVE, title="Negative prompt", description="What the picture should not show."
        )
        style: api.Styles = api.Field(
            [], title="Styles", description="Styles such as watercolour; several can be combined."
        )
        model: api.ModelRef = api.ModelField("image-to-image")
        size: api.Size = api.Field(
            "auto", role=api.Role.PICTURE_SIZE, description="Width x height in pixels; auto follows the picture."
        )
        count: int = api.Field(
            1, ge=1, le=16, role=api.Role.COUNT, title="Pictures", description="How many, each from its own seed."
        )
        seed: api.Seed = api.Field(-1, description="The same seed makes the same picture; -1 picks one at random.")
        steps: int | None = api.Field(
            None, ge=1, le=200, model_default="steps", advanced=True,
            description="Denoising steps at strength 1; empty uses the model's default.",
        )  # fmt: skip
        guidance_scale: float | None = api.Field(
            None, ge=0, le=30, step=0.5, model_default="guidance_scale", advanced=True,
            description="How strictly the prompt is followed.",
        )  # fmt: skip
        control: list[api.Control] = api.ControlField(own_picture=True)
        reference: list[api.Reference] = api.ReferenceField()
        region: list[api.Region] = api.RegionField()
        lora: list[api.Adapter] = api.AdapterField()
        scheduler: api.Scheduler = api.SchedulerField()
        translate: api.Language = api.LanguageField()
        draft: Draft = DraftField()

    def work(
        self, params: Params, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        from studio_text_to_image import source

        size = source.fitted_size(size_of(params.image), params.size, defaults)
        steps = source.steps_run(params.steps or defaults["steps"], source.strength(params, defaults))
        return api.Work(*size, params.count, max(1, steps), _way(params))

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        if params.strength == 0:
            yield api.Result(_unchanged(ctx, params.image), seed=params.seed, parents=(params.image,))
            return
        _check_prompt(params.prompt)
        spec = api.Model(
            params.model, "image-to-image", adapters=params.lora, controls=params.control, references=params.reference
        )
        with ctx.model(spec) as lease:
            from studio_text_to_image import direct, unclip  # they bring the weight libraries

            params = _read(params, ctx, lease)

            if lease.family == "kandinsky22":
                _refuse_draft(params, lease)
                yield from unclip.refine(params, ctx, lease)
            else:
                yield from direct.refine(params, ctx, lease)


def _way(params: Any) -> str:
    """What sets a draft's cost apart."""
    return "" if params.draft == "off" else str(params.draft)


def _refuse_draft(params: Any, lease: api.Lease) -> None:
    """Raises UserError for a draft by a model whose pictures are made by a UNet."""
    if params.draft != "off":
        raise api.UserError(
            "The model {} has no draft mode: it draws with a UNet, and a first-block cache is for transformers. Set "
            "draft to off, or choose another model.",
            repr(lease.title),
            field="draft",
            code="unsupported_operation",
        )


def _unchanged(ctx: api.Context, ref: str) -> Image.Image:
    """The picture that was given, in sRGB as all that is refined."""
    given = ctx.original(ref)
    if given.icc is None and given.image.mode in _STORABLE:
        ctx.note("At strength 0 nothing changes: this is the picture that was given.")
        return given.image
    ctx.note("At strength 0 nothing changes: this is the picture that was given, converted to sRGB.")
    return given.srgb


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [TextToImage, Refine]
