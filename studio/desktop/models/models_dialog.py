"""ModelsDialog: what is here, what can be had, and what is being fetched, in one window beside the form."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QTabWidget, QVBoxLayout

from studio import messages
from studio import settings as settings_file
from studio.desktop.actions.app_menu import settings_action
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style.label_text import one_line
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.messages import Event
from studio.settings import Settings

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.downloads import Download

SIZE = 720, 560
HERE, OFFERS, DOWNLOADS = range(3)


class ModelsFeature(QObject):
    """Opens the dialog, and tells when a download has ended well."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._session = workbench, workbench.session
        self._budget = 0
        self.dialog: ModelsDialog | None = None
        workbench.actions.add(settings_action("models", "library", self.tr("Models…"), 3, self.open))
        workbench.actions.add(settings_action("get-models", "down", self.tr("Get models…"), 3, self.open_offers))
        workbench.session.received.connect(self._handle)
        workbench.session.models_changed.connect(self._count)
        workbench.session.downloads.finished.connect(self._finished)
        workbench.session.downloads.changed.connect(self._tell_failed)
        self._told: UserError | None = None

    def open(self, page: int = HERE) -> "ModelsDialog":
        if self.dialog is None:
            self.dialog = ModelsDialog(self._workbench, self._budget)
            self.dialog.destroyed.connect(self._forget)
        self.dialog.pages.setCurrentIndex(page)
        self.dialog.show()
        self.dialog.raise_()
        return self.dialog

    def open_offers(self) -> "ModelsDialog":
        return self.open(OFFERS)

    def open_downloads(self) -> "ModelsDialog":
        return self.open(DOWNLOADS)

    def _forget(self) -> None:
        self.dialog = None

    def _count(self) -> None:
        """Whoever has only the model that came with the studio is told that there are others."""
        usable = [model for model in self._session.all_models if not model.problem]
        self._workbench.viewer.welcome.offer_models(len(usable) == 1)

    def _handle(self, event: Event) -> None:
        """What models may take on the device that is used."""
        if isinstance(event, messages.Ready):
            wanted = self._session.settings.device
            working = [device for device in event.devices if not device.problem]
            device = next((each for each in working if each.id == wanted), working[0] if working else None)
            self._budget = device.budget_bytes if device else 0

    def _tell_failed(self) -> None:
        """Once for each failure, in case nobody looks at the list."""
        failed = [download for download in self._session.downloads.downloads if download.error]
        if failed and failed[-1].error is not self._told and (error := failed[-1].error):
            self._told = error
            if self.dialog is None or self.dialog.pages.currentIndex() != DOWNLOADS:
                actions = [NoticeAction(self.tr("Show"), self.open_downloads)]
                self._workbench.notices.show_line("download", "error", error.message, actions)

    def _finished(self, download: "Download") -> None:
        def show(now: Settings) -> None:
            self._session.settings = now
            if client := self._session.client:
                client.send(messages.Refresh())
            text = self.tr("{0} is installed.").format(one_line(download.order.title, 60))
            actions = [NoticeAction(self.tr("Show"), self.open)]
            self._workbench.notices.show_line("download", "ok", text, actions)

        self._session.worker.run(settings_file.load, show, lambda error: None)


class ModelsDialog(QDialog):
    """Stays open beside the window."""

    def __init__(self, workbench: Workbench, budget_bytes: int) -> None:
        from studio.desktop.models.downloads_page import DownloadsPage  # all three: few open them in a session
        from studio.desktop.models.installed_page import InstalledPage
        from studio.desktop.models.offers_page import OffersPage

        super().__init__(workbench.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Models"))
        self.installed = InstalledPage(workbench, self)
        self.offers = OffersPage(workbench, budget_bytes, self)
        self.downloads = DownloadsPage(workbench.session.downloads, self)
        self.pages = QTabWidget(self)
        self.pages.setAccessibleName(self.windowTitle())
        self.pages.addTab(self.installed, self.tr("Installed"))
        self.pages.addTab(self.offers, self.tr("Available"))
        self.pages.addTab(self.downloads, self.tr("Downloads"))
        self.offers.begun.connect(lambda: self.pages.setCurrentIndex(DOWNLOADS))
        self.installed.wanted.connect(self._show_offer)
        column = QVBoxLayout(self)
        column.addWidget(self.pages)
        self.resize(*SIZE)

    def _show_offer(self, id: str) -> None:
        self.pages.setCurrentIndex(OFFERS)
        self.offers.show_offer(id)


def install(workbench: Workbench) -> None:
    ModelsFeature(workbench)
