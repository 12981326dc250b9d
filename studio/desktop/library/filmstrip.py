"""Filmstrip: the finished pictures along the bottom of the window, and whatever shows them in a grid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.library.picture_model import RECORD, PictureModel
from studio.desktop.style import theme

if TYPE_CHECKING:
    from studio.library import Record

SIDE, STRIP_SIDE = 96, 60
"""Pixels of a picture in a grid, and in the strip."""
GAP = 6
SCROLL_BAR = 7
CLEARING = 46
"""Pixels of the search beside its words: frame and the button that clears it."""
TYPING_MS = 250


Index = QModelIndex | QPersistentModelIndex


class ThumbnailDelegate(QStyledItemDelegate):
    """Draws all of one picture in a square with round corners; the chosen one has a frame."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect.adjusted(GAP // 2, GAP // 2, -GAP // 2, -GAP // 2)
        state: QStyle.StateFlag = option.state
        image = index.data(Qt.ItemDataRole.DecorationRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(rect), 6, 6)
        painter.setClipPath(shape)
        if isinstance(image, QImage) and not image.isNull():
            painter.fillRect(rect, QColor(str(theme.token("raised"))))
            painter.drawImage(_whole(image, rect), image)
        else:
            painter.fillRect(rect, QColor(str(theme.token("raised"))))
            if isinstance(image, QImage):  # a null image: it could not be read
                edge = rect.width() // 3
                theme.icon("warning").paint(painter, rect.adjusted(edge, edge, -edge, -edge))
        painter.setClipping(False)
        if state & QStyle.StateFlag.State_Selected:
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(str(theme.token("focus" if focused else "accent"))), 2.5))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        painter.restore()

    def __init__(self, side: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._side = side + GAP

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._side, self._side)


def _whole(image: QImage, room: QRect) -> QRect:
    """Where all of it is seen, as large as there is room."""
    place = QRect(QPoint(), image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(room.center())
    return place


class PictureList(QListView):
    """Pictures of a PictureModel; `wrapping` makes it a grid."""

    opened = Signal(object)
    delete_wanted = Signal(object)
    """Records."""

    def __init__(self, pictures: PictureModel, *, wrapping: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(ThumbnailDelegate(SIDE if wrapping else STRIP_SIDE, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(wrapping)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust if wrapping else QListView.ResizeMode.Fixed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Finished pictures"))
        self.setModel(pictures)
        self.activated.connect(self._open)

    def selected(self) -> "Record | None":
        index = self.currentIndex()
        record = index.data(RECORD) if index.isValid() else None
        return record

    def chosen(self) -> "list[Record]":
        """All that are marked, in their order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self.model().index(row, 0).data(RECORD) for row in rows]

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(RECORD))

    def wheelEvent(self, event: object) -> None:
        """A strip is scrolled by the wheel that most mice have."""
        if self.isWrapping():
            super().wheelEvent(event)  # type: ignore[arg-type]
            return
        delta = event.angleDelta()  # type: ignore[attr-defined]
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Delete) and self.chosen():
            self.delete_wanted.emit(self.chosen())
            return
        super().keyPressEvent(event)


class Filmstrip(QFrame):
    """The newest pictures in one row, with a search; `chosen` follows mouse and arrow keys."""

    chosen = Signal(object)
    delete_wanted = Signal(object)
    """Records."""
    filled = Signal(bool)
    """Whether it has something to show now, or somebody searches in it."""

    def __init__(self, pictures: PictureModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.setProperty("role", "strip")
        self.list = PictureList(pictures, parent=self)
        self.list.delete_wanted.connect(self.delete_wanted)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(STRIP_SIDE + GAP + SCROLL_BAR + 4)
        self.list.selectionModel().currentChanged.connect(self._emit_chosen)
        self.list.clicked.connect(self._emit_chosen)
        self.list.opened.connect(self.chosen)
        title = QLabel(self.tr("Pictures"))
        title.setProperty("role", "section")
        self._count = QLabel()
        self._count.setProperty("role", "hint")
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search prompts"))
        self.search.setAccessibleName(self.tr("Search the finished pictures"))
        self.search.setClearButtonEnabled(True)
        words = self.search.fontMetrics().horizontalAdvance(self.search.placeholderText())
        least = theme.scaled(130, 0.7)
        self.search.setMinimumWidth(least)
        self.search.setMaximumWidth(max(least, words + theme.scaled(CLEARING)))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(lambda: pictures.search(self.search.text()))
        self.search.textChanged.connect(lambda: self._typing.start())
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self._count)
        head.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, theme.scaled(1, 5.0))
        row.setSpacing(12)
        row.addLayout(column)
        row.addWidget(self.list, 1)
        pictures.loaded.connect(self._refresh)
        self._silent = False
        self._refresh()

    def select(self, id: str) -> None:
        """Mark a picture without telling."""
        row = self._pictures.row(id)
        if row < 0:
            return
        self._silent = True
        index, flags = self._pictures.index(row), QItemSelectionModel.SelectionFlag
        marked = self.list.selectionModel().isSelected(index)  # of several, perhaps, which stay so
        self.list.selectionModel().setCurrentIndex(index, flags.NoUpdate if marked else flags.ClearAndSelect)
        self.list.scrollTo(index)
        self._silent = False

    def unselect(self) -> None:
        """Mark none, without telling."""
        self._silent = True
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())
        self._silent = False

    def drop(self, ids: Sequence[str]) -> None:
        """No longer show these pictures; what takes their place is marked, and not told."""
        self._silent = True
        self._pictures.drop(ids)
        self._silent = False

    def _open_menu(self, place: QPoint) -> None:
        many = len(self.list.chosen())
        if not many or not self.list.indexAt(place).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = self.tr("Delete") if many == 1 else self.tr("Delete {0} pictures").format(many)
        action = menu.addAction(theme.icon("trash"), text, lambda: self.delete_wanted.emit(self.list.chosen()))
        action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        menu.popup(self.list.viewport().mapToGlobal(place))

    def _emit_chosen(self, index: QModelIndex) -> None:
        record = index.data(RECORD)
        if record is not None and not self._silent:
            self.chosen.emit(record)

    def _refresh(self) -> None:
        total = self._pictures.total
        searching = bool(self.search.text().strip())
        none = self.tr("nothing found") if searching else self.tr("none yet")
        self._count.setText(f"{total:,}" if total else none)
        self.filled.emit(bool(total) or searching)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.list.viewport().update()
