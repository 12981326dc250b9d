"""LayerPanel: the layers of the document, the highest first: seen or not, how strongly, in which order."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QDropEvent, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Scope, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_acts import LayerActs
from studio.desktop.canvas.layer_options import LayerOptions
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.qt_image import shrunk
from studio.desktop.style import theme

KEY = Qt.ItemDataRole.UserRole
PIXELS = Qt.ItemDataRole.UserRole + 1
SIDE = 44
_Row = tuple[str, str, str, tuple[str, ...], Callable[[], object], Callable[[], bool], int]
"""Of the table of actions: name, icon, title, keys, what it does, whether it can, group in the menu."""
Index = QModelIndex | QPersistentModelIndex
ACTIONS = (
    "layer.duplicate", "layer.up", "layer.down", "layer.merge", "layer.flatten", "layer.flip-across",
    "layer.flip-down", "layer.turn-left", "layer.turn-right", "layer.reset", "layer.mask", "layer.select-mask",
    "layer.unmask", "layer.clear",
)  # fmt: skip
BUTTONS = ("layer.transform", "layer.duplicate", "layer.up", "layer.down", "layer.mask", "layer.paint-mask")
MENU = "layer"


class LayerPanel(QWidget):
    """An eye shows a layer or hides it, a drag or Ctrl+Up and Ctrl+Down move it, Delete removes it, F2 names it."""

    def __init__(self, document: Document, actions: Actions, acts: LayerActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._actions, self._acts = document, actions, acts
        self._filling = False
        self.setAccessibleName(self.tr("Layers"))
        self.list = LayerList(self)
        self.list.setAccessibleName(self.tr("Layers"))
        self.list.itemChanged.connect(self._edited)
        self.list.currentRowChanged.connect(lambda row: self._choose())
        self._none = plain_label(self.tr("A picture that you accept becomes a layer; edits of it lie above it."))
        self._none.setProperty("role", "hint")
        self.options = LayerOptions(document, self)
        self.opacity = self.options.opacity
        self._add_actions()
        self.buttons = {id: tool_button(actions, id, self) for id in (*BUTTONS, "layer.clear") if id in actions}
        self.up, self.down = self.buttons["layer.up"], self.buttons["layer.down"]
        self.delete = self.buttons["layer.clear"]
        self.more = QToolButton(self)
        self.more.setIcon(theme.icon("more"))
        self.more.setToolTip(self.tr("More layer actions"))
        self.more.setAccessibleName(self.tr("More layer actions"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setMenu(ActionMenu(actions, MENU, self.more))
        self.list.moved, self.list.removed, self.list.dropped = self._move, self._remove, self._drop
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self._lay_out()
        document.shown.connect(self._fill)
        self._fill()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for id in BUTTONS:
            if id in self.buttons:  # handles on the canvas, and painting masks, are features of their own
                tools.addWidget(self.buttons[id])
        tools.addWidget(self.more)
        tools.addStretch(1)
        tools.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        column.addWidget(self.options)
        column.addLayout(tools)
        column.addStretch(0)

    def _open_menu(self, at: QPoint) -> None:
        if self.list.itemAt(at) is not None:
            menu = self.more.menu()
            assert menu is not None
            menu.popup(self.list.viewport().mapToGlobal(at))

    # ---- showing

    @property
    def current(self) -> Layer | None:
        item = self.list.currentItem()
        key = item.data(KEY) if item else ""
        return next((layer for layer in self._document.layers if layer.key == key), None)

    def _fill(self) -> None:
        layers = [*reversed(self._document.layers)]
        row = max(0, self.list.currentRow())
        kept = self.current
        keys = [self.list.item(number).data(KEY) for number in range(self.list.count())]
        self._filling = True
        if keys != [layer.key for layer in layers]:
            self.list.clear()
            for layer in layers:
                self.list.addItem(_item(layer))
            new = next((number for number, layer in enumerate(layers) if keys and layer.key not in keys), -1)
            chosen = self._document.layer(self._document.chosen_key) if new < 0 else layers[new]
            chosen = chosen or kept  # what has just been accepted is what people go on with
            self.list.setCurrentRow(layers.index(chosen) if chosen in layers else min(row, len(layers) - 1))
        for number, layer in enumerate(layers):
            _show(self.list.item(number), layer)
        self._filling = False
        self._choose()

    def _choose(self) -> None:
        if not self._filling and (layer := self.current) is not None:
            self._document.chosen_key = layer.key
        self._refresh()

    def _refresh(self) -> None:
        count = len(self._document.layers)
        self.list.setVisible(bool(count))
        self.options.setVisible(bool(count))
        self._none.setVisible(not count)
        self._actions.refresh(*ACTIONS)
        self.options.show_layer(self.current)

    # ---- acts

    def _add_actions(self) -> None:
        def on(act: Callable[[Layer], object]) -> Callable[[], None]:
            def run() -> None:
                if (layer := self.current) is not None:
                    act(layer)

            return run

        acts = self._acts

        def there() -> bool:
            return self._at >= 0

        def marked() -> bool:
            overlay = self._document.overlay
            return there() and overlay is not None and not overlay.mask.is_empty

        def masked() -> bool:
            return bool((layer := self.current) and layer.mask)

        rows: tuple[_Row, ...] = (
            ("duplicate", "copy", self.tr("Duplicate layer"), ("Ctrl+J",), on(acts.duplicate), there, 0),
            ("up", "up", self.tr("Up"), ("Ctrl+Up",), lambda: self._move(1), lambda: 0 <= self._at < self._top, 0),
            ("down", "down", self.tr("Down"), ("Ctrl+Down",), lambda: self._move(-1), lambda: self._at > 0, 0),
            ("merge", "merge", self.tr("Merge down"), ("Ctrl+E",), on(acts.merge_down), lambda: self._at > 0, 1),
            ("flatten", "", self.tr("Flatten picture"), (), acts.flatten, there, 1),
            ("flip-across", "", self.tr("Flip horizontally"), (), on(lambda one: acts.flip(one, down=False)), there, 2),
            ("flip-down", "", self.tr("Flip vertically"), (), on(lambda one: acts.flip(one, down=True)), there, 2),
            ("turn-left", "turn-left", self.tr("Rotate 90° left"), (), on(lambda one: acts.turn(one, -90)), there, 2),
            ("turn-right", "turn-right", self.tr("Rotate 90° right"), (), on(lambda one: acts.turn(one, 90)), there, 2),
            ("reset", "", self.tr("Reset transform"), (), on(acts.reset), self._is_scaled, 2),
            ("mask", "mask", self.tr("Add layer mask from selection"), (), on(acts.mask_marked), marked, 3),
            ("select-mask", "", self.tr("Select from layer mask"), (), on(acts.mark_mask), masked, 3),
            ("unmask", "", self.tr("Remove layer mask"), (), on(acts.unmask), masked, 3),
            ("clear", "clear", self.tr("Delete layer"), ("Del", "Backspace"), self._remove, there, 4),
        )  # fmt: skip
        for name, icon, title, keys, run, enabled, group in rows:
            shortcut = DefaultShortcut(keys, Scope.LAYERS, built_in=name in ("up", "down", "clear"))
            self._actions.add(
                Action(
                    f"layer.{name}", title, run, icon, enabled=enabled, shortcut=shortcut, menu=MenuPlace(MENU, group),
                    section=Section.LAYERS,
                )
            )  # fmt: skip

    def _is_scaled(self) -> bool:
        return bool((layer := self.current) and layer.scaled)

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
            self._document.change(self.tr("Show or hide layer"), layer.key, visible=visible)
        elif name != layer.name:
            self._document.change(self.tr("Rename layer"), layer.key, name=name)

    def _move(self, by: int) -> None:
        if (layer := self.current) is not None:
            self._document.move(self.tr("Move layer"), layer.key, by)

    def _drop(self, key: str, row: int) -> None:
        """Above the layer in that row of the list, which has the highest first."""
        layers = self._document.layers
        at = next(number for number, layer in enumerate(layers) if layer.key == key)
        to = len(layers) - row
        self._document.move_to(self.tr("Move layer"), key, to - 1 if to > at else to)

    def _remove(self) -> None:
        if (layer := self.current) is not None:
            self._document.remove(self.tr("Delete layer"), layer.key)


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
        self.dropped: Callable[[str, int], object] = lambda key, row: None
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setProperty("role", "layers")
        self.setItemDelegate(EyeDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(2)
        self.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed | QListWidget.EditTrigger.DoubleClicked)

    def dropEvent(self, event: QDropEvent) -> None:
        """The document moves its layer, and the list is filled anew."""
        at, item = event.position().toPoint(), self.currentItem()
        under = self.itemAt(at)
        row = self.count() if under is None else self.row(under)
        if under is not None and at.y() > self.visualItemRect(under).center().y():
            row += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)  # else the list would take the row away
        event.accept()
        if item is not None:
            self.dropped(str(item.data(KEY)), row)

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
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
    return item


def _show(item: QListWidgetItem, layer: Layer) -> None:
    item.setText(layer.name)
    item.setCheckState(Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked)
    if item.data(PIXELS) != (pixels := layer.shown.small.cacheKey()):
        item.setData(PIXELS, pixels)
        item.setIcon(QIcon(_thumbnail(layer)))


def _thumbnail(layer: Layer) -> QPixmap:
    """In the middle of a square, so that names stand below each other; a masked one in a frame."""
    image = shrunk(layer.shown.small, 2 * SIDE)
    square = QPixmap(2 * SIDE, 2 * SIDE)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    at = QPoint((2 * SIDE - image.width()) // 2, (2 * SIDE - image.height()) // 2)
    painter.drawImage(at, image)
    if layer.mask is not None:
        painter.setPen(QPen(QColor(theme.token("accent")), 4))
        painter.drawRect(image.rect().translated(at).adjusted(2, 2, -2, -2))
    painter.end()
    return square
