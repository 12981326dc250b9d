"""Variation: work in CLIP's image space. Vary a picture, blend several, go from one to another, change one by words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from studio import api
from studio_variation.translation import ZH

MEANING = "CLIP distance: 0 is the same to the model, 0.02 close, 0.15 only the idea, 0.5 something else."
FROM_SOURCE = api.Value("Distance from the picture", MEANING)
APART = api.Value(
    "Apart from the others", "Mean CLIP distance of all pictures of this job: 0 all the same, 0.4 very different."
)
BY_SIGLIP = api.Value(
    "Distance from the picture",
    "By SigLIP, which Redux sees with: 0 is the same to it; its numbers are not those of CLIP.",
)
THROUGH = api.Value("Through", "The IP-Adapter or Redux by which the picture was read, and what its hash begins with.")
KEPT = api.Value("Saved embedding", "This file can be used wherever these tools take a picture.")

STAGES: Mapping[str, api.Stage] = {
    "distance": api.Stage(
        "Measuring",
        "values",
        heading="How far it goes",
        description="The steps that are taken of all that the decoder has, and how far the embedding strays: 0 not at "
        "all, 1 as far as it goes.",
    ),
    **api.DIFFUSION_STAGES,
    "inversion": api.Stage("Looking for the noise"),
}


class _Shared(api.Params):
    """What all verbs take, after their own: of several base classes, pydantic lists the last one's fields first."""

    unlike: api.ImageRef | None = api.Field(
        None,
        title="Picture",
        group="Unlike",
        embeddings=True,
        description="A picture, or saved embedding, of what it should not be like.",
        widget="image",
    )
    unlike_text: api.Prompt = api.Field(
        "", title="Words", group="Unlike", description="Words for what it should not be like.", widget="text"
    )
    unlike_strength: float = api.Field(
        0.5, ge=0, le=1, step=0.05, title="Amount", group="Unlike", description="How strongly it is avoided."
    )
    model: api.ModelRef = api.ModelField("variation")
    size: api.Size = api.Field(
        "auto", role=api.Role.PICTURE_SIZE, description="Width x height in pixels; auto follows the picture."
    )
    seed: api.Seed = api.Field(-1, description="The same seed makes the same picture; -1 picks one at random.")
    steps: int | None = api.Field(
        None, ge=1, le=200, model_default="steps", advanced=True,
        description="Denoising steps; empty uses the model's default.",
    )  # fmt: skip
    guidance_scale: float | None = api.Field(
        None, ge=0, le=30, step=0.5, model_default="guidance_scale", advanced=True,
        description="How strictly the embedding is followed.",
    )  # fmt: skip


class _Mixed(_Shared):
    """The verbs that work on embeddings, which only some models make pictures of."""

    model: api.ModelRef = api.ModelField("blend")


class _Kept(api.Params):
    keep_as: str = api.Field(
        "", title="Save embedding as", max_length=80, role=api.Role.NAME,
        description="Keep the embedding under this name, to be given later wherever these tools take a picture.",
    )  # fmt: skip


class _Adapted(api.Params):
    lora: list[api.Adapter] = api.AdapterField()


class _Led(api.Params):
    control: list[api.Control] = api.ControlField(own_picture=True)


class _Referred(api.Params):
    reference: list[api.Reference] = api.ReferenceField(
        title="Be like other pictures too",
        description="For Stable Diffusion 1.5, XL and FLUX.1, which see the picture itself by the first one's file.",
    )


class _Drawn(api.Params):
    scheduler: api.Scheduler = api.SchedulerField()


class _Written(api.Params):
    translate: api.Language = api.LanguageField()


class _Spread(api.Params):
    count: int = api.Field(
        4, ge=1, le=16, role=api.Role.COUNT, title="Pictures", description="How many, each from its own seed."
    )
    spread: bool = api.Field(
        False, title="More variety", description="Choose seeds whose pictures differ the most; takes longer."
    )


class _Vary(api.Params):
    image: api.ImageRef = api.Field(
        role=api.Role.SOURCE, embeddings=True, description="The picture, or a saved embedding."
    )
    distance: float = api.Field(
        0.5, ge=0, le=1, step=0.05, role=api.Role.DISTANCE,
        description="0 is as close as the model can, 1 keeps only the idea.",
    )  # fmt: skip


class _Blend(api.Params):
    image: list[api.ImageRef] = api.Field(
        [], max_length=4, role=api.Role.BLEND_PICTURE, title="From pictures", embeddings=True,
        description="A picture, or a saved embedding.",
    )  # fmt: skip
    text: list[api.Prompt] = api.Field(
        [], max_length=4, role=api.Role.PROMPT, title="From words", description="Words instead of a picture."
    )
    weight: list[float] = api.Field(
        [], max_length=4, role=api.Role.BLEND_WEIGHT, title="Weights",
        description="How much of each, pictures first, then words; none is all the same.",
    )  # fmt: skip


class _Interpolate(api.Params):
    image: api.ImageRef = api.Field(
        title="From", embeddings=True, description="The first picture, or a saved embedding."
    )
    other: api.ImageRef = api.Field(title="To", embeddings=True, description="The last picture, or a saved embedding.")
    count: int = api.Field(
        5, ge=2, le=16, role=api.Role.COUNT, title="Pictures", description="How many, both ends counted."
    )
    own_noise: bool = api.Field(
        True,
        title="Keep first and last",
        description="Start from the pictures' own noise, so that the first and the last stay as they are.",
    )


class _TextDiff(api.Params):
    image: api.ImageRef = api.Field(
        role=api.Role.SOURCE, embeddings=True, description="The picture to change, or a saved embedding."
    )
    before: api.Prompt = api.Field(
        role=api.Role.BEFORE, description="What it shows now, in a word: winter.", widget="text"
    )
    after: api.Prompt = api.Field(role=api.Role.PROMPT, description="What it should show instead: summer.")
    amount: float = api.Field(0.5, ge=0, le=1, step=0.05, role=api.Role.STRENGTH, description="How far towards it.")
    count: int = api.Field(
        1, ge=1, le=16, role=api.Role.COUNT, title="Pictures",
        description="How many, in equal steps up to the amount.",
    )  # fmt: skip


class _Verb(api.Task):
    """What the verbs have in common for the host."""

    def work(
        self, params: Any, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        from studio_variation.target import target

        # In a picture's proportions at the model's own area: as many pixels whatever its shape.
        return api.Work(*target(params.size, None, defaults), params.count, params.steps or defaults["steps"])


class Vary(_Verb):
    id = "variation"
    title = "Vary"
    description = "Make pictures like a picture, as near to it or as far from it as you like."
    icon, order = "vary", 20
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES
    values: ClassVar[Mapping[str, api.Value]] = {
        "clip_distance": FROM_SOURCE, "siglip_distance": BY_SIGLIP, "spread": APART, "embedding": KEPT,
        "reference": THROUGH,
    }  # fmt: skip

    class Params(_Drawn, _Adapted, _Referred, _Led, _Shared, _Kept, _Spread, _Vary): ...

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        yield from _work("vary", params, ctx)


class Blend(_Verb):
    id = "blend"
    title = "Blend"
    description = "Mix up to four pictures and words into one idea."
    icon, order = "blend", 60
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES
    values: ClassVar[Mapping[str, api.Value]] = {
        **{f"clip_distance_{n}": api.Value(f"Distance from part {n}", MEANING) for n in (1, 2, 3, 4)},
        "spread": APART,
        "embedding": KEPT,
    }

    class Params(_Written, _Drawn, _Mixed, _Kept, _Spread, _Blend): ...

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        yield from _work("blend", params, ctx, "text")


class Interpolate(_Verb):
    id = "interpolate"
    title = "Interpolate"
    description = "Go from one picture to another in steps."
    sequence = True
    icon, order = "interpolate", 70
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES
    values: ClassVar[Mapping[str, api.Value]] = {
        "clip_distance_first": api.Value("Distance from the first", MEANING),
        "clip_distance_last": api.Value("Distance from the last", MEANING),
        "share": api.Value("On the way", "0 is the first picture, 1 the last."),
    }

    class Params(_Mixed, _Interpolate): ...

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        yield from _work("interpolate", params, ctx)


class TextDiff(_Verb):
    id = "text-diff"
    title = "Change by text"
    sequence = True
    description = "Change a picture as one word differs from another: from winter to summer."
    icon, order = "swap", 80
    stages: ClassVar[Mapping[str, api.Stage]] = STAGES
    values: ClassVar[Mapping[str, api.Value]] = {
        "clip_distance": FROM_SOURCE,
        "amount": api.Value("Amount of this picture", "How far it was turned towards the new words, from 0 to 1."),
        "embedding": KEPT,
    }

    class Params(_Written, _Mixed, _Kept, _TextDiff): ...

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        yield from _work("text_diff", params, ctx, "before", "after")


def _work(verb: str, params: Any, ctx: api.Context, *texts: str) -> Iterator[api.Result]:
    """`texts`: the parameters that are words, besides those that all verbs have."""
    check = {"blend": _check_blend, "text_diff": _check_texts}.get(verb, lambda params: None)
    check(params)
    if name := getattr(params, "keep_as", "").strip():
        ctx.check_name(name)  # a name that is taken is told before the work is done
    # The weight libraries are imported here, once a job needs them.
    from studio.diffusion import CLIP_VIEW, readable
    from studio_variation import by_reference, redux
    from studio_variation import verbs as verbs
    from studio_variation.decoder_network import FAMILIES, REDUX
    from studio_variation.workspace import Workspace

    run: Callable[[Any], Iterator[api.Result]] = getattr(verbs, verb)
    spec = api.Model(
        params.model, "variation" if verb == "vary" else "blend", derived=(CLIP_VIEW,),
        adapters=getattr(params, "lora", ()),
        references=by_reference.references(params) if verb == "vary" else (), controls=getattr(params, "control", ()),
    )  # fmt: skip
    with ctx.model(spec) as lease:
        if lease.references:
            yield from by_reference.vary(params, ctx, lease)
            return
        if lease.family == REDUX:
            yield from redux.vary(params, ctx, lease)
            return
        if lease.family not in FAMILIES:  # others bring a decoder and a codec of their own kind: see Network
            raise api.UserError(
                "The model {} has no decoder of image embeddings that is known; choose another model.",
                repr(lease.title),
                field="model",
                code="unsupported_operation",
            )
        read = readable(params, ctx, *texts, "unlike_text")
        check(read)  # something must be left
        yield from run(Workspace(read, ctx, lease))


def _check_texts(params: Any) -> None:
    for field, text in (("before", params.before), ("after", params.after)):
        if not text.strip():
            raise api.UserError(
                "The text {} is empty; say in a word what the picture shows and what it should show.",
                repr(field),
                field=field,
                code="empty_prompt",
            )


def _check_blend(params: Any) -> None:
    count = len(params.image) + len(params.text)
    if not 1 <= count <= 4:
        raise api.UserError("A blend takes one to four pictures and texts, not {}; add or remove some.", count)
    if not all(text.strip() for text in params.text):
        raise api.UserError("One of the texts is empty; write what it should add, or leave it out.", field="text")
    if params.weight and len(params.weight) != count:
        raise api.UserError(
            "There are {} weights for {} pictures and texts; give one for each, or none.",
            len(params.weight),
            count,
            field="weight",
        )
    if params.weight and (min(params.weight) < 0 or not any(params.weight)):
        raise api.UserError("Weights must be 0 or more, and at least one above 0; raise one of them.", field="weight")


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Vary, Blend, Interpolate, TextDiff]
