"""WelcomePage: the page in the middle while there is nothing to show."""

import functools
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio import resource
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.viewer.suggestion import Suggestion

SIDE = 176
WIDEST = 560
BESIDE, ROOMY = 470, 390
"""Pixels of the page: wide enough for the picture beside the offers, and high enough for lines about them."""
TRIALS = ("create", "vary", "edit")


def example() -> Path:
    """A picture that the bundled model drew, for whoever has none yet."""
    return resource.folder() / "example" / "mushroom.webp"


class WelcomePage(QWidget):
    """`tried`: one of TRIALS was chosen. They are shown only to whoever has no picture yet."""

    tried = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._able: frozenset[str] = frozenset()
        self._first = False
        self._title = QLabel(self.tr("What would you like to see?"))
        self._title.setProperty("role", "headline")
        self._title.setWordWrap(True)
        self._text = plain_label("")
        self._text.setProperty("role", "hint")
        self._machine = plain_label("")
        self._machine.setProperty("role", "hint")
        for label in (self._title, self._text, self._machine):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture = QLabel()
        self._picture.setAccessibleName(self.tr("A red mushroom, drawn by the bundled model"))
        self._picture.setToolTip(self._picture.accessibleName())
        self.models = QPushButton(self.tr("The bundled model draws simple things; for photographs get another one…"))
        self.models.setFlat(True)
        self.models.setProperty("role", "link")
        self.models.clicked.connect(lambda: actions.run("get-models"))
        self.blank = QPushButton(self.tr("Draw on a blank canvas…"))
        self.blank.setFlat(True)
        self.blank.setProperty("role", "link")
        self.blank.clicked.connect(lambda: actions.run("canvas.blank"))
        self._few_models = False
        self.offers = self._make_offers(actions)
        self._trials = QWidget()
        self.setMinimumHeight(64)  # where the room ends, something is cut off, and the window gets no larger
        self._lay_out()
        self._refresh()

    def _make_offers(self, actions: Actions) -> dict[str, Suggestion]:
        words = {
            "create": (self.tr("Create from text"), self.tr("Start from an example prompt and change it.")),
            "vary": (self.tr("Vary this picture"), self.tr("Similar pictures, near or far.")),
            "edit": (self.tr("Change a part of it"), self.tr("Paint over a part, and say what it becomes.")),
        }
        icons = {"create": "create", "vary": "vary", "edit": "inpaint"}
        made = {name: Suggestion(icons[name], *words[name], self) for name in TRIALS}
        for name, offer in made.items():
            run, offered = functools.partial(self.tried.emit, name), functools.partial(self._is_offered, name)
            actions.add(Action(f"try.{name}", words[name][0], run, enabled=offered, section=Section.WELCOME))
            offer.clicked.connect(lambda _=False, name=name: actions.run(f"try.{name}"))
        return made

    def _is_offered(self, name: str) -> bool:
        return self._first and name in self._able and not self.isHidden()

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for offer in self.offers.values():
            buttons.addWidget(offer)
        buttons.addStretch(1)
        row = QHBoxLayout(self._trials)
        row.setContentsMargins(0, 16, 0, 12)
        row.setSpacing(16)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(buttons, 1)
        self._trials.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._text)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._trials, 100)
        across.addStretch(1)
        column.addLayout(across)
        column.addWidget(self.blank, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._machine)
        column.addWidget(self.models, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)

    # ---- what it shows

    def show_hint(self, text: str) -> None:
        self._text.setText(text)

    def show_machine(self, text: str) -> None:
        """What this machine can run, in one line."""
        self._machine.setText(text)
        self._refresh()

    def offer_models(self, few: bool) -> None:
        """Whether to say that there are others than those that are here."""
        self._few_models = few
        self._refresh()

    def offer(self, able: frozenset[str], first: bool) -> None:
        """Which of TRIALS there are tasks for, and whether no picture has been made yet."""
        self._able, self._first = able, first
        self._refresh()

    def _refresh(self) -> None:
        shown, roomy = self._first and bool(self._able), self.height() >= ROOMY
        for name, offer in self.offers.items():
            offer.setVisible(name in self._able)
            offer.show_about(roomy)
        if shown and self._picture.pixmap().isNull():
            self._picture.setPixmap(_rounded(example(), self.devicePixelRatioF()))
        self.blank.setVisible(roomy)
        self._picture.setVisible(self.width() >= BESIDE)
        self._trials.setVisible(shown)
        self._text.setVisible(roomy or not shown)
        self._machine.setVisible(shown and roomy and bool(self._machine.text()))
        self.models.setVisible(shown and roomy and self._few_models)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()


def _rounded(file: Path, ratio: float) -> QPixmap:
    """With round corners, sharp on any screen."""
    side = round(SIDE * ratio)
    source = QPixmap(str(file)).scaled(
        QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    drawn = QPixmap(source.size())
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(drawn.rect()), 10 * ratio, 10 * ratio)
    painter.setClipPath(shape)
    painter.drawPixmap(0, 0, source)
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
