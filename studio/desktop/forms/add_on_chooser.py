"""AddOnChooser: one of the LoRAs, ControlNets and the like that fit the form's model, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING
from studio.desktop.forms.form_host import FormHost
from studio.desktop.shell.notices import plain_label
from studio.desktop.style.label_text import one_line, tooltip
from studio.desktop.widgets.control import Combo


@dataclass(frozen=True)
class AddOnWanted:
    """What an editor offers, and how it speaks of it, in the language of the window."""

    kind: str
    """In the catalogue."""
    fits: Callable[[ModelInfo, ModelInfo], bool]
    """Whether one may go with a model: (model, add-on)."""
    any_fits: Callable[[ModelInfo], bool]
    """Whether a model takes any."""
    choose: str
    none: str
    """That none is here which fits."""
    useless: str
    """That the model takes none."""


class AddOnChooser(QWidget):
    """Shows the chosen one even where it is not here, or does not fit, and says so."""

    chosen = Signal()
    """Another one, by the user."""
    filled = Signal()
    """What is shown may be another: `info` has it."""

    def __init__(self, host: FormHost, wanted: AddOnWanted, name: str, parent: QWidget | None = None) -> None:
        """`name`: what the list is called for who cannot see it."""
        super().__init__(parent)
        self._host, self._wanted = host, wanted
        self._model: ModelInfo | None = None
        self._ref: Any = MISSING
        self.combo = Combo(self)
        self.combo.setAccessibleName(name)
        self.combo.activated.connect(lambda at: self._choose(self.combo.itemData(at)))
        self.about = plain_label("", self)
        self.about.setProperty("role", "hint")
        self.setFocusProxy(self.combo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self.about)

    @property
    def ref(self) -> Any:
        """Its id or path; MISSING for none."""
        return self._ref

    @property
    def info(self) -> ModelInfo | None:
        """The chosen one, if it is here."""
        return next((info for info in self._all() if self._ref in (info.id, info.path)), None)

    def set_ref(self, ref: Any) -> None:
        self._ref = ref if isinstance(ref, str) else MISSING
        self.refill()

    def use_model(self, model: ModelInfo | None) -> None:
        self._model = model
        self.refill()

    def fitting(self) -> list[ModelInfo]:
        """Those that may fit the form's model."""
        return [info for info in self._all() if self._model is None or self._wanted.fits(self._model, info)]

    def refill(self) -> None:
        """By the models as they are now."""
        items, chosen, listed = QStandardItemModel(self.combo), self.info, self.fitting()
        if chosen and chosen not in listed:
            listed = [chosen, *listed]
        for info in listed:
            items.appendRow(_item(info.title, info.id, info.path))
        if isinstance(self._ref, str) and chosen is None:
            items.appendRow(_item(Path(self._ref).stem, self._ref, self._ref))
        if self._ref is MISSING:
            items.insertRow(0, _item(self._wanted.choose if listed else self._none(), None, ""))
        self.combo.setModel(items)  # and the old one, a child of the combo, is deleted by it
        shown = chosen.id if chosen else self._ref
        self.combo.setCurrentIndex(0 if self._ref is MISSING else self.combo.findData(shown))
        self.combo.setToolTip(tooltip(chosen.path if chosen else ""))
        self.about.setText(self._told(chosen))
        self.about.setVisible(bool(self.about.text()))
        self.filled.emit()

    def _choose(self, ref: Any) -> None:
        if ref is not None and ref != self._ref:
            self._ref = ref
            self.refill()
            self.chosen.emit()

    def _all(self) -> list[ModelInfo]:
        return [info for info in self._host.models() if info.kind == self._wanted.kind and not info.problem]

    def _none(self) -> str:
        is_useless = self._model is not None and not self._wanted.any_fits(self._model)
        return self._wanted.useless if is_useless else self._wanted.none

    def _told(self, info: ModelInfo | None) -> str:
        if self._ref is MISSING:
            return ""
        if info is None:
            return self.tr("This file is missing; put it back, or choose another one.")
        if self._model is None or self._wanted.fits(self._model, info):
            return ""
        if not self._wanted.any_fits(self._model):
            return self._wanted.useless
        return self.tr("It is made for {0}, and the model is {1}.").format(info.base, self._model.lora)


def _item(title: str, ref: Any, about: str) -> QStandardItem:
    item = QStandardItem(one_line(title, 60))
    item.setData(ref, Qt.ItemDataRole.UserRole)
    item.setData(tooltip(about), Qt.ItemDataRole.ToolTipRole)
    item.setEnabled(ref is not None)
    return item
