"""Inspector: the inside of the last unCLIP job, stage by stage, for those who learn and teach."""

import base64
import binascii
import math
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.desktop.features.inspector.filmroll import FrameStrip, PictureComparison
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.qt_image import preview
from studio.desktop.style.label_text import one_line
from studio.desktop.widgets.chart import Bars, Chart, Chips, Curve
from studio.errors import UserError
from studio.jobs import Job
from studio.messages import Revealed

PICTURE_CAP_BYTES = 2 * 2**20
PICTURED = ("denoise", "upscale")
MOST = 400
"""Words, bars, steps or frames that are shown of one stage."""
MARGIN, GAP = 16, 18


class InspectorSection(QWidget):
    """A stage: its name, one sentence about it, its drawing. It is there once there is something to draw."""

    def __init__(self, title: str, about: str, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = chart
        chart.setAccessibleName(title)
        heading = QLabel(title)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setProperty("role", "section")
        sentence = plain_label(about)
        sentence.setProperty("role", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addWidget(chart)
        self.hide()


class Inspector(QWidget):
    """Shows a job's Revealed events as they come. What has another shape than ours (a third party's) is passed over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Under the hood"))
        self._job: Job | None = None
        self._curves: list[list[float]] = []
        self._frames: list[tuple[int, QImage]] = []
        self.chips, self.bars, self.curve = Chips(), Bars(), Curve()
        self.film, self.comparison = FrameStrip(), PictureComparison()
        self.curve.goal = self.tr("the finished embedding")
        self._about = plain_label("")
        self._about.setProperty("role", "hint")
        self._sections: dict[str, InspectorSection] = {}
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._page())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._waiting: deque[Revealed] = deque()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._go_on)
        self.show_job(None)

    def show_job(self, job: Job | None) -> None:
        """Begin anew, with what the job has revealed so far."""
        self._job = job
        self._curves, self._frames = [], []
        for section in self._sections.values():
            section.hide()
        self._describe()
        self._waiting.clear()
        self._waiting.extend(job.revealed if job else ())
        self._go_on()

    def add(self, job: Job, event: Revealed) -> None:
        """Draw an event that has just come; a job that was not shown yet takes the place of the old one."""
        if job is not self._job:
            self.show_job(job)
        else:
            self._waiting.append(event)
            self._go_on()

    # ---- building

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self._about)
        for stage, section in self._make_sections():
            self._sections[stage] = section
            column.addWidget(section)
        column.addStretch(1)
        return page

    def _make_sections(self) -> Iterator[tuple[str, InspectorSection]]:
        yield (
            "tokens",
            InspectorSection(
                self.tr("1 · Words become tokens"),
                self.tr("The text encoder reads no letters: it cuts the prompt into pieces that it has a number for."),
                self.chips,
            ),
        )
        yield (
            "words",
            InspectorSection(
                self.tr("2 · Meaning becomes a direction"),
                self.tr(
                    "CLIP turns the prompt into an arrow. A bar to the right points the way of that word's own arrow, "
                    "one to the left away from it."
                ),
                self.bars,
            ),
        )
        yield (
            "prior",
            InspectorSection(
                self.tr("3 · The prior imagines a picture"),
                self.tr(
                    "From the words it guesses the embedding of a picture, step by step; "
                    "the curve tells how near it is to the finished one."
                ),
                self.curve,
            ),
        )
        yield (
            "denoise",
            InspectorSection(
                self.tr("4 · The decoder takes noise away"),
                self.tr("It starts from noise and at each step keeps what fits the embedding; point at a frame."),
                self.film,
            ),
        )
        yield (
            "upscale",
            InspectorSection(
                self.tr("5 · The upscaler adds pixels"),
                self.tr("The small picture is made large, with the edges that a large one would have; drag the line."),
                self.comparison,
            ),
        )

    # ---- drawing

    def _go_on(self) -> None:
        """Draw what waits, up to its next picture: those take milliseconds, and the window has other things to do."""
        while self._waiting:
            event = self._waiting.popleft()
            self._draw(event)
            if event.stage in PICTURED and self._waiting:
                self._later.start()
                break
        self._show_series()

    def _draw(self, event: Revealed) -> None:
        data = event.data
        match event.stage:
            case "tokens":
                words = [one_line(word, 40) or "␣" for word in _texts(data.get("tokens"))]
                self._show("tokens", bool(words))
                self.chips.show_words(words)
            case "words":
                labels = [one_line(label, 40) for label in _texts(data.get("labels"))]
                rows = list(zip(labels, _numbers(data.get("values")), strict=False))
                self._show("words", bool(rows))
                self.bars.show_values(rows)
            case "prior":
                _add(self._curves, data.get("step"), _numbers([data.get("similarity")]))
            case "denoise":
                step, image = data.get("step"), _picture(data.get("picture"))
                if isinstance(step, int) and image is not None:
                    # A step that is no later one begins the next picture of the job.
                    after = self._frames if self._frames and step > self._frames[-1][0] else []
                    self._frames = [*after, (step, image)][-MOST:]
            case "upscale":
                before, after_picture = _picture(data.get("before")), _picture(data.get("after"))
                if before is not None and after_picture is not None:
                    self._show("upscale", True)
                    self.comparison.show_pair(before, after_picture)

    def _show_series(self) -> None:
        """What grows event by event; drawn once for all that came."""
        self._show("prior", bool(self._curves))
        self.curve.show_curves(self._curves)
        self._show("denoise", bool(self._frames))
        self.film.show_frames(self._frames)

    def _show(self, stage: str, there: bool) -> None:
        self._sections[stage].setVisible(there)
        if there:
            self._describe()

    def _describe(self) -> None:
        if any(not section.isHidden() for section in self._sections.values()):
            label = self._job.label if self._job else ""
            self._about.setText(f"“{one_line(label, 120)}”" if label else "")
            self._about.setVisible(bool(label))
            return
        self._about.setVisible(True)
        self._about.setText(
            self.tr(
                "When a picture is made by an unCLIP model, such as the Starter or Kandinsky 2.2, "
                "its stages appear here while they run."
            )
        )


def _add(curves: list[list[float]], step: Any, values: list[float]) -> None:
    """To the last curve; step 1 begins the curve of the next picture."""
    if not isinstance(step, int) or not values:
        return
    if step == 1 or not curves:
        curves.append([])
    if len(curves[-1]) < MOST:
        curves[-1].append(values[0])


def _texts(values: Any) -> list[str]:
    return [value for value in _listed(values) if isinstance(value, str)]


def _numbers(values: Any) -> list[float]:
    found = (value for value in _listed(values) if isinstance(value, int | float) and not isinstance(value, bool))
    return [min(max(float(value), -1.0), 1.0) for value in found if math.isfinite(value)]


def _listed(values: Any) -> Iterable[Any]:
    return values[:MOST] if isinstance(values, list) else ()


def _picture(value: Any) -> QImage | None:
    """The small JPEG that `Context.reveal` makes of a picture."""
    text = value.get("jpeg") if isinstance(value, dict) else None
    if not isinstance(text, str) or len(text) > PICTURE_CAP_BYTES:
        return None
    try:
        image = preview(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, UserError):
        return None
    return None if image.isNull() else image
