"""Action: something that can be done in the window, as one record."""

import enum
from collections.abc import Callable
from dataclasses import dataclass


class Scope(enum.Enum):
    """Where in the window the keys of an action work."""

    WINDOW = "window"
    CANVAS = "canvas"
    """Only while the canvas has the keyboard."""
    LAYERS = "layers"

    def meets(self, other: "Scope") -> bool:
        """Whether the same keys would mean two things."""
        return self is other or Scope.WINDOW in (self, other)


@dataclass(frozen=True)
class DefaultShortcut:
    """The keys that an action has until somebody chooses others."""

    keys: tuple[str, ...] = ()
    """As QKeySequence reads them; the first is the one that is shown."""
    scope: Scope = Scope.WINDOW
    built_in: bool = False
    """Whether the widget handles them by itself, in its keyPressEvent."""
    repeats: bool = False
    """Whether holding the keys down repeats the action."""


NO_SHORTCUT = DefaultShortcut()
PALETTE = "palette"
"""The action that opens the palette, which does not list it."""


def of_task(number: int) -> DefaultShortcut:
    """The first nine tasks have numbers; `number` counts from 0."""
    return DefaultShortcut((f"Ctrl+{number + 1}",)) if number < 9 else NO_SHORTCUT


class Section(enum.IntEnum):
    """The order of actions in the palette and in the shortcut editor; within a section, that of their registration."""

    JOBS = enum.auto()
    FINDING = enum.auto()
    FILES = enum.auto()
    WINDOW = enum.auto()
    CANVAS = enum.auto()
    BRUSH = enum.auto()
    PANELS = enum.auto()
    TASKS = enum.auto()
    SETTINGS = enum.auto()
    MASK = enum.auto()
    CANDIDATE = enum.auto()
    EXAMPLES = enum.auto()
    VALUES = enum.auto()
    PICTURE = enum.auto()
    WELCOME = enum.auto()
    LAYERS = enum.auto()
    QUEUE = enum.auto()
    RECIPE = enum.auto()


@dataclass(frozen=True)
class MenuPlace:
    """Where an action or a submenu stands: groups, the lowest number first, are parted by lines."""

    menu: str
    """The id of the menu, such as "settings" or "settings/theme"."""
    group: int = 0
    order: int = 0
    """Within the group; where that is the same, the order of registration holds."""


@dataclass(frozen=True)
class Submenu:
    """A menu within another one; its id is what a MenuPlace names."""

    id: str
    title: str
    icon: str
    place: MenuPlace


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """Add it to the table with `Actions.add`."""

    id: str
    """The same in every language, as settings name it; '' only for what an action source gives."""
    title: str
    """As the palette and the shortcut editor list it."""
    run: Callable[[], object]
    icon: str = ""
    text: str = ""
    """On buttons and in menus, where that is not the title."""
    about: str | Callable[[], str] = ""
    """The tooltip, where that is not the title; the keys are added to it."""
    enabled: Callable[[], bool] = _always
    checked: Callable[[], bool] | None = None
    """Whether it is switched on now; None for what cannot be switched."""
    choice: str = ""
    """Of the actions with the same choice, one is switched on."""
    now: Callable[[], str] | None = None
    """The title with what it would be done to now, such as "Undo: Brush stroke"."""
    shortcut: DefaultShortcut = NO_SHORTCUT
    menu: MenuPlace | None = None
    section: Section = Section.WINDOW
    palette: bool = True
    """Whether the palette and the shortcut editor list it."""

    @property
    def current_title(self) -> str:
        return self.now() if self.now else self.title

    @property
    def tooltip(self) -> str:
        """Without its keys."""
        about = self.about() if callable(self.about) else self.about
        return about or self.title
