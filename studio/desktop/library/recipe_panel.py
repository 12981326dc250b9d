"""What made the selected picture, what was measured on it, and the ways to go on from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.descriptions import ValueInfo
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip
from studio.form import FormField

if TYPE_CHECKING:
    from studio.library import Record

LONGEST = 2000  # characters of one value that are shown
MOST_PARENTS = 8
TOLD_APART = ("prompt", "seed", "model")
"""Roles of parameters that have a place of their own."""


@dataclass(frozen=True)
class TaskTexts:
    """What is told of a task's recipes."""

    title: str
    fields: Mapping[str, FormField]
    values: Mapping[str, ValueInfo]


@dataclass(frozen=True)
class RecipeLine:
    """One row: what it is, what it says, and what that means."""

    name: str
    text: str
    meaning: str = ""


class RecipePanel(QWidget):
    """The recipe of a Record, as plain text, and "same settings again"; what nobody changed is not told."""

    again_wanted = Signal(object)
    parent_wanted = Signal(str)
    """The ref of a picture that this one was made from."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record: Record | None = None
        self.setAccessibleName(self.tr("How the picture was made"))
        self._tasks: Mapping[str, TaskTexts] = {}
        self._models: Mapping[str, str] = {}
        self.style_names: Callable[[list[str]], list[str]] = lambda styles: styles
        """What styles are called in the language of the window, by their ids."""
        self._actions = actions
        actions.add(
            Action(
                "recipe.again", self.tr("Use these settings"), lambda: self.again_wanted.emit(self.record), "retry",
                about=self.tr("Fill the form with the settings of this picture"), enabled=self._can_repeat,
                section=Section.RECIPE,
            )
        )  # fmt: skip
        actions.add_source(self._parent_actions)
        self._again = QPushButton(self)
        show_action(self._again, actions.qaction("recipe.again"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.accessibleName())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self._area, 1)
        column.addWidget(self._again)
        self.show_record(None)

    def set_tasks(self, tasks: Mapping[str, TaskTexts]) -> None:
        """What is known of each task, by id."""
        self._tasks = tasks
        self.show_record(self.record)

    def set_models(self, titles: Mapping[str, str]) -> None:
        """What models are called, by id."""
        self._models = titles
        self.show_record(self.record)

    def show_record(self, record: "Record | None") -> None:
        self.record = record
        self._actions.refresh("recipe.again")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if record is None:
            hint = plain_label(self.tr("Choose a picture below to see how it was made."))
            hint.setProperty("role", "hint")
            column.addWidget(hint)
        else:
            self._fill(column, record)
        column.addStretch(1)
        self._area.setWidget(page)

    def _can_repeat(self) -> bool:
        return self.record is not None and self.record.recipe.task in self._tasks

    def _parent_actions(self) -> list[Action]:
        """Of the pictures that this one was made from."""
        return [
            Action("", button.text().replace("&&", "&"), button.click, section=Section.RECIPE)
            for button in self._area.findChildren(QPushButton)
        ]

    # ---- a record

    def _fill(self, column: QVBoxLayout, record: "Record") -> None:
        recipe = record.recipe
        about = self._tasks.get(recipe.task) or TaskTexts(recipe.task, {}, {})
        column.addWidget(_section(about.title))
        for name in recipe.names("prompt"):
            written = recipe.params[name]
            if isinstance(written, str | list) and (text := text_of(written)).strip():
                column.addWidget(plain_label(text))
        without = recipe.names("negative")
        became = {name: text for name, value in recipe.read.items() if (text := text_of(value)).strip()}
        if became:
            column.addWidget(_section(self.tr("Read as")))
            for name, text in became.items():
                said = self.tr("Negative prompt: {0}").format(text) if name in without else text
                column.addWidget(plain_label(said))
        column.addLayout(_rows(self._settings(record, about)))
        if measured := list(self._measured(record, about)):
            column.addWidget(_section(self.tr("Measured")))
            column.addLayout(_rows(measured))
        if recipe.parents:
            column.addWidget(_section(self.tr("Made from")))
            for parent in recipe.parents[:MOST_PARENTS]:
                column.addWidget(self._parent(str(parent)))
        column.addWidget(_section(self.tr("File")))
        column.addLayout(_rows(self._file(record)))
        if record.missing:
            column.addWidget(plain_label(self.tr("The file of this picture is missing; its settings are still known.")))

    def _settings(self, record: "Record", about: TaskTexts) -> Iterator[RecipeLine]:
        recipe = record.recipe
        if recipe.model:
            yield RecipeLine(self.tr("Model"), self._models.get(recipe.model, recipe.model))
        if recipe.seed is not None:
            yield RecipeLine(self.tr("Seed"), str(recipe.seed), self.tr("The same seed makes the same picture."))
        apart = {name for role in TOLD_APART for name in recipe.names(role)}
        for name, value in recipe.params.items():
            field = about.fields.get(name)
            if name in apart or value in (None, "", []) or (field and value == field.default):
                continue
            if name in recipe.names("styles") and isinstance(value, list):
                value = self.style_names([str(each) for each in value])
            if field is None:
                yield RecipeLine(name, text_of(value))
            elif not _is_picture(field):
                yield RecipeLine(_title(field), _value_text(field, value), field.description)

    def _measured(self, record: "Record", about: TaskTexts) -> Iterator[RecipeLine]:
        for name, value in record.recipe.values.items():
            known = about.values.get(name) or ValueInfo(name)
            yield RecipeLine(known.title, text_of(value), known.description)

    def _file(self, record: "Record") -> Iterator[RecipeLine]:
        from studio.library import picture_id  # slow, and first needed after the first paint

        yield RecipeLine(self.tr("Size"), f"{record.width} × {record.height}")
        if record.recipe.seconds:
            yield RecipeLine(self.tr("Duration"), f"{record.recipe.seconds:.1f} s")
        yield RecipeLine(self.tr("Date"), picture_id.local_time(record.created)[:16].replace(" ", "  "))

    def _parent(self, ref: str) -> QPushButton:
        from studio.library import picture_id  # slow, and first needed after the first paint

        name = self.tr("A picture in the library") if picture_id.is_id(ref) else Path(ref).name
        button = QPushButton(theme.icon("picture"), one_line(name, 34).replace("&", "&&"))
        button.setToolTip(tooltip(self.tr("Show it: {0}").format(ref)))
        button.setProperty("role", "link")
        button.clicked.connect(lambda: self.parent_wanted.emit(ref))
        return button


def _section(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "section")
    return label


def _rows(lines: "Iterator[RecipeLine] | list[RecipeLine]") -> QFormLayout:
    rows = QFormLayout()
    rows.setHorizontalSpacing(14)
    rows.setVerticalSpacing(5)
    rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    for line in lines:
        label, value = QLabel(), plain_label(line.text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(one_line(line.name, 40))
        label.setProperty("role", "hint")
        for widget in (label, value):
            widget.setToolTip(tooltip(line.meaning))
        value.setAccessibleName(f"{line.name}: {line.text}")
        value.setAccessibleDescription(line.meaning)
        rows.addRow(label, value)
    return rows


def _is_picture(field: FormField) -> bool:
    return {field.widget, field.item.widget if field.item else ""} & {"image", "mask"} != set()


def _title(field: FormField) -> str:
    """With the heading that it stands under in the form, without which "Left" or "Words" say little."""
    same = field.group.casefold() in field.title.casefold()
    return field.title if same else f"{field.group} · {field.title}"


def _value_text(field: FormField, value: Any) -> str:
    at = next((at for at, choice in enumerate(field.choices) if choice == value), -1)
    return field.labels[at] if 0 <= at < len(field.labels) else text_of(value)


def _adapter_text(adapter: Mapping[str, Any]) -> str:
    """A LoRA by its name, its weight, and what its file's hash begins with."""
    weights = [f"{adapter[key]:g}" for key in ("weight", "text_weight") if isinstance(adapter.get(key), int | float)]
    hash = str(adapter.get("sha256", ""))[:10]
    named = f"{Path(adapter['adapter']).name} × {' / '.join(weights)}"
    return f"{named} ({hash})" if hash else named


def text_of(value: Any) -> str:
    """A value of a recipe as a line of text."""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, list):
        return ", ".join(map(text_of, value))[:LONGEST]
    if isinstance(value, dict):
        if isinstance(value.get("adapter"), str):
            return _adapter_text(value)
        if name := next((key for key in ("control", "reference") if isinstance(value.get(key), str)), ""):
            parts = [value[key] for key in (name, "hint", "layers", "weight") if key in value and value[key] != "all"]
            return " · ".join(Path(part).name if isinstance(part, str) else f"{part:g}" for part in parts)
        if isinstance(value.get("prompt"), str):
            return str(value["prompt"])[:LONGEST]
        return str(value)[:LONGEST]
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
