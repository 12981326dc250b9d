"""StyleGallery: all styles to choose from, narrowed by words and by category; stays open beside the form."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio import resource
from studio.desktop.features.styles import card
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line
from studio.desktop.widgets.control import Combo
from studio.prompts.style import HOLE, Style
from studio.prompts.style_book import StyleBook

SIZE = 6 * card.WIDTH + 44, 640


class StyleGallery(QDialog):
    """`toggled`: a style was chosen, or no longer; by id."""

    toggled = Signal(str)
    own_wanted = Signal()
    import_wanted = Signal()
    remove_wanted = Signal(str)
    suggestions_wanted = Signal(dict)

    def __init__(self, language: str, own_cards: Path, parent: QWidget | None = None) -> None:
        """`own_cards`: the folder with the pictures of the user's own styles."""
        super().__init__(parent)
        self._cards = card.StyleCard([own_cards, resource.folder() / "styles"], self)
        self._language, self._styles = language, dict[str, Style]()
        self._own: set[str] = set()
        self._family = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Styles"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search styles"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._filter())
        self.category = Combo(self)
        self.category.setMinimumWidth(theme.scaled(220, 0.5))
        self.category.setAccessibleName(self.tr("Category"))
        self.category.currentIndexChanged.connect(lambda _: self._filter())
        self.items = QStandardItemModel(self)
        self.list = QListView(self)
        self._set_up_list()
        self.about = plain_label("", self)
        self.about.setProperty("role", "hint")
        self.about.setMinimumHeight(4 * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told = plain_label("", self)
        self.undo = self._button("", lambda: None)
        self._undo: Callable[[], object] = lambda: None
        self.undo.clicked.connect(lambda: self._undo())
        self.tell("")
        self.suggested = self._button("", lambda: self.suggestions_wanted.emit(self._suggestions()))
        self.remove = self._button(self.tr("Remove"), lambda: self.remove_wanted.emit(self._current()))
        self.keep = self._button(self.tr("Save as style…"), self.own_wanted.emit)
        self.bring = self._button(self.tr("Import…"), self.import_wanted.emit)
        self._lay_out()
        self.resize(*SIZE)
        self.search.setFocus()

    def _set_up_list(self) -> None:
        view = self.list
        view.setModel(self.items)
        view.setAccessibleName(self.windowTitle())
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setUniformItemSizes(True)
        view.setItemDelegate(self._cards)
        view.clicked.connect(self._toggle)
        view.activated.connect(lambda index: None if view.underMouse() else self._toggle(index))
        view.selectionModel().currentChanged.connect(lambda *_: self._describe())

    def _button(self, words: str, run: object) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)  # Enter belongs to the list
        button.clicked.connect(run)
        return button

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.category)
        for button in (self.keep, self.bring):
            below.addWidget(button)
        below.addStretch(1)
        for button in (self.remove, self.suggested):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(theme.space("gap"))
        column.addLayout(above)
        column.addWidget(self.list, 1)
        column.addWidget(self.about)
        news = QHBoxLayout()
        news.addWidget(self.told, 1)
        news.addWidget(self.undo)
        column.addLayout(news)
        column.addLayout(below)

    def tell(self, text: str, undo: str = "", run: Callable[[], object] = lambda: None) -> None:
        """What came of the last thing that was asked for; `undo` is the title of the way back, if there is one."""
        self.told.setText(text)
        self.undo.setText(undo)
        self._undo = run
        self.told.setVisible(bool(text))
        self.undo.setVisible(bool(undo))

    def go_to(self, id: str) -> None:
        """Bring a style into sight, also if another category was shown."""
        self.search.clear()
        self.category.setCurrentIndex(0)
        self._make_current(id)

    # ---- what is shown

    def show_styles(self, book: StyleBook) -> None:
        """All of them; what was searched for stays."""
        self._cards.read_again()
        self._styles = {style.id: style for style in book.styles}
        self._own = {style.id for styles in book.own.values() for style in styles}
        self._names = {
            category: book.category(category, self._language)
            for category in dict.fromkeys(style.category for style in book.styles)
        }
        before = self.category.currentData()
        self.category.blockSignals(True)
        self.category.clear()
        self.category.addItem(self.tr("All categories"), None)
        for id, name in self._names.items():
            self.category.addItem(one_line(name, 40) or self.tr("My styles"), id)
        self.category.setCurrentIndex(max(0, self.category.findData(before)))
        self.category.blockSignals(False)
        self._filter()

    def mark(self, chosen: Sequence[str], family: str) -> None:
        """Number those that are chosen. `family`: of the model, for what goes well with a style there."""
        self._family = family
        places = {id: number for number, id in enumerate(chosen, 1)}
        self._chosen = places
        for row in range(self.items.rowCount()):
            entry = self.items.item(row)
            place = places.get(entry.data(card.ID), 0)
            if entry.data(card.PLACE) != place:
                entry.setData(place, card.PLACE)
                entry.setData(self._spoken(entry.text(), place), Qt.ItemDataRole.AccessibleTextRole)
        self._describe()

    _names: dict[str, str] = {}  # noqa: RUF012 - replaced as a whole
    _chosen: dict[str, int] = {}  # noqa: RUF012 - replaced as a whole

    def _spoken(self, name: str, place: int) -> str:
        return self.tr("{0}, chosen as number {1}").format(name, place) if place else name

    def _filter(self) -> None:
        wanted, category, current = self.search.text().casefold().split(), self.category.currentData(), self._current()
        self.items.clear()
        for style in self._styles.values():
            said = " ".join([style.id, *style.name.values(), self._names[style.category], style.prompt]).casefold()
            if category in (None, style.category) and all(word in said for word in wanted):
                self.items.appendRow(card.item(style, self._language, self._names[style.category]))
        self.mark([*self._chosen], self._family)
        self._make_current(current)

    def _make_current(self, id: str) -> None:
        rows = (self.items.index(at, 0) for at in range(self.items.rowCount()))
        if index := next((index for index in rows if index.data(card.ID) == id), None):
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def _current(self) -> str:
        return str(self.list.currentIndex().data(card.ID) or "")

    def _toggle(self, index: QModelIndex) -> None:
        self.tell("")
        self.toggled.emit(str(index.data(card.ID)))

    def _suggestions(self) -> dict[str, object]:
        style = self._styles.get(self._current())
        return style.suggestions(self._family) if style else {}

    def _describe(self) -> None:
        """Of the current one: its template, what it leaves out, and what goes well with it."""
        style = self._styles.get(self._current())
        lines = [self.tr("Click to choose a style; several are combined in the order of their numbers.")]
        if style:
            lines = [style.prompt] if style.prompt != HOLE else []
            lines += [self.tr("Negative prompt: {0}").format(style.negative)] if style.negative else []
        self.about.setText("\n".join(one_line(line, 300) for line in lines))
        suggested = self._suggestions()
        values = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in suggested.items())
        self.suggested.setText(self.tr("Use {0}").format(one_line(values, 40)))
        self.suggested.setVisible(bool(suggested))
        self.remove.setVisible(bool(style and style.id in self._own))
