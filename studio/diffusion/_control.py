"""Pictures that are followed: what a pipeline with ControlNets is told of a task's `control`."""

from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageOps

from studio.api._control import Control
from studio.api._model import Lease
from studio.api._operation import ControlPicture
from studio.api._task import Context
from studio.diffusion._adapted import numbers, residuals
from studio.diffusion._pipeline import ADAPTED, takes
from studio.errors import UserError
from studio.transparency import on_white

UNION = {"pose": 0, "depth": 1, "scribble": 2, "lines": 3, "normals": 4, "segments": 5, "tile": 6, "inpaint": 7}
"""Of xinsir's ControlNet++ for Stable Diffusion XL (its README's list of control types); the last two are ProMax's."""
FLUX_UNION = {"lines": 0, "tile": 1, "depth": 2, "blur": 3, "pose": 4}
"""Of InstantX's and Shakker Labs' FLUX.1-dev-Controlnet-Union (their model cards)."""
MODES = {"ControlNetUnionModel": UNION, "FluxControlNetModel": FLUX_UNION}
FILLING = ("SD3ControlNetModel", "QwenImageControlNetModel")
"""Of these, those that fill what is masked see the picture around it, and no other."""
Box = tuple[int, int, int, int]


def followed(
    controls: Sequence[Control], ctx: Context, lease: Lease, capability: str, size: tuple[int, int],
    own: Image.Image | None = None, *, part: Box | None = None, whole: tuple[int, int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The pictures, weights and shares of the steps, under the pipeline's own names; nothing for no controls.

    The lease must have been asked for with `controls=params.control`. `size`: (width, height) of the result, which a
    control picture is brought to: one of another shape is cut at its edges, and that is told. `own`: what the task
    begins from, for controls without a picture. `part`, `whole`: see `control_picture`. Raises UserError.
    """
    if not controls:
        return {}
    check(controls)
    kind = type(lease.controls[0]).__name__
    if capability == "inpaint" and kind in FILLING:
        _check_own(controls)
    pictures = [control_picture(each, ctx, size, own, part, whole) for each in controls]
    if kind == "T2IAdapter" and not takes(lease, capability, "adapter_conditioning_scale"):
        return _without_pipeline(controls, [picture.image for picture in pictures], ctx, lease)
    made: dict[str, Any] = _CALLS[kind](controls, [picture.image for picture in pictures], ctx, lease)
    if kind != "T2IAdapter" and not takes(lease, capability, "control_image"):
        made["image"] = made.pop("control_image")
    if kind in MODES:
        made["control_mode"] = [mode(each, picture, net) for each, picture, net in
                                zip(controls, pictures, lease.controls, strict=True)]  # fmt: skip
    return made


def check(controls: Sequence[Control]) -> None:
    """Raises UserError for one that would never act."""
    for each in controls:
        if each.start >= each.end:
            raise UserError(
                "A ControlNet starts at {} and ends at {} of the steps, so it never acts; let it start before it "
                "ends.",
                f"{each.start:g}", f"{each.end:g}", field="control",
            )  # fmt: skip


def _check_own(controls: Sequence[Control]) -> None:
    for each in controls:
        if each.image is not None or each.hint != "ready":
            raise UserError(
                "The ControlNet {} fills the part to paint by what it sees around it, and reads no other picture; "
                "leave its control picture empty and without preprocessing.",
                repr(each.control), field="control", code="unsupported_operation",
            )  # fmt: skip


def control_picture(
    control: Control, ctx: Context, size: tuple[int, int], own: Image.Image | None = None, part: Box | None = None,
    whole: tuple[int, int] | None = None,
) -> ControlPicture:  # fmt: skip
    """The control picture of one control, of `size` = (width, height). Raises UserError.

    `own`: see `followed`. `part`: left, top, right, bottom of what is drawn, of a picture of the size `whole`.
    """
    if control.image is None and own is None:
        raise UserError("There is no control picture; choose one, or remove this entry.",
                        field="control", code="missing_parameter")  # fmt: skip
    if control.shows == "inpaint" and own is None:
        raise UserError(
            "Only Edit has a part to paint; choose something else that the picture shows, or remove this entry.",
            field="control", code="unsupported_operation",
        )  # fmt: skip
    given = on_white(own if control.image is None and own is not None else ctx.image(str(control.image)))
    given = _fitted(given, whole or size, ctx)
    if part is not None:
        given = given.crop(part)
    if given.size != size:
        given = given.resize(size, Image.Resampling.LANCZOS)
    made = ctx.control_picture(given, control.hint)
    return made if control.shows == "auto" else ControlPicture(made.image, control.shows)


def mode(control: Control, picture: ControlPicture, net: Any) -> int | None:
    """The number by which a net that reads several kinds knows what a picture shows; None for one that reads one.

    Raises UserError where that is not known.
    """
    known = MODES.get(type(net).__name__, {})
    most = net.config.get("num_control_type") or net.config.get("num_mode")
    if not most:
        return None
    number: int = known.get(picture.shows, int(most))
    if number < most:
        return number
    names = ", ".join(name for name, each in known.items() if each < most)
    raise UserError(
        "The ControlNet {} reads several kinds of pictures, and not one that shows {}; say under “Shows” which it "
        "is: {}.",
        repr(control.control), repr(picture.shows or control.hint), names, field="control", code="invalid_value",
    )  # fmt: skip


def _fitted(given: Image.Image, size: tuple[int, int], ctx: Context) -> Image.Image:
    if given.size == size:
        return given
    if abs(given.width * size[1] - given.height * size[0]) > max(given.width * size[0], 1) * 0.02:
        ctx.note("The control picture has {}x{} pixels; it was cropped to the shape of {}x{}.", *given.size, *size)
    return ImageOps.fit(given, size, Image.Resampling.LANCZOS)


# ---- what each kind of pipeline is told


def _several(controls: Sequence[Control], pictures: list[Any], ctx: Context, lease: Lease) -> dict[str, Any]:
    return {
        "control_image": pictures,
        "controlnet_conditioning_scale": [each.weight for each in controls],
        "control_guidance_start": [each.start for each in controls],
        "control_guidance_end": [each.end for each in controls],
    }


def _one_net(controls: Sequence[Control], pictures: list[Any], ctx: Context, lease: Lease) -> dict[str, Any]:
    """Of a pipeline that takes one network, for one picture or several."""
    made = _several(controls, pictures, ctx, lease)
    return made if len(controls) > 1 else {name: value[0] for name, value in made.items()}


def _one_picture(controls: Sequence[Control], pictures: list[Any], ctx: Context, lease: Lease) -> dict[str, Any]:
    _note_always(controls, ctx, lease)
    return {"control_image": pictures[0], "controlnet_conditioning_scale": controls[0].weight}


def _adapters(controls: Sequence[Control], pictures: list[Any], ctx: Context, lease: Lease) -> dict[str, Any]:
    """A T2I-Adapter is asked once, before the first step."""
    grey = [net.config["in_channels"] == 1 for net in lease.controls]
    given = [picture.convert("L") if each else picture for picture, each in zip(pictures, grey, strict=True)]
    weights = [each.weight for each in controls]
    made: dict[str, Any] = {"image": given, "adapter_conditioning_scale": weights}
    if len(controls) == 1:
        made = {"image": given[0], "adapter_conditioning_scale": weights[0]}
    ends = {each.end for each in controls}
    if lease.family == "sdxl" and len(ends) == 1 and not any(each.start for each in controls):
        return made | {"adapter_conditioning_factor": ends.pop()}
    _note_always(controls, ctx, lease)
    return made


def _without_pipeline(
    controls: Sequence[Control], pictures: Sequence[Image.Image], ctx: Context, lease: Lease
) -> dict[str, Any]:
    """For `run`, which adds it to each call of the UNet."""
    _note_always(controls, ctx, lease)
    given = [numbers(picture, net).to(lease.device, lease.dtype)
             for picture, net in zip(pictures, lease.controls, strict=True)]  # fmt: skip
    return {ADAPTED: residuals(controls, lease.controls, given)}


def _note_always(controls: Sequence[Control], ctx: Context, lease: Lease) -> None:
    if any(each.start > 0 or each.end < 1 for each in controls):
        ctx.note("{} follows a picture in all steps with this kind of network; start and end changed nothing.",
                 lease.about.title)  # fmt: skip


_CALLS: dict[str, Any] = {
    **dict.fromkeys(("ControlNetModel", "ControlNetUnionModel", "FluxControlNetModel", "SD3ControlNetModel"), _several),
    "QwenImageControlNetModel": _one_net, "ZImageControlNetModel": _one_picture, "T2IAdapter": _adapters,
}  # fmt: skip
