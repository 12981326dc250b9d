"""What a picture operation makes of a picture, small, for a form that shows it before a job is sent."""

import io
from collections.abc import Callable
from pathlib import Path

from studio import images
from studio.errors import UserError
from studio.messages import Operate, Operated
from studio.plugin_host.operations import PictureOperations

LARGEST = 1024


def preview(asked: Operate, path: Callable[[str], Path], operations: PictureOperations) -> Operated:
    """What is wrong with the picture, or with the operation, is told in the answer. Raises what a plugin raises."""
    try:
        picture = images.open_image(path(asked.image)).image
        side = max(16, min(asked.side, LARGEST))
        picture.thumbnail((side, side))
        made = operations.control_picture(picture, asked.operation).image
    except UserError as error:
        return Operated(asked.request, problem=error.message)
    file = io.BytesIO()
    made.save(file, "PNG", compress_level=1)
    return Operated(asked.request, file.getvalue())
