"""What tasks that run diffusers share: cancellable steps, previews, pictures from arrays, pipelines over leases,
the stages of unCLIP.

It imports torch and diffusers, so import it where a job needs it: inside `run`, or in a module that `run` imports.
"""

from studio.diffusion._clip import CLIP_VIEW, Clip, distance, image_identity, zero_embedding
from studio.diffusion._control import control_picture, followed
from studio.diffusion._denoise import Schedule, denoise
from studio.diffusion._emphasis import unweighted
from studio.diffusion._encoding import encoded
from studio.diffusion._kandinsky import KandinskyDecoder
from studio.diffusion._notation import readable
from studio.diffusion._picture import StepProgress, note_cut, note_unread, seeds, to_picture
from studio.diffusion._pipeline import build_pipeline, run, takes, words
from studio.diffusion._precision import knows_bfloat16
from studio.diffusion._preview import LatentPreview
from studio.diffusion._reference import reference_values, referred, seen
from studio.diffusion._region import Regional
from studio.diffusion._repaint import whole
from studio.diffusion._scheduler import scheduler
from studio.diffusion._shares import Shares, shares
from studio.diffusion._spread import SpreadMeasure, candidates, choose, chosen_seeds, spread, spreads
from studio.diffusion._steering import Steering
from studio.diffusion._unclip import Prior, decode, enlarge
from studio.diffusion.phrasing import understood

__all__ = [
    "CLIP_VIEW",
    "Clip",
    "KandinskyDecoder",
    "LatentPreview",
    "Prior",
    "Regional",
    "Schedule",
    "Shares",
    "SpreadMeasure",
    "Steering",
    "StepProgress",
    "build_pipeline",
    "candidates",
    "choose",
    "chosen_seeds",
    "control_picture",
    "decode",
    "denoise",
    "distance",
    "encoded",
    "enlarge",
    "followed",
    "image_identity",
    "knows_bfloat16",
    "note_cut",
    "note_unread",
    "readable",
    "reference_values",
    "referred",
    "run",
    "scheduler",
    "seeds",
    "seen",
    "shares",
    "spread",
    "spreads",
    "takes",
    "to_picture",
    "understood",
    "unweighted",
    "whole",
    "words",
    "zero_embedding",
]
