"""ModelMenu: the model that draws, by a button at the picture: others that can do the task, and how to get more."""

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QStandardItemModel
from PySide6.QtWidgets import QMenu, QToolButton

from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.desktop.workbench import Workbench
from studio.role import Role


class ModelMenu(QObject):
    """Of the chosen task's model field, whose editor in the settings has all that is to be known of each."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._forms = workbench, workbench.forms
        self._form: Any = None
        self.button = QToolButton(workbench.window)
        self.button.setProperty("role", "tool")
        self.button.setIcon(theme.icon("models"))
        self.button.setAccessibleName(self.tr("Model"))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)
        workbench.forms.add_tool(self.button)
        workbench.forms.chosen.connect(self._choose)
        workbench.session.models_changed.connect(self._refresh)
        self._refresh()

    def _choose(self) -> None:
        if self._form is not None:
            self._form.changed.disconnect(self._refresh)
        self._form = self._forms.form
        if self._form is not None:
            self._form.changed.connect(self._refresh)
        self._refresh()

    def _editor(self) -> Any:
        field = self._forms.task.role(Role.MODEL) if self._forms.task is not None and self._form is not None else None
        return self._form.editor(field.name) if field is not None and not field.advanced else None

    def _refresh(self) -> None:
        editor = self._editor()
        self.button.setVisible(editor is not None)
        if editor is not None:
            self.button.setToolTip(tooltip(self.tr("Model: {0}").format(editor.combo.currentText() or "–")))

    def _fill(self) -> None:
        self.menu.clear()
        if (editor := self._editor()) is None:
            return
        group, items = QActionGroup(self.menu), editor.combo.model()
        assert isinstance(items, QStandardItemModel)
        for row in range(items.rowCount()):
            item = items.item(row)
            action = QAction(action_text(one_line(item.text(), 60)), self.menu)
            action.setToolTip(item.toolTip())
            action.setEnabled(item.isEnabled())
            action.setCheckable(True)
            action.setChecked(row == editor.combo.currentIndex())
            value = item.data(Qt.ItemDataRole.UserRole)
            action.triggered.connect(lambda _=False, value=value: editor.set_value(value))
            group.addAction(action)
            self.menu.addAction(action)
        self.menu.addSeparator()
        more = self.menu.addAction(theme.icon("down"), self.tr("Get other models…"))
        more.triggered.connect(lambda: self._workbench.actions.run("get-models"))


def install(workbench: Workbench) -> None:
    ModelMenu(workbench)
