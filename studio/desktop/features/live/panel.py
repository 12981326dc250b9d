"""LivePanel: the switch, the picture as it forms, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.widgets.picture_screen import PictureScreen


class LivePanel(QWidget):
    """Says at any time why nothing is drawn, if nothing is."""

    switched = Signal(bool)
    keep_wanted = Signal()
    other_wanted = Signal()
    """The same from another seed."""
    canvas_wanted = Signal(bool)
    """Whether it is shown on the canvas too."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._has_picture = False
        self.setAccessibleName(self.tr("Live"))
        self.switch = QCheckBox(self.tr("Draw while I type or paint"), self)
        self.switch.toggled.connect(self._toggle)
        self.seen = QCheckBox(self.tr("Show on the canvas"), self)
        self.seen.setChecked(True)
        self.seen.toggled.connect(self._toggle_canvas)
        self.picture = PictureScreen(self)
        self.picture.setAccessibleName(self.tr("Live picture"))
        self.status = plain_label("")
        self.status.setProperty("role", "hint")
        for action in (
            Action(
                "live", self.tr("Draw while I type or paint"), self.switch.toggle, "motion",
                checked=self.switch.isChecked, section=Section.JOBS,
            ),
            Action(
                "live.keep", self.tr("Keep"), self.keep_wanted.emit, "ok",
                about=self.tr("Make this picture again at once and keep it in the library"),
                enabled=lambda: self._has_picture, section=Section.JOBS,
            ),
            Action(
                "live.other", self.tr("Another seed"), self.other_wanted.emit, "dice",
                about=self.tr("Draw the same from another random seed"),
                enabled=self.switch.isChecked, section=Section.JOBS,
            ),
            Action(
                "live.canvas", self.tr("Show the live picture on the canvas"), self.seen.toggle, "eye",
                now=self._canvas_words, about=self.tr("The live picture lies over the canvas and is no part of it"),
                section=Section.JOBS,
            ),
        ):  # fmt: skip
            actions.add(action)
        row = QHBoxLayout()
        row.setSpacing(8)
        for id in ("live.keep", "live.other"):
            button = QPushButton(self)
            show_action(button, actions.qaction(id))
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.switch)
        column.addWidget(self.seen)
        column.addWidget(self.picture, 1)
        column.addWidget(self.status)
        column.addLayout(row)

    def _toggle(self, on: bool) -> None:
        self._actions.refresh("live", "live.other")
        self.switched.emit(on)

    def _toggle_canvas(self, on: bool) -> None:
        self._actions.refresh("live.canvas")
        self.canvas_wanted.emit(on)

    @property
    def on_canvas(self) -> bool:
        return self.seen.isChecked()

    def _canvas_words(self) -> str:
        return self.tr("Hide on the canvas") if self.on_canvas else self.tr("Show on the canvas")

    def show_status(self, text: str) -> None:
        self.status.setText(text)

    def show_preview(self, image: QImage) -> None:
        self.picture.show_image(image)

    def show_picture(self, image: QImage) -> None:
        """A finished one, which can be kept."""
        self.picture.show_image(image)
        self._has_picture = True
        self._actions.refresh("live.keep")
