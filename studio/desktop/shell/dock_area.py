"""DockArea: the picture in the middle and the panels around it, wherever the user puts them; kept between starts."""

from collections.abc import Iterator, Sequence

import shiboken6
from PySide6.QtCore import QByteArray, QChildEvent, QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QShowEvent
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget

from studio.desktop.shell.dock import Dock
from studio.desktop.style import theme

VERSION = 1
"""Of the layouts that are kept: those of another one are not used."""
GRIP = 48
"""So many pixels of a floating panel must be on a screen for it to be found."""
FLOATING = QSize(320, 420)
TAB_PADDING = 22
AWAY = 500
Area = Qt.DockWidgetArea
SIDES = Area.LeftDockWidgetArea, Area.RightDockWidgetArea


class DockArea(QMainWindow):
    """Panels have names that do not change with the language, by which a kept layout knows them."""

    arranging_changed = Signal(bool)

    def __init__(self, middle: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)  # part of a window, and none by itself
        self.panels: dict[str, Dock] = {}
        self.arranging = self._sizing = False
        self._usual: list[tuple[Dock, Area, int]] = []
        self._closed: set[Dock] = set()
        self._empty: set[Dock] = set()
        """Hidden while they have nothing to show."""
        self._before: list[Dock] = []
        """Those that were seen before only the picture was."""
        self.setDockOptions(self.DockOption.AllowTabbedDocks | self.DockOption.AllowNestedDocks)
        self.setAnimated(theme.moves())
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea), (Qt.Corner.TopLeftCorner, Area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea),
            (Qt.Corner.TopRightCorner, Area.RightDockWidgetArea),
        ):  # fmt: skip
            self.setCorner(corner, area)
        self.setCentralWidget(middle)

    def add(
        self, name: str, title: str, icon: str, content: QWidget, area: Area, size: int, *, closed: bool = False
    ) -> Dock:
        """`size`: pixels across, in the usual layout; those of one side lie behind each other there.

        `closed`: it is not shown there before somebody asks for it.
        """
        panel = self.panels[name] = Dock(name, title, icon, content, self)
        panel.visibilityChanged.connect(self._look)
        panel.topLevelChanged.connect(self._look)
        panel.dockLocationChanged.connect(self._look)
        self._usual.append((panel, area, size))
        self._put(panel, area)
        if closed:
            self._closed.add(panel)
            panel.hide()
        return panel

    def _put(self, panel: Dock, area: Area) -> None:
        others = [other for other, place, _ in self._usual if place == area and other is not panel]
        self.addDockWidget(area, panel)
        if others:
            self.tabifyDockWidget(others[-1], panel)

    def panel_of(self, widget: QWidget) -> Dock | None:
        """The panel that the widget is in, or is."""
        return next((one for one in self.panels.values() if one is widget or one.isAncestorOf(widget)), None)

    def reveal(self, widget: QWidget) -> None:
        """Whoever has hidden its panel, or put another before it, sees it again."""
        if (panel := self.panel_of(widget)) is not None:
            self._empty.discard(panel)
            panel.show()
            panel.raise_()
            self._make_room(panel)
            self._sort_out()  # at once: what is done next may be to give it the keyboard

    def _make_room(self, panel: Dock) -> None:
        """Where there is no room for panels at both sides, the one that was asked for last is seen."""
        place = self.dockWidgetArea(panel)
        beside = {side: [one for one in self._docked if self.dockWidgetArea(one) == side] for side in SIDES}
        if panel.isFloating() or place not in SIDES or not self.isVisible():
            return
        needed = sum(max((_narrowest(one) for one in panels), default=0) for panels in beside.values())
        if needed + _narrowest(self.centralWidget()) > self.width():
            for side in SIDES:
                for other in beside[side] if side != place else ():
                    other.close()

    @property
    def _docked(self) -> list[Dock]:
        return [panel for panel in self if not panel.isHidden() and not panel.isFloating()]

    def show_panel_of(self, widget: QWidget, shown: bool) -> None:
        """Let what is in a panel be seen, or hide that."""
        if shown:
            self.reveal(widget)
        elif (panel := self.panel_of(widget)) is not None:
            panel.close()

    def toggle(self, panel: Dock) -> None:
        """Hide what can be seen; show what cannot, in the place of what lies there."""
        if panel.in_sight:
            panel.close()
            return
        self.reveal(panel)
        for other in self.tabifiedDockWidgets(panel):  # it knows them only when it is shown itself
            other.close()

    def float_panel(self, panel: Dock) -> None:
        """Into a window of its own, near where it was, or back."""
        if panel.isFloating():
            panel.setFloating(False)
            self.reveal(panel)
            return
        self.reveal(panel)
        size = panel.size().expandedTo(FLOATING)
        panel.setFloating(True)
        corner = self.mapToGlobal(self.rect().center()) - QRect(0, 0, size.width(), size.height()).center()
        QTimer.singleShot(0, panel, lambda: panel.setGeometry(QRect(corner, size)))  # when Qt has tried a size itself

    def arrange(self, on: bool) -> None:
        """Whether each panel shows a bar by which it can be taken, floated and hidden."""
        self.arranging = on
        for panel in self.panels.values():
            panel.arrange(on)
        self.arranging_changed.emit(on)

    def only_picture(self) -> None:
        """Hide every panel; or show again those that were seen."""
        shown = [panel for panel in self if not panel.isHidden()]
        for panel in shown or self._before:
            panel.setVisible(not shown and panel not in self._empty)
        self._before = shown or self._before

    def fill(self, panel: Dock, filled: bool) -> None:
        """A panel without anything to show is hidden, and comes back with its content unless people have hidden it."""
        if filled and panel in self._empty:
            self._empty.discard(panel)
            panel.show()
        elif not filled and panel not in self._empty and not panel.isHidden():
            self._empty.add(panel)
            panel.hide()

    # ---- tabs

    def tab_bar(self, panel: Dock) -> QTabBar | None:
        """By which one gets to it, and from it to the panels that it hides."""
        return next((bar for bar, panels in self._tabs().items() if panel in panels), None)

    def _tabs(self) -> dict[QTabBar, list[Dock | None]]:
        """The panels of each bar; Qt keeps their addresses in it."""
        known = {shiboken6.getCppPointer(panel)[0]: panel for panel in self}
        bars = self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        for bar in bars:  # Qt leaves those of panels that were hidden outside of the window
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus if bar.count() > 1 else Qt.FocusPolicy.NoFocus)
            if bar.count() < 2 and bar.geometry().intersects(self.rect()):
                bar.move(-bar.width() - AWAY, -bar.height() - AWAY)  # and sometimes over the picture
        seen = [bar for bar in bars if bar.isVisibleTo(self) and bar.count() > 1]
        return {bar: [known.get(bar.tabData(at)) for at in range(bar.count())] for bar in seen}

    def _look(self) -> None:
        """Now, and when Qt has done what it is about to do."""
        self._sort_out()
        QTimer.singleShot(0, self, self._sort_out)

    def _sort_out(self) -> None:
        """Which panels can be seen, and by which name."""
        tabs = self._tabs()
        front = {panel for bar, panels in tabs.items() for panel in panels[bar.currentIndex() :][:1]}
        behind = {panel for panels in tabs.values() for panel in panels} - front
        usual = {panel: area for panel, area, _ in self._usual}
        for panel in self:
            alone = usual.get(panel) == Area.RightDockWidgetArea and panel not in front | behind
            panel.stand(not panel.isHidden() and panel not in behind, alone)
        for bar, panels in tabs.items():
            self._fit(bar, [panel for panel in panels if panel])

    def _fit(self, bar: QTabBar, panels: Sequence[Dock]) -> None:
        """Names if all of them fit, else icons: a name that is cut ("Under t…") says less."""
        wide = sum(bar.fontMetrics().horizontalAdvance(panel.title) + TAB_PADDING for panel in panels)
        named = wide <= bar.width()
        for number, panel in enumerate(panels):
            if bool(panel.windowTitle()) != named:
                panel.setWindowTitle(panel.title if named else "")  # of which Qt makes the tab's text
            bar.setTabIcon(number, QIcon() if named else panel.icon)
            bar.setTabToolTip(number, panel.title)
            bar.setAccessibleTabName(number, panel.title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QTabBar):
            self._look()
        return super().eventFilter(watched, event)

    # ---- the layout

    def reset(self) -> None:
        """Every panel where it was at first."""
        for panel, area, _ in self._usual:
            panel.setFloating(False)
            self.removeDockWidget(panel)
            self._put(panel, area)
            panel.setVisible(panel not in self._closed | self._empty)  # afterwards: putting it somewhere shows it
        self._sizing = True
        QTimer.singleShot(0, self, self._usual_sizes)
        first = {area: panel for panel, area, _ in reversed(self._usual)}
        for panel in first.values():
            panel.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._sizing:
            QTimer.singleShot(0, self, self._usual_sizes)  # before, there is no room to be shared out

    def _usual_sizes(self) -> None:
        if not self.isVisible():
            return
        self._sizing = False
        first = {area: (panel, size) for panel, area, size in reversed(self._usual)}
        across = [first[area] for area in first if area != Area.BottomDockWidgetArea]
        below = [panel for panel, area, _ in self._usual if area == Area.BottomDockWidgetArea]
        self.resizeDocks([panel for panel, _ in across], [size for _, size in across], Qt.Orientation.Horizontal)
        self.resizeDocks(below, [panel.content.sizeHint().height() for panel in below], Qt.Orientation.Vertical)

    def kept(self) -> str:
        return bytes(self.saveState(VERSION).toBase64().data()).decode()

    @property
    def empty(self) -> list[str]:
        """Of the panels that are hidden, those that will be seen when they have something to show."""
        return [panel.objectName() for panel in self if panel in self._empty]

    def restore(self, kept: str, empty: Sequence[str] = ()) -> bool:
        """False if it cannot be read, or if a panel would lie where no screen is: then the usual layout holds."""
        if not kept:
            self.reset()
            return True
        if self.restoreState(QByteArray.fromBase64(kept.encode()), VERSION) and not any(_lost(one) for one in self):
            self._empty = {panel for panel in self if panel.objectName() in empty and panel.isHidden()}
            return True
        self.reset()
        return False

    def __iter__(self) -> Iterator[Dock]:
        return iter(self.panels.values())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setAnimated(theme.moves())

    def childEvent(self, event: QChildEvent) -> None:
        """Qt makes the bars of tabs by itself, and gives them no name."""
        super().childEvent(event)
        if event.type() == QEvent.Type.ChildPolished and isinstance(bar := event.child(), QTabBar):
            bar.setAccessibleName(self.tr("Panels"))
            bar.setDrawBase(False)
            bar.setUsesScrollButtons(False)
            bar.installEventFilter(self)


def _narrowest(widget: QWidget | None) -> int:
    """What was said of it counts, else what it says."""
    return (widget.minimumWidth() or widget.minimumSizeHint().width()) if widget is not None else 0


def _lost(panel: Dock) -> bool:
    """Floating where nobody can take hold of it."""
    if not panel.isFloating() or panel.isHidden():
        return False
    top = panel.frameGeometry()
    top.setHeight(GRIP)
    seen = [screen.availableGeometry() & top for screen in QGuiApplication.screens()]
    return not any(one.width() >= GRIP and one.height() >= GRIP / 2 for one in seen)
