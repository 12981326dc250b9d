"""Sections of the inspector: one stage each, drawn as its task declares."""

import base64
import binascii
import math
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.descriptions import StageInfo
from studio.desktop.features.inspector.pictures import FrameStrip, PictureComparison
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.qt_image import preview
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.widgets.chart import Bars, Chart, Chips, Curve
from studio.errors import UserError

PICTURE_CAP_BYTES = 2 * 2**20
MOST = 400
"""Words, bars, steps or frames that are shown of one stage."""


class InspectorSection(QWidget):
    """A stage: its heading, what it is about, its drawing. It is there once there is something to draw.

    Data of another shape than declared is passed over: it is a plugin's.
    """

    has_pictures = False
    """Whether an event takes milliseconds to draw."""

    def __init__(self, stage: StageInfo, number: int, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage, self.chart = stage, chart
        title = one_line(say(stage.heading or stage.title), 80)
        chart.setAccessibleName(f"{number} · {title}")
        heading = QLabel(chart.accessibleName())
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setProperty("role", "section")
        sentence = plain_label(say(stage.description))
        sentence.setProperty("role", "hint")
        sentence.setVisible(bool(stage.description))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addWidget(chart)
        self.hide()

    def clear(self) -> None:
        """Another job begins."""
        self.hide()

    def add(self, data: Mapping[str, Any]) -> None:
        """What one call revealed."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show what grew by several events, once for all of them."""

    def _given(self, data: Mapping[str, Any]) -> list[Any]:
        return [data.get(name) for name in self.stage.data]


class TextsSection(InspectorSection):
    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.chips = Chips()
        super().__init__(stage, number, self.chips, parent)

    def add(self, data: Mapping[str, Any]) -> None:
        [texts] = self._given(data)
        words = [one_line(word, 40) or "␣" for word in _texts(texts)]
        self.setVisible(bool(words))
        self.chips.show_words(words)


class ValuesSection(InspectorSection):
    """Numbers and texts by their names, whatever they are."""

    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.chips = Chips()
        super().__init__(stage, number, self.chips, parent)

    def add(self, data: Mapping[str, Any]) -> None:
        told = [(name, _told(value)) for name, value in list(data.items())[:MOST]]
        words = [one_line(f"{name} {text}", 60) for name, text in told if text]
        self.setVisible(bool(words))
        self.chips.show_words(words)


class BarsSection(InspectorSection):
    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.bars = Bars()
        super().__init__(stage, number, self.bars, parent)

    def add(self, data: Mapping[str, Any]) -> None:
        labels, values = self._given(data)
        rows = list(zip((one_line(label, 40) for label in _texts(labels)), _numbers(values), strict=False))
        self.setVisible(bool(rows))
        self.bars.show_values(rows)


class CurveSection(InspectorSection):
    """Step 1 begins the curve of the job's next picture."""

    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.curve, self.curves = Curve(), list[list[float]]()
        self.curve.goal = one_line(say(stage.goal), 40)
        super().__init__(stage, number, self.curve, parent)

    def clear(self) -> None:
        super().clear()
        self.curves = []

    def add(self, data: Mapping[str, Any]) -> None:
        step, value = self._given(data)
        values = _numbers([value])
        if not isinstance(step, int) or not values:
            return
        if step == 1 or not self.curves:
            self.curves.append([])
        if len(self.curves[-1]) < MOST:
            self.curves[-1].append(values[0])

    def draw(self) -> None:
        self.setVisible(bool(self.curves))
        self.curve.show_curves(self.curves)


class FramesSection(InspectorSection):
    """A step that is no later one begins the job's next picture."""

    has_pictures = True

    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.strip, self.frames = FrameStrip(), list[tuple[int, QImage]]()
        super().__init__(stage, number, self.strip, parent)

    def clear(self) -> None:
        super().clear()
        self.frames = []

    def add(self, data: Mapping[str, Any]) -> None:
        step, picture = self._given(data)
        image = _picture(picture)
        if isinstance(step, int) and image is not None:
            before = self.frames if self.frames and step > self.frames[-1][0] else []
            self.frames = [*before, (step, image)][-MOST:]

    def draw(self) -> None:
        self.setVisible(bool(self.frames))
        self.strip.show_frames(self.frames)


class ComparisonSection(InspectorSection):
    has_pictures = True

    def __init__(self, stage: StageInfo, number: int, parent: QWidget | None = None) -> None:
        self.comparison = PictureComparison()
        super().__init__(stage, number, self.comparison, parent)

    def add(self, data: Mapping[str, Any]) -> None:
        before, after = map(_picture, self._given(data))
        if before is not None and after is not None:
            self.setVisible(True)
            self.comparison.show_pair(before, after)


AnySection = TextsSection | ValuesSection | BarsSection | CurveSection | FramesSection | ComparisonSection
DRAWINGS: Mapping[str, type[AnySection]] = {
    "texts": TextsSection,
    "values": ValuesSection,
    "bars": BarsSection,
    "curve": CurveSection,
    "frames": FramesSection,
    "comparison": ComparisonSection,
}


def sections(stages: Mapping[str, StageInfo]) -> dict[str, InspectorSection]:
    """Those of a task, in its order, numbered; stages that show nothing have none."""
    drawn = [(name, stage) for name, stage in stages.items() if stage.shows in DRAWINGS]
    return {name: DRAWINGS[stage.shows](stage, number) for number, (name, stage) in enumerate(drawn, 1)}


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.4g}" if isinstance(value, int | float) and math.isfinite(value) else ""


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
