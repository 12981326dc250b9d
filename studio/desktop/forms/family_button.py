"""FamilyButton: what a model is taken for where its file does not tell, and what else it may be, by one click."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from studio.descriptions import ModelInfo


class FamilyButton(QPushButton):
    """Seen only for a model that may be several things."""

    picked = Signal(str)
    """The title of a family; '' for what its file looks like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Use it as…"))
        self.setToolTip(
            self.tr(
                "The file does not tell which kind of model it is. Your choice is remembered; the file is not changed."
            )
        )
        self.setAutoDefault(False)
        self.setMenu(QMenu(self))
        self.hide()

    def show_model(self, model: ModelInfo | None, *, said: bool) -> None:
        """`said`: whether the user has said before what it is, which can be taken back."""
        menu = self.menu()
        menu.clear()
        self.setVisible(model is not None and len(model.choices) > 1)
        if model is None:
            return
        group = QActionGroup(menu)
        for title in model.choices:
            action = menu.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(title == model.family_title)
            action.triggered.connect(lambda _=False, title=title: self.picked.emit(title))
            group.addAction(action)
        if said:
            menu.addSeparator()
            menu.addAction(self.tr("Detect from the file")).triggered.connect(lambda: self.picked.emit(""))
