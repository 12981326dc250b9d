"""Scene: the window with its real engine, off screen, brought into a state and photographed in both themes."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from studio import messages, settings
from studio.desktop.app import Studio
from studio.desktop.canvas.document import PictureSource

PATIENCE_S = 180
SIZE = (1280, 800)
THEMES = ("light", "dark")


class Scene:
    """A studio in a home of its own; `close` it."""

    def __init__(
        self, app: QApplication, home: Path, language: str, folder: Path, wanted: Callable[[str], bool]
    ) -> None:
        """`wanted`: whether a picture of this name is to be taken."""
        os.environ["STUDIO_HOME"] = str(home)
        self.app, self.language, self._folder, self._wanted = app, language, folder, wanted
        chosen = msgspec.structs.replace(settings.load(), language=language, theme=THEMES[0])
        settings.save(chosen)
        self.studio = Studio(app, chosen)
        self.studio.open()
        self.studio.shell.resize(*SIZE)
        self.engine = 0
        self._ready: messages.Ready | None = None
        self.until(lambda: self.studio.session)
        self.session.received.connect(self._note)

    def _note(self, event: messages.Event) -> None:
        if isinstance(event, messages.Starting):
            self.engine = event.pid
        elif isinstance(event, messages.Ready):
            self._ready = event

    # ---- what there is

    @property
    def session(self) -> Any:
        return self.studio.session

    @property
    def window(self) -> Any:
        return self.studio.window

    @property
    def form(self) -> Any:
        return self.window.task_panel.form

    def piece(self, row: int = 0) -> PictureSource:
        """A picture of the library, the newest first."""
        self.until(lambda: self.session.pictures.rowCount() > row and self.session.pictures.record(row))
        record = self.session.pictures.record(row)
        return PictureSource(record.id, record.path)

    # ---- acting

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("it took too long")
            self.app.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float = 0.4) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def task(self, id: str, **values: Any) -> None:
        self.window.forms.choose(id)
        self.form.set_values(values)
        self.rest()

    def run(self, id: str, **values: Any) -> None:
        """A job to its end."""
        self.task(id, **values)
        self.window.forms.generate()
        self.until(lambda: not self.session.jobs.pending)
        self.rest(0.8)

    def be_ready(self) -> None:
        """After events that were only played."""
        self.session.handle(self._ready)
        for key in [*self.window.notices.keys()]:
            self.window.notices.remove(key)
        self.rest()

    def side(self, name: str = "") -> None:
        """Open a panel: detail, queue, layers, hood …, as its icon does; without a name, none."""
        panels = self.window.side.panels
        for panel in panels:
            if panel.in_sight != (panel.objectName() == name):
                self.window.dock_area.toggle(panel)
        self.rest()

    def close(self) -> None:
        self.studio.close()
        self.rest(0.1)

    # ---- taking pictures

    def shoot(self, name: str, open_windows: Iterable[QWidget] = ()) -> None:
        """`open_windows`: menus, lists and dialogs that lie over it."""
        for theme in THEMES:
            if not self._wanted(f"{name}-{theme}-{self.language}"):
                continue
            self.window.preferred.emit({"theme": theme, "language": self.language})
            self.rest()
            file = self._folder / f"{name}-{theme}-{self.language}.webp"
            sys.stderr.write(f"{file.name}\n")
            if not self._picture(list(open_windows)).save(str(file), quality=80):
                raise SystemExit(f"{file} was not written")

    def _picture(self, windows: list[QWidget]) -> QImage:
        shell = self.studio.shell
        image = shell.grab().toImage()
        painter = QPainter(image)
        for window in windows:
            at = window.mapToGlobal(QPoint()) - shell.mapToGlobal(QPoint())
            if window.windowTitle():  # a dialog, which a screen would show in the middle of its parent
                painter.fillRect(image.rect(), QColor(0, 0, 0, 60))
                at = QPoint((image.width() - window.width()) // 2, (image.height() - window.height()) // 2)
            painter.drawPixmap(QPointF(at), window.grab())
        painter.end()
        return image
