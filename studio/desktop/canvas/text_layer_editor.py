"""TextLayerEditor: the words of a text layer and how they look, in a small window at the place where they stand."""

from dataclasses import replace

import msgspec
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QKeyEvent, QKeySequence, QShortcut, QTransform
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
)

from studio.desktop.canvas import figure_layer
from studio.desktop.canvas.colour_button import ColourButton
from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.shell import input_method
from studio.desktop.shell.qt_image import Shown
from studio.desktop.style import theme
from studio.desktop.widgets.control import Combo
from studio.document.figure import LONGEST_TEXT, TextFigure

SMALLEST, LARGEST = 4, 2000


class TextLayerEditor(QFrame):
    """What is written is seen on the canvas at once; Ctrl+Enter keeps it, Esc does not."""

    def __init__(self, view: SceneView, document: Document, colour: ColourButton) -> None:
        super().__init__(view, Qt.WindowType.Popup)
        self._view, self._document = view, document
        self._layer: Layer | None = None
        self._opened: Layer | None = None
        """What it was before it was opened; None for a new one."""
        self._figure = TextFigure()
        self._colour_of = colour
        self.setProperty("role", "popup")
        self.setAccessibleName(self.tr("Text"))
        self.words = QPlainTextEdit(self)
        self.words.setAccessibleName(self.tr("Text"))
        self.words.setPlaceholderText(self.tr("Write here"))
        self.words.setTabChangesFocus(True)
        self.words.setMinimumSize(theme.scaled(300), theme.scaled(80))
        self.words.textChanged.connect(self._change)
        self.family = Combo(self)
        self.family.setAccessibleName(self.tr("Font"))
        self.size_box = QSpinBox(self)
        self.size_box.setRange(SMALLEST, LARGEST)
        self.size_box.setSuffix(" px")
        self.size_box.setAccessibleName(self.tr("Text size"))
        self.bold, self.italic = (self._style(*words) for words in ((self.tr("Bold"), "B"), (self.tr("Italic"), "I")))
        self.colour = ColourButton(self.tr("Text colour"), self)
        for changed in (
            self.family.currentIndexChanged, self.size_box.valueChanged, self.bold.toggled, self.italic.toggled,
            self.colour.chosen,
        ):  # fmt: skip
            changed.connect(self._change)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.keep)
        self._lay_out()

    def _style(self, title: str, letter: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(letter)
        button.setCheckable(True)
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setProperty("role", "tool")
        font = QFont(button.font())
        font.setBold(letter == "B")
        font.setItalic(letter == "I")
        button.setFont(font)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.family, self.size_box, self.bold, self.italic, self.colour):
            row.addWidget(widget, int(widget is self.family))
        hint = QLabel(self.tr("Ctrl+Enter applies, Esc cancels"))
        hint.setProperty("role", "hint")
        done = QPushButton(self.tr("Done"), self)
        done.clicked.connect(self.keep)
        last = QHBoxLayout()
        last.addWidget(hint, 1)
        last.addWidget(done)
        column = QVBoxLayout(self)
        column.addWidget(self.words, 1)
        column.addLayout(row)
        column.addLayout(last)

    # ---- one text

    def open(self, layer: Layer | None, at: QPointF, spot: QPointF) -> None:
        """Of a layer, or a new one that begins `at` a point of the picture."""
        self._layer = None
        self._fill_fonts()
        figure = figure_layer.placed(layer) if layer is not None else None
        if isinstance(figure, TextFigure):
            self._figure = figure
        else:
            size = max(12, round(min(self._document.bounds.width(), self._document.bounds.height()) / 10))
            self._figure = TextFigure(x=at.x(), y=at.y(), size=size, colour=self._colour_of.colour.name())
        self._show_figure()
        self._layer = layer or Layer(Shown(QImage()), new_key(), self.tr("Text"))
        self._opened = layer
        self._hide_opened()
        self.adjustSize()
        self.move(self._view.mapToGlobal(spot.toPoint()) + QPoint(12, 12))
        self.show()
        self.words.setFocus()

    def _hide_opened(self) -> None:
        """What is changed is seen as it will be, and not as it was."""
        layers = self._view.scene.layers
        if self._opened in layers:
            layers[layers.index(self._opened)] = replace(self._opened, visible=False)
            self._view.refresh()

    def _show_document(self) -> None:
        if self._opened is not None:
            self._opened = None
            self._view.show_scene(self._document.scene)

    def _fill_fonts(self) -> None:
        if not self.family.count():
            self.family.blockSignals(True)
            self.family.addItem(self.tr("Font of the window"), "")
            for family in QFontDatabase.families():
                if QFontDatabase.isSmoothlyScalable(family) and not QFontDatabase.isPrivateFamily(family):
                    self.family.addItem(family, family)
            self.family.blockSignals(False)

    def _show_figure(self) -> None:
        figure = self._figure
        for widget in (self.words, self.family, self.size_box, self.bold, self.italic, self.colour):
            widget.blockSignals(True)
        self.words.setPlainText(figure.text)
        self.words.selectAll()
        self.family.setCurrentIndex(max(0, self.family.findData(figure.family)))
        self.size_box.setValue(round(figure.size))
        self.bold.setChecked(figure.bold)
        self.italic.setChecked(figure.italic)
        self.colour.set_colour(QColor(figure.colour))
        for widget in (self.words, self.family, self.size_box, self.bold, self.italic, self.colour):
            widget.blockSignals(False)

    def _change(self) -> None:
        if self._layer is None:
            return
        self._figure = msgspec.structs.replace(
            self._figure, text=self.words.toPlainText()[:LONGEST_TEXT], family=self.family.currentData() or "",
            size=float(self.size_box.value()), bold=self.bold.isChecked(), italic=self.italic.isChecked(),
            colour=self.colour.colour.name(),
        )  # fmt: skip
        self._view.update()

    @property
    def shown(self) -> TextFigure | None:
        """What is to be seen while it is written."""
        return self._figure if self.isVisible() else None

    @property
    def to_picture(self) -> QTransform:
        """From where that lies to where it is to be seen."""
        return figure_layer.to_picture(self._opened) if self._opened is not None else QTransform()

    # ---- its end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            super().keyPressEvent(event)

    def keep(self) -> None:
        """The text becomes its layer, as a step that can be undone; without words there is none."""
        input_method.commit(self)
        layer, figure, opened = self._layer, self._figure, self._opened
        self._layer = None
        self.hide()
        self._show_document()
        if layer is None or figure == layer.figure:
            return
        if not figure.text.strip():
            if opened is not None:
                self._document.remove(self.tr("Delete text"), layer.key)
            return
        name = " ".join(figure.text.split())[:40]
        made = figure_layer.drawn(replace(layer, name=name), figure)
        if opened is not None:
            self._document.chosen_key = made.key
            self._document.replace(self.tr("Edit text"), made)
        else:
            self._document.insert(self.tr("Text"), made)

    def drop(self) -> None:
        self._layer = None
        self.hide()
        self._show_document()

    def hideEvent(self, event: object) -> None:
        """A click elsewhere keeps it too."""
        if self._layer is not None:
            self.keep()
        self._view.update()
