"""Form: the parameters of a task, to be edited and to be read, made of its JSON Schema."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.factory import EditorFactory
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField
from studio.desktop.forms.list_editor import ListEditor
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.forms.model import ModelEditor
from studio.desktop.forms.prompt import PromptEditor
from studio.desktop.forms.quick.pick import pick
from studio.desktop.forms.quick.row import QuickRow
from studio.desktop.forms.quick.values import QuickValues
from studio.desktop.forms.row import FormRow
from studio.desktop.forms.seed import SeedEditor
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line
from studio.form import FormField, TaskForm, takes_pictures
from studio.role import Role

GAP = 8


class Form(QWidget):
    """`submitted`: Ctrl+Enter inside a text."""

    changed = Signal()
    submitted = Signal()
    told = Signal(str)
    """What is to be said about a value at the picture; '' when its cause is gone."""

    def __init__(self, task: TaskForm, host: FormHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self.setAccessibleName(task.title)
        self._factory = EditorFactory(host)
        self._rows: dict[str, FormRow] = {}
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 3, GAP)  # the panel around it keeps the distance at its sides
        column.setSpacing(GAP)
        self._area.setWidget(page)  # before it is filled: a widget that gets another parent is styled anew
        self._fields = {field.name: field for field in task.fields}
        self._picked = pick(task)
        self.quick = self._make_quick()
        """The few values that stand at the picture; above the others until somebody takes them there."""
        rest = (field for field in self._fields.values() if field.name not in self._picked.names)
        self._fill(column, (field for field in rest if not field.advanced))
        self._fold: QPushButton | None = None
        self._folded: QWidget | None = None
        if any(field.advanced for field in self._fields.values()):
            self._make_fold(column)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.quick)
        outer.addWidget(self._area, 1)
        self._connect(self._editors())
        if any(_needs_editor(field) for field in self._unmade()):
            self._make_folded()
        self.set_values({})

    # ---- values

    def values(self) -> dict[str, Any]:
        """What is to be sent; a field that holds nothing is left out."""
        rows = self._rows
        found = {
            name: rows[name].editor.value() if name in rows else initial(field) for name, field in self._fields.items()
        }
        return {name: value for name, value in found.items() if value is not MISSING}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Unknown names are ignored, missing ones get their defaults."""
        self.clear_errors()
        if any(values.get(field.name, initial(field)) != initial(field) for field in self._unmade()):
            self._make_folded()
        for name, row in self._rows.items():
            row.editor.set_value(values[name] if name in values else initial(row.editor.field))

    def problem(self) -> tuple[str, str] | None:
        """(field, sentence) of the first thing that keeps it from being submitted now."""
        rows = ((name, self._rows[name]) for name in self._fields if name in self._rows)
        found = ((name, row.editor.problem()) for name, row in rows)
        return next(((name, text) for name, text in found if text), None)

    def models_changed(self) -> None:
        for editor in self._editors():
            editor.models_changed()

    def library_opened(self) -> None:
        """Pictures can be found by their ids now."""
        for row in self._rows.values():
            row.editor.library_opened()

    def image_fields(self) -> list[tuple[str, str]]:
        """(name, title) of the fields that take a picture."""
        return [(field.name, field.title) for field in self._fields.values() if takes_pictures(field)]

    def set_image(self, field: str, ref: str) -> None:
        """Give a picture to one of the image fields; a list gets it as one more."""
        editor = self.editor(field)
        if isinstance(editor, ListEditor):
            editor.add_values([ref])
        else:
            editor.set_value(ref)

    def show_seed(self, seed: int) -> None:
        """The seed of the picture that was made last, for "the seed of the last picture"."""
        for editor in self._editors():
            if isinstance(editor, SeedEditor):
                editor.show_last(seed)

    def remember(self) -> None:
        """The values were submitted: keep the prompts among those written before."""
        for editor in self._editors():
            if isinstance(editor, PromptEditor):
                editor.remember()

    # ---- errors

    def show_error(self, field: str | None, text: str) -> bool:
        """Put a sentence at its field, and bring that into sight; False if there is no such field."""
        if field not in self._fields:
            return False
        row = self._row(field)
        if row.editor.field.advanced and self._fold is not None:
            self._fold.setChecked(True)
        row.show_message(text)
        row.editor.focus_widget().setFocus(Qt.FocusReason.OtherFocusReason)
        if self.at_picture(field):
            return True
        # The row has its new height only when the layout has run.
        QTimer.singleShot(0, row, lambda: self._area.ensureWidgetVisible(row, 0, 2 * GAP))
        return True

    def clear_errors(self) -> None:
        for row in self._rows.values():
            row.clear()

    def error(self, field: str) -> str:
        """The sentence that stands at a field; '' when there is none."""
        return self._row(field).message

    # ---- what is remembered besides the values

    def state(self) -> dict[str, Any]:
        states = {name: state for name, row in self._rows.items() if (state := row.editor.state())}
        return {"fields": states, "unfolded": bool(self._fold and self._fold.isChecked())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a `state`; anything strange in it is ignored."""
        fields = state.get("fields")
        for name, part in fields.items() if isinstance(fields, dict) else ():
            if name in self._fields and isinstance(part, dict):
                self.editor(name).restore(part)
        if self._fold is not None:
            self._fold.setChecked(state.get("unfolded") is True)

    # ---- building

    def editor(self, field: str) -> Editor:
        return self._row(field).editor

    def at_picture(self, field: str) -> bool:
        """Whether it is one of the few values that stand there."""
        return field in self._picked.names

    def _make_quick(self) -> QuickValues:
        def made(field: FormField) -> QuickRow:
            row = QuickRow(self._factory.make(field, self))
            self._rows[field.name] = row
            return row

        picked = self._picked
        texts, numbers = ([made(field) for field in fields] for fields in (picked.texts, picked.numbers))
        quick = QuickValues(texts, made(picked.negative) if picked.negative else None, numbers, self)
        quick.told.connect(self.told)
        return quick

    def _row(self, field: str) -> FormRow:
        if field not in self._rows:
            self._make_folded()
        return self._rows[field]

    @property
    def model(self) -> ModelInfo | None:
        """The chosen one, whose own numbers stand where nothing is given; None without one."""
        return next((editor.model for editor in self._editors() if isinstance(editor, ModelEditor)), None)

    def _editors(self) -> list[Editor]:
        return [row.editor for row in self._rows.values()]

    def _fill(self, column: QVBoxLayout, fields: Iterable[FormField]) -> None:
        """Rows in their order, those of a group together below its heading."""
        groups: dict[str, list[FormField]] = {"": []}
        for field in fields:
            groups.setdefault(field.group, []).append(field)
        for group, members in groups.items():
            if group:
                heading = QLabel()
                heading.setTextFormat(Qt.TextFormat.PlainText)
                heading.setText(one_line(group, 60))
                heading.setProperty("role", "section")
                column.addWidget(heading)
            for field in members:
                self._rows[field.name] = row = FormRow(self._factory.make(field, self))
                column.addWidget(row)

    def _make_fold(self, column: QVBoxLayout) -> None:
        self._fold = QPushButton()
        self._fold.setProperty("role", "fold")
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._refresh_fold)
        self._folded = QWidget()
        column.addWidget(self._fold)
        column.addWidget(self._folded)

    def _unmade(self) -> list[FormField]:
        """Fields behind the fold without editors: those are made when one of them is needed, for few ever are."""
        return [field for field in self._fields.values() if field.name not in self._rows]

    def _make_folded(self) -> None:
        fields = self._unmade()
        if not fields or self._folded is None:
            return
        column = QVBoxLayout(self._folded)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self._fill(column, fields)
        editors = [self._rows[field.name].editor for field in fields]
        for editor in editors:
            editor.set_value(initial(editor.field))
        self._connect(editors)

    def _refresh_fold(self) -> None:
        if self._fold is None or self._folded is None:
            return
        is_open = self._fold.isChecked()
        if is_open:
            self._make_folded()
        self._folded.setVisible(is_open)
        self._fold.setIcon(theme.icon("collapse" if is_open else "expand"))
        editors = [editor for editor in self._editors() if editor.field.advanced]
        count = sum(editor.value() != initial(editor.field) for editor in editors)
        words = (
            self.tr("More settings") if not count else self.tr("More settings · {count} changed").format(count=count)
        )
        self._fold.setText(words)

    def _connect(self, editors: list[Editor]) -> None:
        """What editors tell each other: the chosen model's own numbers, and the picture that a mask lies over."""
        models = [editor for editor in editors if isinstance(editor, ModelEditor)]
        source = next((editor for editor in self._editors() if editor.field.role is Role.SOURCE), None)
        for editor in editors:
            editor.changed.connect(self._emit_changed)
            editor.submitted.connect(self.submitted)
            editor.words_offered.connect(self._add_words)
            if isinstance(editor, MaskField) and isinstance(source, ImageField):
                editor.set_picture_field(source)
            elif isinstance(source, ImageField):
                editor.lie_over(partial(getattr, source, "seen"))
        if models:
            models[0].chosen.connect(self._use_model)
        self._use_model(self.model)
        self._refresh_fold()

    def _add_words(self, words: str) -> None:
        """Put what an editor offers behind what stands in the prompt."""
        prompts = (editor for editor in self._editors() if isinstance(editor, PromptEditor))
        if prompt := next((each for each in prompts if each.field.role is Role.PROMPT), None):
            prompt.add_words(words)

    def _use_model(self, model: ModelInfo | None) -> None:
        for editor in self._editors():
            editor.use_model(model)

    def _emit_changed(self) -> None:
        self._refresh_fold()
        self.changed.emit()


def _needs_editor(field: FormField) -> bool:
    """Whether even an untouched field needs one: something must be given, or others of the form depend on it."""
    return initial(field) is MISSING or field.widget in ("model", "image", "mask")
