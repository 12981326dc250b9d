"""Whatever is written can be read: the contrast of text as it is really drawn, in both themes, in every task and panel.

After WCAG 2.2, 1.4.3 (https://www.w3.org/TR/WCAG22/#contrast-minimum): 4.5 : 1, and nothing for what is disabled.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTreeWidget,
    QWidget,
)
from rig import Rig
from test_access import full
from test_tokens import contrast

from studio.desktop.features.sweep.runner import SweepFeature

__all__ = ["full"]  # a fixture
ENOUGH = 4.5
THEMES = ["light", "dark"]
Place = tuple[str, QRect]


def drawn(image: QImage, place: QRect) -> float:
    """The contrast between the commonest colour of a place and that which stands out most from it.

    The stems of letters are drawn in the full colour, their edges in mixtures, so the best pixel tells the ink.
    """
    area = place & image.rect()
    seen = Counter(
        image.pixel(x, y) & 0xFFFFFF for y in range(area.top(), area.bottom()) for x in range(area.left(), area.right())
    )
    if not seen:
        return 21.0
    ground = QColor(seen.most_common(1)[0][0]).name()
    return max((contrast(QColor(colour).name(), ground) for colour in seen), default=1.0)


def label_places(label: QLabel) -> Iterator[Place]:
    if label.text() and label.pixmap().isNull():
        yield label.text(), label.contentsRect()


def places(widget: QWidget) -> Iterator[Place]:
    """Where in a widget something is written."""
    inside = widget.rect().adjusted(4, 4, -4, -4)  # without its frame
    match widget:
        case QLabel():
            yield from label_places(widget)
        case QAbstractButton() if widget.text():
            yield widget.text(), inside
        case QLineEdit() | QPlainTextEdit():
            text = widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()
            if text or widget.placeholderText():
                yield text or widget.placeholderText(), inside
        case QComboBox():
            yield widget.currentText(), inside.adjusted(26, 0, -30, 0)
        case QTabBar():
            for number in range(widget.count()):
                if widget.tabText(number):
                    yield widget.tabText(number), widget.tabRect(number).adjusted(3, 3, -3, -5)
        case QListWidget():
            for row in range(widget.count()):
                yield widget.item(row).text(), _row(widget, widget.visualItemRect(widget.item(row)))
        case QTreeWidget():
            for item in (widget.topLevelItem(row) for row in range(widget.topLevelItemCount())):
                yield item.text(0), _row(widget, widget.visualItemRect(item))
        case QMenu():
            for action in widget.actions():
                if action.text() and action.isEnabled():
                    yield action.text(), widget.actionGeometry(action).adjusted(28, 3, -24, -3)


def _row(view: QListWidget | QTreeWidget, place: QRect) -> QRect:
    visible = place & view.viewport().rect()
    return visible.translated(view.viewport().pos()) if visible.height() == place.height() else QRect()


def weak(root: QWidget) -> set[str]:
    """What cannot be read well enough."""
    image, found = root.grab().toImage(), set()
    for widget in (root, *root.findChildren(QWidget)):
        room = root.rect() if widget is root else widget.visibleRegion().boundingRect()
        if not widget.isEnabled() or room.isEmpty():
            continue
        for text, place in places(widget):
            seen = place & room
            if seen.height() < place.height() or seen.width() < 8 or not text.strip():
                continue  # partly scrolled out of sight
            ratio = drawn(image, seen.translated(widget.mapTo(root, QPoint())))
            if ratio < ENOUGH:
                found.add(f"{ratio:.2f} {type(widget).__name__} “{text[:40]}”")
    return found


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


@pytest.fixture(params=THEMES)
def themed(full: Rig, request: pytest.FixtureRequest) -> Rig:
    full.window.preferred.emit({"theme": request.param, "language": "en"})
    full.studio.shell.activateWindow()
    return full


def test_the_measure_finds_what_is_faint(themed: Rig) -> None:
    label = QLabel("hardly to be seen", themed.window)
    label.setStyleSheet("color: #888888; background: #808080")
    label.resize(200, 30)
    label.show()
    settle()
    assert any("hardly" in found for found in weak(themed.window))


def test_forms_panels_and_lines_can_be_read(themed: Rig) -> None:
    window = themed.window
    themed.make(2)
    themed.wait(lambda: window.viewer.piece)
    window.viewer.accept()
    for kind in ("info", "warning", "error", "ok"):
        window.notices.show_line(kind, kind, f"A line of the kind {kind}", details="with details")
    found = set()
    for task in themed.session.tasks:
        window.forms.choose(task.id)
        window.forms.generate()  # most are refused, with a line at the field
        settle()
        found |= weak(window)
    for panel in range(window.side.count()):
        window.side.setCurrentIndex(panel)
        settle()
        found |= weak(window)
    window.dock_area.arrange(True)
    settle()
    assert not found | weak(window)


def test_dialogs_menus_and_chosen_rows_can_be_read(themed: Rig) -> None:
    window = themed.window
    window.action_dialogs.edit_shortcuts()
    dialog = window.action_dialogs.editor
    assert dialog is not None
    settle()
    found = weak(dialog)
    dialog.close()
    window.action_dialogs.open_palette()
    palette = window.action_dialogs.palette
    assert palette is not None
    settle()
    found |= weak(palette)
    palette.close()
    menu = window.menu.menu
    menu.fill()
    menu.setActiveAction(menu.actions()[0])
    menu.resize(menu.sizeHint())  # to open it would take the keyboard, which the platform of tests has not
    assert len([*places(menu)]) > 8
    found |= weak(menu)
    window.forms.choose("text-to-image")
    themed.feature(SweepFeature).ask()
    (sweep,) = [one for one in window.findChildren(QWidget) if type(one).__name__ == "SweepDialog"]
    settle()
    found |= weak(sweep)
    sweep.close()
    assert not found


def test_chosen_text_can_be_read(themed: Rig) -> None:
    window = themed.window
    field = window.filmstrip.search
    field.setText("chosen words")
    window.dock_area.reveal(field)
    field.setFocus()
    field.selectAll()
    settle()
    assert field.hasFocus()
    assert not [found for found in weak(window.filmstrip) if "chosen" in found]
