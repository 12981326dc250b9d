"""Player: plays pictures in their order, and saves them as an animation."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio import files
from studio.desktop.shell import drafts, qt_image
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.desktop.style.sentence import say
from studio.desktop.widgets.control import Combo
from studio.desktop.widgets.picture_screen import PictureScreen
from studio.errors import UserError

LARGEST, THUMBNAIL = 1600, 64
"""Pixels: of what is played, and of a picture in the strip."""
LOOP, BACK, ONCE = "loop", "back", "once"
FPS, SLOWEST, FASTEST = 6.0, 0.2, 60.0


class Player(QDialog):
    """A window beside the studio: the picture, a strip of all, and what plays them."""

    def __init__(self, pictures: Sequence[Path], worker: Worker, parent: QWidget) -> None:
        super().__init__(parent)
        self.pictures, self._worker = [*pictures], worker
        self._images: list[QImage | None] = [None] * len(pictures)
        self.at, self._step = 0, 1
        self.setWindowTitle(self.tr("Animation"))
        self.picture = PictureScreen(self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self.play = QToolButton(self)
        self.play.setCheckable(True)
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.play.toggled.connect(self._toggle)
        self.fps = QDoubleSpinBox(self)
        self.fps.setRange(SLOWEST, FASTEST)
        self.fps.setDecimals(1)
        self.fps.setValue(FPS)
        self.fps.setSuffix(self.tr(" fps"))
        self.fps.setAccessibleName(self.tr("Speed in pictures a second"))
        self.fps.valueChanged.connect(lambda: self._timer.setInterval(self._interval()))
        self.ways = Combo(self)
        for text, way in ((self.tr("Loop"), LOOP), (self.tr("Back and forth"), BACK), (self.tr("Once"), ONCE)):
            self.ways.addItem(text, way)
        self.ways.setAccessibleName(self.tr("What comes at the end"))
        self.export = QPushButton(self.tr("Export…"), self)
        self.export.setProperty("role", "primary")
        self.export.setAutoDefault(False)
        self.export.clicked.connect(self._ask)
        self.about = plain_label("")
        self.about.setProperty("role", "hint")
        self.cells = [self._cell(number) for number in range(len(pictures))]
        self._lay_out()
        self._show_state()
        self._read(0)

    # ---- playing

    def _interval(self) -> int:
        return max(1, round(1000 / self.fps.value()))

    def _toggle(self, plays: bool) -> None:
        if plays:
            if self.ways.currentData() == ONCE and self.at == len(self.pictures) - 1:
                self.show_at(0)
            self._timer.start(self._interval())
        else:
            self._timer.stop()
        self._show_state()

    def _advance(self) -> None:
        last, way = len(self.pictures) - 1, self.ways.currentData()
        if way != BACK:
            self._step = 1
        elif self.at in (0, last):
            self._step = 1 if self.at == 0 else -1
        if way == ONCE and self.at == last:
            self.play.setChecked(False)
        else:
            self.show_at((self.at + self._step) % len(self.pictures))

    def show_at(self, number: int) -> None:
        self.at = number
        if image := self._images[number]:
            self.picture.show_image(image)
        self.picture.setAccessibleName(self.tr("Picture {0} of {1}").format(number + 1, len(self.pictures)))
        for other, cell in enumerate(self.cells):
            cell.setChecked(other == number)

    def _show_state(self) -> None:
        plays = self.play.isChecked()
        self.play.setIcon(theme.icon("pause" if plays else "play"))
        self.play.setText(self.tr("Pause") if plays else self.tr("Play"))

    # ---- the pictures

    def _read(self, number: int) -> None:
        """One after the other, so that whatever else the window reads comes in between; then it plays."""
        if number == len(self.pictures):
            self.play.setChecked(theme.moves())
            return
        path = self.pictures[number]

        def show(image: QImage) -> None:
            self._images[number] = image
            self.cells[number].setIcon(QIcon(QPixmap.fromImage(qt_image.shrunk(image, 2 * THUMBNAIL))))
            if number == self.at:
                self.show_at(number)
            self._read(number + 1)

        self._worker.run(lambda: qt_image.shrunk(qt_image.load(path).full, LARGEST), show, self._fail)

    def _cell(self, number: int) -> QToolButton:
        cell = QToolButton(self)
        cell.setCheckable(True)
        cell.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        cell.setFixedSize(THUMBNAIL + 10, THUMBNAIL + 10)
        cell.setAccessibleName(self.tr("Picture {0} of {1}").format(number + 1, len(self.pictures)))
        cell.clicked.connect(lambda: self._choose(number))
        return cell

    def _choose(self, number: int) -> None:
        self.play.setChecked(False)
        self.show_at(number)

    # ---- out

    def _ask(self) -> None:
        name = Path(drafts.title(self.pictures[0])).stem + ".gif"
        dialog = QFileDialog(self, self.tr("Export animation"), str(files.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("GIF (*.gif)"), self.tr("WebP (*.webp)"), self.tr("MP4 video (*.mp4)")])
        dialog.setDefaultSuffix("gif")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen[chosen.index("*.") + 2 : -1]))
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save(self, target: Path) -> None:
        """In the format of the file's ending, as it plays here."""
        way, fps, pictures = self.ways.currentData(), self.fps.value(), [*self.pictures]
        self.export.setEnabled(False)
        self.about.setText(self.tr("Saving {0}…").format(target.name))

        def work() -> None:
            from studio.images import animation  # takes 50 ms, which the first paint should not wait for

            animation.write(pictures, target, animation.Playback(fps, loop=way != ONCE, back=way == BACK))

        self._worker.run(work, lambda _: self._tell(self.tr("Saved as {0}.").format(target)), self._fail)

    def _fail(self, error: UserError) -> None:
        self._tell(say(error.message))

    def _tell(self, text: str) -> None:
        self.export.setEnabled(True)
        self.about.setText(text)

    def _lay_out(self) -> None:
        strip, area = QWidget(), QScrollArea()
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        for cell in self.cells:
            row.addWidget(cell)
        row.addStretch(1)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(strip)
        area.setFixedHeight(THUMBNAIL + 10 + area.horizontalScrollBar().sizeHint().height())
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for widget in (self.play, self.fps, self.ways):
            controls.addWidget(widget)
        controls.addWidget(self.about, 1)
        controls.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.picture, 1)
        column.addWidget(area)
        column.addLayout(controls)
        self.resize(theme.scaled(720), theme.scaled(720))
