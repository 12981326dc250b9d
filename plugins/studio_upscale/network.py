"""An upscaler of spandrel's as a function of arrays, for pictures of any number of channels."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from studio import api
from studio_upscale.source import Pixels

LARGEST_FIELD = 32  # pixels; what deep networks see beyond it is too faint to show
_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory", "bad_alloc")


class UpscaleNetwork:
    """Pixels (h, w, 1 or 3) in [0, 1] to (h * scale, w * scale, 1 or 3) in [0, 1]."""

    def __init__(self, descriptor: Any) -> None:
        self._descriptor = descriptor
        self.scale = int(descriptor.scale)
        self.multiple = max(1, int(descriptor.size_requirements.multiple_of or 1))
        self.prefers_whole = str(descriptor.tiling.name) != "SUPPORTED"
        if (descriptor.input_channels, descriptor.output_channels) not in ((1, 1), (3, 3)):
            raise api.UserError(
                "This model takes pictures of {} channels and returns {}; only those for grey or RGB can be used. "
                "Choose another model.",
                descriptor.input_channels,
                descriptor.output_channels,
                field="model",
                code="unsupported_operation",
            )

    @property
    def field(self) -> int:
        """How far the model looks around a pixel, in pixels: the sum of the reaches of its convolutions.

        A transformer looks further, and so does what is deeper: LARGEST_FIELD then.
        """
        model = self._descriptor.model
        convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
        if any(module.__class__.__name__.lower().endswith("attention") for module in model.modules()):
            return LARGEST_FIELD
        reach = sum((side - 1) // 2 * step for each in convolutions for side, step in _sides(each)) * self.multiple
        return min(reach, LARGEST_FIELD)

    @torch.inference_mode()
    def __call__(self, pixels: Pixels) -> Pixels:
        """Raises MemoryError when the tile does not fit."""
        large: Pixels = guarded(partial(self._run, pixels))
        return large

    def _run(self, pixels: Pixels) -> Pixels:
        wanted, given = self._descriptor.input_channels, pixels.shape[2]
        planes = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
        planes = planes.to(self._descriptor.device, self._descriptor.dtype)
        if given == wanted:
            made = self._descriptor(planes)
        elif given == 1:  # grey through a model of colours
            made = self._descriptor(planes.expand(1, 3, -1, -1).contiguous()).mean(dim=1, keepdim=True)
        else:  # colours through a model of grey
            made = torch.cat([self._descriptor(planes[:, number : number + 1]) for number in range(given)], dim=1)
        large: Pixels = made[0].float().permute(1, 2, 0).cpu().numpy()
        if not np.isfinite(large).all():
            raise api.UserError(
                "The model produced invalid numbers (NaN), so there is no picture; choose another model.", code="nan"
            )
        return large


def guarded(work: Callable[[], Any]) -> Any:
    """`work()`. Raises MemoryError for every way in which a device says that it does not fit."""
    try:
        return work()
    except (MemoryError, RuntimeError) as error:
        if not _is_no_memory(error):
            raise
    # Out here no frame holds the tensors any more.
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    raise MemoryError("the tile does not fit")


def _sides(convolution: torch.nn.Conv2d) -> list[tuple[int, int]]:
    """Kernel side and dilation, the larger of the two directions."""
    return [max(zip(convolution.kernel_size, convolution.dilation, strict=True))]


def _is_no_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(text in str(error).lower() for text in _NO_MEMORY)
