"""Styles: those that a prompt is said in, as a row of chips, and the way to the gallery where they are chosen."""

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.forms.editor import Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.desktop.widgets.flow import Flow
from studio.form import FormField

NARROWEST = 60
"""Pixels of a chip: its icon and a few letters."""


class Chip(QToolButton):
    """An icon and words, which are cut where it has no room for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(NARROWEST, whole.width()), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        words = self.fontMetrics().horizontalAdvance(option.text)
        room = words + self.width() - self.sizeHint().width()
        if room < words:
            option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, room)
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


class StylesEditor(Editor):
    """The value is a list of ids, or names; a click on a chip takes its style away."""

    in_line = True

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._host, self._value = host, list[str]()
        self._empty: Any = None if field.nullable else []
        self.choose = QPushButton(theme.icon("colour"), self.tr("Choose styles…"), self)
        self.choose.setAccessibleName(field.title)
        self.choose.setAccessibleDescription(field.description)
        self.choose.setToolTip(tooltip(field.description))
        self.choose.clicked.connect(lambda: host.show_styles(field.name))
        self.setFocusProxy(self.choose)
        self.chips: list[Chip] = []
        self._flow = Flow()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._flow)
        column.addWidget(self.choose)

    def value(self) -> Any:
        return [*self._value] or self._empty

    def set_value(self, value: Any) -> None:
        self._empty = None if value is None and self.field.nullable else []
        names = [str(each) for each in value] if isinstance(value, list | tuple) else []
        if names == self._value:
            return
        self._value = names
        self._show()
        self.changed.emit()

    def problem(self) -> str:
        most = self.field.max_length
        if most is None or len(self._value) <= most:
            return ""
        words = self.tr("“{title}” has {count} entries, and at most {most} are allowed.")
        return words.format(title=self.field.title, count=len(self._value), most=most)

    def _show(self) -> None:
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(name, title) for name, title in zip(
            self._value, self._host.style_names(self._value), strict=True)]  # fmt: skip
        for chip in self.chips:
            self._flow.addWidget(chip)
        self.updateGeometry()

    def _chip(self, name: str, title: str) -> Chip:
        chip = Chip(self)
        chip.setProperty("role", "segment")
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setIcon(theme.icon("remove"))
        chip.setText(action_text(one_line(title, 22)))
        chip.setAccessibleName(self.tr("Remove the style {0}").format(title))
        chip.setToolTip(tooltip(chip.accessibleName()))
        chip.clicked.connect(lambda: self._remove(name))
        return chip

    def _remove(self, name: str) -> None:
        self.set_value([each for each in self._value if each != name])
        self.choose.setFocus()
