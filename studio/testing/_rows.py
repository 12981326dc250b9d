"""Streamed pictures for tests: drawn at once, into memory."""

import dataclasses

import numpy as np
from PIL import Image

from studio import api


def drawn(made: Image.Image | api.Result) -> api.Result:
    """A result whose `Rows`, if it has any, are drawn: a picture, or one strip where Pillow has no such mode.

    Call it before the task goes on: the task holds its models only while it waits.
    """
    result = made if isinstance(made, api.Result) else api.Result(made)
    rows = result.image
    if not isinstance(rows, api.Rows):
        return result
    whole = np.concatenate(list(rows.strips))
    if whole.shape[:2] != (rows.height, rows.width):
        raise AssertionError(f"its strips make {whole.shape[1]}x{whole.shape[0]}, not {rows.width}x{rows.height}")
    image = dataclasses.replace(rows, strips=iter([whole])) if rows.bits == 16 and rows.mode != "L" else None
    return dataclasses.replace(result, image=image or Image.fromarray(whole), values=dict(result.values))
