"""Which editor a field gets: an explicit widget wins, then the choices, then the kind."""

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QWidget

from studio.desktop.forms.adapter import AdapterEditor
from studio.desktop.forms.canvas_mask_field import CanvasMaskField
from studio.desktop.forms.choice import ChoiceEditor, SwitchEditor
from studio.desktop.forms.color import ColorEditor
from studio.desktop.forms.control_editor import ControlEditor
from studio.desktop.forms.editor import Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField
from studio.desktop.forms.list_editor import ListEditor
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.forms.model import ModelEditor
from studio.desktop.forms.number import NumberEditor
from studio.desktop.forms.prompt import PromptEditor
from studio.desktop.forms.reference_editor import ReferenceEditor
from studio.desktop.forms.region_editor import RegionEditor
from studio.desktop.forms.seed import SeedEditor
from studio.desktop.forms.size import SizeEditor
from studio.desktop.forms.source_field import SourceField
from studio.desktop.forms.style_field import StylesEditor
from studio.desktop.forms.text import TextEditor
from studio.desktop.forms.token_counting import TokenCounting
from studio.form import FormField
from studio.role import Role

Maker = Callable[[FormField, QWidget], Editor]


class EditorFactory:
    """Makes the editors of one form, which share a host and a counter of tokens."""

    def __init__(self, host: FormHost) -> None:
        self._host = host
        self._counting = TokenCounting(host.worker)
        self._makers: dict[str, Maker] = {  # by widget or kind
            "prompt": lambda field, parent: PromptEditor(field, self._counting, parent),
            "seed": SeedEditor,
            "size": SizeEditor,
            "color": ColorEditor,
            "model": lambda field, parent: ModelEditor(field, host, parent),
            "image": self._make_picture,
            "mask": self._make_mask,
            "slider": NumberEditor,
            "integer": NumberEditor,
            "number": NumberEditor,
            "switch": SwitchEditor,
            "choice": ChoiceEditor,
            "text": TextEditor,
            "adapter": lambda field, parent: AdapterEditor(field, host, parent),
            "control": lambda field, parent: ControlEditor(field, host, lambda part: self.make(part, parent), parent),
            "reference": lambda field, parent: ReferenceEditor(
                field, host, lambda part: self.make(part, parent), parent
            ),
            "region": lambda field, parent: RegionEditor(field, host, lambda part: self.make(part, parent), parent),
            "list": lambda field, parent: ListEditor(field, lambda item: self.make(item, parent), parent),
        }

    def _make_picture(self, field: FormField, parent: QWidget) -> Editor:
        if field.role is Role.SOURCE and self._host.canvas is not None:
            return SourceField(field, self._host, self._host.canvas, parent)
        return ImageField(field, self._host, parent)

    def _make_mask(self, field: FormField, parent: QWidget) -> Editor:
        if field.role is Role.MASK and self._host.canvas is not None:
            return CanvasMaskField(field, self._host, self._host.canvas, parent)
        return MaskField(field, self._host, parent)

    def make(self, field: FormField, parent: QWidget) -> Editor:
        if field.kind == "switch" and field.nullable:
            return ChoiceEditor(msgspec.structs.replace(field, choices=(True, False)), parent)
        if field.kind == "list" and field.widget == "styles":
            return StylesEditor(field, self._host, parent)
        if field.kind in ("choice", "list"):
            return self._makers[field.kind](field, parent)
        # A widget that does not go with its type (a die for a text) cannot hold the values: the type wins.
        fitting = _KINDS.get(field.widget, (field.kind,))
        return self._makers[field.widget if field.kind in fitting else field.kind](field, parent)


_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("prompt", "size", "color", "model", "image", "mask", "text"), ("text",)),
    **dict.fromkeys(("adapter", "control", "reference", "region"), ("object",)),
    "seed": ("integer",),
    "slider": ("integer", "number"),
}
