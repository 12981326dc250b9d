"""A plugin for tests: its tasks leave behind what would spoil the pictures of all others."""

from collections.abc import Iterator
from typing import Any, Literal

from PIL import Image

from studio import api

KEPT: list[Any] = []


class Harm(api.Task):
    id = "harm"
    title = "Harm"

    class Params(api.Params):
        how: Literal["zero", "hook", "forward", "half", "lease", "save", "thread"]

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        if params.how == "save":
            Image.Image.save = _save
        elif params.how == "thread":
            _leave_thread()
        elif params.how == "lease":
            KEPT.append(ctx.model(api.Model("starter")))
            KEPT.append(KEPT[0].__enter__())
        else:
            with ctx.model(api.Model("starter")) as lease:
                _spoil(lease["unet"] if "unet" in lease else lease["transformer"], params.how)
        yield Image.new("RGB", (8, 8))


def _spoil(net: Any, how: str) -> None:
    match how:
        case "zero":
            next(net.parameters()).data.zero_()
        case "hook":
            net.register_forward_hook(lambda module, given, made: None)
        case "forward":
            net.forward = lambda *given, **named: None
        case "half":
            net.half()


def _save(self: Any, file: Any, *given: Any, **named: Any) -> None:
    file.write(b"no picture")


def _leave_thread() -> None:
    import threading

    threading.Thread(target=threading.Event().wait, name="left-behind", daemon=True).start()


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Harm]
