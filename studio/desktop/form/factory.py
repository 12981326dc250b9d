"""Factory: which editor a field gets: an explicit widget wins, then the choices, then the kind."""

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QWidget

from studio.desktop.form.choice import ChoiceEditor, SwitchEditor
from studio.desktop.form.color import ColorEditor
from studio.desktop.form.counting import Counting
from studio.desktop.form.desk import Desk
from studio.desktop.form.editor import Editor
from studio.desktop.form.mask import MaskWell
from studio.desktop.form.model import ModelEditor
from studio.desktop.form.number import NumberEditor
from studio.desktop.form.prompt import PromptEditor
from studio.desktop.form.seed import SeedEditor
from studio.desktop.form.sequence import SequenceEditor
from studio.desktop.form.size import SizeEditor
from studio.desktop.form.text import TextEditor
from studio.desktop.form.well import ImageWell
from studio.form import FormField

Maker = Callable[[FormField, QWidget], Editor]


class Factory:
    """Makes the editors of one form, which share a desk and a counter of tokens."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counting = Counting(desk.worker)
        self._makers: dict[str, Maker] = {  # by widget or kind
            "prompt": lambda field, parent: PromptEditor(field, self._counting, parent),
            "seed": SeedEditor,
            "size": SizeEditor,
            "color": ColorEditor,
            "model": lambda field, parent: ModelEditor(field, desk, parent),
            "image": lambda field, parent: ImageWell(field, desk, parent),
            "mask": lambda field, parent: MaskWell(field, desk, parent),
            "slider": NumberEditor,
            "integer": NumberEditor,
            "number": NumberEditor,
            "switch": SwitchEditor,
            "choice": ChoiceEditor,
            "text": TextEditor,
            "list": lambda field, parent: SequenceEditor(field, lambda item: self.make(item, parent), parent),
        }

    def make(self, field: FormField, parent: QWidget) -> Editor:
        if field.kind == "switch" and field.nullable:
            return ChoiceEditor(msgspec.structs.replace(field, choices=(True, False)), parent)
        if field.kind in ("choice", "list"):
            return self._makers[field.kind](field, parent)
        # A widget that does not go with its type (a die for a text) cannot hold the values: the type wins.
        fitting = _KINDS.get(field.widget, (field.kind,))
        return self._makers[field.widget if field.kind in fitting else field.kind](field, parent)


_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("prompt", "size", "color", "model", "image", "mask", "text"), ("text",)),
    "seed": ("integer",),
    "slider": ("integer", "number"),
}
