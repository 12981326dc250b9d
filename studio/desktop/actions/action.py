"""Command: what can be done in the window, by its name; the palette, the shortcuts and their dialog live on it."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtWidgets import QAbstractButton, QMenu, QToolButton, QWidget

_TRAILING = re.compile(r"\s*[(（]([^()（）]*)[)）]$")
_KEYS = re.compile(
    r"((Ctrl|Shift|Alt|Meta)\+|[⌘⌥⌃⇧])*"
    r"(.|Enter|Return|Delete|Del|Esc|Backspace|Space|Tab|F\d{1,2}|Up|Down|Left|Right|Home|End|PgUp|PgDown)"
)


class Action(NamedTuple):
    """Something that can be done; now, if it is `able`."""

    title: str
    run: Callable[[], object]
    keys: str = ""
    id: str = ""
    """The same in every language; '' for what comes and goes, such as the buttons of a job."""
    able: bool = True
    name: str = ""
    """Without what it would be done to now; '' where that is the title."""


def harvest(area: QWidget) -> Iterator[Action]:
    """What the buttons of a part of the window do, and the entries of their menus."""
    for button in area.findChildren(QAbstractButton):
        if button.property("mirror"):  # what it offers has buttons of its own
            continue
        title = (button.accessibleName() or button.text()).replace("&&", "&")
        id = str(button.property("command") or "")
        able = button.isVisibleTo(area) and button.isEnabled()
        menu = button.menu() if isinstance(button, QToolButton) else None
        if menu is not None:
            yield from _of_menu(menu, title, able)
        elif title:
            yield Action(without_keys(title), button.click, trailing_keys(title), id, able)


def _of_menu(menu: QMenu, title: str, able: bool) -> Iterator[Action]:
    for action in menu.actions():
        name = f"{title}: {action.text()}".replace("&&", "&")
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _of_menu(inner, name, able)
        elif action.text():
            yield Action(name, action.trigger, "", str(action.property("command") or ""), able and action.isEnabled())


def trailing_keys(title: str) -> str:
    """ "B" of "Brush (B)"."""
    found = _TRAILING.search(title)
    return found[1] if found and _are_keys(found[1]) else ""


def without_keys(title: str) -> str:
    """ "Brush" of "Brush (B)"; what else stands between brackets stays."""
    found = _TRAILING.search(title)
    return title[: found.start()] if found and _are_keys(found[1]) else title


def _are_keys(text: str) -> bool:
    return _KEYS.fullmatch(text) is not None
