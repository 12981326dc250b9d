"""OffersPage: models that can be had, from the list, the hub, or an address; asked about first, then fetched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.desktop.models.filtered_list import FilteredList, ListRow
from studio.desktop.style import language, theme
from studio.desktop.style.label_text import file_size
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.downloads import Acquisition, FoundModel, KnownModel

FOUND = 20


class OffersPage(QWidget):
    begun = Signal()
    """A download was added to the list."""

    def __init__(self, workbench: Workbench, budget_bytes: int, parent: QWidget | None = None) -> None:
        """`budget_bytes`: what models may take on this machine; 0 where that is not known."""
        super().__init__(parent)
        self._session, self._budget = workbench.session, budget_bytes
        self._language = language.chosen(workbench.session.settings.language)
        self._known: list[KnownModel] = []
        self._found: list[FoundModel] = []
        self._ready: Acquisition | None = None
        self._asking, self._last, self._offer = 0, "", ""
        placeholder = self.tr("Search, or enter a hub id (name/model) or a web address")
        self.offers = FilteredList(self.tr("Available models"), placeholder, self)
        self.hash = QLineEdit(self)
        self.hash.setPlaceholderText(self.tr("SHA-256 of the file, from its web page"))
        self.hash.setAccessibleName(self.hash.placeholderText())
        self.hub = self._button("search", self.tr("Search the hub too"), self._search_hub)
        self.offers.tools.addStretch(1)
        self.ask = self._button("info", self.tr("Show details"), self._ask)
        self.get = self._button("down", self.tr("Download"), self._get)
        self.get.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.addWidget(self.offers)
        column.addWidget(self.hash)
        self.offers.chosen.connect(self._follow)
        self.offers.searched.connect(lambda text: self._follow())
        self._session.worker.run(_list, self._show_list, self._show_error)
        self._refresh()

    def _button(self, icon: str, text: str, run: object) -> QPushButton:
        button = QPushButton(theme.icon(icon), text, self)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        self.offers.tools.addWidget(button)
        return button

    def show_offer(self, id: str) -> None:
        """Choose one of the list, which may not be there yet."""
        self._offer = id
        self.offers.search.clear()
        self.offers.choose(id)

    # ---- what there is

    def _show_list(self, known: "list[KnownModel]") -> None:
        self._known = known
        self._fill()
        self.offers.choose(self._offer)

    def _fill(self) -> None:
        rows = [self._row(model) for model in self._known]
        self.offers.show_rows([*rows, *(self._row_of_hub(model) for model in self._found)])

    def _row(self, model: "KnownModel") -> ListRow:
        told = [model.about(self._language), self.tr("about {0}").format(file_size(model.size_bytes)), model.license]
        words = " ".join((model.id, *model.tasks, model.good_at, model.good_at_zh, *model.repositories))
        return ListRow(model.id, model.title, " · ".join(told), words)

    def _row_of_hub(self, model: "FoundModel") -> ListRow:
        return ListRow(model.id, model.id, " · ".join(filter(None, (self.tr("hub"), model.kind, model.license))))

    def _search_hub(self) -> None:
        text = self.offers.search.text()

        def work() -> "list[FoundModel]":
            from studio.downloads import Hub, Web, search  # needed from here on only

            with Web(Hub.from_environ()) as web:
                return search(web, text, FOUND)

        self.offers.about.setText(self.tr("Asking the hub…"))
        self._session.worker.run(work, self._show_found, self._show_error)

    def _show_found(self, found: "Sequence[FoundModel]") -> None:
        self._found = list(found)
        self._fill()
        if not found:
            self.offers.about.setText(self.tr("Nothing was found on the hub."))

    # ---- one of them

    @property
    def wanted(self) -> str:
        """What would be fetched: what was typed, if that names a model, or else the chosen row."""
        typed = self.offers.search.text().strip()
        return typed if "/" in typed and self.offers.value is None else str(self.offers.value or "")

    def _follow(self) -> None:
        """What is asked for stays as long as nothing else is wanted, whatever the list shows meanwhile."""
        self.hub.setEnabled(bool(self.offers.search.text().strip()))
        if self.wanted != self._last:
            self._refresh()

    def _refresh(self) -> None:
        self._asking += 1
        self._last = self.wanted
        self._ready = None
        wanted = self.wanted
        self.hash.setVisible(wanted.startswith(("http://", "https://")))
        self.hub.setEnabled(bool(self.offers.search.text().strip()))
        self.ask.setEnabled(bool(wanted))
        self.get.setVisible(False)
        self.ask.setVisible(True)
        model = next((model for model in self._known if model.id == wanted), None)
        if model is not None:
            self.offers.about.setText("\n".join(filter(None, (self._told(model), self._fits(model.memory_bytes)))))
        else:
            self.offers.about.setText(
                self.tr("Choose a model to see its details; nothing is downloaded until you confirm.")
            )

    def _told(self, model: "KnownModel") -> str:
        gate = self.tr("Its terms must first be accepted on its web page.") if model.gated else ""
        unsure = self.tr("Size and licence are checked at the source before downloading.") if model.unverified else ""
        return " ".join(filter(None, (model.about(self._language), gate, unsure)))

    def _fits(self, memory_bytes: int) -> str:
        if not self._budget:
            return ""
        text = (
            self.tr("It needs about {0} of memory and runs here: {1} are available.")
            if memory_bytes <= self._budget
            else self.tr("It needs about {0} of memory, and only {1} are available: it does not run here.")
        )
        return text.format(file_size(memory_bytes), file_size(self._budget))

    def _ask(self) -> None:
        wanted, sha256, known = self.wanted, self.hash.text(), self._known
        number = self._asking

        def use(downloads: object) -> None:
            places = downloads.places  # type: ignore[attr-defined]  # a DownloadList, which is not imported here

            def work() -> "Acquisition":
                from studio.downloads import Hub, Web, acquisition, order_for  # needed from here on only

                hub = Hub.from_environ()
                with Web(hub) as web:
                    return acquisition(web, order_for(wanted, known, hub, sha256=sha256), places)

            self._session.worker.run(work, lambda found: self._show_ready(found, number), self._show_error)

        self.offers.about.setText(self.tr("Loading details…"))
        self._session.downloads.use(use)

    def _show_ready(self, found: "Acquisition", number: int) -> None:
        if number != self._asking:
            return  # another one was chosen meanwhile
        self._ready = found
        license = found.license or next((m.license for m in self._known if m.id == found.order.id), "")
        told = [
            self.tr("{0}: {1} in {2} files.").format(found.order.title, file_size(found.size_bytes), len(found.files))
        ]
        if not found.files:
            told = [self.tr("{0}: comes in the package {1}.").format(found.order.title, _package(found))]
        told.append(self.tr("Licence: {0}.").format(license) if license else self.tr("No licence is stated."))
        told += [self.tr("Its terms must first be accepted on its web page.")] if found.gated else []
        self.offers.about.setText(" ".join(told))
        self.ask.setVisible(False)
        self.get.setVisible(True)
        self.get.setFocus()

    def _get(self) -> None:
        if self._ready is not None:
            order = self._ready.order
            self._session.downloads.use(lambda downloads: downloads.add(order))
            self._refresh()
            self.begun.emit()

    def _show_error(self, error: UserError) -> None:
        self.offers.about.setText(say(error.message))


def _list() -> "list[KnownModel]":
    from studio.downloads import known_models  # on a worker's thread: the window is to be seen first

    return known_models()


def _package(found: "Acquisition") -> str:
    weights = found.order.weights
    return f"{weights.package} {weights.version}" if weights else ""
