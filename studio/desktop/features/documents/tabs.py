"""DocumentTabs: the documents in tabs above the canvas, as soon as there are several."""

import functools

from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QInputDialog, QMenu, QTabBar, QToolButton, QWidget

from studio.desktop.actions.action import Action, DefaultShortcut, Section
from studio.desktop.canvas.documents import ListedDocument
from studio.desktop.shell.qt_image import shrunk
from studio.desktop.style import theme
from studio.desktop.workbench import Workbench

THUMBNAIL = 20
WIDEST = 220


class DocumentTabs(QObject):
    """A click shows a document, the cross or the middle button closes it, a double click names it, a drag moves it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._documents = workbench, workbench.session.documents
        self._filling = False
        self.bar = TabBar(workbench.window)
        self.bar.setAccessibleName(self.tr("Documents"))
        self.bar.currentChanged.connect(self._chosen)
        self.bar.tabMoved.connect(self._moved)
        self.bar.tabBarDoubleClicked.connect(self._rename_at)
        self.bar.customContextMenuRequested.connect(self._open_menu)
        workbench.viewer.add_bar(self.bar)
        self._add_actions()
        self._documents.listed.connect(self._fill)
        self._documents.switching.connect(self._clear_results)
        workbench.document.changed.connect(self._show_thumbnail)
        self._fill()

    def _add_actions(self) -> None:
        documents = self._documents

        def several() -> bool:
            return len(documents) > 1

        for id, title, run, keys, enabled in (
            ("document.next", self.tr("Next document"), lambda: documents.step(1), "Ctrl+Tab", several),
            ("document.previous", self.tr("Previous document"), lambda: documents.step(-1), "Ctrl+Shift+Tab", several),
            (
                "document.close", self.tr("Close document"), lambda: documents.close(documents.current), "Ctrl+W",
                lambda: several() or not self._workbench.document.is_blank,
            ),
            ("document.rename", self.tr("Rename document…"), lambda: self._rename_at(documents.at), "", lambda: True),
        ):  # fmt: skip
            shortcut = DefaultShortcut((keys,) if keys else ())
            action = Action(id, title, run, enabled=enabled, shortcut=shortcut, section=Section.FILES)
            self._workbench.actions.add(action)

    # ---- showing

    def _fill(self) -> None:
        self._filling = True
        bar, all = self.bar, self._documents.all
        if [bar.tabData(number) for number in range(bar.count())] != [one.id for one in all]:
            while bar.count():
                bar.removeTab(0)
            for number, one in enumerate(all):
                bar.addTab("")
                bar.setTabData(number, one.id)
                bar.setTabButton(number, QTabBar.ButtonPosition.RightSide, self._cross(one))
                self._show_icon(number, QImage(str(self._documents.thumbnail_file(one.id))))
        for number, one in enumerate(all):
            title = self._documents.title(one)
            bar.setTabText(number, title.replace("&", "&&"))
            bar.setTabToolTip(number, title)
        bar.setCurrentIndex(self._documents.at)
        bar.setVisible(len(all) > 1)
        self._filling = False
        self._show_thumbnail()
        self._workbench.actions.refresh("document.next", "document.previous", "document.close")

    def _cross(self, one: ListedDocument) -> QToolButton:
        button = QToolButton(self.bar)
        button.setIcon(theme.icon("cancel"))
        button.setIconSize(QSize(theme.scaled(12), theme.scaled(12)))
        button.setProperty("role", "tab")
        button.setToolTip(self.tr("Close document"))
        button.setAccessibleName(self.tr("Close “{0}”").format(self._documents.title(one)))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._documents.close(one.id))
        return button

    def _show_thumbnail(self) -> None:
        """Of the one that is shown, as it is now."""
        if self.bar.isHidden():
            return
        from studio.desktop.canvas import document_folder  # slow, and first needed after the first paint

        self._show_icon(self._documents.at, document_folder.drawn_small(self._workbench.document.scene))

    def _show_icon(self, number: int, image: QImage) -> None:
        ratio = self.bar.devicePixelRatioF()
        pixmap = QPixmap.fromImage(shrunk(image, round(theme.scaled(THUMBNAIL) * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        self.bar.setTabIcon(number, QIcon(pixmap))

    def _clear_results(self) -> None:
        """Results belong to the document that was shown when they were made; the library keeps them."""
        self._workbench.viewer_controller.look_away()
        self._workbench.viewer.candidates.clear()

    # ---- acts

    def _chosen(self, number: int) -> None:
        if not self._filling and number >= 0:
            self._documents.show(str(self.bar.tabData(number)))

    def _moved(self, at: int, to: int) -> None:
        if not self._filling:
            self._documents.move(at, to)

    def _rename_at(self, number: int) -> None:
        if not 0 <= number < len(self._documents):
            return
        one = self._documents.all[number]
        dialog = QInputDialog(self._workbench.window)
        dialog.setWindowTitle(self.tr("Rename document"))
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(self._documents.title(one))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(functools.partial(self._documents.rename, one.id))
        dialog.open()

    def _open_menu(self, at: QPoint) -> None:
        number = self.bar.tabAt(at)
        if number < 0:
            return
        menu = QMenu(self.bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        id = str(self.bar.tabData(number))
        menu.addAction(self.tr("Rename document…"), lambda: self._rename_at(number))
        menu.addAction(self.tr("Close document"), lambda: self._documents.close(id))
        menu.popup(self.bar.mapToGlobal(at))


class TabBar(QTabBar):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setExpanding(False)
        self.setMovable(True)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(True)
        self.setIconSize(QSize(theme.scaled(THUMBNAIL), theme.scaled(THUMBNAIL)))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "documents")

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(size.width(), theme.scaled(WIDEST)), size.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self.tabAt(event.position().toPoint())
        button = self.tabButton(number, QTabBar.ButtonPosition.RightSide) if number >= 0 else None
        if event.button() == Qt.MouseButton.MiddleButton and isinstance(button, QToolButton):
            button.click()
        super().mouseReleaseEvent(event)
