"""LayerPanel: the layers of the document, the highest first: seen or not, how strongly, in which order."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.actions.action import Action, DefaultShortcut, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.document import OPACITY_MERGING, Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.qt_image import shrunk
from studio.desktop.style import theme
from studio.desktop.widgets.control import Slider

KEY = Qt.ItemDataRole.UserRole
SIDE = 44
Index = QModelIndex | QPersistentModelIndex
ACTIONS = ("layer.up", "layer.down", "layer.clear")


class LayerPanel(QWidget):
    """An eye shows a layer or hides it, Ctrl+Up and Ctrl+Down move it, Delete removes it, F2 names it."""

    def __init__(self, document: Document, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._actions = document, actions
        self._filling = False
        self.setAccessibleName(self.tr("Layers"))
        self.list = LayerList(self)
        self.list.setAccessibleName(self.tr("Layers"))
        self.list.itemChanged.connect(self._edited)
        self.list.currentRowChanged.connect(lambda row: self._refresh())
        self._none = plain_label(self.tr("A picture that you accept becomes a layer; edits of it lie above it."))
        self._none.setProperty("role", "hint")
        self.opacity = Slider(self)
        self.opacity.setRange(0, 100)
        self.opacity.setAccessibleName(self.tr("Opacity"))
        self.opacity.valueChanged.connect(self._fade)
        self._share = QLabel()
        self._share.setMinimumWidth(theme.scaled(40))
        self._add_actions()
        self.up, self.down, self.delete = (tool_button(actions, id, self) for id in ACTIONS)
        self.list.moved = self._move
        self.list.removed = self._remove
        self._lay_out()
        document.shown.connect(self._fill)
        self._fill()

    def _lay_out(self) -> None:
        name = QLabel(self.tr("Opacity"))
        name.setProperty("role", "hint")
        name.setBuddy(self.opacity)
        row = QHBoxLayout()
        row.addWidget(name)
        row.addWidget(self.opacity, 1)
        row.addWidget(self._share)
        tools = QHBoxLayout()
        tools.addWidget(self.up)
        tools.addWidget(self.down)
        tools.addStretch(1)
        tools.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addLayout(tools)
        column.addStretch(0)

    # ---- showing

    @property
    def current(self) -> Layer | None:
        item = self.list.currentItem()
        key = item.data(KEY) if item else ""
        return next((layer for layer in self._document.layers if layer.key == key), None)

    def _fill(self) -> None:
        layers = [*reversed(self._document.layers)]
        row = max(0, self.list.currentRow())
        chosen = self.current
        keys = [self.list.item(number).data(KEY) for number in range(self.list.count())]
        self._filling = True
        if keys != [layer.key for layer in layers]:
            self.list.clear()
            for layer in layers:
                self.list.addItem(_item(layer))
            new = next((number for number, layer in enumerate(layers) if keys and layer.key not in keys), -1)
            kept = layers.index(chosen) if chosen in layers else min(row, len(layers) - 1)
            row = new if new >= 0 else kept  # what has just been accepted is what people go on with
            self.list.setCurrentRow(row)
        for number, layer in enumerate(layers):
            item = self.list.item(number)
            item.setText(layer.name)
            item.setCheckState(Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked)
        self._filling = False
        self._refresh()

    def _refresh(self) -> None:
        layer, count = self.current, len(self._document.layers)
        self.list.setVisible(bool(count))
        self._none.setVisible(not count)
        self._actions.refresh(*ACTIONS)
        self.opacity.setEnabled(layer is not None)
        percent = round(100 * layer.opacity) if layer else 100
        self.opacity.blockSignals(True)
        self.opacity.setValue(percent)
        self.opacity.blockSignals(False)
        self._share.setText(f"{percent}%" if layer else "")

    # ---- acts

    def _add_actions(self) -> None:
        for id, icon, title, keys, run, enabled in (
            ("layer.up", "up", self.tr("Up"), ("Ctrl+Up",), lambda: self._move(1), lambda: 0 <= self._at < self._top),
            ("layer.down", "down", self.tr("Down"), ("Ctrl+Down",), lambda: self._move(-1), lambda: self._at > 0),
            (
                "layer.clear", "clear", self.tr("Remove the layer"), ("Del", "Backspace"), self._remove,
                lambda: self._at >= 0,
            ),
        ):  # fmt: skip
            shortcut = DefaultShortcut(keys, Scope.LAYERS, built_in=True)
            self._actions.add(Action(id, title, run, icon, enabled=enabled, shortcut=shortcut, section=Section.LAYERS))

    @property
    def _at(self) -> int:
        """The number of the current layer, from the lowest; -1 for none."""
        layer = self.current
        return self._document.layers.index(layer) if layer else -1

    @property
    def _top(self) -> int:
        return len(self._document.layers) - 1

    def _edited(self, item: QListWidgetItem) -> None:
        layer = next((layer for layer in self._document.layers if layer.key == item.data(KEY)), None)
        if self._filling or layer is None:
            return
        visible, name = item.checkState() == Qt.CheckState.Checked, item.text().strip() or layer.name
        if visible != layer.visible:
            self._document.change(self.tr("Show or hide a layer"), layer.key, visible=visible)
        elif name != layer.name:
            self._document.change(self.tr("Name a layer"), layer.key, name=name)

    def _fade(self, percent: int) -> None:
        if (layer := self.current) is not None:
            merging = OPACITY_MERGING + self._document.layers.index(layer)
            self._document.change(self.tr("Opacity of a layer"), layer.key, merging, opacity=percent / 100)

    def _move(self, by: int) -> None:
        if (layer := self.current) is not None:
            self._document.move(self.tr("Move a layer"), layer.key, by)

    def _remove(self) -> None:
        if (layer := self.current) is not None:
            self._document.remove(self.tr("Remove a layer"), layer.key)


class EyeDelegate(QStyledItemDelegate):
    """An eye in place of the tick: what is not seen has a closed one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        widget = self.parent()
        assert isinstance(widget, QWidget)
        place = widget.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, shown, widget)
        seen = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        theme.icon("eye" if seen else "eye-off").paint(painter, place)


class LayerList(QListWidget):
    """The keys of a layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moved: Callable[[int], object] = lambda by: None
        self.removed: Callable[[], object] = lambda: None
        self.setProperty("role", "layers")
        self.setItemDelegate(EyeDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(2)
        self.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed | QListWidget.EditTrigger.DoubleClicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.state() != QListWidget.State.EditingState:
            self.removed()
        else:
            super().keyPressEvent(event)


def _item(layer: Layer) -> QListWidgetItem:
    item = QListWidgetItem(layer.name)
    item.setData(KEY, layer.key)
    item.setIcon(QIcon(QPixmap.fromImage(shrunk(layer.shown.small, 2 * SIDE))))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
    return item
