"""Theme: one set of colours, sizes and icons, dark and light; the application's palette says which holds."""

import functools
import re

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from studio import resource
from studio.desktop.style import tokens as tokens

SYSTEM = "auto"
PERCENT, USUAL_POINTS, REDUCED, USUAL_FLASH = "text-percent", "usual-points", "reduced-motion", "usual-flash"
STYLED = "styled"
"""Properties of the application."""
ICON_SIDE = 16
"""Of most icons, in pixels, beside text of the usual size."""
ICON_SHARE = 0.75
"""How much icons grow with the text."""
MODES = (SYSTEM, "light", "dark")
Role = QPalette.ColorRole
_ROLES = {
    Role.Window: "panel",
    Role.WindowText: "text",
    Role.Base: "field",
    Role.AlternateBase: "raised",
    Role.Text: "text",
    Role.PlaceholderText: "muted",
    Role.Button: "raised",
    Role.ButtonText: "text",
    Role.BrightText: "error",
    Role.ToolTipBase: "raised",
    Role.ToolTipText: "text",
    Role.Highlight: "focus",
    Role.HighlightedText: "field",
    Role.Accent: "accent",
    Role.Link: "focus",
    Role.LinkVisited: "focus",
    Role.Light: "hover",
    Role.Midlight: "hover",
    Role.Mid: "line",
    Role.Dark: "edge",
    Role.Shadow: "line",
}
_FADED = (Role.WindowText, Role.Text, Role.ButtonText, Role.PlaceholderText)


def apply(app: QApplication, mode: str, text_percent: int = 100, motion: str = SYSTEM) -> None:
    """Dress the application in `light` or `dark`, or with `auto` as the system is; call again when that changes.

    `motion`: `full`, `reduced`, or as the system is. What there is of widgets has the old size of text until it is
    made anew.
    """
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(mode, Qt.ColorScheme.Unknown)
    hints = app.styleHints()
    if hints.colorScheme() != scheme or mode == SYSTEM:
        hints.setColorScheme(scheme)
    dark = mode == "dark" or (mode not in ("light", "dark") and hints.colorScheme() == Qt.ColorScheme.Dark)
    if not app.property(STYLED):  # below a style sheet the style has no name any more
        app.setStyle("Fusion")
        app.setProperty(STYLED, True)
    _size_text(app, text_percent)
    moved = moves()
    _calm(app, motion)
    app.setPalette(_palette(dark))
    sheet = _sheet(dark, text_percent)
    if sheet != app.styleSheet() or moved != moves():  # else each widget would be gone through again for nothing
        app.setStyleSheet(sheet)


def _size_text(app: QApplication, percent: int) -> None:
    """The application keeps what was usual, and what holds: the only thing that lives as long as its widgets."""
    usual = app.property(USUAL_POINTS) or app.font().pointSizeF()
    app.setProperty(USUAL_POINTS, usual)
    app.setProperty(PERCENT, percent)
    font = app.font()
    font.setPointSizeF(usual * percent / 100)
    if font != app.font():
        app.setFont(font)


def _calm(app: QApplication, motion: str) -> None:
    reduced = motion == "reduced" or (motion not in ("full", "reduced") and _system_is_calm(app))
    app.setProperty(REDUCED, reduced)
    for effect in (
        Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo,
        Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateToolBox,
    ):  # fmt: skip
        if reduced:
            app.setEffectEnabled(effect, False)
    usual = app.property(USUAL_FLASH)
    if usual is None:
        app.setProperty(USUAL_FLASH, usual := app.cursorFlashTime())
    app.setCursorFlashTime(0 if reduced else usual)


def _system_is_calm(app: QApplication) -> bool:
    hints = app.styleHints().accessibility()
    asked = getattr(hints, "motionPreference", None)  # PySide6 before 6.12 does not know it
    return asked is not None and asked() == Qt.MotionPreference.ReducedMotion


def is_dark() -> bool:
    return QGuiApplication.palette().color(Role.Window).lightness() < 128


def token(name: str) -> str:
    """A colour of the theme that holds, as #rrggbb."""
    return tokens.colour(name, is_dark())


def space(name: str) -> int:
    """A distance in pixels: tight, close, gap, wide; or `radius`, of corners."""
    return tokens.pixels(name)


def moves() -> bool:
    """Whether things may move by themselves."""
    app = QGuiApplication.instance()
    return app is None or not app.property(REDUCED)


def scaled(pixels: int, share: float = 1.0) -> int:
    """A length that goes with the size of text; `share` 0.5: only half as much as that grows."""
    app = QGuiApplication.instance()
    percent = int((app and app.property(PERCENT)) or 100)
    return round(pixels * (1 + share * (percent - 100) / 100))


def icon_size(pixels: int) -> QSize:
    """Of an icon beside text, with which it grows."""
    side = scaled(pixels, ICON_SHARE)
    return QSize(side, side)


def icon(name: str) -> QIcon:
    """An icon of the family, in the colours of whatever theme holds when it is drawn."""
    return QIcon(_Engine(name))


def names() -> list[str]:
    """Of all icons."""
    return sorted(path.stem for path in (resource.folder() / "icons").glob("*.svg"))


def _palette(dark: bool) -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(tokens.colour(name, dark)))
    for role in _FADED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.colour("disabled", dark)))
    return palette


def _sheet(dark: bool, text_percent: int) -> str:
    pixels = tokens.distances()
    template = re.sub(r"\b(\d+)pt\b", lambda match: f"{round(int(match[1]) * text_percent / 100)}pt", _template())

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return f"{pixels[name]}px" if name in pixels else tokens.colour(name, dark)

    sheet = re.sub(r"\$([a-z-]*[a-z])", value, template)
    if text_percent == 100:
        return sheet
    return f"{sheet}\nQToolButton, QPushButton {{ icon-size: {scaled(ICON_SIDE, ICON_SHARE)}px }}"


# What is cached below are files that never change while the program runs.


@functools.cache
def _template() -> str:
    text = (resource.folder() / "themes" / "studio.qss").read_text("utf-8")
    return text.partition("*/\n")[2]


@functools.cache
def _drawing(name: str) -> str:
    return (resource.folder() / "icons" / f"{name}.svg").read_text("utf-8")


class _Engine(QIconEngine):
    """Draws an SVG of ours, its `currentColor` replaced; a chosen one in the accent, a disabled one faded."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        _drawing(name)  # a misspelt name fails here, and not in a paint event

    def clone(self) -> QIconEngine:
        return _Engine(self._name)

    def key(self) -> str:
        return "studio"

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        drawing = _drawing(self._name).replace("currentColor", token(_tint(mode, state)))
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = QPixmap(size)
        if pixmap.isNull():  # a button that has no room for its icon
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


def _tint(mode: QIcon.Mode, state: QIcon.State) -> str:
    if mode == QIcon.Mode.Disabled:
        return "disabled"
    return "accent" if state == QIcon.State.On else "text"
