"""Embedding: an idea without pixels, kept under a name and taken where some tasks take a picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Embedding:
    """A CLIP image embedding as a thing of its own, such as a blend that somebody likes.

    `vector` is as CLIP gave it, not normalised; `clip` tells which CLIP (`diffusion.Clip.identity`), since the numbers
    mean nothing to another; `name` is the user's, letters of any script, and becomes the file's.
    """

    name: str
    clip: str
    vector: tuple[float, ...]
