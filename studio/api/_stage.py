"""Stage: a step of a job, as its task declares it: what it is called, and how its inside is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Drawing = Literal["", "texts", "bars", "curve", "frames", "comparison", "values"]


@dataclass(frozen=True)
class Stage:
    """One that `Context.progress` and `Context.reveal` name.

    `shows` is how what `reveal` gives is drawn, and `data` under which names it is given, by default these:

    - `texts` ("texts"): a list of texts, side by side;
    - `bars` ("labels", "values"): a list of texts, and for each a number from -1 to 1;
    - `curve` ("step", "value"): one point for each call, the step from 1 on and a number from -1 to 1;
    - `frames` ("step", "picture"): one picture for each call, in a row;
    - `comparison` ("before", "after"): two pictures of the same, with a line between them that can be dragged;
    - `values`: whatever numbers and texts are given, by their names;
    - "": nothing.
    """

    title: str
    """What is being done, in a word or two: "Drawing"."""
    shows: Drawing = ""
    data: tuple[str, ...] = ()
    heading: str = ""
    """What stands above its drawing; by default the title."""
    description: str = ""
    """One or two sentences for those who learn: what happens here, and what the drawing says of it."""
    goal: str = ""
    """Of a curve: what the value 1 means."""


DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "texts": ("texts",),
    "bars": ("labels", "values"),
    "curve": ("step", "value"),
    "frames": ("step", "picture"),
    "comparison": ("before", "after"),
    "values": (),
}
"""By `Stage.shows`, the names of what is given."""

DIFFUSION_STAGES: Final[Mapping[str, Stage]] = {
    "prior": Stage(
        "Composing",
        "curve",
        ("step", "similarity"),
        "The prior turns the prompt into an idea",
        "From the words it guesses the embedding of a picture, step by step; the curve tells how near it is to the "
        "finished one.",
        "the finished embedding",
    ),
    "decoder": Stage("Drawing"),
    "denoising": Stage("Drawing"),
    "denoise": Stage(
        "Drawing",
        "frames",
        heading="The decoder takes noise away",
        description="It starts from noise and at each step keeps what fits the embedding; point at a frame.",
    ),
    "codec": Stage("Developing"),
    "upscaler": Stage("Enlarging"),
    "upscale": Stage(
        "Enlarging",
        "comparison",
        heading="The upscaler adds pixels",
        description="The small picture is made large, with the edges that a large one would have; drag the line.",
    ),
}
"""Those that the tools of studio.diffusion name: a task that uses the tools has them among its own."""
