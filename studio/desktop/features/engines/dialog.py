"""EnginesDialog: the engines that can be used, and a form to add another one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
)

from studio.desktop.features.engines import work
from studio.desktop.features.engines.work import Added
from studio.desktop.forms.model import ABOUT, TwoLines
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.settings import Settings

URL = Qt.ItemDataRole.UserRole
SIZE = 560, 480


class EnginesDialog(QDialog):
    """Stays open beside the window."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session = workbench.session
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Engines"))
        self.items = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setModel(self.items)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._refresh())
        self.use = self._button("ok", self.tr("Use"), self._use)
        self.remove = self._button("trash", self.tr("Remove"), self._remove)
        self.address = self._line(self.tr("Address"), "https://box.example.com")
        self.token = self._line(self.tr("Token"), self.tr("From the file that `studio serve` names there"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        authority = self.tr("PEM file of your own certificate authority (optional)")
        self.certificates = self._line(self.tr("Certificates"), authority)
        self.insecure = QCheckBox(self.tr("Connect without encryption (private network only)"), self)
        self.add = self._button("add", self.tr("Add"), self._add)
        self.told = plain_label("", self)
        self.told.setProperty("role", "hint")
        self.told.setMinimumHeight(3 * self.told.fontMetrics().lineSpacing())
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.address.textChanged.connect(lambda _: self._follow_address())
        self._lay_out()
        self._show(self._session.settings)
        self._follow_address()
        self.resize(*SIZE)

    def _button(self, icon: str, text: str, run: object) -> QPushButton:
        button = QPushButton(theme.icon(icon), text, self)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button

    def _line(self, name: str, placeholder: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(name)
        line.setPlaceholderText(placeholder)
        return line

    def _lay_out(self) -> None:
        buttons, form, below = QHBoxLayout(), QFormLayout(), QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.remove)
        buttons.addWidget(self.use)
        for line in (self.address, self.token, self.certificates):
            form.addRow(line.accessibleName(), line)
        form.addRow("", self.insecure)
        below.addStretch(1)
        below.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setSpacing(theme.space("gap"))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addLayout(form)
        column.addLayout(below)
        column.addWidget(self.told)

    # ---- what is shown

    def _show(self, settings: Settings) -> None:
        chosen = self._chosen
        self.items.clear()
        here = self.tr("This computer"), self.tr("Its own engine, or that of a server running here")
        for url, title, about in (("", *here), *((each.url, each.url, "") for each in settings.engines)):
            item = QStandardItem(title)
            used = url == settings.engine
            item.setData(url, URL)
            item.setData(self.tr("In use") if used else about or self.tr("On another computer"), ABOUT)
            item.setEditable(False)
            self.items.appendRow(item)
            if url == (settings.engine if chosen is None else chosen):
                self.list.setCurrentIndex(item.index())
        self._refresh()

    @property
    def _chosen(self) -> str | None:
        """Its address, '' for that of this computer; None where none is marked."""
        data = self.list.currentIndex().data(URL)
        return None if data is None else str(data)

    def _refresh(self) -> None:
        url = self._chosen
        self.use.setEnabled(url is not None and url != self._session.settings.engine)
        self.remove.setEnabled(bool(url))

    def _follow_address(self) -> None:
        text = self.address.text().strip()
        self.add.setEnabled(bool(text))
        self.insecure.setVisible(text.startswith("http://"))

    # ---- what is done

    def _add(self) -> None:
        given = work.Given(
            self.address.text(), self.token.text().strip(), self.certificates.text().strip(),
            self.insecure.isVisible() and self.insecure.isChecked(),
        )  # fmt: skip
        self.add.setEnabled(False)
        self.told.setText(self.tr("Connecting…"))
        self._session.worker.run(lambda: work.add(given), self._added, self._refused)

    def _added(self, added: Added) -> None:
        in_file = self.tr("This system has no keyring, so the token is stored in {0}, readable by you only.")
        where = in_file.format(added.kept) if added.kept else self.tr("The token is stored in the system keyring.")
        plain = self.tr("The connection is not encrypted.") if added.is_plain else ""
        said = say(added.problem) or self.tr("Connected: {0}, {1} models.").format(added.device, added.models)
        self.told.setText(" ".join(filter(None, (said, where if added.has_token else "", plain))))
        for line in (self.address, self.token, self.certificates):
            line.clear()
        self._session.settings = added.settings
        self._show(added.settings)
        self._follow_address()
        if added.url == added.settings.engine and (client := self._session.client):
            client.start()  # it was refused, or has another token now

    def _use(self) -> None:
        url = self._chosen or ""
        self._session.worker.run(lambda: work.use(url), self._used, self._refused)

    def _used(self, settings: Settings) -> None:
        self._session.change_engine(settings)
        running = len(self._session.jobs.pending) > len(self._session.jobs.held)
        self.told.setText(self.tr("It will be used once the running jobs have finished.") if running else "")
        self._show(settings)

    def _remove(self) -> None:
        if url := self._chosen:
            used = url == self._session.settings.engine
            then = self._used if used else self._removed
            self._session.worker.run(lambda: work.remove(url), then, self._refused)

    def _removed(self, settings: Settings) -> None:
        self._session.settings = settings
        self.told.setText("")
        self._show(settings)

    def _refused(self, error: UserError) -> None:
        self.told.setText(say(error.message))
        self._follow_address()
