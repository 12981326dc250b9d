"""Text to image: the unCLIP way (prior, decoder, upscaler) and the Stable Diffusion way, one task."""

from collections.abc import Iterator

from studio import api


class TextToImage(api.Task):
    id = "text-to-image"
    title = "Create"
    description = "Make pictures from words."

    class Params(api.Params):
        prompt: api.Prompt = api.Field(description="What the picture should show.", widget="prompt")
        negative_prompt: api.Prompt = api.Field("", title="Without", description="What it should not show.")
        model: api.ModelRef = api.ModelField("text-to-image")
        size: api.Size = api.Field("auto", description="Width x height in pixels; auto is the model's own.")
        count: int = api.Field(1, ge=1, le=16, title="Pictures", description="How many, each from its own seed.")
        seed: api.Seed = api.Field(-1, description="The same seed makes the same picture; -1 draws one.")
        spread: bool = api.Field(
            False, description="Choose seeds whose pictures lie far apart; takes longer, and a model with a prior."
        )
        steps: int | None = api.Field(
            None, ge=1, le=200, advanced=True, description="Denoising steps; empty is the model's own number."
        )
        guidance_scale: float | None = api.Field(
            None, ge=0, le=30, step=0.5, advanced=True, description="How strictly the words are followed."
        )

    def run(self, params: Params, ctx: api.Context) -> Iterator[api.Result]:
        if not params.prompt.strip():
            raise api.UserError(
                "The prompt is empty, so nothing was made; write what the picture should show.",
                field="prompt",
                code="empty_prompt",
            )
        with ctx.model(api.Model(params.model, "text-to-image")) as lease:
            # The weight libraries are imported here, once a job needs them.
            if lease.family == "kandinsky22":
                from studio_text_to_image import unclip

                yield from unclip.draw(params, ctx, lease)
            elif params.spread:
                raise api.UserError(
                    f"The model {lease.title!r} has no prior, whose embeddings could be spread; switch spread off, or "
                    "choose another model.",
                    field="spread",
                    code="unsupported_operation",
                )
            else:
                from studio_text_to_image import stable

                yield from stable.draw(params, ctx, lease)


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [TextToImage]
