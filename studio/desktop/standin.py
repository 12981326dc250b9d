"""Stand-in for the form until it merges."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio import form
from studio.messages import TaskInfo


class Form(QWidget):
    changed = Signal()
    submitted = Signal()

    def __init__(self, task: TaskInfo, desk: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = form.parse(task.schema)
        self.edits: dict[str, QLineEdit] = {}
        self.errors = QLabel()
        self.errors.setProperty("role", "error")
        self.errors.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        rows = QFormLayout()
        for field in self.fields:
            edit = QLineEdit("" if field.default is None else str(field.default))
            edit.setAccessibleName(field.title)
            edit.textChanged.connect(self.changed)
            self.edits[field.name] = edit
            rows.addRow(field.title, edit)
        column.addLayout(rows)
        column.addWidget(self.errors)
        column.addStretch(1)

    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in self.fields:
            text = self.edits[field.name].text()
            if not text and field.nullable:
                values[field.name] = None
            elif field.kind == "integer" and text:
                values[field.name] = int(text)
            elif field.kind == "number" and text:
                values[field.name] = float(text)
            else:
                values[field.name] = text
        return values

    def set_values(self, values: Mapping[str, Any]) -> None:
        for field in self.fields:
            value = values.get(field.name, field.default)
            self.edits[field.name].setText("" if value is None else str(value))

    def problem(self) -> tuple[str, str] | None:
        for field in self.fields:
            if field.required and not self.edits[field.name].text().strip():
                return field.name, f"{field.title} is empty; fill it in."
        return None

    def show_error(self, field: str | None, text: str) -> bool:
        if field not in self.edits:
            return False
        self.errors.setText(text)
        self.edits[field].setFocus()
        return True

    def clear_errors(self) -> None:
        self.errors.setText("")

    def models_changed(self) -> None:
        pass

    def image_fields(self) -> list[tuple[str, str]]:
        return [(field.name, field.title) for field in self.fields if field.widget == "image"]

    def set_image(self, field: str, ref: str) -> None:
        self.edits[field].setText(ref)

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        pass
