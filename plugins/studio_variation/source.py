"""What a verb starts from: pictures, saved embeddings and texts, each as an image embedding."""

from dataclasses import dataclass

import torch
from PIL import Image

from studio import api
from studio.diffusion import Clip, Prior, StepProgress, encoded, note_cut, understood, unweighted


@dataclass(frozen=True)
class Source:
    """`embedding` is (1, D); `picture` the pixels behind it, RGB, if it has any."""

    embedding: torch.Tensor
    picture: Image.Image | None = None


class Sources:
    """Opens sources for one leased model."""

    def __init__(self, ctx: api.Context, lease: api.Lease, clip: Clip) -> None:
        self._ctx, self._lease, self._clip = ctx, lease, clip
        self._understood: dict[str, str] = {}

    def open(self, ref: str, field: str = "image") -> Source:
        """A picture, or an embedding that was kept. Raises UserError, also for one of another CLIP."""
        kept = self._ctx.embedding(ref)
        if kept is None:
            picture = opaque(self._ctx.image(ref), field)
            seen = encoded(self._ctx, self._lease, "clip", picture, lambda: self._clip.of_pictures([picture]))
            return Source(seen, picture)
        if not self._clip.knows(kept.clip) or len(kept.vector) != self._width:
            raise api.UserError(
                "The embedding {} was made with another CLIP than that of the model {}, to which its numbers mean "
                "nothing; choose the model that it was made with, or a picture.",
                repr(kept.name),
                repr(self._lease.title),
                field=field,
                code="other_clip",
            )
        vector = torch.tensor([kept.vector], device=self._lease.device)
        return Source(vector.to(self._lease["image_encoder"].dtype))

    def text(self, text: str, seed: int, meter: StepProgress) -> Source:
        """What the prior thinks a picture of the text could be; another seed, another picture."""
        if text not in self._understood:
            self._understood[text] = understood(self._ctx, self._lease, text)
            note_cut(self._ctx, self._lease["tokenizer"], unweighted(self._understood[text]))
        generator = torch.Generator("cpu").manual_seed(seed)
        return Source(Prior.over(self._ctx, self._lease).embed(self._understood[text], "", generator, meter)[0])

    def prior_steps(self, field: str) -> int:
        """Steps of the meter that `text` takes. Raises UserError for a model that cannot picture words."""
        if "prior" not in self._lease:
            raise api.UserError(
                "The model {} has no prior, which makes a picture of words, so it takes pictures only; leave the "
                "words empty, or choose another model.",
                repr(self._lease.title),
                field=field,
                code="unsupported_operation",
            )
        return int(self._lease.defaults["prior_steps"])

    @property
    def _width(self) -> int:
        return int(self._lease["image_encoder"].config.projection_dim)


def opaque(picture: Image.Image, field: str) -> Image.Image:
    """RGB, what is transparent on white. Raises UserError for a picture of which nothing can be seen."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    if picture.getchannel("A").getextrema() == (0, 0):
        raise api.UserError(
            "The picture is transparent all over, so there is nothing to start from; choose another.", field=field
        )
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
