"""BlankCanvas: begins a picture with an empty sheet, to draw on."""

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QSpinBox, QWidget

from studio.desktop.actions.action import Action, DefaultShortcut, Section
from studio.desktop.canvas.colour_button import ColourButton
from studio.desktop.canvas.document import new_key
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell.qt_image import prepared
from studio.desktop.workbench import Workbench

SMALLEST, LARGEST, USUAL = 16, 8192, 512


class BlankCanvas(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self._last = QSize(USUAL, USUAL), QColor("white")
        workbench.actions.add(
            Action(
                "canvas.blank", self.tr("New blank canvas…"), self._ask, "canvas",
                shortcut=DefaultShortcut(("Ctrl+N",)), section=Section.FILES,
            )
        )  # fmt: skip

    def _ask(self) -> None:
        dialog = BlankDialog(*self._last, self._workbench.window)
        dialog.accepted.connect(lambda: self.begin(dialog.size_, dialog.colour.colour))
        dialog.open()

    def begin(self, size: QSize, colour: QColor) -> None:
        """A document of its own."""
        self._last = size, colour
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(colour)
        layer = Layer(prepared(image), new_key(), self.tr("Background"), painted=True)
        self._workbench.viewer_controller.look_away()
        self._workbench.viewer.candidates.clear()
        self._workbench.session.documents.new()
        self._workbench.document.put_state(self.tr("New blank canvas"), DocumentState((layer,)))
        self._workbench.viewer.masks.choose("paint")


class BlankDialog(QDialog):
    """Size and colour of the sheet."""

    def __init__(self, size: QSize, colour: QColor, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New blank canvas"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.wide, self.high = self._side(self.tr("Width"), size.width()), self._side(self.tr("Height"), size.height())
        sides = QHBoxLayout()
        sides.addWidget(self.wide, 1)
        sides.addWidget(QLabel("×", self))
        sides.addWidget(self.high, 1)
        self.colour = ColourButton(self.tr("Background colour"), self)
        self.colour.set_colour(colour)
        form = QFormLayout(self)
        form.addRow(self.tr("Size"), sides)
        form.addRow(self.tr("Colour"), self.colour)
        buttons = QDialogButtonBox(self)
        begin = buttons.addButton(self.tr("Create"), QDialogButtonBox.ButtonRole.AcceptRole)
        begin.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _side(self, name: str, pixels: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(SMALLEST, LARGEST)
        box.setSuffix(" px")
        box.setValue(pixels)
        box.setAccessibleName(name)
        return box

    @property
    def size_(self) -> QSize:
        return QSize(self.wide.value(), self.high.value())


def install(workbench: Workbench) -> None:
    BlankCanvas(workbench)
